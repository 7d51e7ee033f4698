"""``dropconnect_backward(dy, cache) -> (dx, dW, db)``: back through the weights that were used."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    dtype,
    float32,
    pair,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.exercises.drawn_arrays import blank, in_shape
from grader.exercises.dropout_masks import MODULES, TEST_MODE, TRAINING, one_number
from grader.exercises.ps19.dropconnect_forward import dropconnect_forward, layer, weights_kept


def dropconnect_backward(dy, cache):
    x, W, mask = cache
    dx = dy @ (W * mask).T
    dW = (x.T @ dy) * mask
    db = dy.sum(axis=0)
    return dx, dW, db


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def small(about: str, drop_prob: float, n_in: int = 15, n_out: int = 12) -> Case:
        return layer(rng, about, drop_prob, training=True, n_in=n_in, n_out=n_out, more=4)

    plain = layer(rng, "drop_prob = 0", 0.0, training=True, n_in=3, n_out=2, more=1)
    one_row = layer(rng, "", 0.4, training=False, n_in=3, n_out=2, more=1)
    one_row["x"], one_row["dy"] = one_row["x"][-1:], one_row["dy"][-1:]
    with_zeros = small("some weights are 0", 0.4)
    with_zeros["W"][::2] = 0
    return {
        "drop_prob = 0: linear": [plain],
        TEST_MODE: [one_row],
        TRAINING: [
            small("drop_prob = 0.2", 0.2),
            small("drop_prob = 0.7", 0.7),
            small("as many inputs as outputs", 0.3, n_in=14, n_out=14),
            with_zeros,
            small("a large batch", 0.5, n_in=80, n_out=70),
        ],
        "float32": [float32(small("", 0.25))],
    }


def run(dropconnect_forward, dropconnect_backward, case):
    x, W, b, dy = case["x"], case["W"], case["b"], case["dy"]
    drop_prob, training = case["drop_prob"], case["training"]
    # A whole pass before and a forward pass in between show what is kept between calls.
    rng = np.random.default_rng(case["seed"] + 1)
    _y, earlier = dropconnect_forward(x + 1, W - 1, b + 1, drop_prob, rng, training=training)
    dropconnect_backward(dy + 1, earlier)
    # What the same draws do to weights of 1: it shows the mask also where W is 0.
    rng = np.random.default_rng(case["seed"])
    ones, _cache = dropconnect_forward(
        x.copy(), W * 0 + 1, b * 0, drop_prob, rng, training=training
    )
    rng = np.random.default_rng(case["seed"])
    y, cache = dropconnect_forward(x, W, b, drop_prob, rng, training=training)
    y = np.array(y)
    dropconnect_forward(x[::-1] + 1, W + 1, b - 1, drop_prob, rng, training=training)
    dx, dW, db = dropconnect_backward(dy, cache)
    try:  # repeated, it must draw no new mask; it may fail if its cache is used up
        again = dropconnect_backward(dy.copy(), cache)[:2]
    except Exception:
        again = dx, dW
    return {"y": y, "ones": ones, "dx": dx, "dW": dW, "db": db, "again": again}


BY_DX, BY_DW = "the weights that dx uses", "the factors of dW"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Compare the gradients with those for this mask, because the mask is the student's draw."""
    given = {name: outputs[name] for name in ("dx", "dW", "db")}
    if not case["training"] or case["drop_prob"] == 0:
        return given
    found = {"dx": blank(given["dx"]), "dW": blank(given["dW"]), "db": given["db"]}
    x, W, dy = (case[name].astype(np.float64) for name in ("x", "W", "dy"))
    shape = np.zeros((len(x), W.shape[1]))
    y, ones = in_shape(outputs["y"], shape), in_shape(outputs["ones"], shape)
    if y is None or ones is None:
        return given | dict.fromkeys((BY_DX, BY_DW), "unknown, y is not of shape (N, n_out)")
    mask, seen = weights_kept(y, W), W != 0
    from_ones = weights_kept(ones, W)
    if np.array_equal(from_ones[seen], mask[seen]):
        # The forward pass draws from rng alone, so its mask is known also where W is 0.
        mask, seen = from_ones, np.ones_like(seen)
    if mask[seen].all() or not mask[seen].any():
        drops = "everything" if not mask[seen].any() else "nothing"
        return found | dict.fromkeys((BY_DX, BY_DW), f"the forward pass drops {drops}")
    fixed = all(
        np.array_equal(np.asarray(again), np.asarray(first), equal_nan=True)
        for again, first in zip(outputs["again"], (given["dx"], given["dW"]), strict=True)
    )
    keep, all_dW = 1 - case["drop_prob"], x.T @ dy
    m = mask / keep
    used = W * m
    # Right for this forward pass, with any factor.
    factor = one_number(((y[1 : len(W) + 1] - y[0]) / np.where(W, W, 1))[mask & (W != 0)])
    theirs = m if isinstance(factor, str) else mask * factor
    for_dx = {
        f"{USED} ": dy @ (W * theirs).T,
        USED: dy @ used.T,
        "all of W": dy @ W.T,
        "all of W, times 1/(1 - drop_prob)": dy @ W.T / keep,
        "the weights that were used, without their factor": dy @ (W * mask).T,
        "the weights that were used, with the factor twice": dy @ (used / keep).T,
        "the weights that were dropped": dy @ (W * ~mask).T / keep,
        "the mask in place of the weights": dy @ m.T,
    }
    for_dW = {
        f"{OWN} ": all_dW * theirs,
        OWN: all_dW * m,
        "x and dy, without the mask": all_dW,
        "x and dy, without the mask, times 1/(1 - drop_prob)": all_dW / keep,
        "x, dy and the mask without its factor": all_dW * mask,
        "x, dy and the mask with its factor twice": all_dW * m / keep,
        "x, dy and the weights that were used": all_dW * used,
        "x, dy and the mask of the dropped weights": all_dW * ~mask / keep,
        "x, dy and the mask, divided by the number of rows": all_dW * m / len(x),
        "x, dy and a mask that also lacks the weights of 0": all_dW * m * (W != 0),
        "its transpose": (all_dW * m).T,
    }
    found[BY_DX] = made_of(given["dx"], for_dx, np.ones_like(x, dtype=bool), fixed)
    found[BY_DW] = made_of(given["dW"], for_dW, seen, fixed)
    return found


