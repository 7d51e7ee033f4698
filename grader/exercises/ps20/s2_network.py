"""``s2_network(x, weights, keep_prob, rng, *, training) -> out``: S2's train_step and predict."""

from itertools import pairwise
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    drawn_anew,
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
from grader.exercises.drawn_arrays import blank, in_shape
from grader.exercises.dropout_masks import (
    BAND,
    DRAWN,
    FIXED,
    TEST_MODE,
    TRAINING,
    distinct,
    equally_many,
    in_words,
    pattern,
    same_rows,
)


def s2_network(x, weights, keep_prob, rng, *, training):
    W1, b1, W2, b2, W3, b3 = weights
    H1 = np.maximum(0, x @ W1 + b1)
    U1 = rng.random(H1.shape) < keep_prob if training else keep_prob
    H2 = np.maximum(0, (H1 * U1) @ W2 + b2)
    U2 = rng.random(H2.shape) < keep_prob if training else keep_prob
    out = (H2 * U2) @ W3 + b3
    return out


def network(
    rng: np.random.Generator, about: str, keep_prob: float, *, training: bool, n: int = 4
) -> Case:
    """Any network, drawn again until hidden units are partly active and some outputs negative."""
    widths = [5, 7, 6, 3]
    while True:
        x = rng.normal(size=(n, widths[0]))
        sizes = [size for n_in, n_out in pairwise(widths) for size in ((n_in, n_out), n_out)]
        weights = [rng.normal(size=size) for size in sizes]
        W1, b1, W2, b2, _W3, _b3 = weights
        u1 = x @ W1 + b1
        u2 = (np.maximum(0, u1) * keep_prob) @ W2 + b2
        out = s2_network(x, weights, keep_prob, rng, training=False)
        if all((u.min() < -0.1) and (u.max() > 0.1) for u in (*u1, *u2, out)):
            return case(
                about,
                x=x,
                weights=weights,
                keep_prob=keep_prob,
                training=training,
                seed=int(rng.integers(2**31)),
            )


def with_large_scores(made: Case) -> Case:
    """The same network with an output layer whose weights are a thousand times as large."""
    *hidden, W3, b3 = made["weights"]
    return made | {"weights": [*hidden, 1000 * W3, 1000 * b3]}


def unit_to_unit(
    rng: np.random.Generator, about: str, keep_prob: float, n: int = 64, units: int = 60
) -> Case:
    """Each unit gets one value, and all values are positive, so that the outputs show the masks."""
    made = network(rng, about, keep_prob, training=True)
    numbers = [rng.uniform(0.5, 1.5, size=units) for _ in range(6)]
    made["weights"] = [array if k % 2 else np.diag(array) for k, array in enumerate(numbers)]
    made["x"] = rng.uniform(0.5, 1.5, size=(n, units))
    return made


def run(s2_network, case):
    names = ("x", "weights", "keep_prob")

    def call(rng):
        copies = (case["x"].copy(), [array.copy() for array in case["weights"]])
        return s2_network(*copies, case["keep_prob"], rng, training=case["training"])

    rng = np.random.default_rng(case["seed"])
    state = rng.bit_generator.state
    out = s2_network(*[case[name] for name in names], rng, training=case["training"])
    out = out.copy() if isinstance(out, np.ndarray) else out
    drawn = rng.bit_generator.state != state
    later = [call(rng) for _ in range(5)]
    again = call(np.random.default_rng(case["seed"]))
    return {"out": out, "later": later, "again": again, "drawn": drawn}


