"""``soft_dtw(x, y, gamma) -> (value, dx)``: how far two sequences are apart, time being elastic."""

from typing import Any

import numpy as np

from course_lib.losses import soft_dtw
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values


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


def run(soft_dtw: Any, case: Case) -> dict[str, Any]:
    value, dx = soft_dtw(case["x"], case["y"], case["gamma"])
    return {"value": value, "dx": dx}


def squared_cost(r: Any) -> tuple[Any, Any]:
    return np.sum(r * r, axis=2), 2 * r


def length_cost(r: Any) -> tuple[Any, Any]:
    d = np.sqrt(np.sum(r * r, axis=2))
    return d, r / d[:, :, None]


def soft_minimum(ways: list[float], gamma: float) -> tuple[float, list[float]]:
    """Its value, and how much it grows with each of the ways."""
    best = min(ways)
    weights = [np.exp((best - way) / gamma) for way in ways]
    total = sum(weights)
    return best - gamma * np.log(total), [w / total for w in weights]


def hard_minimum(ways: list[float], gamma: float) -> tuple[float, list[float]]:
    return min(ways), [float(i == int(np.argmin(ways))) for i in range(len(ways))]


def table(
    x: Any,
    y: Any,
    gamma: float,
    *,
    cost_of: Any = squared_cost,
    minimum: Any = soft_minimum,
    moves: Any = ((1, 0), (0, 1), (1, 1)),
    border: float = np.inf,
    width: int = 0,
) -> tuple[float, Any, Any]:
    """Value, E and dx of the recursion, with some of its parts replaced."""
    cost, slope = cost_of(x[:, None, :] - y[None, :, :])
    n, m = cost.shape
    R = np.full((n + 1, m + 1), border)
    R[0, 0] = 0
    came: dict[Any, Any] = {}
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            ways = [R[i - p, j - q] for p, q in moves]
            low, came[i, j] = (
                minimum(ways, gamma) if np.isfinite(min(ways)) else (np.inf, [0.0] * len(moves))
            )
            R[i, j] = cost[i - 1, j - 1] + low
    E = np.zeros((n + 1, m + 1))
    E[n, m] = 1
    for i in range(n, 0, -1):
        for j in range(m, 0, -1):
            for (p, q), share in zip(moves, came[i, j], strict=True):
                E[i - p, j - q] += E[i, j] * share
    return float(R[n, m]), E[1:, 1:], np.sum(E[1:, 1:, None] * slope, axis=1)


def wrong(name: str, hint: str, **parts: Any) -> Mistake:
    """The recursion with one of its parts replaced."""

    def soft_dtw(x: Any, y: Any, gamma: float) -> Any:
        value, _E, dx = table(x, y, gamma, **parts)
        return value, dx

    return Mistake(soft_dtw, hint, name=name)


def value_only(x: Any, y: Any, gamma: float, **parts: Any) -> float:
    return table(x, y, gamma, **parts)[0]


def plain_exponentials(ways: list[float], gamma: float) -> tuple[float, list[float]]:
    weights = [np.exp(np.float64(-way / gamma)) for way in ways]
    total = sum(weights)
    return float(-gamma * np.log(total)), [w / total for w in weights]


def soft_maximum(ways: list[float], gamma: float) -> tuple[float, list[float]]:
    finite = [way for way in ways if np.isfinite(way)]
    best = max(finite)
    weights = [np.exp((way - best) / gamma) if np.isfinite(way) else 0.0 for way in ways]
    return best + gamma * np.log(sum(weights)), [w / sum(weights) for w in weights]


def gamma_inside_only(ways: list[float], gamma: float) -> tuple[float, list[float]]:
    low, shares = soft_minimum(ways, gamma)
    best = min(ways)
    return best + (low - best) / gamma, shares


def gamma_of_one(ways: list[float], gamma: float) -> tuple[float, list[float]]:
    return soft_minimum(ways, 1.0)


def gamma_upside_down(ways: list[float], gamma: float) -> tuple[float, list[float]]:
    return soft_minimum(ways, 1 / gamma)


