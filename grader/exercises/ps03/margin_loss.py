"""``margin_loss(f, t, margin) -> (value, df)``: a score should be right by a margin."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    float32,
    function,
    loop,
    shapes,
    slips,
    unchanged_inputs,
    values,
)
from grader.exercises.losses import at_the_kink, kinks_apart

ALL = "batches of all forms"
KINK, PERCEPTRON = "exactly at the margin", "margin 0, the perceptron loss"


def margin_loss(f, t, margin):
    side = 2.0 * t - 1
    short = margin - side * f
    value = float(np.sum(np.maximum(0, short))) / len(f)
    df = -side * (short > 0) / len(f)
    return value, df


def sides(rng: np.random.Generator, about: str, n: int, margin: float | None = None) -> Case:
    """Wrong scores, right ones within the margin and beyond it, away from the kink."""
    margin = float(rng.uniform(1.6, 2.4)) if margin is None else margin
    agreement = np.choose(
        np.arange(n) % 3,
        [
            rng.uniform(-2.0, -0.4, size=n),
            rng.uniform(0.2, 0.8, size=n) * max(margin, 1),
            max(margin, 1) + rng.uniform(0.2, 2, size=n),
        ],
    )
    # Both labels for every kind.
    t = np.resize(rng.permutation(2), n) if n < 6 else np.resize([1, 0, 0, 0, 1, 1], n)
    order = rng.permutation(n)
    return case(about, f=(agreement * (2 * t - 1))[order], t=t[order], margin=margin)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    kink = sides(rng, "", 6)
    kink["f"][[1, 4]] = kink["margin"] * (2 * kink["t"][[1, 4]] - 1)
    close = sides(rng, "some scores hardly short of the margin", 6)
    close["f"][[1, 4]] = (close["margin"] - 1e-9) * (2 * close["t"][[1, 4]] - 1)
    large = sides(rng, "scores in the thousands", 6)
    large["f"] *= 1000
    done = sides(rng, "all scores beyond the margin", 3)
    done["f"] = (done["margin"] + rng.uniform(0.2, 2, size=3)) * (2 * done["t"] - 1)
    return {
        ALL: [
            close,
            sides(rng, "one sample", 1),
            sides(rng, "three samples", 3),
            sides(rng, "twelve samples", 12),
            large,
            done,
            sides(rng, "margin 1, the hinge", 9, 1.0),
            sides(rng, "a large margin", 9, 30.0),
            float32(sides(rng, "float32", 7)),
        ],
        KINK: [kink],
        PERCEPTRON: [sides(rng, "", 8, 0.0)],
    }


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """At the margin every number between both one-sided derivatives counts as 0."""
    side = 2 * case["t"] - 1
    kink = side * case["f"] == case["margin"]
    return kinks_apart(outputs, "df", kink, -side / len(side), 0)


exercise = function(
    margin_loss,
    returns="value, df",
    points=3,
    cases=cases,
    judge=[
        values(
            "value",
            weight=4,
            cases=ALL,
            title="the value",
            help="""Which side has a sample with t = 0? Compute for each sample by how much side·f
            is smaller than the margin; where it is larger, the loss is 0.""",
        ),
        values(
            "df",
            weight=4,
            cases=ALL,
            title="the gradient",
            help="""Take one sample with t = 0, so its side is −1, and the margin 2. Let f change by
            0.1. By how much does its loss change if f is 3, if it is −0.5, and if it is −5?""",
        ),
        at_the_kink("df", KINK),
        values(weight=2, cases=PERCEPTRON, alone=False, after="the gradient"),
    ],
    form=(shapes(cases=ALL), unchanged_inputs()),
    observe=observe,
    answers=(
        "grader.exercises.ps03.margin_loss",
        "course_lib.losses.margins",
    ),
    grows=lambda rng, n: sides(rng, "growing", n),
    hints=(
        """First make sides of the labels: a formula that turns 0 into −1 and 1 into +1. Then, for
        all samples at once, by how much side·f lacks the margin. `np.maximum` compares an array
        with 0 entry by entry. Where this amount is positive, its derivative with respect to f is
        that of −side·f; elsewhere the derivative is 0. A comparison gives the mask.""",
        """A smaller example: f = [0.5, 5, 1], t = [1, 1, 0] and margin 2. The products side·f are
        0.5, 5 and −1, so the losses are 1.5, 0 and 3. The value is 4.5/3 = 1.5 and df = [−1/3, 0,
        1/3].""",
        loop("""
        value, df = 0.0, np.zeros(len(f))
        for n in range(len(f)):
            side = 1 if t[n] == 1 else -1
            if side * f[n] < margin:
                value += (margin - side * f[n]) / len(f)
                df[n] = -side / len(f)
        """),
    ),
    mistakes=(
        *slips("""
