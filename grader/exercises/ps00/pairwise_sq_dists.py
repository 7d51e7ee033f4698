"""``pairwise_sq_dists(x, y) -> (N, M)``: all squared distances between two sets of points."""

from typing import Any

import numpy as np

from course_lib.preprocessing import pairwise_sq_dists
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)


def points(
    rng: np.random.Generator, about: str, n: int, m: int, d: int, dtype: str = "float64"
) -> Case:
    """Coordinates of both signs, none of them small."""

    def some(rows: int) -> Any:
        size = rng.uniform(0.5, 2, size=(rows, d))
        return (size * rng.choice([-1.0, 1.0], size=(rows, d))).astype(dtype)

    return case(about, x=some(n), y=some(m))


def cases(rng: np.random.Generator) -> list[Case]:
    shared = points(rng, "some points in both sets", 4, 6, 5)
    shared["y"][1], shared["y"][4] = shared["x"][2], shared["x"][0]
    return [
        points(rng, "one point and one point", 1, 1, 2),
        points(rng, "more points in x", 4, 2, 3),
        points(rng, "more points in y", 2, 5, 3),
        points(rng, "N = M = D", 3, 3, 3),
        points(rng, "one feature", 3, 2, 1),
        shared,
        points(rng, "float32", 3, 4, 6, "float32"),
    ]


