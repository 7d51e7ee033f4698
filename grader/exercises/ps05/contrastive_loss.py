"""``contrastive_loss(a, b, same, margin) -> (value, da, db)``: pairs attract or repel."""

from typing import Any

import numpy as np

from course_lib.losses import contrastive_loss
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


def directions(rng: np.random.Generator, N: int, D: int) -> Any:
    """Unit vectors that use all their axes, (N, D)."""
    v = rng.uniform(0.5, 1, size=(N, D)) * rng.choice([-1.0, 1.0], size=(N, D))
    return v / np.sqrt(np.sum(v * v, axis=1, keepdims=True))


def pairs(rng: np.random.Generator, about: str, kinds: str, D: int, margin: float = 0.0) -> Case:
    """One pair for each letter: s same, o others inside the margin, f others far outside of it.

    No pair is near the margin or near distance 0, where the loss has a kink.
    """
    margin = margin or float(rng.uniform(1.4, 2.2))
    part = {"s": (0.3, 0.8), "o": (0.2, 0.6), "f": (1.3, 1.8)}
    d = margin * np.array([rng.uniform(*part[kind]) for kind in kinds])
    a = rng.normal(size=(len(kinds), D))
    return case(
        about,
        a=a,
        b=a + d[:, None] * directions(rng, len(kinds), D),
        same=np.array([kind == "s" for kind in kinds]).astype(int),
        margin=margin,
    )


def cases(rng: np.random.Generator) -> list[Case]:
    truth = pairs(rng, "same as True and False", "sosf", 2)
    truth["same"] = truth["same"].astype(bool)
    single = pairs(rng, "float32", "soof", 3)
    for name in ("a", "b", "same"):
        single[name] = single[name].astype(np.float32)
    equal = pairs(rng, "a pair at distance 0", "sos", 3)
    equal["b"][0] = equal["a"][0]
    return [
        pairs(rng, "one pair of one kind", "s", 2),
        pairs(rng, "two others inside the margin", "oo", 2),
        pairs(rng, "others outside the margin", "fsf", 3),
        pairs(rng, "a small margin", "osof", 3, float(rng.uniform(0.4, 0.6))),
        pairs(rng, "pairs of all kinds", "soffsos", 2),
        pairs(rng, "as many pairs as axes", "osf", 3),
        truth,
        equal,
        single,
    ]


def run(contrastive_loss: Any, case: Case) -> dict[str, Any]:
    value, da, db = contrastive_loss(case["a"], case["b"], case["same"], case["margin"])
    return {"value": value, "da": da, "db": db}


def distance(r: Any) -> tuple[Any, Any]:
    """Distances (N,) and directions (N, D), the direction 0 at distance 0."""
    d = np.sqrt(np.sum(r * r, axis=1))
    return d, r / np.where(d > 0, d, 1)[:, None]


def wrong(
    name: str,
    hint: str,
    *,
    same_of: Any = lambda same: same * 1.0,
    length: Any = distance,
    pull: Any = lambda d: (0.5 * d * d, d),
    push: Any = lambda d, margin: (
        0.5 * np.maximum(margin - d, 0) ** 2,
        -np.maximum(margin - d, 0),
    ),
    average: Any = lambda value, slope, N, D: (value / N, slope / N),
    both: Any = lambda da: (da, -da),
) -> Mistake:
    """The loss with one of its parts, value and slope over the distance, replaced."""

    def contrastive_loss(a: Any, b: Any, same: Any, margin: float) -> Any:
        s = same_of(same)
        d, direction = length(a - b)
        near, pulled = pull(d)
        far, pushed = push(d, margin)
        total = np.sum(s * near + (1 - s) * far)
        slope = (s * pulled + (1 - s) * pushed)[:, None] * direction
        value, da = average(total, slope, *a.shape)
        return value, *both(da)

    return Mistake(contrastive_loss, hint, name=name)


def without_direction(a: Any, b: Any, same: Any, margin: float) -> Any:
    value, _da, _db = contrastive_loss(a, b, same.astype(a.dtype), margin)
    r, s = a - b, (same * 1.0)[:, None]
    d = distance(r)[0][:, None]
    da = (s * r - (1 - s) * np.maximum(margin - d, 0) * r) / len(a)
    return value, da, -da


