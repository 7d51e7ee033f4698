"""``dropconnect_backward(dy, cache) -> (dx, dW, db)``: back through the weights that were used."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    float32,
    function,
    slips,
    step,
    values,
)


def dropconnect_backward(dy, cache):
    x, W, mask = cache
    dx = dy @ (W * mask).T
    dW = (x.T @ dy) * mask
    db = dy.sum(axis=0)
    return dx, dW, db


def away_from_zero(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers of both signs between 0.5 and 1.5."""
    numbers: np.ndarray = rng.uniform(0.5, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return numbers


def layer(
    rng: np.random.Generator, about: str, n: int, n_in: int, n_out: int, drop_prob: float
) -> Case:
    """A minibatch and a mask with its factor; every third weight or so is dropped, never all."""
    dropped = rng.permutation(n_in * n_out).reshape(n_in, n_out) < (n_in * n_out + 2) // 3
    mask = np.where(dropped, 0.0, 1 / (1 - drop_prob)) if drop_prob else np.ones((n_in, n_out))
    cache = (away_from_zero(rng, n, n_in), away_from_zero(rng, n_in, n_out), mask)
    return case(about, dy=away_from_zero(rng, n, n_out), cache=cache)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    with_zeros = layer(rng, "some weights are 0", 4, 6, 5, 0.4)
    with_zeros["cache"][1][::2] = 0
    return {
        TRAINING: [
            layer(rng, "one row", 1, 3, 2, 0.2),
            layer(rng, "drop_prob = 0.7", 4, 5, 3, 0.7),
            layer(rng, "as many inputs as outputs", 3, 4, 4, 0.3),
            with_zeros,
        ],
        TEST_MODE: [layer(rng, "", 2, 3, 4, 0.0)],
        "float32": [float32(layer(rng, "", 3, 4, 2, 0.25))],
    }


TRAINING, TEST_MODE = "training", "test mode: linear"
KEPT = "dx uses the weights that were kept"
DROPPED = "dropped weights get no gradient, others do"

exercise = function(
    dropconnect_backward,
    returns="dx, dW, db",
    points=2,
    cases=cases,
    judge=[
        values("dx", weight=4, cases=TRAINING, title=KEPT),
        values("dW", weight=4, cases=TRAINING, title=DROPPED),
        values(
            "db",
            weight=2,
            cases=TRAINING,
            title="values of db",
            help="b[j] is added in every row of column j. Which terms add up to its gradient?",
        ),
        # The backward pass of a linear layer satisfies this one.
        values("dx", "dW", "db", cases=TEST_MODE, alone=False),
    ],
    answers=(  # the library's keeps W * mask, not W
        "grader.exercises.ps19.dropconnect_backward",
        "course_lib.functional.dropconnect",
    ),
    hints=(
        step(
            "Once the mask is drawn, this is a linear layer. Which matrix holds its weights?",
            KEPT,
            DROPPED,
        ),
        step(
            "With V = W·m, entry by entry, y = x V + b. Compute the backward pass of the linear "
            "layer with V. Then from dV to dW: how much does v change when w changes?",
            KEPT,
            DROPPED,
        ),
        "A smaller example: x = [[1, 2]], W = [[3], [4]], p = 0.5, the first weight dropped: V = "
        "[[0], [8]]. With dy = [[1]]: dx = [[0, 8]], dW = [[0], [4]], db = [1].",
    ),
    mistakes=(
        *slips("""
dx = dy @ W.T
dW = x.T @ dy
    This is the backward pass of a linear layer with all of W. The forward pass used other weights.
    By which weights did it multiply x?
"""),
        *slips(
            """
dW = x.T @ dy
    dx is right, but every weight gets a gradient. If a dropped weight changes a little, how much
    does y change?
""",
            needs=(KEPT,),
        ),
        *slips(
            """
dx = dy @ W.T
    dW is right, but dx uses all of W. Which weights did this forward pass use?
""",
            needs=(DROPPED,),
        ),
        *slips("""
x, W, mask = *cache[:2], cache[2] != 0
    The factor 1/(1 − drop_prob) is missing in dx and in dW. y contains this factor, so its
    gradients contain it, too.
dW = (x.T @ dy) * (mask != 0)
    In dW the factor of the mask is missing: y contains W·m with m = 0 or 1/(1 − drop_prob). What is
    the derivative with respect to W?
dx = dy @ (W * (mask != 0)).T
    In dx the weights lack their factor. The forward pass multiplies x by W·m, with m = 0 or 1/(1 −
    drop_prob).
x, W, mask = *cache[:2], cache[2] ** 2
    dx and dW contain the factor 1/(1 − drop_prob) twice. The mask in the cache already contains it.
"""),
        *slips(
            """
dW = (x.T @ dy) * mask**2
    dx is right, but dW contains the factor 1/(1 − drop_prob) twice. In which two lines do you
    multiply by it?
""",
            needs=(KEPT,),
        ),
        *slips("""
dW = (x.T @ dy) * (np.max(mask) - mask)
    dW is 0 where weights were kept and not 0 where they were dropped. Your mask is inverted.
dW = (x.T @ dy) * mask * (W != 0)
    You determine the mask from the masked weights. A weight that is 0 by itself was not dropped and
    needs its gradient. The cache holds the mask.
dW = (x.T @ dy) * (W * mask)
    You multiply dW by the masked weights. The derivative of W·m with respect to W is m, the mask
    with its factor.
dx = dy @ mask.T
    dx uses the mask alone. By what does the forward pass multiply x?
dW = (x.T @ dy) * mask / len(x)
db = dy.mean(axis=0)
    You divide dW and db by the number of rows. The mean over the samples belongs to the loss, so dy
    already contains this factor. Here you add up the rows.
"""),
        *slips(
            """
dx = dy @ (W * mask**2).T
    dx contains the factor 1/(1 − drop_prob) twice. V = W·m already contains it.
""",
            needs=(DROPPED,),
        ),
        *slips("""
return dx, db, dW
    dW and db are exchanged: return dx, dW, db.
db = dy.mean(axis=0)
    `db` is a mean over the rows. Every row uses the same bias, so its gradient is the sum over the
    rows.
db = (dy * np.max(mask)).sum(axis=0)
    `db` has the factor 1/(1 − drop_prob), but the bias was neither dropped nor scaled.
db = dy.sum(axis=1)
    You sum `db` over the wrong axis. All rows of column j use the same b[j].
db = dy
    `db` has a row for every sample. Every sample uses the same b, so its gradient is the sum over
    the samples.
dW = ((x.T @ dy) * mask).T
    `dW` is transposed: it has to have the shape of `W`, (n_in, n_out).
dx = dy @ (W * mask)
    In dx the weights are not transposed. dy has the shape (N, n_out) and dx (N, n_in). If W is
    square, the shapes do not show this mistake.
return dW, dx, db
    Two results are exchanged: return dx, dW, db.
"""),
    ),
)