value = float(np.max(short)) / len(f)
    The value contains only one number, the largest of the batch. Every entry has to be compared
    with 0. What is the second argument of `np.max`, and which function compares two arrays?
value = float(np.sum(max(0, short))) / len(f)
    `if` and Python's `max` need a single truth value, but you gave them an array. Every entry has
    to be compared with 0. Which NumPy function does that?
value = float(np.maximum(0, np.sum(short))) / len(f)
    In the value the samples are added up before the maximum with 0 is taken, so that a good score
    cancels a bad one. In which order do Σ and max occur in the formula?
value = float(np.sum(np.maximum(0, short) ** 2)) / len(f)
    The value adds up the squares of the amounts. Here max(0, …) is not squared.
df = -side * (short < 0) / len(f)
    The mask is inverted: `df` should be 0 where the loss is 0, not elsewhere.
df = -f * (short > 0) / len(f)
    Where `df` is not 0, it is computed from f. Did you differentiate margin − side·f with respect
    to f or with respect to the side?
df = -side * f * (short > 0) / len(f)
    `df` contains f itself. Differentiate margin − side·f with respect to f once more.
df = -1.0 * (short > 0) / len(f)
    `df` is never positive. With the side −1 the score has to come down: what is the derivative of
    margin − side·f?
side = 1.0 * t
    The labels 0 and 1 stand in the place of the sides −1 and +1. What does a sample with t = 0
    cost, whatever its score is?
df = -t * (short > 0) / len(f)
    Samples with t = 0 get no gradient. Did you use the label in place of the side?
side = 1.0 - 2 * t
    The sides are exchanged: t = 1 should give +1.
value = float(np.sum(np.maximum(0, short))) / max((short > 0).sum(), 1)
df = -side * (short > 0) / max((short > 0).sum(), 1)
    The sums are divided by the number of samples with a positive loss, which changes with the
    scores. By which fixed number should you divide?
value = float(np.sum(short)) / len(f)
df = -side / len(f)
    Scores beyond the margin lower the value, even below 0 if there are many of them. What does
    max(0, …) do with them, and what is its derivative there?
df = -side / len(f)
    `df` is −side/N everywhere. A score that is right by more than the margin has loss 0, even if it
    changes a little. What is its gradient?
margin = 0
    Only wrong scores cost something: that is the perceptron loss, margin 0. Use the argument
    `margin`.
margin = 1
    You always use the margin 1. Use the argument `margin`.
df = -side * (short > margin) / len(f)
    `df` is 0 for scores that are right by less than the margin. Their loss is positive, so their
    gradient is not 0.
short = margin + side * f
    The value is largest for scores on the right side. Which sign has side·f there, and should it
    raise or lower the loss?
return value, df * len(f)
    `df` is N times too large. The value is a mean over the N samples, so its gradient contains the
    factor 1/N.
return value * len(f), df * len(f)
    Value and gradient are sums over the samples. Losses of this course are means over the samples.
return value * len(f), df
    The value is the sum over the samples. The loss is their mean, and `df` is the gradient of this
    mean.
return value, -df
    `df` has the wrong sign. Raise one entry of `f` a little: if the loss grows, is the derivative
    positive or negative?
return np.maximum(0, short), df
    The value is one number per sample. The loss of a batch is one number.
df = -side * (f < margin) / len(f)
    The mask compares f with the margin. With the side −1, a very negative f costs nothing, so
    compare side·f.
df = -side * np.maximum(0, short) / len(f)
    `df` grows with the amount that is lacking. The loss is linear on that side. What is the
    derivative of a linear function?
value = float(np.sum(np.maximum(0, short) ** 2)) / len(f)
df = -2 * side * np.maximum(0, short) / len(f)
    This is the squared hinge loss. Here max(0, …) is not squared.
value = float(np.sum(np.abs(margin * side - f))) / len(f)
df = np.sign(f - margin * side) / len(f)
    The distance from the margin also penalises scores beyond it. A score that is right by more
    than the margin costs nothing.
value = float(np.sum(np.sign(f) != side)) / len(f)
df = -side * (np.sign(f) != side) / len(f)
    You count wrong signs. A count does not change when a score changes a little, so its gradient is
    0. Use the amount by which side·f lacks the margin.
"""),
    ),
)
