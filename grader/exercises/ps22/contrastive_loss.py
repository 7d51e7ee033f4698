"""``contrastive_loss(a, b, same, margin) -> (value, da, db)``: pairs attract or repel."""

import numpy as np

from grader.checking.contract import Case, case, function, slips, step, values


def contrastive_loss(a, b, same, margin):
    r = a - b
    d = np.sqrt(np.sum(r**2, axis=1))
    direction = r / np.where(d > 0, d, 1)[:, None]
    near = d**2 / 2
    near_slope = d
    gap = np.maximum(margin - d, 0)
    far = gap**2 / 2
    far_slope = -gap
    others = 1 - same
    value = np.mean(same * near + others * far)
    slope = (same * near_slope + others * far_slope).astype(a.dtype)  # same may be integers
    da = slope[:, None] * direction / len(a)
    return value, da, -da


def directions(rng: np.random.Generator, N: int, D: int) -> np.ndarray:
    """Unit vectors that use all their axes, (N, D)."""
    v = rng.uniform(0.5, 1, size=(N, D)) * rng.choice([-1.0, 1.0], size=(N, D))
    unit: np.ndarray = v / np.sqrt(np.sum(v * v, axis=1, keepdims=True))
    return unit


def pairs(rng: np.random.Generator, about: str, kinds: str, D: int, margin: float = 0.0) -> Case:
    """One pair for each letter: s and S the same kind, o and f others; S and f far apart.

    o and s are inside the margin. No pair is near it or at distance 0, where the loss has a kink.
    """
    margin = margin or float(rng.uniform(1.4, 2.2))
    part = {"s": (0.3, 0.8), "S": (1.3, 1.8), "o": (0.2, 0.6), "f": (1.3, 1.8)}
    d = margin * np.array([rng.uniform(*part[kind]) for kind in kinds])
    a = rng.normal(size=(len(kinds), D))
    return case(
        about,
        a=a,
        b=a + d[:, None] * directions(rng, len(kinds), D),
        same=np.array([kind in "sS" for kind in kinds]).astype(int),
        margin=margin,
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    truth = pairs(rng, "same as True and False", "sosf", 2)
    truth["same"] = truth["same"].astype(bool)
    single = pairs(rng, "float32", "soof", 3)
    for name in ("a", "b"):
        single[name] = single[name].astype(np.float32)
    equal = pairs(rng, "a pair at distance 0", "sos", 3)
    equal["b"][0] = equal["a"][0]
    return {
        "pairs of one kind": [
            pairs(rng, "one pair of one kind", "s", 2),
            pairs(rng, "two others inside the margin", "oo", 2),
        ],
        "pairs of all kinds": [
            pairs(rng, "others outside the margin", "fsf", 3),
            pairs(rng, "a small margin", "osof", 3, float(rng.uniform(0.4, 0.6))),
            pairs(rng, "pairs of several kinds", "soffsos", 2),
            pairs(rng, "as many pairs as axes", "osf", 3),
            pairs(rng, "one of the same kind, far apart", "oSsf", 2),
            pairs(rng, "small distances", "sof", 3, 1e-2),
        ],
        "`same` as True and False": [truth],
        "a pair at distance 0": [equal],
        "float32, by value": [single],
    }


VALUE = ("the value, for pairs of one kind", "the value, for pairs of all kinds")
GRADIENTS = ("da, for pairs of one kind", "da, for pairs of all kinds", "db")

exercise = function(
    contrastive_loss,
    returns="value, da, db",
    points=2,
    cases=cases,
    judge=[
        values(
            "value", weight=2, cases="pairs of one kind", title="the value, for pairs of one kind"
        ),
        values(
            "value", weight=2, cases="pairs of all kinds", title="the value, for pairs of all kinds"
        ),
        values("da", weight=2, cases="pairs of one kind", title="da, for pairs of one kind"),
        values("da", weight=2, cases="pairs of all kinds", title="da, for pairs of all kinds"),
        values(
            "db",
            weight=2,
            cases=("pairs of one kind", "pairs of all kinds"),
            title="db",
            help="In a − b, a and b have opposite signs. What follows for `db`?",
        ),
        values(
            cases="`same` as True and False",
            help="""`same` may hold True and False, or 1 and 0. What does your code do with each of
            them?""",
        ),
        values(
            cases="a pair at distance 0",
            help="""Two equal points have the distance 0, so (a − b)/d is 0/0. What is the
            derivative of ½·|a − b|² there, and do you have to divide by d to get it?""",
        ),
        values(cases="float32, by value", rtol=1e-4),
    ],
    answers=("course_lib.losses.metric_learning",),
    hints=(
        step(
            "First compute the distances d, one number per pair. What is the loss of a pair of "
            "the same kind, and when is the loss of another pair positive?",
            *("the value, for pairs of one kind", "the value, for pairs of all kinds"),
        ),
        step(
            "What is the derivative of the loss with respect to d, for pairs of the same kind "
            "and for others? And in which direction must a move so that d grows?",
            *("da, for pairs of one kind", "da, for pairs of all kinds"),
        ),
        "For a pair of the same kind the derivative with respect to d is d, for others it is "
        "−max(0, margin − d). The gradient of d with respect to a is (a − b)/d. The mean adds "
        "the factor 1/N.",
        "A smaller example: a = [[3, 4]], b = [[0, 0]], d = 5. Same kind: value 12.5, da = [[3, "
        "4]], db = [[−3, −4]]. Other kinds with margin 7: value ½·2² = 2, da = −2·[[0.6, 0.8]] = "
        "[[−1.2, −1.6]]. Other kinds with margin 4: value and gradients are 0.",
    ),
    grows=lambda rng, n: pairs(rng, "growing", ("sof" * n)[:n], 3),
    mistakes=(
        *slips("""
same, others = 1 - same, same
    Pairs of the same kind push each other apart and others attract each other. `same` is 1 for
    pairs of the SAME kind.
others = ~same if same.dtype.kind in 'bi' else 1 - same
    `~same` exchanges True and False, but for integers it is wrong: ~1 is −2. `1 - same` is right
    for both.
return 2 * value, 2 * da, -2 * da
    Value and gradients are twice too large: the factor ½ applies to both kinds of pairs.
"""),
        *slips(
            """
return 2 * value, da, -da
    The value is twice too large. Where is the ½?
""",
            needs=GRADIENTS,
        ),
        *slips("""
return value, da / 2, -da / 2
    The gradients are half of what they should be. What is the derivative of ½·d²?
d = np.sum(r**2, axis=1)
direction = 2 * r
    You use the squared distance for d. The formula already contains both squares; d itself is the
    root of the sum of squares.
d = np.sum(np.abs(r), axis=1)
direction = np.sign(r)
    The distance adds up absolute values. Euclid's is the root of the sum of squares.
far = np.maximum(margin - d**2, 0) ** 2 / 2
far_slope = -2 * d * np.maximum(margin - d**2, 0)
    For pairs of different kinds you subtract the SQUARED distance from the margin. The margin is a
    distance, not a squared one.
far = np.maximum(margin**2 - d**2, 0) / 2
far_slope = np.where(d < margin, -d, 0)
    For pairs of different kinds you use max(0, margin² − d²). Take the difference first, then the
    square.
far = np.maximum(margin - d**2, 0) / 2
far_slope = np.where(d**2 < margin, -d, 0)
    For pairs of different kinds you use max(0, margin − d²). The square belongs around the whole
    maximum.
far = gap / 2
far_slope = np.where(gap > 0, -0.5, 0)
    For pairs of different kinds you do not square the hinge.
near = d / 2
near_slope = 0 * d + 0.5
    For pairs of the same kind you do not square the distance.
gap = margin - d
    Pairs of other kinds outside the margin are pulled together. Beyond the margin their loss is 0.
    What does `max(0, …)` do?
"""),
        *slips(
            """
direction = r
    The value is right. In the gradient you multiply the derivative with respect to d by a − b,
    whose length is d. The gradient of d has the length 1.
far_slope = d - margin
    The value is right. In the gradient, pairs of other kinds outside the margin still move. Where
    the maximum is 0, its derivative is 0, too.
far_slope = np.where(gap > 0, -d, 0)
    The value is right. In the gradient, pairs of other kinds are pushed apart in proportion to d:
    that belongs to −½·d². What is the derivative of ½·(margin − d)²?
far_slope = gap
    The value is right, but pairs of other kinds are pulled together, because their gradient has the
    wrong sign. When d grows, does margin − d grow?
far_slope = 0 * gap
    The value is right, but pairs of other kinds have the gradient 0 even inside the margin. When d
    grows, does max(0, margin − d)² rise or fall?
near_slope = d**0
    The value is right, but for pairs of the same kind the gradient has the same length at every
    distance. What is the derivative of ½·d² with respect to d?
""",
            needs=VALUE,
        ),
        *slips("""
far_slope = -gap * d
    For pairs of other kinds the gradient has the factor d once too often: the gradient of d is (a −
    b)/d, a vector of length 1.
direction = r / d[:, None]
    A pair of the same kind at distance 0 gives nan, because you divide by d. Its gradient is a − b,
    without a division.
"""),
        *slips(
            """
da = slope[:, None] * direction
    The value is a mean over the N pairs, but the gradients belong to the sum.
""",
            needs=VALUE,
        ),
        *slips("""
return value * len(a), da * len(a), -da * len(a)
    Value and gradients belong to the sum over the pairs. Take the mean.
return value / a.shape[1], da / a.shape[1], -da / a.shape[1]
    You divide by N·D. There are N pairs with one distance each.
return value, da, da
    `db` equals `da`, so both points would move in the same direction and keep their distance. Which
    sign does b have in a − b?
return value, -da, da
    Both gradients have the wrong sign. If a moves along a − b, does d grow or shrink?
return value, da, 0 * da
    `db` is 0. The loss depends on b, too, because d depends on both points.
"""),
    ),
)
