"""``dropconnect_forward(x, W, b, drop_prob, rng, *, training) -> (y, cache)``: drops weights."""

from typing import Any

import numpy as np

from course_lib.functional import dropconnect_forward
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
from grader.exercises.ps12.dropout_forward import (
    blank,
    in_shape,
    one_number,
    pattern,
    share_in_words,
)


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
    """x has a row of zeros, which gives b, unit rows, which give a weight each, and ``more``."""
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


def in_float32(wide: Case) -> Case:
    """The case with its arrays in single precision."""
    return {
        key: value.astype(np.float32) if isinstance(value, np.ndarray) else value
        for key, value in wide.items()
    }


def cases(rng: np.random.Generator) -> list[Case]:
    small = {"n_in": 3, "n_out": 2, "more": 1}
    return [
        layer(rng, "drop_prob = 0", 0.0, training=True, **small),
        layer(rng, "test mode", 0.4, training=False, n_in=6, n_out=5, more=1),
        layer(rng, "drop_prob = 0.2", 0.2, training=True),
        layer(rng, "drop_prob = 0.7", 0.7, training=True, n_in=50, n_out=50),
        in_float32(layer(rng, "float32", 0.25, training=True)),
    ]


def run(dropconnect_forward: Any, case: Case) -> dict[str, Any]:
    x, W, b = case["x"], case["W"], case["b"]
    drop_prob, training = case["drop_prob"], case["training"]
    arrays = [(x.copy(), W.copy(), b.copy()) for _ in range(2)]  # as they are before the call
    rng = np.random.default_rng(case["seed"])
    y, _cache = dropconnect_forward(x, W, b, drop_prob, rng, training=training)
    later, _cache = dropconnect_forward(*arrays[0], drop_prob, rng, training=training)
    same_seed = np.random.default_rng(case["seed"])
    again, _cache = dropconnect_forward(*arrays[1], drop_prob, same_seed, training=training)
    return {"y": y, "later": later, "again": again}


SHARE, FACTOR = "the share of dropped weights", "the factor of the weights that are kept"
MASK, SAME = "the mask of W", "the samples of the batch"
DRAWS, BIAS, TEST = "the next mask", "the bias", "what test mode does"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Which weights were dropped differs from one right program to the next; this does not."""
    W = case["W"]
    n_in, n_out = W.shape
    y = in_shape(outputs["y"], np.zeros((len(case["x"]), n_out)))
    if case["drop_prob"] == 0:
        return {"y": outputs["y"]}
    if y is None:
        names = (SHARE, FACTOR, MASK, SAME, DRAWS, BIAS) if case["training"] else (TEST,)
        return {"y": outputs["y"], **dict.fromkeys(names, UNKNOWN)}
    y = y.astype(np.float64)
    used = (y[1 : n_in + 1] - y[0]) / W  # the factor that each weight went in with
    kept = np.abs(used) > 1e-3
    if not case["training"]:
        if kept.all():
            return {"y": outputs["y"], TEST: "nothing is dropped"}
        return {"y": blank(outputs["y"]), TEST: "something is dropped"}
    bias = bias_in_words(y[0], case["b"], case["drop_prob"])
    if kept.all() or not kept.any():
        words = "nothing is dropped" if kept.all() else "everything is dropped"
        found = dict.fromkeys((SHARE, FACTOR, MASK, SAME, DRAWS), words)
        return {"y": blank(outputs["y"]), **found, BIAS: bias}
    factor = one_number(used[kept])
    if isinstance(factor, str):
        found = dict.fromkeys((SHARE, FACTOR, MASK, SAME, DRAWS), OTHERS)
        return {"y": blank(outputs["y"]), **found, BIAS: bias}
    return {
        "y": blank(outputs["y"]),
        SHARE: share_in_words(case["drop_prob"], kept),
        FACTOR: factor,
        MASK: MASKS.get(pattern(kept), "neighbours are dropped together"),
        SAME: samples_in_words(case, y, W * used),
        DRAWS: draws_in_words(outputs, y),
        BIAS: bias,
    }


UNKNOWN = "unknown, y is no array (N, n_out)"
OTHERS = "unknown, the weights in use are not those of W times 0 or one number"
MASKS = {
    "every value on its own": "every weight on its own",
    "the same for every row": "all weights of an output at a time",
    "whole rows at a time": "all weights of an input at a time",
}


def near(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal but for rounding, also that of float32; numbers of the cases are farther apart."""
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
    """Whether the last rows of x met the weights that the unit rows showed."""
    n_in = len(weights)
    last, products = case["x"][n_in + 1 :].astype(np.float64), y[n_in + 1 :] - y[0]
    if near(products, last @ weights):
        return "meet the same weights"
    zeros = np.mean(np.minimum(np.abs(y[n_in + 1 :]), np.abs(products)) < 1e-3)
    # 400 outputs: none is 0 by accident, and with outputs dropped a good part of them is.
    return "have outputs of their own dropped" if zeros > 0.02 else "each meet other weights"


