"""What the exercises on dropout share: inputs, and masks in words.

Which values a right program drops is its own draw. What all of them have in common is observed: the
share that is dropped, the factor of what is kept, whether every value is dropped on its own.
"""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, float32

TRAINING = ("drop_prob = 0.2", "drop_prob = 0.7")

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
    """The inputs that every form of dropout is tried on."""
    return [
        batch(rng, "drop_prob = 0.2", 0.2, training=True),
        batch(rng, "drop_prob = 0.7", 0.7, training=True),
        batch(rng, "drop_prob = 0", 0.0, training=True, n=2),
        batch(rng, "test mode", 0.4, training=False, n=2),
        float32(batch(rng, "float32", 0.25, training=True)),
    ]


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


UNKNOWN = "unknown, y is not an array of the shape of x"
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
    """Whether all rows are alike."""
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
    """Whether the mask is drawn from rng, and anew in every call."""
    again, later = in_shape(outputs["again"], y), in_shape(outputs["later"], y)
    if again is None or not np.array_equal(again, y):
        return "not from rng: the same seed gave another mask"
    if later is not None and np.array_equal(later, y):
        return "fixed: a second call drew the same mask"
    return "a new mask for every call, from rng"
