"""``soft_dtw(x, y, gamma) -> (value, dx)``: how far two sequences are apart, time being elastic."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, shapes, step, unchanged_inputs, values


def soft_dtw(x, y, gamma):
    r = x[:, None] - y[None]
    cost, slope = np.sum(r**2, axis=2), 2 * r
    T_x, T_y = cost.shape
    steps = (1, 0), (0, 1), (1, 1)
    R = np.full((T_x + 1, T_y + 1), np.inf)
    R[0, 0] = 0
    shares = {}
    for i in range(1, T_x + 1):
        for j in range(1, T_y + 1):
            ways = np.array([R[i - p, j - q] for p, q in steps])
            low = ways.min()
            weights = np.exp((low - ways) / gamma)
            R[i, j] = cost[i - 1, j - 1] + low - gamma * np.log(weights.sum())
            shares[i, j] = weights / weights.sum()
    E = np.zeros((T_x + 1, T_y + 1))
    E[T_x, T_y] = 1
    for i in range(T_x, 0, -1):
        for j in range(T_y, 0, -1):
            for (p, q), share in zip(steps, shares[i, j], strict=True):
                E[i - p, j - q] += E[i, j] * share
    dx = np.sum(E[1:, 1:, None] * slope, axis=1)
    return R[T_x, T_y], dx


def sequences(
    rng: np.random.Generator, about: str, T_x: int, T_y: int, D: int, gamma: float, size: float = 1
) -> Case:
    """Sequences whose elements are all apart; ``size`` scales them."""
    x = rng.uniform(-1, 1, size=(T_x, D)) + np.linspace(0, 1, T_x)[:, None]
    y = rng.uniform(-1, 1, size=(T_y, D)) + np.linspace(0.4, 1.8, T_y)[:, None]
    return case(about, x=size * x, y=size * y, gamma=gamma * float(rng.uniform(0.8, 1.2)))


def far_apart(rng: np.random.Generator, about: str) -> Case:
    """One alignment is by far the cheapest, and costs thousands of gamma."""
    x = np.array([0.0, 30, 60, 30]) + rng.uniform(-2, 2, size=4)
    y = np.array([0.0, 30, 30, 60, 30]) + 10 + rng.uniform(-2, 2, size=5)
    return case(about, x=x[:, None], y=y[:, None], gamma=float(rng.uniform(0.03, 0.05)))


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        sequences(rng, "one element each", 1, 1, 2, 0.5),
        sequences(rng, "one element against three", 1, 3, 2, 0.7),
        sequences(rng, "three elements against one", 3, 1, 1, 0.7),
        sequences(rng, "two against two", 2, 2, 1, 1.0),
        sequences(rng, "three against two", 3, 2, 2, 1.5),
        sequences(rng, "four against five", 4, 5, 2, 2.0),
        sequences(rng, "a small gamma", 5, 4, 1, 0.05),
        sequences(rng, "a large gamma and a value below 0", 3, 4, 2, 30.0),
        far_apart(rng, "far apart"),
    ]


SHORT = ("one element each", "one element against three", "three elements against one")
LONG = (
    "two against two",
    "three against two",
    "four against five",
    "a small gamma",
    "a large gamma and a value below 0",
)
NEAR: Any = {"rtol": 1e-5, "atol": 1e-6}  # room for gradients by central differences

exercise = function(
    soft_dtw,
    returns="value, dx",
    points=1,
    cases=cases,
    judge=[
        values("value", weight=2, cases=SHORT, title="the value, with a single alignment", **NEAR),
        values("value", weight=3, cases=LONG, title="the value, with many alignments", **NEAR),
        values("dx", weight=1, cases=SHORT, title="dx, with a single alignment", **NEAR),
        values("dx", weight=3, cases=LONG, title="dx, with many alignments", **NEAR),
        values("value", "dx", cases="far apart", title="sequences far apart", **NEAR),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("course_lib.losses.soft_dtw",),
    hints=(
        step(
            "Fill a table R cell by cell: what does it cost to arrive at pair (i, j), if the three "
            "neighbours before it are known?",
            *("the value, with a single alignment", "the value, with many alignments"),
        ),
        step(
            "x_i has a share in the cost of every pair (i, j). What is the derivative of that "
            "cost, and with which probability does an alignment take the pair?",
            *("dx, with a single alignment", "dx, with many alignments"),
        ),
        step(
            "Far apart, exp(−R/γ) is rounded to 0. What can be taken out of the three numbers "
            "before the exponential, so that one of them becomes 0?",
            "sequences far apart",
        ),
        "R[i, j] = cost[i, j] + softmin of three neighbours, with a border of infinity and "
        "R[0, 0] = 0. Each neighbour's share of a softmin is exp((softmin − neighbour)/γ). "
        "Back from the end, E[i, j] collects E of the cells behind it times those shares; dx_i "
        "is the sum of E[i, j]·2·(x_i − y_j) over j.",
        "Smaller: x = [[0], [1]], y = [[0], [2]], γ = 1. cost = [[0, 4], [1, 1]]. R = [[0, 4], "
        "[1, 1 + softmin(4, 1, 0)]]; softmin = −log(e⁻⁴ + e⁻¹ + 1) = −0.327, so the value is "
        "0.673. Shares: 0.013, 0.265, 0.721. E = [[1, 0.013], [0.265, 1]], and dx = "
        "[[0.013·2·(−2)], [0.265·2·1 + 1·2·(−1)]] = [[−0.053], [−1.469]].",
    ),
)

COST = "np.sum(r**2, axis=2), 2 * r"
WEIGHTS = "np.exp((low - ways) / gamma)"
SOFTMIN = "low - gamma * np.log(weights.sum())"
STEPS = "(1, 0), (0, 1), (1, 1)"
RETURNED = "return R[T_x, T_y], dx"
VALUE = ("the value, with a single alignment", "the value, with many alignments")

exercise.slip(
    WEIGHTS,
    "np.arange(3) == ways.argmin()",
    "This is plain dynamic time warping: only the best alignment counts. With `gamma` the others "
    "count as well: −γ·log Σ exp(−·/γ) in place of the minimum.",
)
exercise.slip(
    "np.inf",
    "0.0",
    "An alignment may begin anywhere here: the border of the table holds zeros. Only the corner is "
    "free; what makes all other ways out of the border impossible?",
)
exercise.slip(
    COST,
    "np.linalg.norm(r, axis=2), r / np.linalg.norm(r, axis=2)[..., None]",
    "The cost of a pair is the SQUARED Euclidean distance.",
)
exercise.slip(
    COST,
    "np.sum(r**2, axis=2) / 2, r",
    "Value and gradient come out of half the squared distances.",
)
exercise.slip(
    COST,
    "np.sum(np.abs(r), axis=2), np.sign(r)",
    "The cost adds up absolute values. It is the sum of squares.",
)
exercise.slip(
    "[R[i - p, j - q] for p, q in steps]",
    "[R[i - p, j - q] if p + q < 2 or i == j == 1 else np.inf for p, q in steps]",
    "A step in both sequences at once never happens. Which three neighbours lead to a cell?",
)
exercise.slip(
    STEPS,
    "(0, 1), (1, 1)",
    "The ways come from the left and from the diagonal only, so that no element of y can be met "
    "twice. Three neighbours lead to a cell.",
)
exercise.slip(
    f"low = ways.min()\n            weights = {WEIGHTS}\n"
    f"            R[i, j] = cost[i - 1, j - 1] + {SOFTMIN}",
    "low = ways[np.isfinite(ways)].max()\n"
    "            weights = np.where(np.isfinite(ways), np.exp((ways - low) / gamma), 0)\n"
    "            R[i, j] = cost[i - 1, j - 1] + low + gamma * np.log(weights.sum())",
    "Alignments of high cost count most: the sign in the exponent, and that before γ·log.",
)
exercise.slip(
    SOFTMIN,
    "low - np.log(weights.sum())",
    "γ divides inside the exponential; before the logarithm it is missing.",
)
exercise.slip(
    "r = x[:, None] - y[None]",
    "gamma, r = 1, x[:, None] - y[None]",
    "`gamma` is not used: the result is that of γ = 1.",
)
exercise.slip(
    "r = x[:, None] - y[None]",
    "gamma, r = 1 / gamma, x[:, None] - y[None]",
    "γ is upside down: a SMALL γ is to come near the plain minimum.",
)
exercise.slip(
    SOFTMIN,
    "np.sum((weights * ways)[weights > 0]) / weights.sum()",
    "You take a mean with soft weights. The soft minimum is −γ·log Σ exp(−·/γ), which lies BELOW "
    "the minimum.",
)
exercise.slip(
    SOFTMIN,
    "low - gamma * np.log(weights.mean())",
    "Inside the logarithm there is a sum of exponentials, no mean.",
)
exercise.slip(
    "low = ways.min()",
    "low = 0",
    "Far apart, all exponentials are rounded to 0, and log 0 is infinite. Take the smallest of the "
    "three out of the sum first: one exponential is 1 then.",
)
exercise.slip(
    "2 * r",
    "r",
    "The value is right, `dx` half of what it should be: the slope of a square?",
    needs=VALUE,
)
exercise.slip(
    "2 * r",
    "-2 * r",
    "The value is right, `dx` has the wrong sign: is it x − y or y − x?",
    needs=VALUE,
)
exercise.slip(
    "slope, axis=1",
    "-slope, axis=0",
    "The value is right; what came with it is the gradient for y, not for x.",
    needs=VALUE,
)
exercise.slip(
    "E[1:, 1:, None] * slope",
    "slope",
    "In `dx` every pair of elements counts in full. It counts with the probability E that an "
    "alignment takes its cell.",
)
exercise.slip(
    RETURNED,
    "return R[T_x, T_y] / (T_x + T_y), dx / (T_x + T_y)",
    "You divide by the lengths of the sequences. The definition has no mean.",
)


@exercise.mistake(needs=VALUE)
def gradient_of_the_best(x, y, gamma):
    """The value is soft, but `dx` follows the best alignment alone. Every cell counts with the
    probability E that an alignment takes it.
    """
    return soft_dtw(x, y, gamma)[0], soft_dtw(x, y, 1e-9)[1]


@exercise.mistake
def not_to_the_end(x, y, gamma):
    """The last pair is left out: alignments end at the last cell, its cost included."""
    if len(x) == 1 or len(y) == 1:
        return soft_dtw(x, y, gamma)
    value, dx = soft_dtw(x[:-1], y[:-1], gamma)
    return value, np.concatenate([dx, np.zeros_like(x[-1:])])