ALL_KEPT = "keep_prob = 1 keeps everything"
FIRST, SECOND = "of the first hidden layer", "of the second hidden layer"
SHARE_1, SHARE_2 = f"the kept values {FIRST}", f"the kept values {SECOND}"
FACTOR, MASK_1, MASK_2 = "the factor of kept values", f"the mask {FIRST}", f"the mask {SECOND}"
COPIES, DRAWS = "the masks beside each other", "the next masks"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Right programs differ in what they drop; they agree in these quantities."""
    keep = case["keep_prob"]
    if not case["training"]:
        return {"out": outputs["out"], DRAWN: in_words(outputs["drawn"])}
    if keep == 1:
        return {"out": outputs["out"]}
    out = in_shape(outputs["out"], case["x"])
    if out is None:
        unknown = "unknown, out is not of shape (N, outputs)"
        return {"out": outputs["out"], **dict.fromkeys(ALL_OF_THEM, unknown)}
    W1, b1, W2, b2, W3, b3 = case["weights"]
    a1, a2, a3 = (W.diagonal() for W in (W1, W2, W3))
    z, u = (out - b3) / a3, case["x"] * a1 + b1
    for words, scale_1, scale_2 in scales(keep):
        low, high = scale_2 * b2, scale_2 * (a2 * scale_1 * u + b2)
        none, below, above = (np.abs(z - level) < 1e-3 for level in (0, low, high))
        if (none | below | above).all():
            kept_2, kept_1 = ~none, above
            calls = [in_shape(one, out) for one in (outputs["out"], *outputs["later"])]
            z_of_calls = [(one - b3) / a3 for one in calls if one is not None]
            masks = [np.abs(z) >= 1e-3 for z in z_of_calls]
            firsts = [np.abs(z - high) < 1e-3 for z in z_of_calls]
            return {
                "out": blank(outputs["out"]),
                FACTOR: words,
                SHARE_1: share(kept_1[kept_2], decisions(kept_1, kept_2), keep),
                SHARE_2: share(kept_2, decisions(kept_2, True), keep),
                MASK_1: pattern_of_seen(kept_1, kept_2),
                MASK_2: FIXED if equally_many(distinct(masks)) else pattern(kept_2),
                COPIES: copies_in_words(firsts, masks),
                DRAWS: draws_in_words(
                    out,
                    in_shape(outputs["again"], out),
                    [in_shape(one, out) for one in outputs["later"]],
                ),
            }
    return {"out": blank(outputs["out"]), **dict.fromkeys(ALL_OF_THEM, OTHERS)}


ALL_OF_THEM = (FACTOR, SHARE_1, SHARE_2, MASK_1, MASK_2, COPIES, DRAWS)
OTHERS = "unknown, out is not that of units which are kept, with one factor, or dropped"


def scales(keep: float) -> list[tuple[str, float, float]]:
    """By what a layer may have multiplied its kept values, in words; right is 1."""
    factors = {
        "unchanged": 1.0,
        "divided by keep_prob": 1 / keep,
        "multiplied by keep_prob": keep,
        "divided by 1 - keep_prob": 1 / (1 - keep),
    }
    both = [(words, s, s) for words, s in factors.items()]
    first = [(f"{words} in the first layer", s, 1.0) for words, s in factors.items()]
    second = [(f"{words} in the second layer", 1.0, s) for words, s in factors.items()]
    return [*both, *first[1:], *second[1:]]


def decisions(kept: np.ndarray, seen: Any) -> int:
    """How many random numbers the mask stands for: fewer where whole rows or columns are alike."""
    seen = np.broadcast_to(seen, kept.shape)
    if same_column(kept, seen) or same_rows(kept):
        return int(kept.shape[1])
    return int(seen.any(axis=1).sum() if same_column(kept.T, seen.T) else seen.sum())


def same_column(kept: np.ndarray, seen: np.ndarray) -> bool:
    """Whether each column, where it is seen, is all kept or all dropped."""
    return bool((~(kept & seen).any(axis=0) | ~(~kept & seen).any(axis=0)).all())


def share(kept: np.ndarray, n: int, keep: float) -> str:
    """The share of kept values as the probability that it is compatible with."""
    found = float(np.mean(kept)) if kept.size else 0.0
    if found in (0, 1):
        return "all" if found else "none"
    known = {"keep_prob": keep, "1 - keep_prob": 1 - keep, "one half": 0.5}
    for words, p in known.items():
        if abs(found - p) <= BAND * np.sqrt(p * (1 - p) / n):
            return words
    return f"about {found:.2f}"


def pattern_of_seen(kept: np.ndarray, seen: np.ndarray) -> str:
    """Whether the rows of the first mask differ, where the second one shows it."""
    if not (~kept & seen).any() or not (kept & seen).any():
        return "all alike"
    if same_column(kept, seen):
        return "the same for every row"
    if same_column(kept.T, seen.T):
        return "whole rows at a time"
    return "every value independently"


def halves(length: int) -> list[int]:
    """The shifts along an axis of this length that, done twice, change nothing."""
    return [0] if length % 2 else [0, length // 2]


def copies_in_words(firsts: list[np.ndarray], seconds: list[np.ndarray]) -> str:
    """Whether a mask is another one, or itself, moved along rows and columns.

    Calls that drop the same are told by where the draws come from. The first mask is seen where the
    second one keeps. Where a mask meets itself half of an axis away, each product counts twice, so
    the sum varies √2 times as much. By Chernoff's bound (for chains of products, beside the sum of
    their squares), independent masks leave the band of 12 standard deviations with probability
    below 1e-15 in all cases, calls and shifts together.
    """
    alike = [any((m == k).all() for k in seconds[:i]) for i, m in enumerate(seconds)]
    calls = [
        pair
        for pair, known in zip(zip(firsts, seconds, strict=True), alike, strict=True)
        if not known
    ]
    found, call_of = [], []
    for call, (first, second) in enumerate(calls):
        for kept, seen in ((first, second), (second, np.ones_like(second))):
            if (kept & seen).any() and (~kept & seen).any():
                found.append((kept - kept[seen].mean()) * seen)
                call_of.append(call)
    sums = [(np.fft.rfft2(d), np.fft.rfft2(d**2)) for d in found]
    for i, (one, squares) in enumerate(sums):
        for j, (other, others) in enumerate(sums[: i + 1]):
            like = found[i].shape
            total = np.fft.irfft2(one * other.conj(), like)
            variance = np.fft.irfft2(squares * others.conj(), like)
            if i == j:
                total[0, 0] = 0
                variance[np.ix_(*map(halves, like))] *= 2
            if (np.abs(total) > 12 * np.sqrt(np.maximum(variance, 1))).any():
                same = call_of[i] == call_of[j]
                return "moved copies in one call" if same else "moved copies of an earlier call's"
    return "independent"


exercise = random(
    s2_network,
    returns="out",
    points=3,
    cases=lambda rng: {
        TRAINING: [
            unit_to_unit(rng, "keep_prob = 0.83", 0.83),
            unit_to_unit(rng, "keep_prob = 0.32", 0.32),
            unit_to_unit(rng, "a large batch", 0.5, n=100),
        ],
        ALL_KEPT: [network(rng, "keep_prob = 1", 1.0, training=True)],
        TEST_MODE: [
            network(rng, "keep_prob = 0.37", 0.37, training=False),
            network(rng, "one sample", 0.7, training=False, n=1),
            with_large_scores(network(rng, "scores of thousands", 0.4, training=False)),
        ],
        "float32": [float32(network(rng, "", 0.6, training=False))],
    },
    run=run,
    observe=observe,
    judge=[
        values(
            SHARE_1,
            SHARE_2,
            weight=5,
            spoils=0.3,
            cases=TRAINING,
            title="in training, each hidden layer keeps the share keep_prob",
            help="""Which arrays does S2 multiply by a mask? `rng.random(shape)` has numbers in
            [0, 1): how often is one of them below 0.8?""",
        ),
        values(
            FACTOR,
            weight=5,
            spoils=0.2,
            cases=TRAINING,
            title="in training, kept values are unchanged",
            help="In training S2 multiplies by a mask of 0 and 1. Which of the two modes scales?",
        ),
        values(
            MASK_1,
            MASK_2,
            COPIES,
            weight=6,
            cases=TRAINING,
            alone=False,
            spoils=0.4,
            title="every value of every sample is dropped independently",
        ),
        drawn_anew(
            values(
                DRAWS,
                weight=5,
                cases=TRAINING,
                alone=False,
                title="randomness comes from rng",
                help="""Which generator draws your masks? Two calls with one generator should draw
                different masks, and two generators with the same seed the same masks.""",
            )
        ),
        values(
            "out",
            weight=6,
            spoils=0.2,
            cases=TEST_MODE,
            title="test mode scales both hidden layers",
            help="""With training=False nothing is dropped. By what does `predict` multiply each
            hidden layer? Each layer also has its bias and its ReLU; the output has no ReLU.""",
        ),
        # A network without dropout satisfies these two.
        values(
            DRAWN,
            weight=3,
            cases=TEST_MODE,
            alone=False,
            title="test mode draws nothing",
            help="""Test mode needs no random numbers, and rng may be None there. In which modes
            does your code call `rng`?""",
        ),
        values("out", weight=1, cases=ALL_KEPT, alone=False),
    ],
    form=(shapes("out"), dtype("out"), unchanged_inputs()),
    answers=("grader.exercises.ps20.s2_network", "course_lib.functional.dropout"),
    hints=(
        "Write the network without dropout first: linear, ReLU, linear, ReLU, linear. Then "
        "multiply each hidden layer, after its ReLU, by what belongs to the mode.",
        step(
            "A smaller example: a hidden layer [10, 10] and keep_prob 0.8, drawn 0.1 and 0.9. In "
            "training the first number is below 0.8, so its value is kept: [10, 0]. In test mode "
            "it is always [8, 8].",
            "in training, each hidden layer keeps the share keep_prob",
            "in training, kept values are unchanged",
            "test mode scales both hidden layers",
        ),
    ),
    mistakes=slips("""
