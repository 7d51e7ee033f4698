"""``soft_dtw(x, y, gamma) -> (value, dx)``: soft dynamic time warping: value and gradient."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    mistake,
    shapes,
    slip,
    slips,
    unchanged_inputs,
    values,
)


def soft_dtw(x, y, gamma):
    r = x[:, None] - y[None]
    cost = np.sum(r**2, axis=2)
    slope = 2 * r
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
    """One alignment has by far the lowest cost, thousands of times gamma."""
    x = np.array([0.0, 30, 60, 30]) + rng.uniform(-2, 2, size=4)
    y = np.array([0.0, 30, 30, 60, 30]) + 10 + rng.uniform(-2, 2, size=5)
    return case(about, x=x[:, None], y=y[:, None], gamma=float(rng.uniform(0.03, 0.05)))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "a single alignment": [
            sequences(rng, "one element each", 1, 1, 2, 0.5),
            sequences(rng, "one element against three", 1, 3, 2, 0.7),
            sequences(rng, "three elements against one", 3, 1, 1, 0.7),
        ],
        "many alignments": [
            sequences(rng, "a tiny unit", 4, 5, 1, 1e-3, size=0.05),
            sequences(rng, "two against two", 2, 2, 1, 1.0),
            sequences(rng, "three against two", 3, 2, 2, 1.5),
            sequences(rng, "eight against five", 8, 5, 2, 20.0, size=0.5),
            sequences(rng, "a small gamma", 5, 4, 1, 0.05),
            sequences(rng, "a large gamma and a value below 0", 3, 4, 2, 30.0),
        ],
        "sequences far apart": [far_apart(rng, "far apart")],
    }


NEAR: Any = {"rtol": 1e-5, "atol": 1e-6}  # room for gradients by central differences
VALUE = ("the value, with a single alignment", "the value, with many alignments")


def gradient_of_the_best(x, y, gamma):
    """The value is right, but `dx` uses only the best alignment. Every cell has as weight the
    probability E that an alignment contains it.
    """
    return soft_dtw(x, y, gamma)[0], soft_dtw(x, y, 1e-9)[1]


def not_to_the_end(x, y, gamma):
    """The cost of the last pair is missing. An alignment includes the cost of its last cell."""
    if len(x) == 1 or len(y) == 1:
        return soft_dtw(x, y, gamma)
    value, dx = soft_dtw(x[:-1], y[:-1], gamma)
    return value, np.concatenate([dx, np.zeros_like(x[-1:])])


exercise = function(
    soft_dtw,
    returns="value, dx",
    points=4,
    cases=cases,
    judge=[
        values(
            "value",
            weight=1,
            cases="a single alignment",
            title="the value, with a single alignment",
            **NEAR,
        ),
        values(
            "value",
            weight=1,
            cases="many alignments",
            title="the value, with many alignments",
            **NEAR,
            help="""Fill a table R cell by cell. What is the cost of an alignment up to the pair
            (i, j), if the three neighbours before it are known?""",
        ),
        values(
            "dx", weight=2, cases="a single alignment", title="dx, with a single alignment", **NEAR
        ),
        values(
            "dx",
            weight=5,
            cases="many alignments",
            title="dx, with many alignments",
            **NEAR,
            help="""x_i occurs in the cost of every pair (i, j). What is the derivative of this
            cost, and what is the derivative E[i, j] of the value with respect to it?""",
        ),
        values(
            weight=2,
            cases="sequences far apart",
            alone=False,
            **NEAR,
            help="""Far apart, exp(−R/γ) is rounded to 0. Which number can you subtract from the
            three numbers before the exponential, so that one of them becomes 0?""",
        ),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("course_lib.losses.alignment",),
    hints=(
        "R[i, j] = cost[i, j] + softmin of three neighbours, with a border of infinity and R[0, "
        "0] = 0. Each neighbour's share of a softmin is exp((softmin − neighbour)/γ). Going back "
        "from the end, E[i, j] is the sum of E of the cells after it, times those shares; dx_i "
        "is the sum of E[i, j]·2·(x_i − y_j) over j.",
        "A smaller example: x = [[0], [1]], y = [[0], [2]], γ = 1. cost = [[0, 4], [1, 1]]. R = "
        "[[0, 4], [1, 1 + softmin(4, 1, 0)]]; softmin = −log(e⁻⁴ + e⁻¹ + 1) = −0.327, so the value "
        "is 0.673. Shares: 0.013, 0.265, 0.721. E = [[1, 0.013], [0.265, 1]], and dx = "
        "[[0.013·2·(−2)], [0.265·2·1 + 1·2·(−1)]] = [[−0.053], [−1.469]].",
    ),
    mistakes=(
        *slips("""
