"""``cards() -> list of two dictionaries``: two improvements at no extra cost, from 12 pairs each.

Each card carries the differences that its student measured, so that its interval can be checked.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lessons.cup import BASE
from grader.checking.contract import Case, case, earns, function, holds, slips
from grader.checking.contract.compare import Open, described
from grader.checking.contract.plain_numbers import finite_number
from grader.exercises import capstone
from grader.exercises import capstone_training as training
from grader.exercises.intervals import read_interval
from grader.exercises.kept_seeds import Seeds
from grader.exercises.ps25.new_pairs_interval import new_pairs_interval
from grader.exercises.settings_readers import ConfigurationError

N_CARDS = 2
ENTRIES = ("change", "d", "low", "high")
# Section 4 of the notebook has tried others that `BASE` uses; the rest changes what it computes.
OPEN_SETTINGS = ("channels", "activation", "lr", "schedule", "batch_size", "shift")
N_PAIRS, N_NEW, T = 12, 6, 1.36  # measured by the student, trained by the judge; 80 %
BOTH = np.sqrt(1 / N_PAIRS + 1 / N_NEW)  # of the difference of the two means, for an sd of 1
ROUNDED = 0.0006  # an end may be rounded to three decimals
# Half-widths that follow from the standard deviation s of d by a wrong thought.
THOUGHTS = (
    (
        T / np.sqrt(N_PAIRS),
        "holds the true effect. The mean of six new pairs is off by chance, too",
    ),
    (T / np.sqrt(N_NEW), "takes the mean of its d as exact. That is off by chance as well"),
    (T * np.sqrt(2 / N_PAIRS), "is for as many new pairs as yours, and the grader trains six"),
    (T * np.sqrt(2 / N_NEW), "counts six pairs of your own, and d has more"),
    (T, "is for a single new pair, and the grader trains six"),
    (T * np.sqrt(1 + 1 / N_PAIRS), "is for a single new pair, and the grader trains six"),
    (1.48 * BOTH, "takes t for six numbers, and d has more"),
    (2.20 * BOTH, "takes t for 95 %. A card is for 80 %"),
    (BOTH, "leaves out t"),
)
# Standard deviations of d that a change can have, and how many of its own standard deviations the
# difference to the mean of six new pairs may have.
SPREADS, FAR = (0.005, 0.15), 5


def cards():
    found = [  # 12 pairs each, in thousandths
        ({"channels": [6]}, [61, 6, 114, 150, -9, 32, 32, 16, 77, 84, 6, 22]),
        ({"batch_size": 25}, [45, 32, 58, 105, 25, 38, 52, 41, 48, 19, -3, 10]),
    ]
    two = []
    for change, thousandths in found:
        d = np.array(thousandths) / 1000
        low, high = new_pairs_interval(d, 6, 1.36)
        two.append({"change": change, "d": d, "low": low, "high": high})
    return two


def cases(rng: np.random.Generator) -> list[Case]:
    # Twice those of an entry: with three pairs, the same cards had all points or none by chance.
    seeds = Seeds("kept by the judge", training.draw_seeds(rng) + training.draw_seeds(rng))
    return [case("six pairs of trainings for each card", seeds=seeds)]


def run(cards: Any, case: Case) -> dict[str, Any]:
    return {"cards": cards()}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The two cards, or why they are refused. Nothing is trained here."""
    handed_in = outputs["cards"]
    if not isinstance(handed_in, list) or len(handed_in) != N_CARDS:
        found = described(handed_in)
        if isinstance(handed_in, list):
            found = f"a list of {len(handed_in)}"
        return {"problem": f"cards() returned {found}; expected a list of two dictionaries"}
    read: list[dict[str, Any]] = []
    for number, one in enumerate(handed_in, 1):
        try:
            card = read_card(one)
            if card["entry"] in [other["entry"] for other in read]:
                raise ConfigurationError(
                    f"card 1 changes {card['entry']!r}, too; each card has a setting of its own"
                )
        except ConfigurationError as problem:
            return {"problem": f"card {number}: {problem}"}
        read.append(card)
    return {"problem": "", "cards": json.dumps(read)}


