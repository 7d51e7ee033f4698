"""``dropout_forward(x, drop_prob, rng, *, training) -> (y, cache)``: inverted dropout."""

from typing import Any

import numpy as np

from course_lib.functional import dropout_forward
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

# 6.7 standard deviations: right code leaves this band with probability below 2.1e-11 a case.
BAND = 6.7


def batch(
    rng: np.random.Generator, about: str, drop_prob: float, *, training: bool, n: int = 64
) -> Case:
    """Inputs without zeros, so that a zero in the output is a dropped value."""
    shape = (n, 60)
    return case(
        about,
        x=rng.uniform(0.5, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape),
        dy=rng.uniform(0.5, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape),
        drop_prob=drop_prob,
        training=training,
        seed=int(rng.integers(2**31)),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 0.25, training=True)
    single["x"], single["dy"] = single["x"].astype(np.float32), single["dy"].astype(np.float32)
    return [
        batch(rng, "drop_prob = 0.2", 0.2, training=True),
        batch(rng, "drop_prob = 0.7", 0.7, training=True),
        batch(rng, "drop_prob = 0", 0.0, training=True, n=2),
        batch(rng, "test mode", 0.4, training=False, n=2),
        single,
    ]


def run(dropout_forward: Any, case: Case) -> dict[str, Any]:
    x, drop_prob, training = case["x"], case["drop_prob"], case["training"]
    copies = x.copy(), x.copy()  # whoever writes into x is told so, and about nothing else
    rng = np.random.default_rng(case["seed"])
    y, _cache = dropout_forward(x, drop_prob, rng, training=training)
    later, _cache = dropout_forward(copies[0], drop_prob, rng, training=training)
    same_seed = np.random.default_rng(case["seed"])
    again, _cache = dropout_forward(copies[1], drop_prob, same_seed, training=training)
    return {"y": y, "later": later, "again": again}


SHARE, FACTOR = "the share of dropped values", "the factor of what is kept"
MASK, DRAWS = "the mask", "the next mask"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Which values were dropped differs from one right program to the next; this does not."""
    if case["drop_prob"] == 0:
        return {"y": outputs["y"]}
    y = in_shape(outputs["y"], case["x"])
    if not case["training"]:
        return in_test_mode(case["x"], y, outputs["y"])
    if y is None:
        return {"y": outputs["y"], **dict.fromkeys((SHARE, FACTOR, MASK, DRAWS), UNKNOWN)}
    ratio = y / case["x"]
    kept = ratio != 0
    if kept.all() or not kept.any():
        all_or_none = "nothing is dropped" if kept.all() else "everything is dropped"
        return {"y": blank(outputs["y"])} | dict.fromkeys((SHARE, FACTOR, MASK, DRAWS), all_or_none)
    factor = one_number(ratio[kept])
    if isinstance(factor, str):
        return {"y": blank(outputs["y"])} | dict.fromkeys((SHARE, FACTOR, MASK, DRAWS), OTHERS)
    return {
        "y": blank(outputs["y"]),
        SHARE: share_in_words(case["drop_prob"], kept),
        FACTOR: factor,
        MASK: pattern(kept),
        DRAWS: draws_in_words(outputs, y),
    }


UNKNOWN = "unknown, y is no array like x"
OTHERS = "unknown, what is not 0 in y is not x times one number"
TEST = "what test mode does"


def in_test_mode(x: np.ndarray, y: np.ndarray | None, returned: Any) -> dict[str, Any]:
    """y itself; where values were dropped only how, since which ones is the student's draw."""
    if y is None or (y != 0).all() or not y.any():
        return {"y": returned, TEST: "nothing is dropped"}
    factor = one_number((y / x)[y != 0])
    words = factor if isinstance(factor, str) else f"times {factor:.3g}"
    return {"y": blank(returned), TEST: f"values are dropped, the others {words}"}


def in_shape(value: Any, like: np.ndarray) -> np.ndarray | None:
    """``value`` as an array in the shape of ``like``, if it has that but for axes of length 1."""
    array = np.asarray(value)
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    fits = [n for n in array.shape if n > 1] == [n for n in like.shape if n > 1]
    return array.reshape(like.shape) if fits and array.dtype.kind in "biuf" else None


