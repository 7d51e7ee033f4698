"""What the exercises on dropout share: inputs, and masks in words.

Right programs differ in which values they drop. The quantities in which they agree are observed:
the share that is dropped, the factor of the kept values, and whether every value is dropped
independently.
"""

from math import erf, sqrt
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Mistake,
    Property,
    case,
    drawn_anew,
    draws_in_words,
    float32,
    slips,
    step,
    values,
)
from grader.exercises.drawn_arrays import blank, hidden, in_shape

# Standard deviations. Right code leaves the first band, of a share, with probability below 5e-11 a
# case (binomial distribution), and the second one, of many shares or of products of neighbours,
# below 1e-10 (binomial distribution, Chernoff's bound).
BAND, WIDE = 6.7, 7.3


def batch(
    rng: np.random.Generator,
    about: str,
    drop_prob: float,
    *,
    training: bool,
    n: int = 64,
    row: tuple[int, ...] = (60,),
) -> Case:
    """Inputs without zeros, so that a zero in the output is a dropped value."""
    shape = (n, *row)
    return case(
        about,
        x=rng.uniform(0.5, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape),
        dy=rng.uniform(0.5, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape),
        drop_prob=drop_prob,
        training=training,
        seed=int(rng.integers(2**31)),
    )


TRAINING, TEST_MODE = "training", "test mode"  # groups of cases
OFTEN, CALLS = "a few values, dropped again and again", 200
ANY_SHAPE = "an x with one axis, or with more than two"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """The inputs that every form of dropout is tried on."""
    return {
        TRAINING: [
            batch(rng, "drop_prob = 0.23", 0.23, training=True),
            batch(rng, "drop_prob = 0.68", 0.68, training=True),
            batch(rng, "a large batch", 0.5, training=True, n=60, row=(110,)),
            # So many values that no right call drops them all.
            batch(rng, OFTEN, 0.5, training=True, n=3, row=(11,)) | {"calls": CALLS},
        ],
        "drop_prob = 0 changes nothing": [batch(rng, "drop_prob = 0", 0.0, training=True, n=3)],
        TEST_MODE: [batch(rng, "", 0.4, training=False, n=3)],
        ANY_SHAPE: [
            batch(rng, "images", 0.3, training=True, n=8, row=(6, 8, 10)),
            batch(rng, "one axis", 0.3, training=True, n=600, row=()),
        ],
        "float32": [
            float32(batch(rng, "in training", 0.25, training=True)),
            float32(batch(rng, "in test mode", 0.25, training=False, n=3)),
        ],
    }


def run(forward: Any, case: Case) -> dict[str, Any]:
    """y, what five more calls gave, what the same seed led to, and whether rng was used."""
    names = [name for name in ("x", "W", "b") if name in case]
    copies = [[case[name].copy() for name in names] for _ in range(1 + case.get("calls", 5))]

    def call(given: Any, rng: Any) -> Any:
        results = list(forward(*given, case["drop_prob"], rng, training=case["training"]))
        if len(results) != 2:
            raise ValueError("expected 2 results (y, cache)")
        return results[0].copy() if isinstance(results[0], np.ndarray) else results[0]

    rng = np.random.default_rng(case["seed"])
    state = rng.bit_generator.state
    y = call([case[name] for name in names], rng)
    drawn = rng.bit_generator.state != state
    later = [call(given, rng) for given in copies[1:]]
    again = call(copies[0], np.random.default_rng(case["seed"]))
    return {"y": y, "later": later, "again": again, "drawn": drawn}


