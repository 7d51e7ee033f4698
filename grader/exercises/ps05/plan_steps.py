"""``plan_steps(squares, curvatures, variances, overhead, budget)``: batch sizes and rates."""

from typing import Any

import numpy as np

from course_lessons.minibatches import best_without_change
from course_lessons.schedules import best_in_turn
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
from grader.exercises.ps05.expected_gaps import expected_gaps


def plan_steps(squares, curvatures, variances, overhead, budget):
    most = 1 / np.max(curvatures)
    lowest = np.inf
    for count in (15, 25, 40, 60, 90, 130):
        samples = budget - overhead * count
        k = np.arange(count) / count
        for growth in (6, 40):
            shape = growth**k
            batches = np.floor(samples * shape / np.sum(shape)).astype(int)
            if batches[0] < 1:
                continue
            for end in (0.05, 0.2):
                for hold in (0.4, 0.7):
                    fall = np.maximum((k - hold) / (1 - hold), 0)
                    rates = most * end**fall
                    gap = expected_gaps(squares, curvatures, variances, batches, rates)[-1]
                    if gap < lowest:
                        lowest = gap
                        plan = batches, rates
    return plan


FULL, NONE = 1.9, 3.0  # times the gap of the best plan


def last_gap(case: Case, batches: Any, rates: Any) -> float:
    given = case["squares"], case["curvatures"], case["variances"]
    return float(expected_gaps(*given, batches, rates)[-1])


def task(rng: np.random.Generator, about: str, overhead: float, steps: float, noise: float) -> Case:
    """Curvatures of any size; the budget is that of so many steps without a sample.

    One batch size and one rate for all steps earn nothing in it.
    """
    while True:
        found = _task(rng, about, overhead, steps, noise)
        given = [found[name] for name in TAKEN]
        batches, rates = plan_steps(*given)
        of_batches = found["variances"] / batches[:, None]
        best = best_in_turn(rates, found["squares"], found["curvatures"], of_batches)
        found["least"] = last_gap(found, batches, best)
        bare = best_without_change(*given)
        if last_gap(found, batches, rates) < 1.2 * found["least"] and bare > NONE * found["least"]:
            return found


def _task(
    rng: np.random.Generator, about: str, overhead: float, steps: float, noise: float
) -> Case:
    D, kappa = int(rng.integers(4, 8)), rng.uniform(20, 40)
    shares = np.exp([0.0, -np.log(kappa), *-rng.uniform(0, np.log(kappa), size=D - 2)])
    size = 10 ** rng.uniform(-3, 3)  # another draw's rates are no use
    lam = size * rng.permutation(shares)
    overhead = int(overhead * rng.uniform(0.7, 1.5))
    return case(
        about,
        squares=rng.uniform(0.5, 2, size=D) / lam,
        curvatures=lam,
        variances=noise * rng.uniform(0.5, 2, size=D) * lam * size,
        overhead=overhead,
        budget=int(steps * overhead),
    )


TAKEN = ("squares", "curvatures", "variances", "overhead", "budget")
OVERHEADS = "steps that cost little and much"
ERRORS = "small and large errors"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        OVERHEADS: [
            task(rng, "steps that cost little", 8, 220, 3),
            task(rng, "steps that cost much", 100, 200, 3),
        ],
        ERRORS: [
            task(rng, "small errors", 20, 240, 1.0),
            task(rng, "large errors", 20, 220, 12),
        ],
    }


def run(plan_steps: Any, case: Case) -> dict[str, Any]:
    # A first call with another task shows what is kept between calls.
    plan_steps(
        case["squares"][:2] / 3,
        3 * case["curvatures"][:2],
        case["variances"][:2] / 2,
        case["overhead"] + 3,
        case["budget"] // 2,
    )
    batches, rates = plan_steps(
        case["squares"],
        case["curvatures"],
        case["variances"],
        case["overhead"],
        case["budget"],
    )
    return {"batches": batches, "rates": rates}


