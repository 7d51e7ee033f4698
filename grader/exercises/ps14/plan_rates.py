"""``plan_rates(start, curvature, noise, stops) -> rates``: for a run that ends at one of three."""

from typing import Any

import numpy as np

from course_lessons.schedules import gaps, lowest_gap, mean_squares, one_decay
from grader.checking.contract import (
    Case,
    OwnRun,
    case,
    function,
    holds,
    mistake,
    one_number_for_each,
    slips,
    step,
    unchanged_inputs,
)
from grader.checking.contract.compare import as_numbers
from grader.checking.contract.properties import Answer, earns


def plan_rates(start, curvature, noise, stops):
    rates = np.array([])
    for stop in stops:
        lowest = np.inf
        n = stop - len(rates)
        t = np.arange(n)
        for hold in (0.2, 0.4, 0.6, 0.8):
            for k in (0.1, 0.2, 0.5, 1, 2):
                high = 1 / np.max(curvature)
                fall = high / (1 + k * np.maximum(t - hold * n, 0))
                plan = np.append(rates, fall)
                squares = mean_squares(plan, start, curvature, noise)
                gap = squares[-1] @ curvature / 2
                if gap < lowest:
                    lowest = gap
                    found = plan
        rates = found
    return rates


FULL, NONE = 1.25, 1.5  # the mean over the stops of the gap, divided by the lowest one


def times(case: Case, rates: np.ndarray) -> np.ndarray:
    """The gap at each stop, divided by the lowest one there."""
    at = gaps(rates, case["start"], case["curvature"], case["noise"])[case["stops"] - 1]
    return np.asarray(at / case["lowest"])


def decays(curvature: np.ndarray, n: int) -> list[np.ndarray]:
    """Rates that fall once: constant and then like 1/t, or exponentially, or along a cosine."""
    done = np.arange(n) / n
    shapes = [one_decay(n, hold, k) for hold in np.arange(10) / 10 for k in 2.0 ** np.arange(-6, 2)]
    for hold in np.arange(10) / 10:
        fall = np.maximum((done - hold) / (1 - hold), 0)
        shapes += [end**fall for end in 0.5 ** np.arange(1, 9)]
    shapes += [(1 + np.cos(np.pi * done)) / 2]
    return [shape / curvature.max() for shape in shapes]