U1 = rng.random(H1.shape) >= keep_prob if training else keep_prob
U2 = rng.random(H2.shape) >= keep_prob if training else keep_prob
    In training you keep the share 1 − keep_prob. Which values does `rng.random(…) < keep_prob`
    mark?
U1 = rng.random(H1.shape) >= keep_prob if training else 1 - keep_prob
U2 = rng.random(H2.shape) >= keep_prob if training else 1 - keep_prob
    You use keep_prob as the probability of dropping, in both modes. In S2's code p is the
    probability of keeping.
U1 = rng.random(H1.shape) < keep_prob if training else 1 - keep_prob
U2 = rng.random(H2.shape) < keep_prob if training else 1 - keep_prob
    In test mode you multiply by 1 − keep_prob. If 80 % of the values are kept, which share of a sum
    remains on average?
U1 = rng.random(H1.shape) < keep_prob if training else 1
U2 = rng.random(H2.shape) < keep_prob if training else 1
    In test mode the factor is missing: the sums of the next layer are larger than they are in
    training. By what does `predict` multiply each hidden layer?
U1 = rng.random(H1.shape) < keep_prob if training else 1 / keep_prob
U2 = rng.random(H2.shape) < keep_prob if training else 1 / keep_prob
    In test mode you scale up. In training some values are missing, so the sums are smaller than
    those of all values. Does test mode have to scale up or down?