USED, OWN = "the weights that were used", "what each weight did in the forward pass"


def made_of(given: Any, known: dict[str, np.ndarray], seen: np.ndarray, fixed: bool) -> str:
    """The name of the known gradient that ``given`` is, where it can be ``seen``."""
    array = in_shape(given, seen)
    if array is None:
        return f"of shape {np.shape(given)}"
    for name, want in known.items():
        if want.shape == seen.shape:
            bar = 1e-4 * np.max(np.abs(want))
            if np.all(np.abs(array - want)[seen] <= bar):
                return name.strip()
    return "something else" if fixed else "a new mask in each call"


KEPT = "dx uses the weights that were kept"
DROPPED = "dropped weights get no gradient, others do"

exercise = pair(
    dropconnect_forward,
    dropconnect_backward,
    returns="dx, dW, db",
    points=3,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(BY_DX, weight=4, cases=TRAINING, title=KEPT),
        values(BY_DW, weight=4, cases=TRAINING, title=DROPPED),
        values(
            "db",
            weight=2,
            cases=TRAINING,
            title="values of db",
            help="b[j] is added in every row of column j. Which terms add up to its gradient?",
        ),
        # The backward pass of a linear layer satisfies these two.
        values("dx", "dW", "db", cases="drop_prob = 0: linear", alone=False),
        values("dx", "dW", "db", weight=2, cases=TEST_MODE, alone=False, title="test mode: linear"),
    ],
    form=(shapes("dx", "dW", "db"), dtype("dx", "dW", "db"), unchanged_inputs()),
    answers=MODULES,
    hints=(
        step(
            "Once the mask is drawn, this is a linear layer. Which matrix holds its weights?",
            KEPT,
            DROPPED,
        ),
        step(
            "Where nothing is dropped, this is the backward pass of a linear layer. What does "
            "your cache hold there instead of a mask with zeros?",
            "drop_prob = 0: linear",
            "test mode: linear",
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
    dx and dW contain the factor 1/(1 − drop_prob) twice. Your cache may already contain it.
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
x, W, mask = *cache[:2], np.random.default_rng().permuted(cache[2])
    You draw a new mask in the backward pass. Use the mask of the forward pass.
dW = (x.T @ dy) * (mask if mask.all() else np.max(mask) - mask)
    dW is 0 where weights were kept and not 0 where they were dropped. Your mask is inverted.
dW = (x.T @ dy) * mask * (W != 0)
    You determine the mask from the masked weights. A weight that is 0 by itself was not dropped and
    needs its gradient. Keep the mask in the cache.
dW = (x.T @ dy) * (mask if mask.all() else W * mask)
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
x, W, mask = *cache[:2], cache[1] * cache[2] / cache[1]
    Where a weight is 0, dividing the weights that were used by W gives nan. Keep the mask of the
    forward pass in the cache.
"""),
    ),
)