def blank(value: Any) -> Any:
    """Zeros in the form of ``value``, whose numbers are the student's draw."""
    zeros = np.zeros_like(value)
    return zeros if isinstance(value, np.ndarray) else zeros.tolist()


def one_number(ratio: np.ndarray) -> Any:
    """The number that all of ``ratio`` are, or a text where they differ."""
    return ratio.mean() if np.ptp(ratio) < 1e-3 else "not one and the same number"


def share_in_words(drop_prob: float, kept: np.ndarray) -> str:
    """The share of dropped values as the probability it is compatible with."""
    share = 1 - kept.mean()
    band = BAND * np.sqrt(drop_prob * (1 - drop_prob) / draws(kept))
    for text, probability in (("drop_prob", drop_prob), ("1 - drop_prob", 1 - drop_prob)):
        if abs(share - probability) <= band:
            return text
    return f"about {share:.2f}"


def draws(kept: np.ndarray) -> int:
    """How many decisions the mask stands for: fewer where whole rows or columns are one."""
    rows, columns = kept.shape
    return (1 if same_rows(kept) else rows) * (1 if same_rows(kept.T) else columns)


def same_rows(kept: np.ndarray) -> bool:
    return bool((kept == kept[:1]).all())


def pattern(kept: np.ndarray) -> str:
    """Whether the decisions are independent, as far as neighbours tell."""
    if same_rows(kept):
        return "the same for every row"
    if same_rows(kept.T):
        return "whole rows at a time"
    if spared(kept) or spared(kept.T):
        return "whole rows or columns are spared"
    if correlated(kept) or correlated(kept.T):
        return "neighbours are dropped together"
    return "every value on its own"


def spared(kept: np.ndarray) -> bool:
    """Whether a row loses nothing where that is as good as impossible by chance."""
    rows, columns = kept.shape
    return bool(kept.all(axis=1).any() and rows * kept.mean() ** columns < 1e-9)


def correlated(kept: np.ndarray) -> bool:
    """Whether neighbouring rows agree more or less often than independent ones do."""
    d = kept - kept.mean()
    pairs = d[1:] * d[:-1]
    return bool(abs(pairs.mean()) > BAND * d.var() / np.sqrt(pairs.size))


def draws_in_words(outputs: dict[str, Any], y: np.ndarray) -> str:
    again, later = in_shape(outputs["again"], y), in_shape(outputs["later"], y)
    if again is None or not np.array_equal(again, y):
        return "not from rng: the same seed gave another mask"
    if later is not None and np.array_equal(later, y):
        return "fixed: a second call drew the same mask"
    return "a new mask for every call, from rng"