def bowl(rng: np.random.Generator, about: str, size_of_noise: float) -> Case:
    """A few steep directions and a few flat ones, of any size; rates that fall once earn nothing.

    So the flat directions need high rates until the last stop, and the steep ones low rates at each
    of the stops.
    """
    while True:
        steep, flat = (int(n) for n in rng.integers(2, 5, size=2))
        kappa = rng.uniform(90, 110)
        shares = [1.0, *rng.uniform(0.3, 1, size=steep - 1)]
        shares += [1 / kappa, *rng.uniform(1, 2.5, size=flat - 1) / kappa]
        size = 10 ** rng.uniform(-2, 2)  # the rates of another draw are no use
        curvature = size * rng.permutation(shares)
        D = steep + flat
        found = case(
            about,
            start=rng.choice([-1, 1], size=D) * np.sqrt(rng.uniform(0.6, 1.5, size=D) / curvature),
            curvature=curvature,
            noise=size_of_noise * rng.uniform(0.6, 1.5, size=D) * curvature,
            stops=np.array([rng.integers(low, low + low // 4) for low in (12, 36, 95)]),
        )
        start, noise, stops = (found[name] for name in ("start", "noise", "stops"))
        found["lowest"] = np.array([lowest_gap(start, curvature, noise, n) for n in stops])
        if times(found, plan_rates(start, curvature, noise, stops)).mean() > FULL - 0.08:
            continue
        if min(times(found, one).mean() for one in decays(curvature, stops[-1])) > NONE:
            return found


LITTLE, MUCH = "little noise", "much noise"
ALL = (LITTLE, MUCH)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        LITTLE: [bowl(rng, f"{LITTLE}, {nth} bowl", 1.2) for nth in ("first", "second")],
        MUCH: [bowl(rng, f"{MUCH}, {nth} bowl", 2.4) for nth in ("first", "second")],
    }


def run(plan_rates: Any, case: Case) -> dict[str, Any]:
    # A first call with another bowl shows what is kept between calls.
    other = case["start"][:2] / 3, 3 * case["curvature"][:2], case["noise"][:2] / 2
    plan_rates(*other, case["stops"].copy())
    return {"rates": plan_rates(case["start"], case["curvature"], case["noise"], case["stops"])}


def good(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """All points up to a mean of 1.25, none from 1.5 on."""
    rates, n = as_numbers(got["rates"]), int(case["stops"][-1])
    if rates is None or rates.size != n:
        size = "no numbers" if rates is None else f"{rates.size} rates"
        return f"{case['about']}: {size} for {n} steps, which the last stop asks for"
    rates, most = rates.ravel(), 1 / case["curvature"].max()
    if not ((rates >= 0) & (rates <= most * (1 + 1e-6))).all():
        return (
            f"{case['about']}: the rates go from {rates.min():.3g} to {rates.max():.3g}; allowed "
            f"is 0 to {most:.3g}"
        )
    found = times(case, rates)
    words = (
        f"{case['about']}: at the stops {', '.join(map(str, case['stops']))}, your gap is "
        f"{', '.join(f'{one:.2f}' for one in found)} times the lowest one; mean {found.mean():.2f}"
    )
    return earns((NONE - found.mean()) / (NONE - FULL), words + ".", advice(case, rates))


def advice(case: Case, rates: np.ndarray) -> str:
    """What the gap at the worst stop is made of, and which rates have made it."""
    worst = int(times(case, rates).argmax())
    stop = int(case["stops"][worst])
    of_distance, whole = (
        gaps(rates, case["start"], case["curvature"], noise)[stop - 1]
        for noise in (0 * case["noise"], case["noise"])
    )
    noise = 1 - of_distance / whole
    high, most = rates.max(), 1 / case["curvature"].max()
    of_noise = f"At stop {stop}, {noise:.0%} of your gap is noise"
    if np.ptp(rates) < 1e-6 * most:
        return "Your rate is constant. Which of the stops needs a high one, and which a low one?"
    if noise > 0.5:
        return f"{of_noise}: the rates before it are too high, or low for too few steps."
    if high < 0.7 * most:
        return f"Your highest rate is {high / most:.2f} of what is allowed. What does that cost?"
    if np.diff(rates).max() < 0.1 * most:
        return (
            f"{of_noise}, the rest is distance, and your rates only fall. Noise from a high rate "
            "does not last: how many low steps remove it?"
        )
    return f"{of_noise}, the rest is distance: the rates before it are low for too many steps."


def tuned(start, curvature, noise, stops):
    """Rates that fall once, with the lowest mean of the gaps at the stops, each in its own unit."""
    plans = decays(curvature, stops[-1])
    at = np.array([gaps(one, start, curvature, noise)[stops - 1] for one in plans])
    return plans[int((at / at.min(axis=0)).mean(axis=1).argmin())]


def one_decay_for_all(start, curvature, noise, stops):
    """Your rates fall once, and no single fall suits three stops. What would the best rates do
    after the first stop, if the run goes on?
    """
    return tuned(start, curvature, noise, stops)


def for_the_last_stop(start, curvature, noise, stops):
    """Your rates are those for the last stop alone. How much noise is left at the first one?"""
    return tuned(start, curvature, noise, stops[-1:])


def constant(start, curvature, noise, stops):
    """You search one constant rate. Section 1: what does a rate that falls before the end
    remove?
    """
    plans = [np.full(stops[-1], 0.8**k / np.max(curvature)) for k in range(20)]
    return min(plans, key=lambda one: np.log(gaps(one, start, curvature, noise)[stops - 1]).sum())


def lowest_next_gap(start, curvature, noise, stops):
    """Each of your rates makes the next gap as small as possible. With several directions, this is
    not the way to the smallest gap later: the steep directions decide, and the flat ones wait.
    """
    q, rates = start**2, []
    for _ in range(stops[-1]):
        rate = curvature @ (curvature * q) / (curvature @ (curvature**2 * q + noise))
        rate = min(rate, 1 / np.max(curvature))
        q = (1 - rate * curvature) ** 2 * q + rate**2 * noise
        rates.append(rate)
    return np.array(rates)


def cosines(start, curvature, noise, stops):
    """Your rates rise again after each stop, and fall along a cosine to the next one. Which shape
    did the best rates of section 2 have?
    """
    parts = np.diff([0, *stops])
    shares = [(1 + np.cos(np.pi * np.arange(n) / n)) / 2 for n in parts]
    return np.concatenate(shares) / np.max(curvature)


exercise = function(
    plan_rates,
    returns="rates",
    points=8,
    cases=cases,
    run=OwnRun(run, only_listed=True),
    judge=[
        holds(
            LITTLE,
            good,
            cases=LITTLE,
            help="At which stop is your gap the most times the lowest one: the first or the last?",
        ),
        holds(
            MUCH,
            good,
            cases=MUCH,
            help="At which of your stops is most of the gap noise, and at which is it distance?",
        ),
    ],
    form=(one_number_for_each("step", "rates"), unchanged_inputs()),
    answers=("grader.exercises.ps14.plan_rates",),
    without=("in place",),
    hints=(
        step(
            "Begin with the first stop only. Let a few rates be constant and then fall, as in the "
            "table, compute the gap of each with mean_squares, and keep the best.",
            *ALL,
        ),
        step(
            "The run has passed the first stop. It has the same directions and other mean squares, "
            "and some steps until the second stop. Nothing says that a rate may not rise.",
            *ALL,
        ),
        step(
            "A smaller example: stops 2 and 5, highest rate 1. For the first stop, the rates 1, "
            "0.5 are the best that you tried. Now try [1, 0.5, 1, 1, 0.3], [1, 0.5, 1, 0.5, 0.2] "
            "and others, and compare the last gaps.",
            *ALL,
        ),
    ),
    mistakes=(
        *slips("""
high = 2 / np.max(curvature)
    Your rates go up to 2/max(c), the limit of section 3 of notebook 04. The task allows 1/max(c).
high = 1 / np.mean(curvature)
    You take the mean curvature. The largest one limits the rate.
high = 0.2 / np.max(curvature)
    Your highest rate is a fifth of what is allowed. How far do the flat directions come?
high = 1 / np.max(curvature) if len(rates) == 0 else rates[-1]
    After a stop you go on with its low rate. What do the flat directions need now?
high = (1 if len(rates) == 0 else 0.3) / np.max(curvature)
    After the first stop, your rates rise to less than what is allowed. Are the flat directions
    near the minimum by then?
fall = high + 0 * t
    Your rates stay high until each stop. What does a low rate remove?
fall = high / (1 + k * t)
    Your rates fall from the first step of each part on. How many low steps does the noise need?
squares = mean_squares(plan, start, curvature, 0 * noise)
    Your search always prefers the highest rates, as if there were no noise. Which gap does it
    compare: is it ½·Σ c·q, with the noise of this bowl?
squares = mean_squares(plan, 0 * start, curvature, noise)
    You search as if the run began in the minimum. Then the lowest rates are always the best.
gap = np.sum(squares @ curvature)
    You add the gaps of all steps. Only those at the stops count.
"""),
        mistake(one_decay_for_all),
        mistake(for_the_last_stop),
        mistake(constant),
        mistake(lowest_next_gap),
        mistake(cosines),
    ),
)