def run(pairwise_sq_dists: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: results kept outside of the call would show.
    pairwise_sq_dists(case["x"] + 1, case["y"] - 1)
    return {"d": pairwise_sq_dists(case["x"], case["y"])}


def differences(x: Any, y: Any) -> Any:
    """All differences, (N, M, D)."""
    return x[:, None, :] - y[None, :, :]


def distances(x: Any, y: Any) -> Any:
    return np.sqrt((differences(x, y) ** 2).sum(axis=2))


def mean_over_features(x: Any, y: Any) -> Any:
    return (differences(x, y) ** 2).mean(axis=2)


def not_squared(x: Any, y: Any) -> Any:
    return differences(x, y).sum(axis=2)


def city_block(x: Any, y: Any) -> Any:
    return np.abs(differences(x, y)).sum(axis=2)


def squared_after_the_sum(x: Any, y: Any) -> Any:
    return differences(x, y).sum(axis=2) ** 2


def largest_difference(x: Any, y: Any) -> Any:
    return (differences(x, y) ** 2).max(axis=2)


def summed_over_x(x: Any, y: Any) -> Any:
    return (differences(x, y) ** 2).sum(axis=0)


def summed_over_y(x: Any, y: Any) -> Any:
    return (differences(x, y) ** 2).sum(axis=1)


def everything_summed(x: Any, y: Any) -> Any:
    return (differences(x, y) ** 2).sum()


def turned(x: Any, y: Any) -> Any:
    return (differences(x, y) ** 2).sum(axis=2).T


def row_by_row(x: Any, y: Any) -> Any:
    return ((x - y) ** 2).sum(axis=1)


def expanded(x: Any, y: Any, cross: float, of_x: float = 1, of_y: float = 1) -> Any:
    """The expanded square with other factors."""
    x_sq, y_sq = (x**2).sum(axis=1)[:, None], (y**2).sum(axis=1)[None, :]
    return of_x * x_sq + cross * (x @ y.T) + of_y * y_sq


def plus_sign(x: Any, y: Any) -> Any:
    return expanded(x, y, 2)


def factor_two_forgotten(x: Any, y: Any) -> Any:
    return expanded(x, y, -1)


def no_cross_term(x: Any, y: Any) -> Any:
    return expanded(x, y, 0)


def squares_subtracted(x: Any, y: Any) -> Any:
    return expanded(x, y, 0, 1, -1)


def without_x(x: Any, y: Any) -> Any:
    return expanded(x, y, -2, of_x=0)


def without_y(x: Any, y: Any) -> Any:
    return expanded(x, y, -2, of_y=0)


def dot_products(x: Any, y: Any) -> Any:
    return x @ y.T


def lengths_not_squared(x: Any, y: Any) -> Any:
    x_norm, y_norm = np.sqrt((x**2).sum(axis=1)), np.sqrt((y**2).sum(axis=1))
    return x_norm[:, None] - 2 * (x @ y.T) + y_norm[None, :]


def no_column_of_squares(x: Any, y: Any) -> Any:
    return (x**2).sum(axis=1) - 2 * (x @ y.T) + (y**2).sum(axis=1)


def squares_exchanged(x: Any, y: Any) -> Any:
    return (x**2).sum(axis=1)[None, :] - 2 * (x @ y.T) + (y**2).sum(axis=1)[:, None]


def squares_of_columns(x: Any, y: Any) -> Any:
    return (x**2).sum(axis=0)[:, None] - 2 * (x @ y.T) + (y**2).sum(axis=0)[None, :]


def within_x(x: Any, y: Any) -> Any:
    return (differences(x, x) ** 2).sum(axis=2)


def rounded(x: Any, y: Any) -> Any:
    return (differences(x, y) ** 2).sum(axis=2).astype(int)


def double_precision(x: Any, y: Any) -> Any:
    d = np.zeros((x.shape[0], y.shape[0]))
    d[...] = (differences(x, y) ** 2).sum(axis=2)
    return d


exercise = Exercise(
    name="pairwise_sq_dists",
    takes=("pairwise_sq_dists",),
    points=2,
    reference=(pairwise_sq_dists,),
    cases=cases,
    run=run,
    # The expansion leaves rounding errors of either sign where a distance is 0: all of that lies
    # far within the tolerance, clipped or not.
    judge=[
        values("d", cases="one point and one point", title=_("a single pair")),
        values(
            "d",
            weight=4,
            cases=("more points in x", "more points in y", "one feature", "float32"),
            title=_("every point of x with every point of y"),
        ),
        values("d", weight=2, cases="N = M = D", title=_("also where all lengths are equal")),
        values(
            "d",
            cases="some points in both sets",
            title=_("points that lie in both sets are at distance 0"),
        ),
        shapes("d"),
        dtype("d"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            distances,
            hint=_("These are distances. The square was asked for: leave the root away."),
        ),
        Mistake(
            mean_over_features,
            hint=_("Everything is D times too small: the squares are added up, not averaged."),
        ),
        Mistake(
            not_squared,
            hint=_(
                "Differences are added up as they are, and those of opposite sign cancel. What "
                "happens to each of them before the sum?"
            ),
        ),
        Mistake(
            city_block,
            hint=_(
                "You add up the sizes |x − y| (the way through a city with square blocks). Here "
                "every difference is squared."
            ),
        ),
        Mistake(
            squared_after_the_sum,
            hint=_("The sum is squared. Square each difference first, then add up."),
        ),
        Mistake(
            largest_difference,
            hint=_("Only the largest squared difference is left. All D of them count."),
        ),
        Mistake(
            summed_over_x,
            hint=_(
                "The sum ran over the points of x. In an array of shape (N, M, D), which axis has "
                "the features, and which two have to stay?"
            ),
        ),
        Mistake(
            summed_over_y,
            hint=_(
                "The sum ran over the points of y. In an array of shape (N, M, D), which axis has "
                "the features, and which two have to stay?"
            ),
        ),
        Mistake(
            everything_summed,
            hint=_("All pairs were added up to one number: tell the sum its axis."),
        ),
        Mistake(
            turned,
            hint=_("Rows belong to x, columns to y. Yours are the other way round."),
        ),
        Mistake(
            row_by_row,
            hint=_(
                "Each point of x is compared with one point of y only, the one of the same number. "
                "For all pairs, x needs an axis more: which shapes broadcast to (N, M, D)?"
            ),
        ),
        Mistake(
            plus_sign,
            hint=_("(a − b)² = a² − 2ab + b². One of your signs is another."),
        ),
        Mistake(
            factor_two_forgotten,
            hint=_("Multiply out (a − b)² once more: how often does a·b occur?"),
        ),
        Mistake(
            no_cross_term,
            hint=_(
                "You add squared lengths. That is Pythagoras, true for a right angle only. "
                "(a − b)² has a third term."
            ),
        ),
        Mistake(
            squares_subtracted,
            hint=_("a² − b² is (a − b)(a + b). What is (a − b)²?"),
        ),
        Mistake(
            without_x,
            hint=_(
                "The squared lengths of the points of x are missing. (For finding the nearest y "
                "they could be left out. Why?)"
            ),
        ),
        Mistake(without_y, hint=_("The squared lengths of the points of y are missing.")),
        Mistake(
            dot_products,
            hint=_("These are the dot products, one of the three terms of the expanded square."),
        ),
        Mistake(
            lengths_not_squared,
            hint=_(
                "Lengths were put in where squared lengths belong: `np.linalg.norm` has a root."
            ),
        ),
        Mistake(
            no_column_of_squares,
            hint=_(
                "The squared lengths of x, shape (N,), were added along the rows. They belong to "
                "the rows, one a row, and have to stand in a column: (N, 1)."
            ),
        ),
        Mistake(
            squares_exchanged,
            hint=_("The squared lengths of x run along the rows and those of y down the columns."),
        ),
        Mistake(
            squares_of_columns,
            hint=_(
                "The squares were added up down the columns (axis 0), over the points. The length "
                "of a point is a sum over its features."
            ),
        ),
        Mistake(
            within_x,
            hint=_("These are distances from x to x. y is not used."),
        ),
        Mistake(
            rounded,
            hint=_("The distances were rounded down to whole numbers: make an array of floats."),
        ),
        Mistake(
            double_precision,
            hint=_(
                "The values are right, but float32 came in and float64 goes out. `np.zeros(shape)` "
                "is float64 unless you say `dtype=x.dtype`; a result of `x - y` keeps the type by "
                "itself."
            ),
        ),
    ],
    answers=("course_lib.preprocessing.pairwise_sq_dists", "course_lib.losses.soft_dtw"),
    returns="d",
    hints=(
        _(
            "What are the shapes of x, of y, of the result? The result has an axis for the points "
            "of x and one for the points of y. Where do the features go?"
        ),
        _(
            "Either all differences at once: x as (N, 1, D) and y as (1, M, D) broadcast to (N, M, "
            "D), and the sum runs over the last axis. Or multiply out: Σ(x − y)² = Σx² − 2Σxy + "
            "Σy², where the middle sum, for all pairs, is one matrix product."
        ),
        _(
            "Smaller: x = [[1, 2]], y = [[1, 0], [4, 6]]. Differences: [0, 2] and [−3, −4]. "
            "Squares added up: d = [[4, 25]]. Expanded, for the second: 5 − 2·16 + 52 = 25."
        ),
    ),
    grows=lambda rng, n: points(rng, "growing", n, 3, 2),
)