def read_card(card: Any) -> dict[str, Any]:
    """The settings, differences and interval of a card."""
    wanted = ", ".join(f'"{entry}"' for entry in ENTRIES)
    if not isinstance(card, dict) or set(card) != set(ENTRIES):
        found = described(card)
        if isinstance(card, dict):
            found = "a dictionary with " + (", ".join(map(repr, card)) or "nothing in it")
        raise ConfigurationError(f"it is {found}; expected a dictionary with {wanted}")
    change = card["change"]
    if not isinstance(change, dict) or len(change) != 1:
        raise ConfigurationError(
            f'"change" is {described(change)}; expected one entry, such as {{"lr": 0.003}}'
        )
    (entry,) = change
    settings = capstone.read(BASE | change, "the change")
    costs, as_it_is = map(capstone.budget_used, (settings, capstone.read(BASE)))
    if costs > as_it_is:
        raise ConfigurationError(
            f"{change} costs {costs:.4f} of the budget (`lesson.budget_used(BASE | change)`), and "
            f"a card may cost at most what BASE does, {as_it_is:.4f}"
        )
    if settings == capstone.read(BASE):
        raise ConfigurationError(
            f"{entry!r} is as in BASE, or BASE does not use it, so nothing would change"
        )
    if entry not in OPEN_SETTINGS:
        allowed = ", ".join(OPEN_SETTINGS)
        raise ConfigurationError(f"{entry!r} is for no card. Allowed are {allowed}")
    d = read_differences(card["d"])
    interval = read_interval([card["low"], card["high"]], -1, 1)
    if isinstance(interval, str):
        raise ConfigurationError(interval)
    return {"entry": entry, "settings": settings, "d": d, "interval": interval}


def read_differences(d: Any) -> list[float]:
    """The measured differences as Python's numbers."""
    given = d.tolist() if isinstance(d, np.ndarray) else d
    wanted = f"expected a list of the differences of {N_PAIRS} pairs, from -1 to 1"
    if not isinstance(given, list):
        raise ConfigurationError(f'"d" is {described(d)}; {wanted}')
    numbers = [finite_number(one) for one in given]
    if len(numbers) != N_PAIRS:
        raise ConfigurationError(f'"d" has {len(numbers)} numbers; {wanted}')
    usable = [number for number in numbers if number is not None and abs(number) <= 1]
    if len(usable) < N_PAIRS:
        raise ConfigurationError(f'"d" has {N_PAIRS - len(usable)} that cannot be; {wanted}')
    return usable


def differences(case: Case, read: list[dict[str, Any]]) -> list[np.ndarray]:
    """For each card the paired differences in accuracy, (6,)."""
    seeds, base = case["seeds"].numbers, capstone.read(BASE)
    as_it_is = np.array([training.measure(base, seed).test for seed in seeds])
    return [
        np.array([training.measure(card["settings"], seed).test for seed in seeds]) - as_it_is
        for card in read
    ]


def examined(case: Case, got: dict[str, Any]) -> list[tuple[dict[str, Any], np.ndarray, str]]:
    """Each card, its differences in new pairs, and why its interval is none for them, or ""."""
    read = json.loads(got["cards"])
    return [
        (card, new, wrong_interval(card) or not_measured(np.array(card["d"]), new))
        for card, new in zip(read, differences(case, read), strict=True)
    ]


def named(card: dict[str, Any]) -> str:
    return f"{card['entry']} = {card['settings'][card['entry']]}"


def wrong_interval(card: dict[str, Any]) -> str:
    """Why a card's interval does not follow from its differences, or does not lie above 0."""
    d, (low, high) = np.array(card["d"]), card["interval"]
    if np.abs(np.subtract(new_pairs_interval(d, N_NEW, T), (low, high))).max() <= ROUNDED:
        return "" if low > 0 else f"its interval begins at {low:+.3f}, so it may be no improvement."
    if abs((low + high) / 2 - d.mean()) > ROUNDED:
        return "the middle of its interval is not the mean of its d."
    return f"its d do not give the {(high - low) / 2:.4f} to each side."


def common_thought(read: Sequence[dict[str, Any]]) -> str:
    """The wrong thought that explains the width of all intervals, or nothing."""
    halves = np.array([np.ptp(card["interval"]) / 2 for card in read])
    s = np.array([np.std(card["d"], ddof=1) for card in read])
    for factor, thought in THOUGHTS:
        if halves.min() > ROUNDED and np.allclose(halves, factor * s, rtol=0, atol=ROUNDED):
            return thought
    return ""


def not_measured(d: np.ndarray, new: np.ndarray) -> str:
    """Why these cannot be differences of a card's change; empty where they can."""
    s = d.std(ddof=1)
    if not SPREADS[0] < s < SPREADS[1]:
        return f"its d have a standard deviation of {s:.3f}, which no change of BASE gives."
    if abs(d.mean() - new.mean()) > FAR * s * np.sqrt(1 / len(d) + 1 / len(new)):
        return "its d are far from those of six new pairs. Are they of this change?"
    return ""


