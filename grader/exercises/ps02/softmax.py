"""``softmax(u) -> (N, K)``: scores of any size become probabilities."""

from typing import Any

import numpy as np

from course_lib.functional import softmax
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
from grader.exercises.ps02.squared_error import by_columns

LARGE, APART = "large scores", "rows far apart"


def batch(rng: np.random.Generator, about: str, n: int, n_classes: int) -> Case:
    return case(about, u=1.5 * rng.normal(size=(n, n_classes)))


def far_apart(rng: np.random.Generator, about: str, heights: list[float]) -> Case:
    """A row of scores around each height; in three rows one score lies far below the others."""
    u = np.array(heights)[:, None] + rng.normal(size=(len(heights), 3))
    u[0, 1] -= 4000
    u[1, 2] -= 4000
    u[2, 0] -= 4000
    return case(about, u=u)


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 3, 4)
    return [
        batch(rng, "one row, two classes", 1, 2),
        batch(rng, "more rows than classes", 6, 3),
        batch(rng, "as many rows as classes", 4, 4),
        single | {"u": single["u"].astype(np.float32)},
        by_columns(batch(rng, "stored column by column", 3, 5)),
        far_apart(rng, LARGE, [1000.0, 1000.0, 1000.0]),
        far_apart(rng, APART, [1000.0, -1000.0, 0.0, -1000.0]),
    ]


MODERATE = (
    "one row, two classes",
    "more rows than classes",
    "as many rows as classes",
    "float32",
    "stored column by column",
)


