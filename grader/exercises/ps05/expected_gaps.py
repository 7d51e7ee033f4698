"""``expected_gaps(squares, curvatures, variances, batches, rates) -> gaps``: SGD on a quadratic."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    loop,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def expected_gaps(squares, curvatures, variances, batches, rates):
    gaps = []
    for B, lr in zip(batches, rates, strict=True):
        kept = (1 - lr * curvatures) ** 2 * squares
        noise = lr**2 * variances / B
        squares = kept + noise
        gap = np.sum(curvatures * squares) / 2
        gaps.append(gap)
    return np.array(gaps)


ONE, SEVERAL, CHANGING = "one step", "several steps at one rate", "rates that change"
SIZES = "batch sizes that change"
PERFECT = "gradients without an error"


def descent(rng: np.random.Generator, about: str, D: int, steps: int, **more: float) -> Case:
    batches = [int(rng.integers(2, 5))] * steps
    rate = more.get("rate", float(rng.uniform(0.1, 0.3)))
    rates = [rate] * steps
    if about == "each step another rate":
        rates = [float(rng.uniform(0.1, 0.5)) for _ in range(steps)]
    if about == "each step another batch size":
        batches = [int(size) for size in rng.permutation([1, 2, 3, 6, 10])]
    return case(
        about,
        squares=rng.uniform(1, 4, size=D),
        curvatures=rng.uniform(0.5, 3, size=D),
        variances=more.get("scale", 1.0) * rng.uniform(5, 20, size=D),
        batches=batches,
        rates=rates,
    )


exercise = function(
    expected_gaps,
    returns="gaps",
    points=4,
    cases=lambda rng: {
        ONE: [
            descent(rng, "one direction", 1, 1),
            descent(rng, "three directions", 3, 1),
        ],
        SEVERAL: [
            descent(rng, "four steps", 2, 4),
            descent(rng, "150 steps", 2, 150),
            descent(rng, "a rate that is too large", 3, 40, rate=1.5),
            descent(rng, "a small rate, large errors", 2, 3, rate=0.002, scale=1e4),
        ],
        CHANGING: [descent(rng, "each step another rate", 3, 5)],
        SIZES: [descent(rng, "each step another batch size", 3, 5)],
        PERFECT: [descent(rng, "no variance", 2, 3, scale=0.0)],
    },
    judge=[
        values(
            "gaps",
            weight=3,
            cases=ONE,
            help="""Square a′ = (1 − ηλ) a − ηe and take the mean. Which of the three terms has the
            mean 0? What is the mean of e² for a batch of B samples?""",
        ),
        values(
            "gaps",
            weight=3,
            cases=SEVERAL,
            help="The second step begins with the mean squares that the first one has left.",
        ),
        values(
            "gaps",
            weight=2,
            cases=CHANGING,
            help="Each step has its own rate. Which rate does your second step use?",
        ),
        values(
            "gaps",
            weight=2,
            cases=SIZES,
            help="Each step has its own batch size. Which one does your second step use?",
        ),
        values("gaps", weight=1, cases=PERFECT, alone=False),
    ],
    form=(shapes("gaps"), unchanged_inputs()),
    answers=("grader.exercises.ps05.expected_gaps",),
    hints=(
        "One step in one direction: a′ = (1 − ηλ) a − ηe. Square it. The mixed term has the mean "
        "0, because e is independent of a. What is left are a multiple of E[a²] and a multiple of "
        "E[e²] = variance/B.",
        "Loop over the rates only: all directions are arrays of the same length. After each step, "
        "append the sum over the directions of λ · E[a²] / 2.",
        "A smaller example: squares = [1], curvatures = [2], variances = [8], batches = [2, 2], "
        "rates = [0.25, 0.25]. After the first step E[a²] = 0.25·1 + 0.0625·8/2 = 0.5 and the gap "
        "is 0.5; after the second one 0.25·0.5 + 0.25 = 0.375, and the gap is 0.375.",
        loop("""
        gaps = []
        for B, lr in zip(batches, rates, strict=True):
            gap = 0
            for i in range(len(squares)):
                ...  # the new squares[i], in a copy, from the old one
                gap += ...  # the share of direction i
            gaps.append(gap)
        """),
    ),
    mistakes=slips("""
gap = np.sum(curvatures * kept / (1 - lr * curvatures) ** 2) / 2
    Your numbers come one step too early: the first one is the gap before the first step. Note the
    gap after the step.
kept = (1 - lr * curvatures) * squares
    The mean square shrinks by the square of the factor by which a distance shrinks.
kept = (1 - lr) ** 2 * squares
    In a direction with the curvature λ a step multiplies the distance by 1 − ηλ, not by 1 − η.
kept = (1 + lr * curvatures) ** 2 * squares
    Without noise the distances grow. Which sign does a step against the gradient have?
kept = (1 - 2 * lr * curvatures) * squares
    In the square of 1 − ηλ the term (ηλ)² is missing. It is small, but not 0.
kept = np.maximum(0, 1 - lr * curvatures) ** 2 * squares
    Where ηλ is above 1, you set the factor 1 − ηλ to 0. It is negative there: the step goes past
    the minimum. How far?
kept = np.minimum(1, (1 - lr * curvatures) ** 2) * squares
    In your steps no distance grows, however large the rate is. Above which ηλ is (1 − ηλ)² larger
    than 1?
kept = squares
    Without noise nothing shrinks. What does a step do to the distance a?
noise = lr * variances / B
    The step adds −ηe to the distance, so its square has η².
noise = lr**2 * variances
    A batch of B samples has a smaller error than one sample. What is the variance of a mean?
noise = lr**2 * variances / np.sqrt(B)
    You divide the variance by √B. It is the standard deviation that falls with √B.
noise = lr**2 * variances / B**2
    The variance of a mean of B independent numbers is that of one divided by B, not by B².
noise = lr**2 * variances**2 / B
    `variances` are mean squares already. Do not square them again.
noise = lr**2 * curvatures * variances / B
    The step is −η times the gradient's error. The curvature multiplies the distance, not the error.
noise = 0
    This is gradient descent without noise. What does the error of each gradient add?
squares = kept - noise
    Noise never lowers the mean square: its own square is added.
gap = np.sum(curvatures * squares)
    The gap of a quadratic is half of the sum of λ a².
gap = np.sum(squares) / 2
    A distance costs more in a steep direction. Which factor has a² in the loss?
gap = np.mean(curvatures * squares) / 2
    The gap is the sum over the directions, not their mean.
gap = curvatures * squares / 2
    You keep the directions apart. One number is wanted after each step.
for B, lr in zip(batches[:1], rates[:1], strict=True):
    Only the first step is made. Is the `return` inside the loop?
for B, lr in zip(batches, [rates[0]] * len(rates), strict=True):
    Every step uses the first rate. Each step has its own.
for B, lr in zip([batches[0]] * len(rates), rates, strict=True):
    Every step uses the first batch size. Each step has its own.
return np.array(gaps[-1:])
    Only the last gap is returned. One number is wanted for each step.
"""),
)