U1 = (rng.random(H1.shape) < keep_prob) / keep_prob if training else 1
U2 = (rng.random(H2.shape) < keep_prob) / keep_prob if training else 1
    This is the other form, inverted dropout: you scale in training, and test mode changes nothing.
    S2's code scales in test mode.
U1 = (rng.random(H1.shape) < keep_prob) / keep_prob if training else keep_prob
U2 = (rng.random(H2.shape) < keep_prob) / keep_prob if training else keep_prob
    You scale in both modes: up in training and down in test mode. Which of the two does S2's code
    have?
U1 = (rng.random(H1.shape) < keep_prob) * (1 if training else keep_prob)
U2 = (rng.random(H2.shape) < keep_prob) * (1 if training else keep_prob)
    Test mode draws masks, too, and scales as well. In test mode all units are active always.
U1 = rng.random(H1.shape) < keep_prob
U2 = rng.random(H2.shape) < keep_prob
    `training` is not used, so you drop values in test mode, too. There `predict` multiplies by a
    number.
U1 = (rng.random(H1.shape) < keep_prob, keep_prob)[not training]
U2 = (rng.random(H2.shape) < keep_prob, keep_prob)[not training]
    In test mode you draw random numbers that you do not use, and there rng may be None. In which
    mode is a mask needed?