def low(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """All points up to 1.9 times the gap of the best plan, none from three times as much on."""
    batches, rates = (as_numbers(got[name]) for name in ("batches", "rates"))
    if batches is None or rates is None or batches.size != rates.size or not batches.size:
        return "batches and rates are not two lists with a number for each step"
    batches, rates = batches.ravel(), rates.ravel()
    if not (batches >= 1).all() or (batches != np.round(batches)).any():
        return f"a batch has {batches.min():.4g} samples; each is a whole number from 1 on"
    cost = float(case["overhead"] * len(batches) + batches.sum())
    if cost > case["budget"]:
        return (
            f"{len(batches)} steps with {batches.sum():.0f} samples cost {cost:.0f}; the budget is "
            f"{case['budget']}"
        )
    most = 1 / case["curvatures"].max()
    if not ((rates > 0) & (rates <= most * (1 + 1e-9))).all():
        return (
            f"a rate is {rates.max():.3g} (lowest: {rates.min():.3g}); allowed is up to {most:.3g}"
        )
    times = last_gap(case, batches, rates) / case["least"]
    ends = rates[[0, -1]] / most
    words = (
        f"{case['about']}: after {len(batches)} steps, the expected gap is {times:.2f} times that "
        f"of the best plan; batches from {batches[0]:.0f} to {batches[-1]:.0f}, rates from "
        f"{ends[0]:.2f} to {ends[1]:.2f} of 1/λmax"
    )
    return earns(np.log(NONE / times) / np.log(NONE / FULL), words)


ALL = (OVERHEADS, ERRORS)


def one_batch_size_and_rate(squares, curvatures, variances, overhead, budget):
    """You search one batch size and one rate for all steps. What do the first steps need, and what
    the last ones? Section 3: how does a plan get below the noise floor of its first rate?
    """
    lowest = np.inf
    for B in 2 ** np.arange(10):
        count = int(budget // (overhead + B))
        for share in 0.7 ** np.arange(12):
            rates = np.full(count, share / np.max(curvatures))
            gap = expected_gaps(squares, curvatures, variances, np.full(count, B), rates)[-1]
            if gap < lowest:
                lowest = gap
                plan = np.full(count, B), rates
    return plan


def scales_the_rate(squares, curvatures, variances, overhead, budget):
    """Your rate grows with the batch. B times the batch, B times the rate, is a rule for two runs
    at the same noise. Here the noise shall fall: what are large batches for?
    """
    batches, _rates = plan_steps(squares, curvatures, variances, overhead, budget)
    return batches, batches / batches[-1] / np.max(curvatures)


exercise = function(
    plan_steps,
    returns="batches, rates",
    points=5,
    cases=cases,
    run=OwnRun(run, only_listed=True),
    judge=[
        holds(
            OVERHEADS,
            low,
            cases=OVERHEADS,
            help="If a step costs as much as 100 samples, a batch of 100 doubles its cost only.",
        ),
        holds(
            ERRORS,
            low,
            cases=ERRORS,
            help="Large errors need a large part of the budget in the last steps.",
        ),
    ],
    form=(one_number_for_each("step", "batches", "rates"), unchanged_inputs()),
    uses=("expected_gaps",),
    answers=("grader.exercises.ps05.plan_steps",),
    without=("in place",),
    hints=(
        step(
            "Begin with plans of one batch size B: how many steps can you afford? Let your "
            "expected_gaps say the last gap of each, and keep the best. At first use the rate "
            "1/λmax.",
            *ALL,
        ),
        step(
            "Take your best plan of one B and one rate, and print both terms of ⟨a'²⟩ after its "
            "first step and after its last one. Which term decides early, and which one late? What "
            "does a larger B change in each term, and what does a smaller rate?",
            *ALL,
        ),
        step(
            "A smaller example: 4 steps at the overhead 10 cost 40; with the budget 70, 30 samples "
            "are left. The sizes 1 : 2 : 4 : 8 add up to 15, so the batches are 2, 4, 8 and 16.",
            *ALL,
        ),
        "If `fall` rises from 0 to 1, `most * 0.1**fall` falls from `most` to a tenth of it.",
    ),
    mistakes=(
        *slips("""
for growth in (1,):
    All of your batches have one size. When is an error of the gradient more harmful, early or
    late?
rates = most * end ** (0 * fall)
    Your rate stays at 1/λmax. What is the floor of a constant rate, and how does a plan get below
    it?
fall = k
    Your rate falls from the first step on. What do steps far from the minimum need?
samples = budget
    You spend the whole budget on samples. Each step costs `overhead`, too.
most = 1 / np.mean(curvatures)
    You take the mean curvature. The steepest direction limits the rate.
most = 0.1 / np.max(curvatures)
    Your largest rate is a tenth of what is allowed, so the flat directions need ten times as many
    steps.
shape = growth ** (1 - k)
    Your batches shrink. When is an error of the gradient more harmful, early or late?
gap = expected_gaps(squares, curvatures, variances, batches, rates)[0]
    You compare the gaps after the first step. Which one is judged?
gap = expected_gaps(squares, curvatures, variances, batches, rates).mean()
    You compare the mean over all steps. Judged is the gap after the last one.
gap = expected_gaps(squares, curvatures, 0 * variances, batches, rates)[-1]
    You search without the errors of the gradients. Then more steps are always better.
gap = -expected_gaps(squares, curvatures, variances, batches, rates)[-1]
    You keep the plan with the largest gap.
for count in (180,):
    You take 180 steps in every task. If steps cost much, how many samples are left for a batch?
for count in (10,):
    You take 10 steps in every task. How much of a flat direction do they leave, at 1/λmax?
"""),
        mistake(one_batch_size_and_rate),
        mistake(scales_the_rate),
    ),
)
