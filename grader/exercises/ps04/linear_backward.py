"""``linear_backward(du, cache) -> (dx, dW, db)``: the gradients of ``u = x @ W + b``."""

from grader.checking.contract import pair, step, values
from grader.exercises.ps04.linear_forward import batch, cases, linear_forward


def linear_backward(du, cache):
    x, W = cache
    return du @ W.T, x.T @ du, du.sum(axis=0)


exercise = pair(
    linear_forward,
    linear_backward,
    returns="dx, dW, db",
    points=3,
    cases=cases,
    judge=[values("dx", weight=3), values("dW", weight=3), values("db", weight=3)],
    answers=("course_lib.functional.linear", "course_lib.functional.mlp"),
    hints=(
        step(
            "Each gradient has the shape of what it belongs to: `dx` like `x`, `dW` like `W`.",
            "shapes",
        ),
        step(
            "There is one way to multiply `du` (N, n_out) with `x` (N, n_in) that gives "
            "(n_in, n_out). Which of the two must be transposed, and which stands first?",
            "values of dW",
        ),
        step(
            "An input reaches all outputs, each through its own weight. Which product of `du` and "
            "the weights has the shape of `x`?",
            "values of dx",
        ),
        step(
            "Each row of `u` got the same `b`. How do the gradients of the rows come together?",
            "values of db",
        ),
        "Smaller: one row, one output, u = x1·w1 + x2·w2 + b. Then dw1 = x1·du, dw2 = x2·du, "
        "db = du, dx1 = w1·du. With several rows, `w` and `b` collect the sum over the rows.",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3, 2),
)

exercise.slip(
    "x.T @ du, du.sum(axis=0)",
    "x.T @ du / len(x), du.mean(axis=0)",
    "`dW` and `db` are divided by the number of rows. The mean over the samples belongs to the "
    "loss and is already inside `du`: here the rows are summed.",
)
exercise.slip(
    "du.sum(axis=0)",
    "du.mean(axis=0)",
    "`db` is a mean over the rows. Every row adds its share: it is their sum.",
)
exercise.slip(
    "du.sum(axis=0)",
    "du.sum(axis=1)",
    "`db` is summed over the wrong axis. One `b[j]` serves all rows of column j, so sum over the "
    "rows: axis 0.",
)
exercise.slip(
    "du.sum(axis=0)",
    "du.sum()",
    "`db` is one number. There is one bias for each output, so keep that axis.",
)
exercise.slip(
    "du.sum(axis=0)",
    "du",
    "`db` has a row for every sample. `b` was used by every row, and a value used several times "
    "collects the sum of its gradients.",
)
exercise.slip(
    "du @ W.T",
    "du @ W",
    "In `dx` the weights are not transposed. `du` is (N, n_out) and `dx` (N, n_in): only `W.T` "
    "takes one to the other, also where `W` happens to be square.",
)
exercise.slip(
    "x.T @ du",
    "du.T @ x",
    "`dW` is transposed: it has to have the shape of `W`, (n_in, n_out), so that it can be "
    "subtracted from it.",
)
exercise.slip(
    "x.T @ du",
    "x[-1:].T @ du[-1:]",
    "`dW` holds the share of the last row alone. Where a loop over the rows writes `dW = …`, each "
    "turn overwrites the one before: add up with `+=`, or let one matrix product do it.",
)
exercise.slip(
    "du.sum(axis=0)",
    "0 * du[0] + 1",
    "`db` is 1 everywhere, the derivative of `u` with respect to `b`. What does the chain rule "
    "multiply it by, and how many rows use the same `b`?",
)
exercise.slip(
    "du.sum(axis=0)",
    "du[-1]",
    "`db` holds the share of the last row alone. Where a loop over the rows writes `db = …`, each "
    "turn overwrites the one before.",
)
exercise.slip(
    "x.T @ du, du.sum(axis=0)",
    "du.sum(axis=0), x.T @ du",
    "`dW` and `db` are in each other's place: return dx, dW, db.",
)
exercise.slip(
    "du @ W.T, x.T @ du, du.sum(axis=0)",
    "x.T @ du, du.sum(axis=0), du @ W.T",
    "The three are in another order: return dx, dW, db.",
)
exercise.slip(
    "du @ W.T, x.T @ du",
    "x.T @ du, du @ W.T",
    "Two results are in each other's place: return dx, dW, db.",
)
