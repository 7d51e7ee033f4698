"""``triplet_loss(anchor, positive, negative, margin) -> (value, da, dp, dn)``."""

import numpy as np

from grader.checking.contract import Case, case, function, slips, values
from grader.exercises.ps22.contrastive_loss import directions


def triplet_loss(anchor, positive, negative, margin):
    def distance(r):
        d = np.sqrt(np.sum(r**2, axis=1))
        direction = r / np.where(d > 0, d, 1)[:, None]
        return d, direction

    d_p, to_p = distance(anchor - positive)
    d_n, to_n = distance(anchor - negative)
    loss = np.maximum(d_p - d_n + margin, 0)
    N = len(anchor)
    value = np.sum(loss) / N
    slope = (loss > 0).astype(loss.dtype)[:, None] / N
    da = slope * (to_p - to_n)
    dp, dn = -slope * to_p, slope * to_n
    return value, da, dp, dn


def triplets(rng: np.random.Generator, about: str, kinds: str, D: int, margin: float = 0.0) -> Case:
    """One triplet for each letter: w wrong way round, c right but too close, k keeps the margin.

    None is near the edge of the margin, where the loss has a kink.
    """
    margin = margin or float(rng.uniform(0.6, 0.9))
    ahead = {"w": (-1.2, -0.6), "c": (0.3, 0.6), "k": (1.5, 2.0)}  # of d_n over d_p, in margins
    N = len(kinds)
    d_p = margin * rng.uniform(1.4, 2, size=N)
    d_n = d_p + margin * np.array([rng.uniform(*ahead[kind]) for kind in kinds])
    anchor = rng.normal(size=(N, D))
    return case(
        about,
        anchor=anchor,
        positive=anchor + d_p[:, None] * directions(rng, N, D),
        negative=anchor + d_n[:, None] * directions(rng, N, D),
        margin=margin,
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    single = triplets(rng, "float32", "wckc", 3)
    for name in ("anchor", "positive", "negative"):
        single[name] = single[name].astype(np.float32)
    edge = triplets(rng, "one triplet at the edge of the margin", "wkc", 2, 1.0)
    unit = float(rng.integers(3, 9)) / 4  # all of these numbers and distances are exact
    edge["anchor"][1] = np.round(8 * edge["anchor"][1]) / 8
    edge["positive"][1] = edge["anchor"][1] + [0, unit]
    edge["negative"][1] = edge["anchor"][1] + [unit + 1, 0]
    hardly = edge | {"about": "one triplet hardly inside", "negative": edge["negative"].copy()}
    hardly["negative"][1, 0] -= 2.0**-24
    same = triplets(rng, "anchor equal to the positive or the negative", "cwk", 3, 2.5)
    same["positive"][0] = same["anchor"][0]
    same["negative"][0] = same["anchor"][0] + directions(rng, 1, 3)[0]
    same["negative"][1] = same["anchor"][1]
    return {
        "not all keep the margin": [
            triplets(rng, "one triplet, too close", "c", 2),
            triplets(rng, "two that do not keep the margin", "wc", 3),
            triplets(rng, "some keep the margin", "kwkcc", 2),
            triplets(rng, "a large margin", "cwk", 3, float(rng.uniform(1.6, 2.5))),
            triplets(rng, "tiny distances", "kwc", 3, 1e-4),
        ],
        "zeros where all keep the margin": [triplets(rng, "all keep the margin", "kk", 2)],
        "a loss of exactly 0": [edge, hardly],
        "distance 0: its gradient is 0": [same],
        "float32, by value": [single],
    }


exercise = function(
    triplet_loss,
    returns="value, da, dp, dn",
    points=2,
    cases=cases,
    judge=[
        values(
            "value",
            weight=3,
            cases="not all keep the margin",
            title="the value",
            help="Compute two distances for each triplet, then the hinge, then the mean.",
        ),
        values(
            "da",
            weight=3,
            cases="not all keep the margin",
            title="da, of the anchors",
            help="""The anchor occurs in both distances. Along which vector does each distance grow
            when the anchor moves?""",
        ),
        values(
            "dp",
            weight=2,
            cases="not all keep the margin",
            title="dp, of the positives",
            help="""Only d(a, p) depends on the positive. Does the loss grow or fall when the
            positive moves towards the anchor?""",
        ),
        values(
            "dn",
            weight=2,
            cases="not all keep the margin",
            title="dn, of the negatives",
            help="""Only d(a, n) depends on the negative, and it has a minus sign in the loss. Does
            the loss grow or fall when the negative moves away?""",
        ),
        # Zeros satisfy it.
        values(
            weight=2,
            cases="zeros where all keep the margin",
            alone=False,
            help="Which triplets have the loss 0, and what are their gradients?",
        ),
        values(
            cases="a loss of exactly 0",
            after="the value",
            help="""A triplet that keeps the margin exactly has the loss 0. Where the maximum is 0,
            so are all gradients: which comparison leaves this triplet out?""",
        ),
        values(
            cases="distance 0: its gradient is 0",
            after="the value",
            help="Where two points coincide, (a − p)/d(a, p) is 0/0. What do you set it to?",
        ),
        values(cases="float32, by value", rtol=1e-4),
    ],
    answers=("course_lib.losses.metric_learning",),
    hints="""
    Where the loss of a triplet is above 0: the gradient of d(a, p) with respect to a is (a −
    p)/d(a, p), with a plus sign in the loss; the gradient of d(a, n) is (a − n)/d(a, n), with a
    minus sign. The mean adds the factor 1/N.

    A smaller example: a = [[0, 0]], p = [[3, 4]], n = [[0, −2]], margin 1. d(a, p) = 5, d(a, n) =
    2, value 5 − 2 + 1 = 4. (a − p)/5 = [[−0.6, −0.8]] and (a − n)/2 = [[0, 1]], so da = [[−0.6,
    −1.8]], dp = [[0.6, 0.8]], dn = [[0, 1]].
    """,
    grows=lambda rng, n: triplets(rng, "growing", ("wck" * n)[:n], 3),
    mistakes=(
        *slips("""
d = np.sum(r**2, axis=1)
direction = 2 * r
    The distances are squared, as in the FaceNet paper. In this course d is the Euclidean distance,
    not its square.
d = np.sum(np.abs(r), axis=1)
direction = np.sign(r)
    The distance adds up absolute values. Euclid's is the root of the sum of squares.
direction = r
    Triplets with large distances get too large gradients: the gradient of a distance |r| is r/|r|,
    which has length 1, not r.
da = slope * to_p
    `da` contains only the positive. The anchor occurs in both distances, so its gradient is a sum
    of two terms.
da = -slope * to_n
    `da` contains only the negative. The anchor occurs in both distances, so its gradient is a sum
    of two terms.
da = slope * (to_p + to_n)
    `da` adds two gradients, but d(a, n) has a minus sign in the loss.
da = 0 * to_p
    `da` is 0, but the anchor occurs in both distances, so the loss depends on it.
dp, dn = slope * to_p, slope * to_n
    `dp` has the wrong sign: a step against it moves the positive away.
dp, dn = -slope * to_p, -slope * to_n
    `dn` has the wrong sign: a step against it moves the negative nearer.
da = slope * (to_n - to_p)
dp, dn = slope * to_p, -slope * to_n
    All three gradients have the wrong sign: a step against them raises the loss.
dp, dn = slope * to_n, -slope * to_p
    `dp` and `dn` are exchanged. Return them in the order of the arguments.
loss = d_p - d_n + margin
slope = np.ones_like(loss)[:, None] / N
    Triplets that keep the margin count, too, with a negative loss. What does `max(0, …)` do?
"""),
        *slips(
            """
value = np.sum(d_p - d_n + margin) / N
    In the value, triplets that keep the margin count with a negative loss, while the gradients
    leave them out. What does `max(0, …)` do?
""",
            needs=("da, of the anchors",),
        ),
        *slips(
            """
direction = 2 * r
    The value is right, but the gradients are those of squared distances. By how much does the
    distance itself grow when a point moves away by 1?
slope = (loss >= 0).astype(loss.dtype)[:, None] / N
    The value is right, but triplets that keep the margin still get a gradient. Where the maximum is
    0, its derivative is 0, too.
slope = (d_p - d_n + margin >= 0).astype(loss.dtype)[:, None] / N
    The value is right, but a triplet that keeps the margin exactly gets a gradient. Its loss is 0:
    where the maximum is 0, so are all gradients.
slope = (loss > 0).astype(loss.dtype)[:, None]
    The value is a mean over the N triplets, but the gradients belong to the sum.
""",
            needs=("the value",),
        ),
        *slips("""
loss = np.maximum(d_p - d_n - margin, 0)
    The margin has the wrong sign: a negative that is only a little farther away than the positive
    should still have a positive loss.
loss = np.maximum(d_p - d_n, 0)
    The argument `margin` is not used.
loss = np.maximum(d_n - d_p + margin, 0)
da = slope * (to_n - to_p)
dp, dn = slope * to_p, -slope * to_n
    The loss falls when the NEGATIVE comes nearer, because the two distances are exchanged.
N = 1
    Value and gradients belong to the sum over the triplets. Take the mean.
N = max(np.sum(loss > 0), 1)
    You take the mean over the triplets with a positive loss. The mean runs over all N triplets,
    including those with loss 0.
N = anchor.size
    You divide by N·D. There are N triplets with one loss each.
loss = np.full_like(d_p, max(np.mean(d_p - d_n + margin), 0))
    You take the maximum of the mean, so triplets that keep the margin cancel others. Take the
    maximum for each triplet first, then the mean.
value = np.sum(loss**2) / N
slope = 2 * loss[:, None] / N
    You square the hinge. Here the loss is max(0, …) itself.
"""),
        *slips(
            """
slope = loss[:, None] / N
    The value is right, but the gradients are multiplied by the loss of their triplet. What is the
    derivative of max(0, s) where s is positive?
""",
            needs=("the value",),
        ),
        *slips(
            """
direction = r / d[:, None]
    Where the anchor is equal to the positive or the negative, the distance is 0, and 0/0 is nan.
    Use 0 as the gradient of this distance.
""",
            needs=("the value", "da, of the anchors"),
        ),
    ),
)