def weighted_mean(ways: list[float], gamma: float) -> tuple[float, list[float]]:
    _low, shares = soft_minimum(ways, gamma)
    return sum(s * w for s, w in zip(shares, ways, strict=True) if s > 0), shares


def mean_in_the_logarithm(ways: list[float], gamma: float) -> tuple[float, list[float]]:
    low, shares = soft_minimum(ways, gamma)
    return low + gamma * np.log(len(ways)), shares


def without_two(x: Any, y: Any, gamma: float) -> Any:
    value, _E, dx = table(x, y, gamma)
    return value, dx / 2


def gradient_of_y(x: Any, y: Any, gamma: float) -> Any:
    value, E, _dx = table(x, y, gamma)
    return value, 2 * np.sum(E[:, :, None] * (y[None] - x[:, None]), axis=0)


def gradient_turned(x: Any, y: Any, gamma: float) -> Any:
    value, _E, dx = table(x, y, gamma)
    return value, -dx


def gradient_of_the_best(x: Any, y: Any, gamma: float) -> Any:
    return value_only(x, y, gamma), table(x, y, gamma, minimum=hard_minimum)[2]


def all_pairs(x: Any, y: Any, gamma: float) -> Any:
    value, E, _dx = table(x, y, gamma)
    return value, 2 * np.sum(x[:, None] - y[None], axis=1) + 0 * E.sum()


def per_step(x: Any, y: Any, gamma: float) -> Any:
    value, _E, dx = table(x, y, gamma)
    return value / (len(x) + len(y)), dx / (len(x) + len(y))


def not_to_the_end(x: Any, y: Any, gamma: float) -> Any:
    if len(x) < 2 or len(y) < 2:
        value, _E, dx = table(x, y, gamma)
        return value, dx
    value, _E, dx = table(x[:-1], y[:-1], gamma)
    return value, np.concatenate([dx, np.zeros_like(x[-1:])])


SHORT = ("one element each", "one element against three", "three elements against one")
LONG = (
    "two against two",
    "three against two",
    "four against five",
    "a small gamma",
    "a large gamma and a value below 0",
)
NEAR: Any = {"rtol": 1e-5, "atol": 1e-6}

