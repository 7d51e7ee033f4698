"""``dropconnect_forward(x, W, b, drop_prob, rng, *, training) -> (y, cache)``: drops weights."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    draws_in_words,
    dtype,
    float32,
    random,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.exercises.drawn_arrays import blank, hidden, in_shape
from grader.exercises.dropout_masks import (
    DRAWS,
    FIXED,
    MODULES,
    NO_DROPS,
    TEST_MODE,
    TRAINING,
    calls,
    distinct,
    equally_many,
    from_rng,
    inverted_mistakes,
    mask_mistakes,
    one_number,
    pattern,
    repeated,
    run,
    share_in_words,
)


def dropconnect_forward(x, W, b, drop_prob, rng, *, training):
    mask = np.ones_like(W)
    if training:
        kept = rng.random(W.shape) >= drop_prob
        factor = 1 / (1 - drop_prob)
        mask = kept.astype(W.dtype) * factor
    y = x @ (W * mask) + b
    return y, (x, W, mask)


def away_from_zero(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers of both signs between 0.5 and 1.5."""
    numbers: np.ndarray = rng.uniform(0.5, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return numbers


def layer(
    rng: np.random.Generator,
    about: str,
    drop_prob: float,
    *,
    training: bool,
    n_in: int = 60,
    n_out: int = 50,
    more: int = 8,
) -> Case:
    """x has a row of zeros, which gives b, unit rows, which each give one row of weights, and
    ``more``.
    """
    x = np.vstack([np.zeros((1, n_in)), np.eye(n_in), away_from_zero(rng, more, n_in)])
    return case(
        about,
        x=x,
        W=away_from_zero(rng, n_in, n_out),
        b=away_from_zero(rng, n_out),
        dy=away_from_zero(rng, len(x), n_out),
        drop_prob=drop_prob,
        training=training,
        seed=int(rng.integers(2**31)),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    plain = layer(rng, "drop_prob = 0", 0.0, training=True, n_in=3, n_out=2, more=1)
    return {
        "drop_prob = 0: a linear layer": [plain],
        TEST_MODE: [layer(rng, "", 0.4, training=False, n_in=6, n_out=5, more=1)],
        TRAINING: [
            layer(rng, "drop_prob = 0.2", 0.2, training=True),
            layer(rng, "drop_prob = 0.7", 0.7, training=True, n_in=50, n_out=50),
            layer(rng, "a large batch", 0.5, training=True, n_in=80, n_out=70),
        ],
        "float32": [float32(layer(rng, "", 0.25, training=True))],
    }


SHARE, FACTOR = "the share of dropped weights", "the factor of the weights that are kept"
MASK, SAME = "the mask of W", "the samples of the batch"
BIAS, TEST = "the bias", "what test mode does"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Right programs differ in which weights they drop; they agree in these quantities."""
    W = case["W"]
    n_in, n_out = W.shape
    y = in_shape(outputs["y"], np.zeros((len(case["x"]), n_out)))
    plain = NO_DROPS if case["drop_prob"] == 0 else "" if case["training"] else TEST
    if y is None:
        names = (plain,) if plain else (SHARE, FACTOR, MASK, SAME, DRAWS, BIAS)
        return {"y": outputs["y"], **dict.fromkeys(names, UNKNOWN)}
    y = y.astype(np.float64)
    used = (y[1 : n_in + 1] - y[0]) / W  # the factor with which each weight was used
    kept = np.abs(used) > 1e-3
    if plain:
        if kept.all() or not kept.any():
            return {"y": outputs["y"], plain: "nothing is dropped"}
        return {"y": hidden(outputs["y"]), plain: "something is dropped"}
    bias = bias_in_words(y[0], case["b"], case["drop_prob"])
    if kept.all() or not kept.any():
        words = "nothing is dropped" if kept.all() else "everything is dropped"
        found = dict.fromkeys((SHARE, FACTOR, MASK, SAME, DRAWS), words)
        return {"y": blank(outputs["y"]), **found, BIAS: bias}
    factor = one_number(used[kept])
    if isinstance(factor, str):
        found = dict.fromkeys((SHARE, FACTOR, MASK, SAME, DRAWS), OTHERS)
        return {"y": blank(outputs["y"]), **found, BIAS: bias}
    masks = distinct([weights_kept(one, W) for one in calls(outputs, y)])
    return {
        "y": blank(outputs["y"]),
        SHARE: share_in_words(case["drop_prob"], masks),
        FACTOR: factor,
        MASK: FIXED_WEIGHTS if equally_many(masks) else MASKS.get(pattern(kept), TOGETHER),
        SAME: samples_in_words(case, y, W * used),
        DRAWS: draws_in_words(y, *repeated(outputs, y), near),
        BIAS: bias,
    }


UNKNOWN = "unknown, y is not of shape (N, n_out)"
TOGETHER = "neighbours are dropped together"
FIXED_WEIGHTS = FIXED.replace("values", "weights")
OTHERS = "unknown, the weights that are used are not W times 0 or one number"
MASKS = {
    "every value independently": "every weight independently",
    "the same for every row": "all weights of an output at a time",
    "whole rows at a time": "all weights of an input at a time",
    "the same number of values in every row": "the same number of weights of every input",
}


def weights_kept(y: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Where a unit row of x changed the output that a row of zeros gives."""
    kept: np.ndarray = np.abs(y[1 : len(W) + 1] - y[0]) > 1e-3
    return kept


def near(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal up to rounding, also that of float32; numbers of the cases differ by more."""
    return bool(np.max(np.abs(a - b)) < 1e-4 * (1 + np.max(np.abs(b))))


def bias_in_words(found: np.ndarray, b: np.ndarray, drop_prob: float) -> str:
    if near(found, b):
        return "kept"
    if near(found, b / (1 - drop_prob)):
        return "divided by 1 - drop_prob"
    if np.max(np.abs(found)) < 1e-3:
        return "missing"
    return "dropped in part" if np.min(np.abs(found)) < 1e-3 else "something else"


def samples_in_words(case: Case, y: np.ndarray, weights: np.ndarray) -> str:
    """Whether the last rows of x used the weights that the unit rows showed."""
    n_in = len(weights)
    last, products = case["x"][n_in + 1 :].astype(np.float64), y[n_in + 1 :] - y[0]
    if near(products, last @ weights):
        return "use the same weights"
    zeros = np.mean(np.minimum(np.abs(y[n_in + 1 :]), np.abs(products)) < 1e-3)
    # 400 outputs: none is 0 by accident, and with outputs dropped a good part of them is.
    return "each have other outputs dropped" if zeros > 0.02 else "each use other weights"


def inverted(rng, shape, drop_prob, training):
    """A mask of that shape, with its factor; ones in test mode."""
    if not training:
        return np.ones(shape)
    return (rng.random(shape) >= drop_prob) / (1 - drop_prob)


exercise = random(
    dropconnect_forward,
    returns="y, cache",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(
            SHARE,
            weight=1,
            cases=TRAINING,
            title="the share drop_prob of W is dropped",
            help="""`rng.random(W.shape)` is an array of numbers in [0, 1). How often is one below
            0.2?""",
        ),
        values(
            FACTOR,
            weight=2,
            cases=TRAINING,
            title="kept weights are scaled by the right factor",
            help="""If 20 % of the weights are dropped, which share of the sum x W remains on
            average? By what do you have to multiply the others?""",
        ),
        values(MASK, weight=3, cases=TRAINING, title="every weight is dropped independently"),
        values(SAME, weight=3, cases=TRAINING, title="one mask for the whole batch"),
        from_rng(weight=3),
        # A linear layer satisfies these three.
        values(
            BIAS,
            weight=2,
            cases=TRAINING,
            alone=False,
            title="the bias is kept whole",
            help="""A row of zeros in x gives y = b, in training, too. What does your function do
            with b?""",
        ),
        values(NO_DROPS, "y", cases="drop_prob = 0: a linear layer", alone=False),
        values(
            TEST, "y", weight=3, cases=TEST_MODE, alone=False, title="test mode: a linear layer"
        ),
    ],
    form=(shapes("y"), dtype("y"), unchanged_inputs()),
    answers=MODULES,
    hints=(
        step(
            "Dropout multiplies x by a mask. Here you multiply W by a mask. Which shape does it "
            "have?",
            "every weight is dropped independently",
            "one mask for the whole batch",
        ),
        step(
            "Without drops, in test mode and with drop_prob = 0, this is x W + b. What are your "
            "mask and your factor there?",
            "drop_prob = 0: a linear layer",
            "test mode: a linear layer",
        ),
        "Multiply W by a mask with its factor 1/(1 − p), as dropout does with x. The rest is a "
        "linear layer with the masked W and with b.",
        "A smaller example: x = [[1, 2]], W = [[3], [4]], b = [5], p = 0.5. If the first weight is "
        "dropped, the second is doubled: y = 1·0 + 2·8 + 5 = 21. In test mode y = 16.",
    ),
    mistakes=(
        *slips("""
y = (x * inverted(rng, x.shape, drop_prob, training)) @ W + b
    You drop inputs, which is dropout before a linear layer. DropConnect multiplies the weights by a
    mask, so an input may affect one output and not another.
y = (x @ W + b) * inverted(rng, (len(x), len(b)), drop_prob, training)
    You drop outputs, including the bias, which is dropout after a linear layer. DropConnect
    multiplies the weights by a mask, before the product.
y = (x @ W) * inverted(rng, (len(x), len(b)), drop_prob, training) + b
    You multiply the product x W by the mask, so an output loses all its weights at once, and other
    outputs for each sample. Which array has one number for every connection?
y = (x[:, None] @ (W * inverted(rng, (len(x), *W.shape), drop_prob, training)))[:, 0] + b
    You draw a separate mask for every sample. That is possible, but here the whole batch uses one
    mask in the shape of W, so one matrix product is enough.
factor = 1
    You do not compensate for the dropped weights, so the sum x W is smaller in training than in
    test mode. By which factor do you have to scale the kept weights?
factor = 1
y = x @ (W * (mask if training else 1 - drop_prob)) + b
    You scale the weights down in test mode. Here dropout is inverted: scale in training, and test
    mode is a linear layer.
y = x @ (W * (mask if training else 1 - drop_prob)) + b
    Test mode scales the weights by 1 − drop_prob. Here the kept weights are scaled up in training,
    and test mode is a linear layer.
y = x @ (W * mask) + b * inverted(rng, b.shape, drop_prob, training)
    You drop a part of the bias, too. The mask applies only to W; b is unchanged.
y = x @ (W * mask) + (b / (1 - drop_prob) if training else b)
    You scale the bias by 1/(1 − drop_prob). It was not dropped, so do not scale it. Before or after
    the scaling do you have to add it?
y = x @ (W * mask)
    A row of zeros in x gives y = 0. What is x W + b there?
kept = rng.random((len(W), 1)) >= drop_prob
    You drop all weights of an input together, which drops the input. Draw a number for every
    weight: the mask has the full shape of `W`.
kept = rng.random(W.shape[1]) >= drop_prob
    You drop all weights of an output together. Draw a number for every weight: the mask has the
    full shape of `W`, both axes.
"""),
        *slips(
            """
kept = rng.random(W.shape) < drop_prob
    The factor is right, but you keep the share drop_prob. Which weights does `rng.random(…) <
    drop_prob` mark?
""",
            needs=("kept weights are scaled by the right factor",),
        ),
        *inverted_mistakes("W", "weight"),
        *mask_mistakes("W", "weight"),
        *slips("""
if False:
    You drop nothing in training, so this is a linear layer in both modes.
if True:
    `training` is not used, so you drop weights in test mode, too.
kept = rng.random(x.shape) >= drop_prob
    Your mask has the shape of `x`, but weights are dropped here. Draw it in the shape of `W`.
"""),
    ),
)