weights = np.arange(3) == ways.argmin()
    This is plain dynamic time warping: only the best alignment counts. With `gamma` the others
    count, too: use −γ·log Σ exp(−·/γ) instead of the minimum.
R = np.full((T_x + 1, T_y + 1), 0.0)
    Your alignments may begin anywhere, because the border of the table holds zeros. They have to
    begin at the corner. Which value in the rest of the border excludes all other starts?
cost = np.linalg.norm(r, axis=2)
slope = r / np.linalg.norm(r, axis=2)[..., None]
    The cost of a pair is the SQUARED Euclidean distance.
cost = np.sum(r**2, axis=2) / 2
slope = r
    Value and gradient belong to half the squared distances. The cost has no factor ½.
cost = np.sum(np.abs(r), axis=2)
slope = np.sign(r)
    The cost adds up absolute values. It is the sum of squares.
ways = np.array([R[i - p, j - q] if p + q < 2 or i == j == 1 else np.inf for p, q in steps])
    Your table never steps in both sequences at once. Which three neighbours lead to a cell?
steps = (0, 1), (1, 1)
    You use only the left and the diagonal neighbour, so an alignment cannot use an element of y
    twice. Three neighbours lead to a cell.
low = ways[np.isfinite(ways)].max()
weights = np.where(np.isfinite(ways), np.exp((ways - low) / gamma), 0)
R[i, j] = cost[i - 1, j - 1] + low + gamma * np.log(weights.sum())
    Alignments of high cost count most. Check the sign in the exponent and the sign before γ·log.
R[i, j] = cost[i - 1, j - 1] + low - np.log(weights.sum())
    You divide by γ inside the exponential, but the factor γ before the logarithm is missing.
gamma = 1
    `gamma` is not used: the result is that of γ = 1.
gamma = 1 / gamma
    You use 1/γ in place of γ. With a SMALL γ the result should be close to the minimum.
R[i, j] = cost[i - 1, j - 1] + np.sum((weights * ways)[weights > 0]) / weights.sum()
    You take a weighted mean. The soft minimum is −γ·log Σ exp(−·/γ), which is BELOW the minimum.
R[i, j] = cost[i - 1, j - 1] + low - gamma * np.log(weights.mean())
    Inside the logarithm there is a sum of exponentials, not a mean.
low = 0
    Far apart, all exponentials are rounded to 0, and log 0 is infinite. Subtract the smallest of
    the three numbers first; then one exponential is 1.
"""),
        *slips(
            """
slope = r
    The value is right, but `dx` is half of what it should be. What is the derivative of a square?
slope = -2 * r
    The value is right, but `dx` has the wrong sign. Is it x − y or y − x?
dx = np.sum(E[1:, 1:, None] * -slope, axis=0)
    The value is right, but you return the gradient with respect to y, not to x.
dx = np.sum(E[1:, 1:, None] * slope, axis=0)
    The value is right, but `dx` has a row for each element of y, because you add up over those of
    x. Which costs contain x_i?
""",
            needs=VALUE,
        ),
        *slips("""
dx = np.sum(E[1:, 1:, None] * slope.sum(axis=2, keepdims=True), axis=1) + 0 * x
    In `dx` all coordinates of an element get the same number, because you add up over D. What is
    the derivative of |x_i − y_j|² with respect to a single coordinate of x_i?