def run(softmax: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    softmax(case["u"] * 2)
    return {"y": softmax(case["u"])}


def not_shifted(u: Any) -> Any:
    e = np.exp(u)
    return e / e.sum(axis=1, keepdims=True)


def one_shift_for_all(u: Any) -> Any:
    e = np.exp(u - u.max())
    return e / e.sum(axis=1, keepdims=True)


def shifted_by_the_mean(u: Any) -> Any:
    e = np.exp(u - u.mean(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def clipped(u: Any) -> Any:
    e = np.exp(np.clip(u, -100, 100))
    return e / e.sum(axis=1, keepdims=True)


def over_rows(u: Any) -> Any:
    e = np.exp(u - u.max(axis=0))
    return e / e.sum(axis=0)


def over_everything(u: Any) -> Any:
    e = np.exp(u - u.max())
    return e / e.sum()


def sum_without_keepdims(u: Any) -> Any:
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


def not_shifted_without_keepdims(u: Any) -> Any:
    e = np.exp(u)
    return e / e.sum(axis=1)


def max_without_keepdims(u: Any) -> Any:
    e = np.exp(u - u.max(axis=1))
    return e / e.sum(axis=1, keepdims=True)


def not_divided(u: Any) -> Any:
    return np.exp(u - u.max(axis=1, keepdims=True))


def without_exp(u: Any) -> Any:
    return u / u.sum(axis=1, keepdims=True)


def sigmoids(u: Any) -> Any:
    e = np.exp(-np.abs(u))
    return np.where(u >= 0, 1, e) / (1 + e)


def logarithm(u: Any) -> Any:
    u = u - u.max(axis=1, keepdims=True)
    return u - np.log(np.exp(u).sum(axis=1, keepdims=True))


def minus_in_the_exponent(u: Any) -> Any:
    e = np.exp(u.min(axis=1, keepdims=True) - u)
    return e / e.sum(axis=1, keepdims=True)


def small_number_below(u: Any) -> Any:
    e = np.exp(u - u.max())
    return e / (e.sum(axis=1, keepdims=True) + 1e-12)


def in_place(u: Any) -> Any:
    u -= u.max(axis=1, keepdims=True)
    e = np.exp(u)
    return e / e.sum(axis=1, keepdims=True)


exercise = Exercise(
    name="softmax",
    takes=("softmax",),
    points=2,
    reference=(softmax,),
    cases=cases,
    run=run,
    judge=[
        values("y", weight=6, cases=MODERATE, title=_("moderate scores")),
        values("y", weight=3, cases=LARGE, title=_("scores around 1000")),
        values("y", weight=2, cases=APART, title=_("each row whatever the others are")),
        shapes("y", cases=MODERATE),
        dtype("y", cases=MODERATE),
        unchanged_inputs(cases=MODERATE),
    ],
    mistakes=[
        Mistake(
            not_shifted,
            hint=_(
                "Scores of 1000 give nan, since `np.exp(1000)` is infinite. Which number may you "
                "take from all scores of a row without changing its softmax?"
            ),
        ),
        Mistake(
            one_shift_for_all,
            hint=_(
                "One shift is used for the whole batch. A row far below the largest score becomes "
                "0/0: let every row have its own."
            ),
        ),
        Mistake(
            shifted_by_the_mean,
            hint=_(
                "You do shift the scores, but where one of a row lies 4,000 below the others, "
                "their exponentials still overflow. After which shift is no exponent above 0?"
            ),
        ),
        Mistake(
            clipped,
            hint=_(
                "Scores around 1000 all get the same probability: cut off at a limit, they look "
                "alike. A shift keeps their differences, and only these matter."
            ),
        ),
        Mistake(
            over_rows,
            hint=_(
                "The columns sum to 1. The probabilities of one sample, one row, have to: which "
                "axis is that?"
            ),
        ),
        Mistake(
            over_everything,
            hint=_(
                "All N·K probabilities together sum to 1. Each row has to: sum over axis 1 and "
                "keep the axis (`keepdims=True`) so that the division fits."
            ),
        ),
        Mistake(
            sum_without_keepdims,
            hint=_(
                "The row sums have shape (N,) and are laid along the columns, which fails or, for "
                "N = K, divides by the wrong ones. `keepdims=True` makes them (N, 1)."
            ),
        ),
        Mistake(
            not_shifted_without_keepdims,
            hint=_(
                "Two things. The row sums have shape (N,) and are laid along the columns: with "
                "`keepdims=True` they are (N, 1) and fit. And scores of 1000 overflow in `np.exp`: "
                "which number may you take from all scores of a row before?"
            ),
        ),
        Mistake(
            max_without_keepdims,
            hint=_(
                "The rows' maxima have shape (N,) and are laid along the columns, which fails or, "
                "for N = K, shifts by the wrong ones. `keepdims=True` makes them (N, 1)."
            ),
        ),
        Mistake(
            not_divided,
            hint=_("The largest entry of each row is 1, so the rows sum to more than 1."),
        ),
        Mistake(
            without_exp,
            hint=_(
                "The scores themselves are divided by their sum, and negative ones give negative "
                "probabilities. Make them positive first: the formula says how."
            ),
        ),
        Mistake(
            sigmoids,
            hint=_(
                "These are sigmoids, each score by itself: a row need not sum to 1. In a softmax "
                "the classes share a sum of 1."
            ),
        ),
        Mistake(
            logarithm,
            hint=_("These are the logarithms; here the probabilities are asked for."),
        ),
        Mistake(
            minus_in_the_exponent,
            hint=_("The highest score gets the lowest probability: look at the sign in exp."),
        ),
        Mistake(
            small_number_below,
            hint=_(
                "Rows far below the largest score of the batch get zeros: the small number in the "
                "denominator hides a 0/0. With a shift of its own no row needs it."
            ),
        ),
        Mistake(
            in_place,
            hint=_(
                "The values are right, but `u` itself was changed, and whoever called you still "
                "needs it. `u = u - …` makes a new array, `u -= …` does not."
            ),
        ),
    ],
    answers=(
        "course_lib.functional.softmax",
        "course_lib.functional.log_softmax",
        "course_lib.losses.softmax_cross_entropy",
    ),
    returns="an array like u",
    hints=(
        _("Two steps for each row: exponentials, and a division that makes them sum to 1."),
        _(
            "exp(u − c) / Σ exp(u − c) is the same for every number c, because exp(−c) cancels. "
            "Choose c for each row so that no exponent is above 0. Keep the axis of whatever you "
            "take over a row, so that (N, 1) fits under (N, K)."
        ),
        _(
            "Smaller: u = [[0, log 3]] has the exponentials 1 and 3, so y = [[1/4, 3/4]]. For "
            "[[1000, 1000 + log 3]], take 1000 + log 3 off first: exp(−log 3) = 1/3 and exp(0) = "
            "1, and again y = [[1/4, 3/4]]."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