exercise = Exercise(
    name="soft_dtw",
    takes=("soft_dtw",),
    points=1,
    reference=(soft_dtw,),
    cases=cases,
    run=run,
    # Room for gradients by central differences, which are right, too.
    judge=[
        values(
            "value", weight=2, cases=SHORT, title=_("the value, with a single alignment"), **NEAR
        ),
        values("value", weight=3, cases=LONG, title=_("the value, with many alignments"), **NEAR),
        values("dx", weight=1, cases=SHORT, title=_("dx, with a single alignment"), **NEAR),
        values("dx", weight=3, cases=LONG, title=_("dx, with many alignments"), **NEAR),
        values("value", "dx", cases="far apart", title=_("sequences far apart"), **NEAR),
        shapes(),
        unchanged_inputs(),
    ],
    mistakes=[
        wrong(
            "hard minimum",
            _(
                "This is plain dynamic time warping: only the best alignment counts. With `gamma` "
                "the others count as well: −γ·log Σ exp(−·/γ) in place of the minimum."
            ),
            minimum=hard_minimum,
        ),
        wrong(
            "border of zeros",
            _(
                "An alignment may begin anywhere here: the border of the table holds zeros. Only "
                "the corner is free; what makes all other ways out of the border impossible?"
            ),
            border=0.0,
        ),
        wrong(
            "not squared",
            _("The cost of a pair is the SQUARED Euclidean distance."),
            cost_of=length_cost,
        ),
        wrong(
            "half the square",
            _("Value and gradient come out of half the squared distances."),
            cost_of=lambda r: (0.5 * np.sum(r * r, axis=2), r),
        ),
        wrong(
            "absolute values",
            _("The cost adds up absolute values. It is the sum of squares."),
            cost_of=lambda r: (np.sum(np.abs(r), axis=2), np.sign(r)),
        ),
        wrong(
            "no diagonal",
            _(
                "A step in both sequences at once is missing: besides (1, 0) and (0, 1) there is "
                "(1, 1)."
            ),
            moves=((1, 0), (0, 1)),
        ),
        wrong(
            "diagonal only once",
            _(
                "The ways come from the left and from the diagonal only, so that no element of y "
                "can be met twice. Three neighbours lead to a cell."
            ),
            moves=((0, 1), (1, 1)),
        ),
        wrong(
            "maximum",
            _("The dear alignments count most: the sign in the exponent, and that before γ·log."),
            minimum=soft_maximum,
        ),
        wrong(
            "gamma inside only",
            _("γ divides inside the exponential; before the logarithm it is missing."),
            minimum=gamma_inside_only,
        ),
        wrong(
            "gamma of one",
            _("`gamma` is not used: the result is that of γ = 1."),
            minimum=gamma_of_one,
        ),
        wrong(
            "gamma upside down",
            _("γ is upside down: a SMALL γ is to come near the plain minimum."),
            minimum=gamma_upside_down,
        ),
        wrong(
            "weighted mean",
            _(
                "You take a mean with soft weights. The soft minimum is −γ·log Σ exp(−·/γ), which "
                "lies BELOW the minimum."
            ),
            minimum=weighted_mean,
        ),
        wrong(
            "mean in the logarithm",
            _("Inside the logarithm there is a sum of exponentials, no mean."),
            minimum=mean_in_the_logarithm,
        ),
        wrong(
            "plain exponentials",
            _(
                "Far apart, all exponentials are rounded to 0, and log 0 is infinite. Take the "
                "smallest of the three out of the sum first: one exponential is 1 then."
            ),
            minimum=plain_exponentials,
        ),
        Mistake(
            without_two,
            hint=_("The value is right, `dx` half of what it should be: the slope of a square?"),
        ),
        Mistake(
            gradient_turned,
            hint=_("The value is right, `dx` has the wrong sign: is it x − y or y − x?"),
        ),
        Mistake(
            gradient_of_y,
            hint=_("The value is right; what came with it is the gradient for y, not for x."),
        ),
        Mistake(
            gradient_of_the_best,
            hint=_(
                "The value is soft, but `dx` follows the best alignment alone. Every cell counts "
                "with the probability E that an alignment takes it."
            ),
        ),
        Mistake(
            all_pairs,
            hint=_(
                "In `dx` every pair of elements counts in full. It counts with the probability E "
                "that an alignment takes its cell."
            ),
        ),
        Mistake(
            per_step,
            hint=_("You divide by the lengths of the sequences. The definition has no mean."),
        ),
        Mistake(
            not_to_the_end,
            hint=_(
                "The last pair is left out: alignments end at the last cell, its cost included."
            ),
        ),
    ],
    answers=("course_lib.losses.soft_dtw",),
    returns="(value, dx)",
    hints=(
        _(
            "Fill a table R cell by cell: what does it cost to arrive at pair (i, j), if the three "
            "neighbours before it are known?"
        ),
        _(
            "R[i, j] = cost[i, j] + softmin of three neighbours, with a border of infinity and "
            "R[0, 0] = 0. Each neighbour's share of a softmin is exp((softmin − neighbour)/γ). "
            "Back from the end, E[i, j] collects E of the cells behind it times those shares; dx_i "
            "is the sum of E[i, j]·2·(x_i − y_j) over j."
        ),
        _(
            "Smaller: x = [[0], [1]], y = [[0], [2]], γ = 1. cost = [[0, 4], [1, 1]]. R = [[0, 4], "
            "[1, 1 + softmin(4, 1, 0)]]; softmin = −log(e⁻⁴ + e⁻¹ + 1) = −0.327, so the value is "
            "0.673. Shares: 0.013, 0.265, 0.721. E = [[1, 0.013], [0.265, 1]], and dx = "
            "[[0.013·2·(−2)], [0.265·2·1 + 1·2·(−1)]] = [[−0.053], [−1.469]]."
        ),
    ),
)