def divided_by_zero(a: Any, b: Any, same: Any, margin: float) -> Any:
    value, _da, _db = contrastive_loss(a, b, same.astype(a.dtype), margin)
    r, s = a - b, same * 1.0
    d = np.sqrt(np.sum(r * r, axis=1))
    da = ((s * d - (1 - s) * np.maximum(margin - d, 0)) / d)[:, None] * r / len(a)
    return value, da, -da


def squared_distance(r: Any) -> Any:
    return np.sum(r * r, axis=1), 2 * r


def city_block(r: Any) -> Any:
    return np.sum(np.abs(r), axis=1), np.sign(r)


SOME = ("pairs of all kinds", "as many pairs as axes", "a small margin")
FAR = "others outside the margin"
ALL = ("one pair of one kind", "two others inside the margin", FAR, *SOME)

exercise = Exercise(
    name="contrastive_loss",
    takes=("contrastive_loss",),
    points=2,
    reference=(contrastive_loss,),
    cases=cases,
    run=run,
    judge=[
        values(
            "value",
            weight=2,
            cases=("one pair of one kind", "two others inside the margin"),
            title=_("the value, for pairs of one sort"),
        ),
        values("value", weight=2, cases=(FAR, *SOME), title=_("the value, for pairs of all sorts")),
        values(
            "da",
            weight=2,
            cases=("one pair of one kind", "two others inside the margin"),
            title=_("da, for pairs of one sort"),
        ),
        values("da", weight=2, cases=(FAR, *SOME), title=_("da, for pairs of all sorts")),
        values("db", weight=2, cases=ALL, title=_("db")),
        values(
            "value",
            "da",
            "db",
            cases="same as True and False",
            title=_("`same` as True and False"),
        ),
        values("value", "da", "db", cases="a pair at distance 0", title=_("a pair at distance 0")),
        values("value", "da", "db", cases="float32", rtol=1e-4, title=_("float32, by value")),
        shapes(),
        dtype(),
        unchanged_inputs(),
    ],
    mistakes=[
        wrong(
            "kinds exchanged",
            _(
                "Pairs of one kind push each other away and others attract: `same` is 1 for pairs "
                "of ONE kind."
            ),
            same_of=lambda same: 1.0 - same,
        ),
        wrong(
            "tilde",
            _(
                "`~same` turns True and False round, but ~1 is −2: with whole numbers it goes "
                "wrong. `1 - same` does both."
            ),
            same_of=lambda same: (~same if same.dtype.kind in "bi" else 1 - same) * -1.0 + 1,
        ),
        wrong(
            "no half",
            _("Value and gradients are twice too large: the factor ½ stands before the bracket."),
            pull=lambda d: (d * d, 2 * d),
            push=lambda d, margin: (np.maximum(margin - d, 0) ** 2, -2 * np.maximum(margin - d, 0)),
        ),
        wrong(
            "no half in the value",
            _("The gradients are right, the value is twice too large: where is the ½?"),
            pull=lambda d: (d * d, d),
            push=lambda d, margin: (np.maximum(margin - d, 0) ** 2, -np.maximum(margin - d, 0)),
        ),
        wrong(
            "half in the gradient",
            _("The gradients are half of what they should be: what is the slope of ½·d²?"),
            pull=lambda d: (0.5 * d * d, 0.5 * d),
            push=lambda d, margin: (
                0.5 * np.maximum(margin - d, 0) ** 2,
                -0.5 * np.maximum(margin - d, 0),
            ),
        ),
        wrong(
            "distance squared",
            _(
                "You use the squared distance for d. Both squares stand in the formula already; d "
                "itself is the root of the sum of squares."
            ),
            length=squared_distance,
        ),
        wrong(
            "margin minus squared distance",
            _(
                "Pairs of one kind are right; for others you subtract the SQUARED distance from "
                "the margin. A margin is a length."
            ),
            push=lambda d, margin: (
                0.5 * np.maximum(margin - d * d, 0) ** 2,
                -2 * d * np.maximum(margin - d * d, 0),
            ),
        ),
        wrong(
            "difference of squares",
            _(
                "Pairs of one kind are right; for others you have max(0, margin² − d²). First the "
                "difference, then the square."
            ),
            push=lambda d, margin: (
                0.5 * np.maximum(margin**2 - d * d, 0),
                np.where(d < margin, -d, 0),
            ),
        ),
        wrong(
            "hinge without square",
            _("Pairs of one kind are right; for others the hinge is not squared."),
            push=lambda d, margin: (0.5 * np.maximum(margin - d, 0), np.where(d < margin, -0.5, 0)),
        ),
        wrong(
            "pull without square",
            _("Others are right; for pairs of one kind the distance is not squared."),
            pull=lambda d: (0.5 * d, 0.5 + 0 * d),
        ),
        wrong(
            "no maximum",
            _(
                "Others outside the margin are pulled back to it. Beyond the margin they leave "
                "each other alone: what is `max(0, …)` for?"
            ),
            push=lambda d, margin: (0.5 * (margin - d) ** 2, d - margin),
        ),
        wrong(
            "no maximum in the gradient",
            _(
                "The value is right. In the gradient others outside the margin still move: where "
                "the maximum is 0, so is its slope."
            ),
            push=lambda d, margin: (0.5 * np.maximum(margin - d, 0) ** 2, d - margin),
        ),
        wrong(
            "others attract",
            _(
                "The value is right, but others are pulled together: the sign of their gradient. "
                "When d grows, does margin − d grow?"
            ),
            push=lambda d, margin: (
                0.5 * np.maximum(margin - d, 0) ** 2,
                np.maximum(margin - d, 0),
            ),
        ),
        wrong(
            "gradient of the sum",
            _("The value is a mean over the N pairs. Of what are the gradients the gradient?"),
            average=lambda value, slope, N, D: (value / N, slope),
        ),
        wrong(
            "both summed",
            _("Value and gradients belong to the sum over the pairs. Take the mean."),
            average=lambda value, slope, N, D: (value, slope),
        ),
        wrong(
            "mean over everything",
            _("You divide by N·D. There are N pairs, and one distance each."),
            average=lambda value, slope, N, D: (value / N / D, slope / N / D),
        ),
        wrong(
            "both alike",
            _(
                "`db` equals `da`: both would walk the same way and stay as far apart. What does "
                "moving b do to a − b?"
            ),
            both=lambda da: (da, da),
        ),
        wrong(
            "turned round",
            _("Both gradients have the wrong sign. If a moves along a − b, does d grow or shrink?"),
            both=lambda da: (-da, da),
        ),
        wrong(
            "only one moves",
            _("`db` is 0: both halves of a pair come from the same network and both can move."),
            both=lambda da: (da, 0 * da),
        ),
        wrong(
            "absolute values",
            _("The distance adds up absolute values. Euclid's is the root of the sum of squares."),
            length=city_block,
        ),
        Mistake(
            without_direction,
            hint=_(
                "For others the step grows with the distance once too often: the gradient of d is "
                "(a − b)/d, a vector of length 1."
            ),
        ),
        Mistake(
            divided_by_zero,
            hint=_(
                "A pair of one kind at distance 0 gives nan: you divide by d. Its gradient is a "
                "plain a − b, before any division; or keep d from being 0 there."
            ),
        ),
    ],
    answers=(
        "course_lib.losses.contrastive_loss",
        "course_lib.losses.triplet_loss",
        "course_lib.losses.distance_and_direction",
    ),
    returns="(value, da, db)",
    hints=(
        _("First the distances d, one number for each pair. What is the slope of the loss over d?"),
        _(
            "For a pair of one kind the slope over d is d, for others −max(0, margin − d). And d "
            "grows by 1 when a moves by 1 along (a − b)/d. The mean puts 1/N before all."
        ),
        _(
            "Smaller: a = [[3, 4]], b = [[0, 0]], d = 5. Same: value 12.5, da = [[3, 4]], db = "
            "[[−3, −4]]. Others with margin 7: value ½·2² = 2, da = −2·[[0.6, 0.8]] = [[−1.2, "
            "−1.6]]. Others with margin 4: all is 0."
        ),
    ),
    grows=lambda rng, n: pairs(rng, "growing", ("sof" * n)[:n], 3),
)