dx = np.sum(slope, axis=1)
    In `dx` every pair of elements has weight 1. Its weight is the probability E that an alignment
    contains its cell.
return R[T_x, T_y] / (T_x + T_y), dx / (T_x + T_y)
    You divide by the lengths of the sequences. The definition has no mean.
"""),
        mistake(gradient_of_the_best, needs=VALUE),
        mistake(not_to_the_end),
        *slips(
            """
R[i, j] = cost[i - 1, j - 1] + low + gamma * np.log(weights.sum())
    Your soft minimum lies above the smallest number, but it has to lie below it. Which sign does
    the logarithm have in the formula?
""",
            needs=VALUE[:1],
        ),
        *slips(
            """
E[i - p, j - q] = E[i, j] * share
    The value is right. Up to three later cells use a cell, but yours keeps the contribution of only
    one of them. How does the chain rule combine them?
shares[i, j] = np.exp((R[i, j] - ways) / gamma)
    The value is right. But the three probabilities of a cell have to add up to 1, and yours contain
    the cost of the cell itself. Which numbers does its soft minimum compare?
""",
            needs=VALUE,
        ),
        slip(
            "for i in range(T_x, 0, -1):\n        for j in range(T_y, 0, -1):",
            "for i in range(1, T_x + 1):\n        for j in range(1, T_y + 1):",
            "The value is right, but you go through E from the first cell to the last, so a cell "
            "passes its E on before it has got any. At which cell does E begin?",
            needs=VALUE,
        ),
        slip(
            "zip(steps, shares[i, j], strict=True)",
            "zip(steps, shares[i, j][[1, 0, 2]], strict=True)",
            "The value is right, but the cells above and on the left get each other's share. To "
            "which neighbour does each of the three weights belong?",
            needs=VALUE,
        ),
        slip(
            "zip(steps, shares[i, j], strict=True)",
            "zip(steps, shares[i, j][[1, 2, 0]], strict=True)",
            "The value is right, but you give the first weight to the diagonal neighbour. In which "
            "order do the neighbours of a cell stand in its soft minimum?",
            needs=VALUE,
        ),
        slip(
            "for i in range(T_x, 0, -1):\n        for j in range(T_y, 0, -1):",
            "for i in range(T_x, 1, -1):\n        for j in range(T_y, 1, -1):",
            "The value is right, but row 1 and column 1 of E pass nothing on, because your loops "
            "end before them. Which is the last cell that has to pass on a share?",
            needs=VALUE,
        ),
        slip(
            "E[i - p, j - q] += E[i, j] * share",
            "earlier = shares.get((i - p, j - q), np.zeros(3))\n"
            "                E[i - p, j - q] += E[i, j] * earlier[steps.index((p, q))]",
            "The value is right, but a cell takes its shares by its own weights. The weights of "
            "the later cell say how this cell divides its E among those before it.",
            needs=VALUE,
        ),
        *slips(
            """
E[i - p, j - q] += share
    The value is right, but each cell passes on its weights, whatever its own E is. What is a share
    a share of?
dx = np.sum(E[:-1, :-1, None] * slope, axis=1)
    The value is right, but the E of a cell meets the pair one place further on. Which row of E
    belongs to the first element of x?
dx = 0 * np.sum(slope, axis=1)
    The value is right, but `dx` is 0. The costs contain x. What is the derivative of one of them,
    and how much does it count?
""",
            needs=VALUE,
        ),
        slip(
            "E[i - p, j - q] += E[i, j] * share",
            "E[(i - p - 1) % T_x + 1, (j - q - 1) % T_y + 1] += E[i, j] * share",
            "The value is right, but in `dx` the last cells get a contribution from the first "
            "ones. In Python the index −1 means the last one. Which shape of E leaves room "
            "for the border?",
            needs=VALUE,
        ),
    ),
)