U1 = rng.random(H1.shape) < 0.5 if training else keep_prob
U2 = rng.random(H2.shape) < 0.5 if training else keep_prob
    In training you always keep one half. S2's 0.5 is an example: use keep_prob.
U1 = keep_prob
U2 = keep_prob
    You drop nothing in training: no value becomes 0. Multiply by a mask that is drawn with `rng`.
U1 = rng.random(H1.shape) if training else keep_prob
U2 = rng.random(H2.shape) if training else keep_prob
    You multiply by the random numbers themselves. How do you turn a number between 0 and 1 into a
    decision, kept or dropped?
U1 = 1
    The first hidden layer has neither a mask nor the factor. S2's code treats both hidden layers
    alike.
U2 = 1
    The second hidden layer has neither a mask nor the factor. S2's code treats both hidden layers
    alike.
U2 = U1 if H2.shape == H1.shape else rng.random(H2.shape) < keep_prob if training else keep_prob
    Both hidden layers get the same mask. Draw another one for the second layer.
U1 = rng.random(H1.shape[1]) < keep_prob if training else keep_prob
U2 = rng.random(H2.shape[1]) < keep_prob if training else keep_prob
    All samples share one mask. Draw a random number for every unit of every sample.
U1 = rng.random((len(x), 1)) < keep_prob if training else keep_prob
U2 = rng.random((len(x), 1)) < keep_prob if training else keep_prob
    You drop all units of a sample at once. Draw a random number for every unit of every sample.
H1 = np.maximum(
    0, (x @ W1) * (rng.random((len(x), len(b1))) < keep_prob if training else keep_prob) + b1
)
U1 = 1
H2 = np.maximum(
    0, (H1 @ W2) * (rng.random((len(x), len(b2))) < keep_prob if training else keep_prob) + b2
)
U2 = 1
    You multiply by the masks, and add the biases after that. Which value has a unit then that is
    dropped? S2's code multiplies the hidden layers `H1` and `H2` themselves.
H1 = x @ W1 + b1
    The first hidden layer has no ReLU: its negative values remain.
H2 = (H1 * U1) @ W2 + b2
    The second hidden layer has no ReLU: its negative values remain.
out = np.maximum(0, (H2 * U2) @ W3 + b3)
    The output has a ReLU. In S2's code `out` can be negative: these are scores.
out = ((H2 * U2) @ W3 + b3) * (1 if training else keep_prob)
    You scale the output, too. No unit of the output is dropped, so it needs no factor.
out = ((H2 * U2) @ W3 + b3) * (
    rng.random((len(x), len(b3))) < keep_prob if training else keep_prob
)
    The output has a mask and the factor, too. Which layers does S2's code multiply by a mask?
out = np.maximum(0, (H2 * U2) @ W3 + b3) * (
    rng.random((len(x), len(b3))) < keep_prob if training else keep_prob
)
    You treat the output like a hidden layer, with a ReLU and a mask. Scores have neither.
x = x * (rng.random(x.shape) < keep_prob if training else keep_prob)
U1 = 1
U2 = 1
    You drop inputs, and no hidden values. Which layers does S2's code multiply by a mask?
x = x * (rng.random(x.shape) < keep_prob if training else keep_prob)
    You drop inputs, too. S2's code multiplies only the hidden layers by a mask.
out = (H2 * U2) @ W3
    The bias of the output is missing.
H1 = np.maximum(0, x @ W1)
H2 = np.maximum(0, (H1 * U1) @ W2)
    The biases of the hidden layers are missing.
"""),
)