def intervals_follow(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    """A share of the points for each card whose interval follows from pairs of its change."""
    if got["problem"]:
        return f"Nothing was trained: {got['problem']}"
    cards, _new, wrong = zip(*examined(case, got), strict=True)
    right = sum(not problem for problem in wrong)
    said = [f"Card {n}: {problem}" for n, problem in enumerate(wrong, 1) if problem]
    if thought := common_thought(cards):
        said = [f"Each interval {thought}."]
    words = f"{right} of {N_CARDS} intervals follow from 12 pairs."
    return earns(right / N_CARDS, words, " ".join(said))


def improvements(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    """A share of the points for each change that new pairs find better, with a right interval."""
    if got["problem"]:
        return Open("Nothing was trained.")
    said, right = [], 0
    for card, new, problem in examined(case, got):
        mean, (low, high) = float(new.mean()), card["interval"]
        right += mean > 0 and not problem
        better = "better" if mean > 0 else "not better"
        where = "inside" if low <= mean <= high else "outside"
        counts = ", which counts only with a right interval" if problem else ""
        said.append(f"{named(card)}: {better}{counts}; the new mean lies {where} the interval.")
    # The differences are not shown: a page with them would answer the cards of a friend.
    return earns(right / N_CARDS, " ".join(said))


exercise = function(
    cards,
    returns="a list of two dictionaries",
    outputs="cards",
    points=4,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        holds(
            "the intervals of two cards",
            intervals_follow,
            help="""`new_pairs_interval(d, m, t)` says where the mean of m new pairs lies. d are
            the 12 differences on the card. How many pairs does the grader train?""",
        ),
        holds("the improvements of two cards", improvements),
    ],
    form=(),
    answers=("grader.exercises.ps25.cards",),
    hints="""
    The grader trains `BASE` and `BASE` with your change on six new splits and takes the
    differences in pairs. An improvement has a mean above 0.

    Which changes are worth 12 pairs? One whose interval from six pairs lies above 0.
    """,
    mistakes=slips("""
return two[:1]
    Two cards are wanted. Which question about this network have you not asked yet?
return two + two[:1]
    Two cards are wanted, not more. Leave out the one that says least.
return two[:1] + two[:1]
    Both of your cards change the same setting. Which other setting of the table could matter?
return [card | {"change": {"channels": [16]}} for card in two[:1]] + two[1:]
    More computing helps most networks. What could `BASE` do better with the same number of
    multiplications?
return [card | {"change": {"flip": 0.5}} for card in two]
    Section 4 has measured flips, so a card about them predicts nothing. Which change has nobody
    measured for you?
return [card | {"change": {"lr": 0.02, "shift": 1}} for card in two]
    One change for each card: with two of them, nobody knows which one it was.
return [card | {"change": card["change"] | {"momentum": 0.9}} for card in two]
    One change for each card: `momentum` is a second one, and Adam does not even use it.
return [card | {"d": card["d"][:6]} for card in two]
    A card carries all 12 differences that were measured for it.
return [card | {"d": sum(card["d"]) / 12} for card in two]
    "d" is the list of the differences, not their mean: the interval comes from how they vary.
return [card | {"low": card["high"], "high": card["low"]} for card in two]
    "low" is the lower end of the interval, also for a change that does harm.
return [card | {"low": 100 * card["low"], "high": 100 * card["high"]} for card in two]
    Differences are shares here, such as 0.03, not per cent.
return [card | {"low": sum(ends) / 2 - 0.03, "high": sum(ends) / 2 + 0.03} for card in two
    for ends in [(card["low"], card["high"])]]
    Your intervals extend 0.03 to each side, whatever was measured. How far may the mean of six new
    differences be from the mean of your own?
return [card | {"low": -1, "high": 1} for card in two]
    These intervals are always right and say nothing. How much do the differences of your own pairs
    differ?
return [card | {"low": -card["high"], "high": -card["low"]} for card in two]
    The sign: a difference is the changed network minus `BASE`, so a gain is above 0.
low, high = new_pairs_interval(d, 12, 1.36)
    m is the number of new pairs. How many does the grader train for a card?
low, high = new_pairs_interval(d, 6, 1.48)
    A t of 1.48 is for six measured numbers. How many are in d?
low, high = new_pairs_interval(d, 10**9, 1.36)
    These intervals hold the true effect. The mean of six new pairs is off by chance, too.
# return two
    The function ends without `return`, so it returns None.
"""),
)