def not_scaled(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    mask = rng.random(x.shape) >= drop_prob if training else np.ones(x.shape)
    return x * mask, mask


def scaled_at_test(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x * (1 - drop_prob), 1 - drop_prob
    mask = rng.random(x.shape) >= drop_prob
    return x * mask, mask


def drop_for_keep(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x, 1.0
    mask = (rng.random(x.shape) < drop_prob) / max(drop_prob, 1e-9)
    return x * mask, mask


def kept_drop_share(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x, 1.0
    mask = (rng.random(x.shape) < drop_prob) / (1 - drop_prob)
    return x * mask, mask


def scaled_both(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x * (1 - drop_prob), 1 - drop_prob
    mask = (rng.random(x.shape) >= drop_prob) / (1 - drop_prob)
    return x * mask, mask


def nothing_dropped(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return x * 1.0, 1.0


def turned_round(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    return ignores_training(x, drop_prob, rng, training=True) if not training else (x, 1.0)


def divided_by_drop(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x, 1.0
    mask = (rng.random(x.shape) >= drop_prob) / np.float64(drop_prob)
    return x * mask, mask


def scaled_twice(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x, 1.0
    mask = (rng.random(x.shape) >= drop_prob) / (1 - drop_prob) ** 2
    return x * mask, mask


def normal_for_uniform(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x, 1.0
    mask = (rng.standard_normal(x.shape) >= drop_prob) / (1 - drop_prob)
    return x * mask, mask


def ignores_training(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    mask = (rng.random(x.shape) >= drop_prob) / (1 - drop_prob)
    return x * mask, mask


def one_mask_for_all_rows(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x, 1.0
    mask = (rng.random(x.shape[1:]) >= drop_prob) / (1 - drop_prob)
    return x * mask, mask


def whole_rows(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x, 1.0
    mask = (rng.random((len(x), 1)) >= drop_prob) / (1 - drop_prob)
    return x * mask, mask


def own_generator(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x, 1.0
    mask = (np.random.default_rng().random(x.shape) >= drop_prob) / (1 - drop_prob)
    return x * mask, mask


def fixed_seed(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    if not training:
        return x, 1.0
    mask = (np.random.default_rng(0).random(x.shape) >= drop_prob) / (1 - drop_prob)
    return x * mask, mask


TRAINING = ("drop_prob = 0.2", "drop_prob = 0.7")

exercise = Exercise(
    name="dropout_forward",
    takes=("dropout_forward",),
    points=2,
    reference=(dropout_forward,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(SHARE, weight=3, cases=TRAINING, title=_("the share drop_prob is dropped")),
        values(FACTOR, weight=3, cases=TRAINING, title=_("what is kept grows by the right factor")),
        values(MASK, weight=3, cases=TRAINING, title=_("every value is dropped on its own")),
        values(DRAWS, weight=3, cases=TRAINING, title=_("randomness comes from rng")),
        # Form: handing back x meets these two.
        values("y", cases="drop_prob = 0", form=True, title=_("drop_prob = 0 changes nothing")),
        values(
            TEST, "y", weight=3, cases="test mode", form=True, title=_("test mode is the identity")
        ),
        shapes("y"),
        dtype("y"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            not_scaled,
            hint=_(
                "Nothing makes up for the dropped values: their sum shrinks by 1 − drop_prob. "
                "Divide what is kept by 1 − drop_prob while training."
            ),
        ),
        Mistake(
            scaled_at_test,
            hint=_(
                "You scale at test time (vanilla dropout). Here dropout is inverted: scale up "
                "while training, so that test mode hands `x` through."
            ),
        ),
        Mistake(
            scaled_both,
            hint=_(
                "You scale twice: up while training and down at test time. Each alone would keep "
                "the mean; here it is done while training, and test mode hands `x` through."
            ),
        ),
        Mistake(
            nothing_dropped,
            hint=_(
                "Nothing is dropped while training: no number of y is 0. With probability "
                "drop_prob each one has to be, and `rng` draws which."
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
            hint=_("The comparison is turned: `rng.random(…) < drop_prob` marks what is DROPPED."),
        ),
        Mistake(
            divided_by_drop,
            hint=_("You divide by drop_prob; divide by the probability of keeping, 1 − drop_prob."),
        ),
        Mistake(
            scaled_twice,
            hint=_("The factor 1/(1 − drop_prob) is applied twice: once in the mask is enough."),
        ),
        Mistake(
            normal_for_uniform,
            hint=_(
                "The mask is drawn from a normal distribution. `rng.random` is uniform on [0, 1), "
                "which makes `rng.random(…) < p` true with probability p."
            ),
        ),
        Mistake(
            ignores_training,
            hint=_(
                "`training` is not looked at: with `training=False` the input passes unchanged."
            ),
        ),
        Mistake(
            turned_round,
            hint=_("Training and test mode are exchanged: values are dropped while training."),
        ),
        Mistake(
            one_mask_for_all_rows,
            hint=_("All samples share one mask. Draw it in the full shape of `x`."),
        ),
        Mistake(
            whole_rows,
            hint=_("Whole samples are dropped. Draw the mask in the full shape of `x`."),
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
        "course_lib.functional.dropout",
        "course_lib.functional.vanilla_dropout",
        "course_lib.functional.dropconnect",
    ),
    returns="(y, cache)",
    hints=(
        _("`rng.random(x.shape)` is an array of numbers in [0, 1). How often is one below 0.2?"),
        _(
            "With probability 1 − p a value stays. For its mean to stay x, what is kept must be "
            "multiplied by 1/(1 − p)."
        ),
        _(
            "Smaller: x = [3, 3], p = 0.5, drawn 0.1 and 0.8: the first is below p and dropped, "
            "the second is kept and doubled: y = [0, 6]. Cache the mask with its factor."
        ),
    ),
)
