"""``triplet_loss(anchor, positive, negative, margin) -> (value, da, dp, dn)``."""

from typing import Any

import numpy as np

from course_lib.losses import triplet_loss
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
from grader.exercises.ps05.contrastive_loss import (
    city_block,
    directions,
    distance,
    squared_distance,
)


def triplets(rng: np.random.Generator, about: str, kinds: str, D: int, margin: float = 0.0) -> Case:
    """One triplet for each letter: w wrong way round, c right but too close, k keeps the margin.

    None is near the edge of the margin or at distance 0, where the loss has a kink.
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


def cases(rng: np.random.Generator) -> list[Case]:
    single = triplets(rng, "float32", "wckc", 3)
    for name in ("anchor", "positive", "negative"):
        single[name] = single[name].astype(np.float32)
    return [
        triplets(rng, "one triplet, too close", "c", 2),
        triplets(rng, "two that do not keep the margin", "wc", 3),
        triplets(rng, "some keep the margin", "kwkcc", 2),
        triplets(rng, "a large margin", "cwk", 3, float(rng.uniform(1.6, 2.5))),
        triplets(rng, "all keep the margin", "kk", 2),
        single,
    ]


def run(triplet_loss: Any, case: Case) -> dict[str, Any]:
    value, da, dp, dn = triplet_loss(
        case["anchor"], case["positive"], case["negative"], case["margin"]
    )
    return {"value": value, "da": da, "dp": dp, "dn": dn}


def wrong(
    name: str,
    hint: str,
    *,
    length: Any = distance,
    short: Any = lambda d_p, d_n, margin: d_p - d_n + margin,
    value_of: Any = lambda short: np.maximum(short, 0),
    slope_of: Any = lambda short: (short > 0) * 1.0,
    average: Any = lambda values, slopes, N, D: (np.sum(values) / N, slopes / N),
    three: Any = lambda to_p, to_n: (to_p - to_n, -to_p, to_n),
) -> Mistake:
    """The loss with one of its parts replaced."""

    def triplet_loss(anchor: Any, positive: Any, negative: Any, margin: float) -> Any:
        (d_p, to_p), (d_n, to_n) = length(anchor - positive), length(anchor - negative)
        lacking = short(d_p, d_n, margin)
        value, weight = average(value_of(lacking), slope_of(lacking), *anchor.shape)
        return value, *three(weight[:, None] * to_p, weight[:, None] * to_n)

    return Mistake(triplet_loss, hint, name=name)


def over_the_active(values: Any, slopes: Any, N: int, D: int) -> Any:
    active = max(np.sum(slopes > 0), 1)
    return np.sum(values) / active, slopes / active


def plain_differences(r: Any) -> Any:
    return np.sqrt(np.sum(r * r, axis=1)), r


def maximum_of_the_mean(anchor: Any, positive: Any, negative: Any, margin: float) -> Any:
    (d_p, to_p), (d_n, to_n) = distance(anchor - positive), distance(anchor - negative)
    mean = np.mean(d_p - d_n + margin)
    to_p, to_n = ((mean > 0) * to / len(anchor) for to in (to_p, to_n))
    return max(mean, 0.0), to_p - to_n, -to_p, to_n


SOME = ("two that do not keep the margin", "some keep the margin", "a large margin")
ACTIVE = ("one triplet, too close", *SOME)

exercise = Exercise(
    name="triplet_loss",
    takes=("triplet_loss",),
    points=2,
    reference=(triplet_loss,),
    cases=cases,
    run=run,
    judge=[
        values("value", weight=3, cases=ACTIVE, title=_("the value")),
        values("da", weight=3, cases=ACTIVE, title=_("da, of the anchors")),
        values("dp", weight=2, cases=ACTIVE, title=_("dp, of the positives")),
        values("dn", weight=2, cases=ACTIVE, title=_("dn, of the negatives")),
        # Form: zeros meet it.
        values(
            "value",
            "da",
            "dp",
            "dn",
            weight=2,
            cases="all keep the margin",
            form=True,
            title=_("nothing where all keep the margin"),
        ),
        values("value", "da", "dp", "dn", cases="float32", rtol=1e-4, title=_("float32, by value")),
        shapes(),
        dtype(),
        unchanged_inputs(),
    ],
    mistakes=[
        wrong(
            "squared distances",
            _(
                "The distances are squared, as in the FaceNet paper. In this course d is the plain "
                "Euclidean distance."
            ),
            length=squared_distance,
        ),
        wrong(
            "no maximum",
            _(
                "Triplets that keep the margin count as well, with a negative loss. What is "
                "`max(0, …)` for?"
            ),
            value_of=lambda short: short,
            slope_of=lambda short: 1 + 0 * short,
        ),
        wrong(
            "no maximum in the gradient",
            _(
                "The value is right. In the gradients triplets that keep the margin still move: "
                "where the maximum is 0, so is its slope."
            ),
            slope_of=lambda short: 1 + 0 * short,
        ),
        wrong(
            "margin subtracted",
            _(
                "The margin has the wrong sign: a negative that is only a little farther away than "
                "the positive is to cost something still."
            ),
            short=lambda d_p, d_n, margin: d_p - d_n - margin,
        ),
        wrong(
            "margin left out",
            _("The argument `margin` is not used."),
            short=lambda d_p, d_n, margin: d_p - d_n,
        ),
        wrong(
            "positive and negative exchanged",
            _(
                "The loss falls when the NEGATIVE comes nearer: the two distances are in each "
                "other's place."
            ),
            short=lambda d_p, d_n, margin: d_n - d_p + margin,
            three=lambda to_p, to_n: (to_n - to_p, to_p, -to_n),
        ),
        wrong(
            "both summed",
            _("Value and gradients belong to the sum over the triplets. Take the mean."),
            average=lambda values, slopes, N, D: (np.sum(values), slopes),
        ),
        wrong(
            "gradient of the sum",
            _("The value is a mean over the N triplets. Of what are the gradients the gradient?"),
            average=lambda values, slopes, N, D: (np.sum(values) / N, slopes),
        ),
        wrong(
            "mean over the active",
            _(
                "You take the mean over the triplets that cost something. The mean is over all N "
                "of them, those with loss 0 included."
            ),
            average=over_the_active,
        ),
        wrong(
            "mean over everything",
            _("You divide by N·D. There are N triplets, and one loss each."),
            average=lambda values, slopes, N, D: (np.sum(values) / N / D, slopes / N / D),
        ),
        Mistake(
            maximum_of_the_mean,
            hint=_(
                "The maximum is taken of the mean. Triplets that keep the margin then pay for "
                "others: first the maximum for each, then the mean."
            ),
        ),
        wrong(
            "only towards the positive",
            _(
                "`da` knows the positive alone. The anchor stands in both distances: two paths "
                "lead back to it."
            ),
            three=lambda to_p, to_n: (to_p, -to_p, to_n),
        ),
        wrong(
            "only away from the negative",
            _(
                "`da` knows the negative alone. The anchor stands in both distances: two paths "
                "lead back to it."
            ),
            three=lambda to_p, to_n: (-to_n, -to_p, to_n),
        ),
        wrong(
            "anchor with a plus",
            _("`da` is the sum of two gradients; but d(a, n) stands in the loss with a minus."),
            three=lambda to_p, to_n: (to_p + to_n, -to_p, to_n),
        ),
        wrong(
            "anchor stands still",
            _("`da` is 0. The anchor is made by the same network as the others, and moves, too."),
            three=lambda to_p, to_n: (0 * to_p, -to_p, to_n),
        ),
        wrong(
            "sign of dp",
            _("`dp` has the wrong sign: a step against it takes the positive away."),
            three=lambda to_p, to_n: (to_p - to_n, to_p, to_n),
        ),
        wrong(
            "sign of dn",
            _("`dn` has the wrong sign: a step against it brings the negative nearer."),
            three=lambda to_p, to_n: (to_p - to_n, -to_p, -to_n),
        ),
        wrong(
            "all turned round",
            _("All three gradients have the wrong sign: a step against them raises the loss."),
            three=lambda to_p, to_n: (to_n - to_p, to_p, -to_n),
        ),
        wrong(
            "differences for directions",
            _(
                "Far triplets move too much: the gradient of a distance |r| is r/|r|, of length 1, "
                "and not r."
            ),
            length=plain_differences,
        ),
        wrong(
            "hinge squared",
            _("The hinge is squared. The loss here is the plain max(0, …)."),
            value_of=lambda short: np.maximum(short, 0) ** 2,
            slope_of=lambda short: 2 * np.maximum(short, 0),
        ),
        wrong(
            "hinge as a factor",
            _(
                "The value is right; the gradients are multiplied by the loss of their triplet. "
                "What is the slope of max(0, s) where s is positive?"
            ),
            slope_of=lambda short: np.maximum(short, 0),
        ),
        wrong(
            "absolute values",
            _("The distance adds up absolute values. Euclid's is the root of the sum of squares."),
            length=city_block,
        ),
    ],
    answers=(
        "course_lib.losses.triplet_loss",
        "course_lib.losses.contrastive_loss",
        "course_lib.losses.distance_and_direction",
    ),
    returns="(value, da, dp, dn)",
    hints=(
        _("Two distances for each triplet, then a hinge. Which triplets have a slope at all?"),
        _(
            "Where the loss of a triplet is above 0: d(a, p) grows when a moves along (a − "
            "p)/d(a, p), and the loss with it; d(a, n) likewise, and the loss falls. The mean puts "
            "1/N before all."
        ),
        _(
            "Smaller: a = [[0, 0]], p = [[3, 4]], n = [[0, −2]], margin 1. d(a, p) = 5, d(a, n) = "
            "2, value 5 − 2 + 1 = 4. (a − p)/5 = [[−0.6, −0.8]] and (a − n)/2 = [[0, 1]], so da = "
            "[[−0.6, −1.8]], dp = [[0.6, 0.8]], dn = [[0, 1]]."
        ),
    ),
    grows=lambda rng, n: triplets(rng, "growing", ("wck" * n)[:n], 3),
)
