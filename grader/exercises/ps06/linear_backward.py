"""``linear_backward(du, cache) -> (dx, dW, db)``: the gradients of ``u = x @ W + b``."""

from grader.checking.contract import loop, pair, slips, step, values
from grader.exercises.ps06.linear_forward import batch, cases, linear_forward


def linear_backward(du, cache):
    x, W = cache
    dx = du @ W.T
    dW = x.T @ du
    db = du.sum(axis=0)
    return dx, dW, db


exercise = pair(
    linear_forward,
    linear_backward,
    returns="dx, dW, db",
    points=3,
    cases=cases,
    judge=[
        values(
            "dx",
            weight=3,
            help="""Each input affects all outputs, each through its own weight. Which product of
            `du` and `W` has the shape of `x`?""",
        ),
        values(
            "dW",
            weight=3,
            help="""One product of `x` (N, n_in) and `du` (N, n_out) has the shape (n_in, n_out).
            Which of the two must be transposed, and which one is the first factor?""",
        ),
        values(
            "db",
            weight=3,
            help="""Every sample (row) uses the same `b`. How do you combine the gradients of the
            samples?""",
        ),
    ],
    answers=("course_lib.functional.linear",),
    hints=(
        step(
            "Each gradient has the shape of what it belongs to: `dx` like `x`, `dW` like `W`.",
            "shapes",
        ),
        "A smaller example: one row, one output, u = x1·w1 + x2·w2 + b. Then dw1 = x1·du, dw2 = "
        "x2·du, db = du, dx1 = w1·du. With several rows, dw and db are sums over the rows.",
        loop("""
        dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[1])
        for n in range(x.shape[0]):
            for j in range(W.shape[1]):
                db[j] += du[n, j]
                for i in range(x.shape[1]):
                    dW[i, j] += x[n, i] * du[n, j]
                    dx[n, i] += W[i, j] * du[n, j]
        """),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3, 2),
    mistakes=slips("""
dW = x.T @ du / len(x)
db = du.mean(axis=0)
    `dW` and `db` are divided by the number of rows. The mean over the samples belongs to the loss,
    and `du` already contains it. Here the rows are added.
db = du.mean(axis=0)
    `db` is a mean over the rows. Every row affects the loss, so `db` is the sum over the rows.
db = du.sum(axis=1)
    `db` is summed over the wrong axis. All rows use the same `b[j]` in column j, so sum over the
    rows: axis 0.
db = du.sum()
    `db` is one number. There is one bias for each output, so keep that axis.
db = du
    `db` has one row per sample, but there is one bias per output. Every sample uses the same bias,
    so its gradient is the sum over the samples.
dx = du @ W
    In `dx` the weights are not transposed. `du` has the shape (N, n_out) and `dx` has (N, n_in), so
    the second factor is `W.T`. This is also true if `W` is square.
dW = du.T @ x
    `dW` is transposed. It must have the shape of `W`, (n_in, n_out), because gradient descent
    subtracts it from `W`.
dW = x[-1:].T @ du[-1:]
    `dW` contains only the last row. If a loop over the rows writes `dW = …`, each pass overwrites
    the one before. Add with `+=`, or use one matrix product.
db = 0 * du[0] + 1
    `db` is 1 everywhere, the derivative of `u` with respect to `b`. What does the chain rule
    multiply it by, and how many rows use the same `b`?
db = du[-1]
    `db` contains only the last row. If a loop over the rows writes `db = …`, each pass overwrites
    the one before.
return dx, db, dW
    `dW` and `db` are swapped: return dx, dW, db.
return dW, db, dx
    The three results are in the wrong order: return dx, dW, db.
return dW, dx, db
    Two results are swapped: return dx, dW, db.
"""),
)