SHARE, FACTOR = "the share of dropped values", "the factor of what is kept"
MASK, DRAWS = "the mask", "the next mask"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Right programs differ in which values they drop; they agree in these quantities."""
    y = in_shape(outputs["y"], case["x"])
    if case["drop_prob"] == 0 or not case["training"]:
        return without_drops(case, y, outputs)
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
    masks = distinct([as_rows(one != 0) for one in calls(outputs, y)])
    often = case["about"] == OFTEN
    of_all = often_in_words(calls(outputs, y)) if often else pattern(as_rows(kept))
    return {
        "y": blank(outputs["y"]),
        SHARE: share_in_words(case["drop_prob"], masks),
        FACTOR: factor,
        MASK: FIXED if equally_many(masks) else of_all,
        DRAWS: draws_in_words(y, *repeated(outputs, y)),
    }


def as_rows(array: np.ndarray) -> np.ndarray:
    """A sample in each row, whatever its shape is."""
    return array.reshape(len(array), -1)


FIXED = "the same number of values in every call"
UNKNOWN = "unknown, y is not an array of the shape of x"
OTHERS = "unknown, what is not 0 in y is not x times one number"
TEST, NO_DROPS = "what test mode does", "what drop_prob = 0 does"
DRAWN = "what test mode draws"


def without_drops(case: Case, y: np.ndarray | None, outputs: dict[str, Any]) -> dict[str, Any]:
    """y itself; where values were dropped only how, since which ones is the student's draw."""
    name = NO_DROPS if case["training"] else TEST
    drawn = {} if case["training"] else {DRAWN: in_words(outputs["drawn"])}
    if y is None or (y != 0).all() or not y.any():
        return {"y": outputs["y"], name: "nothing is dropped"} | drawn
    factor = one_number((y / case["x"])[y != 0])
    words = factor if isinstance(factor, str) else f"times {factor:.3g}"
    return {"y": hidden(outputs["y"]), name: f"values are dropped, the others {words}"} | drawn


UNIFORM = step(
    "`rng.random(x.shape)` is an array of numbers in [0, 1). How often is one below 0.2?",
    "the share drop_prob is dropped",
    "every value is dropped independently",
)


def in_words(drawn: bool) -> str:
    """Whether the generator was used; in test mode it is not, so that a call may pass None."""
    return "random numbers" if drawn else "nothing"


def from_rng(weight: int) -> Property:
    """The masks are drawn anew from rng."""
    help = """Which generator draws your mask? Two calls with one generator should draw different
    masks, and two generators with the same seed the same mask."""
    title = "randomness comes from rng"
    return drawn_anew(
        values(DRAWS, weight=weight, cases=TRAINING, alone=False, title=title, help=help)
    )


def of_the_mask(weight: int) -> list[Property]:
    """What is required of a mask of x, whatever the factor of the values that it keeps."""
    own = "every value is dropped independently"
    return [
        values(
            SHARE,
            weight=4,
            cases=TRAINING,
            title="the share drop_prob is dropped",
            spoils=0.3,
        ),
        values(MASK, weight=weight, cases=TRAINING, alone=False, title=own, spoils=0.4),
        values(SHARE, MASK, cases=ANY_SHAPE, alone=False),
        from_rng(weight),
    ]


def mask_mistakes() -> tuple[Mistake, ...]:
    """The mistakes of ``kept = rng.random(x.shape) >= drop_prob``."""
    return slips("""
kept = rng.random(x.shape) >= 0.5
    You always drop half of the values. With which probability does your code drop a value?
kept = rng.permutation(x.size).reshape(x.shape) >= drop_prob * x.size
    Every call drops the same number of values. Each value should be dropped with probability
    drop_prob, independently of the others. How many random numbers does this need?
kept = rng.standard_normal(x.shape) >= drop_prob
    You draw the mask from a normal distribution. `rng.random` is uniform on [0, 1), so
    `rng.random(…) < p` is true with probability p.
""")


def inverted_mistakes() -> tuple[Mistake, ...]:
    """Those of ``factor = 1 / (1 - drop_prob)``, for that mask, and of its ``if training``."""
    return slips("""
kept = rng.random(x.shape) < (drop_prob or 1)
factor = 1 / (drop_prob or 1)
    You use `drop_prob` as the probability of keeping. In this course it is always the probability
    of dropping.
factor = 1 / np.float64(drop_prob)
    You divide by drop_prob, which is the probability of dropping. By which probability do you have
    to divide?
factor = 1 / (1 - drop_prob) ** 2
    You apply the factor 1/(1 − drop_prob) twice. Once in the mask is enough.
factor = 1 - drop_prob
    You scale the kept values down by 1 − drop_prob. The sum is already too small, because
    values are missing. Do you have to scale the others up or down?
if not training:
    Training and test mode are exchanged: drop values in training.
""")


# Those of a mask of x that is not drawn for every value, or not for every shape.
SAMPLE_MISTAKES = slips("""
kept = rng.random((len(x), x.shape[1])) >= drop_prob
    Your mask always has two axes, but `x` may have any shape: a batch of images has four. Draw the
    mask in the full shape of `x`.
kept = rng.random(x.shape[1:]) >= drop_prob
    All samples share one mask. Draw the mask in the full shape of `x`.
kept = rng.random((len(x), 1)) >= drop_prob
    You drop whole samples. Draw the mask in the full shape of `x`.
""")


