"""``log_softmax(u) -> (N, K)``: logarithms of probabilities, also of the tiniest."""

from typing import Any

import numpy as np

from course_lib.functional import log_softmax
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps02.softmax import APART, LARGE, MODERATE, batch, cases


def run(log_softmax: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    log_softmax(case["u"] * 2)
    return {"log_p": log_softmax(case["u"])}


def log_of_softmax(u: Any) -> Any:
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return np.log(e / e.sum(axis=1, keepdims=True))


def log_of_overflowing_softmax(u: Any) -> Any:
    e = np.exp(u)
    return np.log(e / e.sum(axis=1, keepdims=True))


def small_number_in_the_log(u: Any) -> Any:
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return np.log(e / e.sum(axis=1, keepdims=True) + 1e-12)


def not_shifted(u: Any) -> Any:
    return u - np.log(np.exp(u).sum(axis=1, keepdims=True))


def one_shift_for_all(u: Any) -> Any:
    u = u - u.max()
    return u - np.log(np.exp(u).sum(axis=1, keepdims=True))


def shift_not_put_back(u: Any) -> Any:
    shifted = u - u.max(axis=1, keepdims=True)
    return u - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def shift_put_back_to_the_result(u: Any) -> Any:
    highest = u.max(axis=1, keepdims=True)
    shifted = u - highest
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)) - highest


def no_logarithm(u: Any) -> Any:
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - np.exp(shifted).sum(axis=1, keepdims=True)


def divided(u: Any) -> Any:
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted / np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def sum_of_logarithms(u: Any) -> Any:
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - shifted.sum(axis=1, keepdims=True)


def probabilities(u: Any) -> Any:
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def negative(u: Any) -> Any:
    shifted = u - u.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1, keepdims=True)) - shifted


def over_rows(u: Any) -> Any:
    shifted = u - u.max(axis=0)
    return shifted - np.log(np.exp(shifted).sum(axis=0))


def over_everything(u: Any) -> Any:
    shifted = u - u.max()
    return shifted - np.log(np.exp(shifted).sum())


def sum_without_keepdims(u: Any) -> Any:
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1))


def max_without_keepdims(u: Any) -> Any:
    shifted = u - u.max(axis=1)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def in_place(u: Any) -> Any:
    u -= u.max(axis=1, keepdims=True)
    return u - np.log(np.exp(u).sum(axis=1, keepdims=True))


exercise = Exercise(
    name="log_softmax",
    takes=("log_softmax",),
    points=2,
    reference=(log_softmax,),
    cases=cases,
    run=run,
    judge=[
        values("log_p", weight=6, cases=MODERATE, title=_("moderate scores")),
        # rtol: a score 4,000 below the others is most of the scale, and the others have to show.
        values(
            "log_p",
            weight=3,
            cases=LARGE,
            rtol=1e-8,
            title=_("scores around 1000, the lost ones among them"),
        ),
        values(
            "log_p", weight=2, cases=APART, rtol=1e-8, title=_("each row whatever the others are")
        ),
        shapes("log_p", cases=MODERATE),
        dtype("log_p", cases=MODERATE),
        unchanged_inputs(cases=MODERATE),
    ],
    mistakes=[
        Mistake(
            log_of_softmax,
            hint=_(
                "Where a probability is rounded to 0, its logarithm is −inf, though it is about "
                "−4000 there. log(a/b) = log a − log b: which of the two logarithms need not be "
                "computed at all?"
            ),
        ),
        Mistake(
            log_of_overflowing_softmax,
            hint=_(
                "Scores of 1000 overflow in `np.exp`, and a lost probability has the logarithm "
                "−inf. Shift each row first; then write log(a/b) as log a − log b: which of the "
                "two logarithms need not be computed at all?"
            ),
        ),
        Mistake(
            small_number_in_the_log,
            hint=_(
                "The small number inside the logarithm puts a floor under it: −4000 becomes −27.6, "
                "and every value is a little off. Write log(a/b) as log a − log b instead."
            ),
        ),
        Mistake(
            not_shifted,
            hint=_(
                "Scores of 1000 overflow in `np.exp`, and the logarithm comes too late. Shift each "
                "row before: what does that do to the result?"
            ),
        ),
        Mistake(
            one_shift_for_all,
            hint=_(
                "One shift is used for the whole batch. A row far below the largest score gets the "
                "logarithm of 0: let every row have its own."
            ),
        ),
        Mistake(
            shift_not_put_back,
            hint=_(
                "Inside the exponential the scores are shifted, outside they are not. Then each "
                "row is off by its largest score: use the same scores in both places."
            ),
        ),
        Mistake(
            shift_put_back_to_the_result,
            hint=_(
                "The largest score of the row was taken off once too often. If both terms are "
                "made of shifted scores, the shift has cancelled already."
            ),
        ),
        Mistake(
            no_logarithm,
            hint=_("The sum of the exponentials is subtracted as it is. What is log(a/b)?"),
        ),
        Mistake(
            divided,
            hint=_("The logarithm of a quotient is a difference, and not a quotient."),
        ),
        Mistake(
            sum_of_logarithms,
            hint=_(
                "The scores were added up instead of their exponentials. The logarithm of a sum "
                "is not the sum of the logarithms."
            ),
        ),
        Mistake(
            probabilities,
            hint=_("These are the probabilities; here their logarithms are asked for."),
        ),
        Mistake(
            negative,
            hint=_("The signs are turned: logarithms of probabilities are never positive."),
        ),
        Mistake(
            over_rows,
            hint=_(
                "exp of your result sums to 1 down the columns. The probabilities of one sample, "
                "one row, have to: which axis is that?"
            ),
        ),
        Mistake(
            over_everything,
            hint=_(
                "All N·K probabilities together sum to 1. Each row has to: sum over axis 1 and "
                "keep the axis (`keepdims=True`)."
            ),
        ),
        Mistake(
            sum_without_keepdims,
            hint=_(
                "The logarithms of the row sums have shape (N,) and are laid along the columns, "
                "which fails or, for N = K, takes the wrong ones. `keepdims=True` makes them "
                "(N, 1)."
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
        _("Start from log(a/b) = log a − log b, with a = exp(u) and b = Σ exp(u)."),
        _(
            "log exp(u) is u: no exponential is needed there. In log Σ exp(u) shift the row by its "
            "maximum first; shift the u in front as well, and the shift cancels."
        ),
        _(
            "Smaller: u = [[1000, 1000 + log 3]] becomes [[−log 3, 0]] after the shift. Σ exp is "
            "1/3 + 1 = 4/3 and its logarithm 0.288, so log_p = [[−1.099 − 0.288, −0.288]] = "
            "[[−1.386, −0.288]], the logarithms of 1/4 and 3/4."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