def draws_in_words(outputs: dict[str, Any], y: np.ndarray) -> str:
    again, later = in_shape(outputs["again"], y), in_shape(outputs["later"], y)
    if again is None or not near(again, y):
        return "not from rng: the same seed gave another mask"
    if later is not None and near(later, y):
        return "fixed: a second call drew the same mask"
    return "a new mask for every call, from rng"


def made(x: Any, W: Any, b: Any, mask: Any) -> Any:
    return x @ (W * mask).astype(W.dtype) + b, None


def not_scaled(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return made(x, W, b, rng.random(W.shape) >= drop_prob if training else 1.0)


def scaled_at_test(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return made(x, W, b, rng.random(W.shape) >= drop_prob if training else 1 - drop_prob)


def scaled_both(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    keep = 1 - drop_prob
    return made(x, W, b, (rng.random(W.shape) >= drop_prob) / keep if training else keep)


def drop_for_keep(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return made(x, W, b, 1.0)
    return made(x, W, b, (rng.random(W.shape) < drop_prob) / max(drop_prob, 1e-9))


def kept_drop_share(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return made(x, W, b, (rng.random(W.shape) < drop_prob) / (1 - drop_prob) if training else 1.0)


def divided_by_drop(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return made(x, W, b, 1.0)
    return made(x, W, b, (rng.random(W.shape) >= drop_prob) / max(drop_prob, 1e-9))


def scaled_twice(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    keep = 1 - drop_prob
    return made(x, W, b, (rng.random(W.shape) >= drop_prob) / keep**2 if training else 1.0)


def normal_for_uniform(
    x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool
) -> Any:
    keep = 1 - drop_prob
    return made(x, W, b, (rng.standard_normal(W.shape) >= drop_prob) / keep if training else 1.0)


def nothing_dropped(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return made(x, W, b, 1.0)


def ignores_training(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return made(x, W, b, (rng.random(W.shape) >= drop_prob) / (1 - drop_prob))


def turned_round(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return made(x, W, b, 1.0 if training else (rng.random(W.shape) >= drop_prob) / (1 - drop_prob))


def drops_inputs(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    mask = (rng.random(x.shape) >= drop_prob) / (1 - drop_prob) if training else 1.0
    return (x * mask).astype(x.dtype) @ W + b, None


def drops_outputs(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    y = x @ W + b
    mask = (rng.random(y.shape) >= drop_prob) / (1 - drop_prob) if training else 1.0
    return (y * mask).astype(y.dtype), None


def drops_products(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    u = x @ W
    mask = (rng.random(u.shape) >= drop_prob) / (1 - drop_prob) if training else 1.0
    return (u * mask).astype(u.dtype) + b, None


def one_mask_per_sample(
    x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool
) -> Any:
    if not training:
        return x @ W + b, None
    mask = (rng.random((len(x), *W.shape)) >= drop_prob) / (1 - drop_prob)
    return (x[:, None, :] @ (W * mask).astype(W.dtype))[:, 0] + b, None


def inputs_at_a_time(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    keep = 1 - drop_prob
    return made(x, W, b, (rng.random((len(W), 1)) >= drop_prob) / keep if training else 1.0)


def outputs_at_a_time(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    keep = 1 - drop_prob
    return made(x, W, b, (rng.random(W.shape[1]) >= drop_prob) / keep if training else 1.0)


def bias_dropped(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return made(x, W, b, 1.0)
    mask = (rng.random(W.shape) >= drop_prob) / (1 - drop_prob)
    of_b = (rng.random(b.shape) >= drop_prob) / (1 - drop_prob)
    return made(x, W, (b * of_b).astype(b.dtype), mask)


def bias_scaled(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return made(x, W, b, 1.0)
    return (x @ (W * (rng.random(W.shape) >= drop_prob)) + b) / (1 - drop_prob), None


def bias_forgotten(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    mask = (rng.random(W.shape) >= drop_prob) / (1 - drop_prob) if training else 1.0
    return made(x, W, 0 * b, mask)


def own_generator(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    keep, mine = 1 - drop_prob, np.random.default_rng()
    return made(x, W, b, (mine.random(W.shape) >= drop_prob) / keep if training else 1.0)


def fixed_seed(x: Any, W: Any, b: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    keep, mine = 1 - drop_prob, np.random.default_rng(0)
    return made(x, W, b, (mine.random(W.shape) >= drop_prob) / keep if training else 1.0)


TRAINING = ("drop_prob = 0.2", "drop_prob = 0.7")

exercise = Exercise(
    name="dropconnect_forward",
    takes=("dropconnect_forward",),
    points=2,
    reference=(dropconnect_forward,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(SHARE, weight=3, cases=TRAINING, title=_("the share drop_prob of W is dropped")),
        values(FACTOR, weight=3, cases=TRAINING, title=_("what is kept grows by the right factor")),
        values(MASK, weight=3, cases=TRAINING, title=_("every weight is dropped on its own")),
        values(SAME, weight=3, cases=TRAINING, title=_("one mask for the whole batch")),
        values(DRAWS, weight=3, cases=TRAINING, title=_("randomness comes from rng")),
        # Form: a linear layer meets these three.
        values(BIAS, weight=2, cases=TRAINING, form=True, title=_("the bias is kept whole")),
        values("y", cases="drop_prob = 0", form=True, title=_("drop_prob = 0: a linear layer")),
        values(
            TEST, "y", weight=3, cases="test mode", form=True, title=_("test mode: a linear layer")
        ),
        shapes("y"),
        dtype("y"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            drops_inputs,
            hint=_(
                "Inputs are dropped, which is dropout in front of a linear layer. DropConnect lays "
                "its mask on the weights: an input may reach one output and not another."
            ),
        ),
        Mistake(
            drops_outputs,
            hint=_(
                "Outputs are dropped, bias included, which is dropout behind a linear layer. "
                "DropConnect lays its mask on the weights, before the product."
            ),
        ),
        Mistake(
            drops_products,
            hint=_(
                "The mask is laid on the product x W, so whole outputs lose all their weights at "
                "once, for each sample others. Which array has one number for every connection?"
            ),
        ),
        Mistake(
            one_mask_per_sample,
            hint=_(
                "Every sample meets a mask of its own. That can be done, but here one mask in the "
                "shape of W serves the whole batch, and a matrix product does the rest."
            ),
        ),
        Mistake(
            not_scaled,
            hint=_(
                "Nothing makes up for the dropped weights: the sum x W shrinks on average, and "
                "test mode does not. By which factor must the kept weights grow?"
            ),
        ),
        Mistake(
            scaled_at_test,
            hint=_(
                "The weights shrink at test time. Here the mask is inverted: the scaling is done "
                "while training, and test mode is a linear layer."
            ),
        ),
        Mistake(
            scaled_both,
            hint=_(
                "The weights are scaled twice: up while training, and down at test time. Only one "
                "of the two keeps the mean the same; test mode is a linear layer."
            ),
        ),
        Mistake(
            bias_dropped,
            hint=_("A part of the bias is dropped as well. The mask is for W alone; b stays."),
        ),
        Mistake(
            bias_scaled,
            hint=_(
                "The bias grows by 1/(1 − drop_prob). It was not dropped, so nothing has to be "
                "made up for: at which moment must it be added?"
            ),
        ),
        Mistake(
            bias_forgotten,
            hint=_("A row of zeros in x gives y = 0. What should be left of x W + b there?"),
        ),
        Mistake(
            inputs_at_a_time,
            hint=_(
                "All weights of an input are dropped together, so the input is. Draw a number for "
                "every weight: the mask has the full shape of `W`."
            ),
        ),
        Mistake(
            outputs_at_a_time,
            hint=_(
                "All weights of an output are dropped together. Draw a number for every weight: "
                "the mask has the full shape of `W`, both axes."
            ),
        ),
        Mistake(
            drop_for_keep,
            hint=_(
                "`drop_prob` is read as the probability of keeping. In this course it is always "
                "the probability of dropping."
            ),
        ),
        Mistake(
            kept_drop_share,
            hint=_(
                "The factor is right, but the share that stays is drop_prob. Which weights does "
                "`rng.random(…) < drop_prob` mark?"
            ),
        ),
        Mistake(
            divided_by_drop,
            hint=_("You divide by drop_prob. What share of the weights is left to do the work?"),
        ),
        Mistake(
            scaled_twice,
            hint=_("The factor 1/(1 − drop_prob) is applied twice, in the mask and outside of it."),
        ),
        Mistake(
            normal_for_uniform,
            hint=_(
                "The mask is drawn from a normal distribution. `rng.random` is uniform on [0, 1), "
                "which makes `rng.random(…) < p` true with probability p."
            ),
        ),
        Mistake(
            nothing_dropped,
            hint=_("Nothing is dropped while training: this is a linear layer in both modes."),
        ),
        Mistake(
            ignores_training,
            hint=_("`training` is not looked at: weights are dropped in test mode too."),
        ),
        Mistake(
            turned_round,
            hint=_("Training and test mode are exchanged: weights are dropped while training."),
        ),
        Mistake(
            own_generator,
            hint=_(
                "The mask does not come from `rng`: with the same seed it must be the same again, "
                "or no experiment can be repeated."
            ),
        ),
        Mistake(
            fixed_seed,
            hint=_(
                "Every call draws the same mask, because the generator starts anew inside the "
                "function. Draw from the `rng` you are given."
            ),
        ),
    ],
    answers=(
        "course_lib.functional.dropconnect",
        "course_lib.functional.dropout",
        "course_lib.functional.vanilla_dropout",
    ),
    returns="(y, cache)",
    hints=(
        _("Dropout lays its mask on x. Here it lies on W: what shape does it have?"),
        _(
            "Multiply W by a mask with its factor 1/(1 − p), as dropout does with x. Then the "
            "layer is linear: (x times what is left of W) + b."
        ),
        _(
            "Smaller: x = [[1, 2]], W = [[3], [4]], b = [5], p = 0.5. If the first weight is "
            "dropped, the second is doubled: y = 1·0 + 2·8 + 5 = 21. In test mode y = 16."
        ),
    ),
)