def one_number(ratio: np.ndarray) -> Any:
    """The number that all of ``ratio`` are, or a text where they differ."""
    return ratio.mean() if np.ptp(ratio) < 1e-3 else "not one and the same number"


def calls(outputs: dict[str, Any], like: np.ndarray) -> list[np.ndarray]:
    """What the first call and those after it returned, as far as it is such an array."""
    found = [in_shape(one, like) for one in (outputs["y"], *outputs["later"])]
    return [one for one in found if one is not None]


def repeated(
    outputs: dict[str, Any], like: np.ndarray
) -> tuple[np.ndarray | None, list[np.ndarray | None]]:
    """What the same seed gave again, and what later calls gave, as arrays in that shape."""
    return in_shape(outputs["again"], like), [in_shape(one, like) for one in outputs["later"]]


def distinct(masks: list[np.ndarray]) -> list[np.ndarray]:
    """The masks of several calls, each once."""
    return [m for i, m in enumerate(masks) if not any((m == other).all() for other in masks[:i])]


def share_in_words(drop_prob: float, masks: list[np.ndarray]) -> str:
    """The share of dropped values as the probability it is compatible with."""
    share, n = 1 - np.mean(masks), sum(map(draws, masks))
    normal = (1 + erf(drop_prob / sqrt(2))) / 2
    others = {
        "1 - drop_prob": 1 - drop_prob,
        "one half": 0.5,
        "that of normal draws below drop_prob": normal,
        "that of normal draws above drop_prob": 1 - normal,
    }
    nearest = min(others, key=lambda text: abs(share - others[text]))
    for text, p in (("drop_prob", drop_prob), (nearest, others[nearest])):
        if abs(share - p) <= BAND * sqrt(p * (1 - p) / n):
            return text
    return f"about {share:.2f}"


def draws(kept: np.ndarray) -> int:
    """How many decisions the mask stands for: fewer where whole rows or columns are one."""
    rows, columns = kept.shape
    return (1 if same_rows(kept) else rows) * (1 if same_rows(kept.T) else columns)


def equally_many(masks: list[np.ndarray]) -> bool:
    """Whether six calls, none like another, drop equally many.

    Masks of 2,500 values or more agree in that with probability below 1e-9.
    """
    return len(masks) == 6 and len({int(kept.sum()) for kept in masks}) == 1


def same_rows(kept: np.ndarray) -> bool:
    """Whether all rows are alike."""
    return bool((kept == kept[:1]).all())


def pattern(kept: np.ndarray) -> str:
    """Whether the decisions are independent, as far as neighbours tell."""
    if same_rows(kept):
        return "the same for every row"
    if same_rows(kept.T):
        return "whole rows at a time"
    if len(set(kept.sum(axis=1))) == 1:
        return "the same number of values in every row"
    if spared(kept) or spared(kept.T):
        return "whole rows or columns are spared"
    if correlated(kept) or correlated(kept.T):
        return "neighbours are dropped together"
    return "every value independently"


def often_in_words(calls: list[np.ndarray]) -> str:
    """Whether each value is kept as often as all are, alone and together with each other one.

    Calls that are all the same are told by where the draws come from.
    """
    kept = np.array([one.ravel() != 0 for one in calls])
    if (kept == kept[0]).all():
        return "every value independently"
    p = kept.mean()
    alone = np.abs(kept.mean(axis=0) - p).max()
    together = kept[:, :, None] == kept[:, None, :]
    others = ~np.eye(kept.shape[1], dtype=bool)
    of_pairs = np.abs(together.mean(axis=0)[others] - p**2 - (1 - p) ** 2).max()
    off = max(alone, of_pairs) > WIDE / np.sqrt(4 * len(kept))
    return "some values more often, or together" if off else "every value independently"


def spared(kept: np.ndarray) -> bool:
    """Whether a row loses nothing where that is as good as impossible by chance."""
    rows, columns = kept.shape
    return bool(kept.all(axis=1).any() and rows * kept.mean() ** columns < 1e-9)


def correlated(kept: np.ndarray) -> bool:
    """Whether neighbouring rows agree more or less often than independent ones do."""
    d = kept - kept.mean()
    pairs = d[1:] * d[:-1]
    return bool(abs(pairs.mean()) > WIDE * d.var() / np.sqrt(pairs.size))
