"""``linear_backward(du, cache) -> (dx, dW, db)``: the way back through ``u = x @ W + b``."""

from typing import Any

from course_lib.functional import linear_backward, linear_forward
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
from grader.exercises.ps04.linear_forward import batch, cases
from grader.exercises.shared_cache import shared_cache


def run(linear_forward: Any, linear_backward: Any, case: Case) -> dict[str, Any]:
    x, W, b, du = case["x"], case["W"], case["b"], case["du"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _u, earlier = linear_forward(x - 1, W + 1, b - 1)
    linear_backward(du + 1, earlier)
    _u, cache = linear_forward(x, W, b)
    linear_forward(x[::-1] + 1, W - 1, b + 1)
    dx, dW, db = linear_backward(du, cache)
    return {"dx": dx, "dW": dW, "db": db}


def mean_over_rows(du: Any, cache: Any) -> Any:
    x, W = cache
    return du @ W.T, x.T @ du / len(x), du.mean(axis=0)


def mean_for_bias_only(du: Any, cache: Any) -> Any:
    x, W = cache
    return du @ W.T, x.T @ du, du.mean(axis=0)


def bias_over_columns(du: Any, cache: Any) -> Any:
    x, W = cache
    return du @ W.T, x.T @ du, du.sum(axis=1)


def bias_to_one_number(du: Any, cache: Any) -> Any:
    x, W = cache
    return du @ W.T, x.T @ du, du.sum()


def bias_not_summed(du: Any, cache: Any) -> Any:
    x, W = cache
    return du @ W.T, x.T @ du, du


def untransposed(du: Any, cache: Any) -> Any:
    x, W = cache
    return du @ W, x.T @ du, du.sum(axis=0)


def dW_transposed(du: Any, cache: Any) -> Any:
    x, W = cache
    return du @ W.T, du.T @ x, du.sum(axis=0)


def last_row_only(du: Any, cache: Any) -> Any:
    x, W = cache
    return du @ W.T, x[-1:].T @ du[-1:], du.sum(axis=0)


def dW_before_dx(du: Any, cache: Any) -> Any:
    x, W = cache
    return x.T @ du, du @ W.T, du.sum(axis=0)


def forgets_upstream(du: Any, cache: Any) -> Any:
    x, W = cache
    ones = du * 0 + 1
    return ones @ W.T, x.T @ ones, ones.sum(axis=0)


def minus(du: Any, cache: Any) -> Any:
    x, W = cache
    return -du @ W.T, -x.T @ du, -du.sum(axis=0)


exercise = Exercise(
    name="linear_backward",
    takes=("linear_forward", "linear_backward"),
    points=3,
    reference=(linear_forward, linear_backward),
    cases=cases,
    run=run,
    judge=[
        values("dx", weight=3),
        values("dW", weight=3),
        values("db", weight=3),
        shapes(),
        dtype(),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            mean_over_rows,
            hint=_(
                "`dW` and `db` are divided by the number of rows. The mean over the samples "
                "belongs to the loss and is already inside `du`: here the rows are summed."
            ),
        ),
        Mistake(
            mean_for_bias_only,
            hint=_("`db` is a mean over the rows. Every row adds its share: it is their sum."),
        ),
        Mistake(
            bias_over_columns,
            hint=_(
                "`db` is summed over the wrong axis. One `b[j]` serves all rows of column j, so "
                "sum over the rows: axis 0."
            ),
        ),
        Mistake(
            bias_to_one_number,
            hint=_("`db` is one number. There is one bias for each output, so keep that axis."),
        ),
        Mistake(
            bias_not_summed,
            hint=_(
                "`db` has a row for every sample. `b` was used by every row, and a value used "
                "several times collects the sum of its gradients."
            ),
        ),
        Mistake(
            untransposed,
            hint=_(
                "In `dx` the weights are not transposed. `du` is (N, n_out) and `dx` (N, n_in): "
                "only `W.T` takes one to the other, also where `W` happens to be square."
            ),
        ),
        Mistake(
            dW_transposed,
            hint=_(
                "`dW` is transposed: it has to have the shape of `W`, (n_in, n_out), so that it "
                "can be subtracted from it."
            ),
        ),
        Mistake(
            last_row_only,
            hint=_(
                "`dW` holds the share of the last row alone. Where a loop over the rows writes "
                "`dW = …`, each turn overwrites the one before: add up with `+=`, or let one "
                "matrix product do it."
            ),
        ),
        Mistake(
            dW_before_dx,
            hint=_("Two results are in each other's place: return dx, dW, db."),
        ),
        Mistake(
            forgets_upstream,
            hint=_("`du` is not used: the chain rule multiplies what arrives from above."),
        ),
        Mistake(
            minus,
            hint=_(
                "All signs are turned. A gradient points uphill; the minus comes later, in the "
                "update step."
            ),
        ),
        shared_cache(linear_forward, linear_backward),
    ],
    answers=("course_lib.functional.linear", "course_lib.functional.mlp"),
    returns="(dx, dW, db)",
    hints=(
        _("Each gradient has the shape of what it belongs to: `dx` like `x`, `dW` like `W`."),
        _(
            "There is one way to multiply `du` (N, n_out) with `x` (N, n_in) that gives "
            "(n_in, n_out). Which of the two must be transposed, and which stands first?"
        ),
        _(
            "Smaller: one row, one output, u = x1·w1 + x2·w2 + b. Then dw1 = x1·du, dw2 = x2·du, "
            "db = du, dx1 = w1·du. With several rows, `w` and `b` collect the sum over the rows."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3, 2),
)
