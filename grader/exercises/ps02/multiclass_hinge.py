"""``multiclass_hinge(scores, labels, margin) -> (value, dscores)``: the hinge loss with a margin
for K classes.
"""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    float32,
    function,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.losses import by_columns, some_labels, value_and_gradient_mistakes

KINK = "some exactly the margin apart"
TABLES = (
    "one row, two classes",
    "more rows than classes",
    "as many rows as classes",
    "labels in one byte",
    "float32",
    "stored column by column",
)


def multiclass_hinge(scores, labels, margin):
    right = np.eye(scores.shape[1], dtype=scores.dtype)[labels]
    apart = margin + scores - np.sum(right * scores, axis=1, keepdims=True)
    short = (1 - right) * np.maximum(0, apart)
    near = (short > 0).astype(scores.dtype)
    dscores = (near - right * near.sum(axis=1, keepdims=True)) / len(scores)
    value = float(np.sum(short)) / len(scores)
    return value, dscores


def batch(
    rng: np.random.Generator, about: str, n: int, n_classes: int, labels: str = "int64"
) -> Case:
    """Each wrong class lies above the right one, within the margin, or safely below it.

    The kinds take turns along the rows, so that every case has all of them if it has room.
    """
    margin = float(rng.uniform(1.6, 2.4))
    chosen = some_labels(rng, n, n_classes)
    scores = rng.normal(size=(n, 1)) * np.ones(n_classes)
    turn = 0
    for row, label in zip(scores, chosen, strict=True):
        for k in range(n_classes):
            if k != label:
                bounds = ((0.3, 2.0), (-1.3, -0.3), (-5.0, -3.0))[turn % 3]
                row[k] += rng.uniform(*bounds)
                turn += 1
    return case(about, scores=scores, labels=chosen.astype(labels), margin=margin)


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 3, 4)
    halves = 0.5 * rng.permutation([-3, -1, 0, 2])[:3, None]
    kink = case(
        KINK,
        scores=halves + np.array([[2.0, 1.5, 0.5], [1.0, 0.0, 2.5], [-1.5, -1.5, 0.0]]),
        labels=np.array([0, 2, 2]),
        margin=1.5,
    )
    return [
        batch(rng, "one row, two classes", 1, 2),
        batch(rng, "more rows than classes", 6, 4),
        batch(rng, "as many rows as classes", 4, 4, labels="int32"),
        batch(rng, "labels in one byte", 3, 5, labels="uint8"),
        float32(single),
        by_columns(batch(rng, "stored column by column", 5, 3)),
        kink,
    ]


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """A class exactly the margin apart may get any share from 0 to 1/N; it counts as 0."""
    d, scores = np.asarray(outputs["dscores"]), case["scores"]
    if case["about"] != KINK or d.shape != scores.shape or d.dtype.kind not in "biuf":
        return outputs
    d, N = d.astype(float), len(d)
    for row, s, label in zip(d, scores, case["labels"], strict=True):
        at_kink = case["margin"] + s - s[label] == 0
        shares = np.where(at_kink & (row >= 0) & (row <= (1 + 1e-9) / N), row, 0)
        row -= shares
        row[label] += shares.sum()
    return {**outputs, "dscores": d}


exercise = function(
    multiclass_hinge,
    returns="value, dscores",
    points=3,
    cases=cases,
    observe=observe,
    judge=[
        values(
            "value",
            weight=4,
            cases=TABLES,
            title="the value",
            help=(
                "For each row: the right class's score, then for each other class by how much it "
                "is "
                "too near. Add up the amounts above 0."
            ),
        ),
        values(
            "dscores",
            weight=6,
            cases=TABLES,
            title="the gradient",
            help=(
                "Take one row, and count the terms above 0. In how many of them does the score of "
                "another class occur, in how many the score of the right class, and with which "
                "sign?"
            ),
        ),
        # The differences of the scores are always the same, and so is the result.
        values(
            "dscores",
            cases=KINK,
            alone=False,
            title="exactly the margin apart",
            after="the gradient",
        ),
    ],
    # The float type of a loss's gradient is not judged: tables of zeros are float64.
    form=(shapes(cases=TABLES), unchanged_inputs(cases=TABLES)),
    answers=("course_lib.losses.multiclass_hinge",),
    hints=(
        "A term max(0, margin + s_k − s_right) that is above 0 has derivative +1 in s_k and −1 "
        "in s_right. Set the +1 with a mask, then set the entry of the right class to minus "
        "their number in its row. Divide by N.",
        "Smaller: scores = [[2, 3, 0]], label 0, margin 1.5. The other classes give 1.5 + 3 − 2 "
        "= 2.5 and 1.5 + 0 − 2 = −0.5, so one of them is too near. The value is 2.5 and dscores "
        "= [[−1, 1, 0]]. With margin 2.5 both are too near (3.5 and 0.5), and dscores = [[−2, 1, "
        "1]].",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)

value_and_gradient_mistakes(exercise)
exercise.slips("""
value = float(np.sum(short) + margin * len(scores)) / len(scores)
    The value is too large by one margin per sample, because the right class is compared with
    itself. The sum runs over the other classes only.
dscores = (near - right * (near.sum(axis=1, keepdims=True) - 1)) / len(scores)
value = float(np.sum(short) + margin * len(scores)) / len(scores)
    The right class is compared with itself, so the value has an additional margin per sample, and
    its entry of `dscores` is off by 1/N.
dscores = (near - right) / len(scores)
    The right class gets −1/N in every row. Its score occurs in the term of every class that is too
    near. How many such terms are there?
dscores = (near) / len(scores)
    The right class gets no gradient. Its score occurs in every positive term of its row. How many
    such terms are there?
dscores = (-right * near.sum(axis=1, keepdims=True)) / len(scores)
    Only the right class gets a gradient. The score of each class that is too near occurs in the
    loss, too.
""")
exercise.slips(
    """
near = (right == 0).astype(scores.dtype)
    Every other class gets 1/N. A class that keeps the margin has loss 0, even if its score changes
    a little, so its gradient is 0.
""",
    needs=("the value",),
)
exercise.slip(
    "near = ",
    "short = short * (short == short.max(axis=1, keepdims=True))\n    near = ",
    "Only the nearest other class counts. That is a hinge loss, too (by Crammer and Singer), but "
    "here the sum runs over all classes that are too near.",
)
exercise.slips("""
value = float(np.sum(short.max(axis=1))) / len(scores)
    The value contains only the nearest other class; the loss is the sum over all classes that are
    too near.
apart = 1 + scores - np.sum(right * scores, axis=1, keepdims=True)
    You always use the margin 1. Use the argument `margin`.
apart = scores - np.sum(right * scores, axis=1, keepdims=True)
    Classes below the right one have loss 0. They have a positive loss until they are a margin below
    it.
near = (short > margin).astype(scores.dtype)
    `dscores` is 0 for classes that are below the right one by less than the margin. Their loss is
    positive, so their gradient is not 0.
apart = -margin + scores - np.sum(right * scores, axis=1, keepdims=True)
    The margin has the wrong sign: your loss is 0 even for classes above the right one. Which score
    has to be higher by the margin?
short = (1 - right) * apart
near = (right == 0).astype(scores.dtype)
    Classes far below the right one lower the value. What does max(0, …) do with them, and what is
    its derivative there?
near = short
    `dscores` grows with the amount by which a class is too near. Each term is linear on that side.
    What is the derivative of a linear function?
""")
exercise.slip(
    "(short > 0).astype(scores.dtype)",
    "2 * short\n    short = short**2",
    "You square the amounts. Here they are not squared.",
)
exercise.slips("""
apart = margin + scores - scores[:, labels]
    `scores[:, labels]` takes whole columns, an N × N table. The right score of each row is one
    number: pair every row number with its label.
dscores = (near - right * near.max(axis=1, keepdims=True)) / len(scores)
    The right class gets −1/N if any class is too near. Its score occurs in the term of every class
    that is too near. How many such terms are there?
apart = margin + scores - np.sum(right * scores, axis=1)
    The right scores have shape (N,) and are broadcast along the rows, which fails or, for N = K,
    compares scores of different rows. Which shape broadcasts to (N, K)?
value = float(np.sum(np.max((1 - right) * apart, axis=0))) / len(scores)
    The value adds up only one number per class, the largest over the samples. Every entry has to be
    compared with 0. What is the second argument of `np.max`?
apart = margin - scores + np.sum(right * scores, axis=1, keepdims=True)
    The value is largest for classes far below the right one, and these get a gradient, too. Which
    of the two scores do you have to subtract from the other?
""")


@exercise.mistake
def other_way(scores, labels, margin):
    """Classes far below the right one have the largest loss. Which of the two scores has to be
    higher?
    """
    value, d = multiclass_hinge(-scores, labels, margin)
    return value, -d


@exercise.mistake
def one_against_the_rest(scores, labels, margin):
    """Each score is compared with a fixed threshold, as in K binary hinges. Here it is compared
    with the right class's score of the same row.
    """
    t = 2 * np.eye(scores.shape[1])[labels] - 1
    short = np.maximum(0, margin - t * scores)
    return np.sum(short) / len(scores), -t * (short > 0) / len(scores)


@exercise.mistake
def cross_entropy(scores, labels, margin):
    """This is softmax with cross-entropy. A hinge loss contains no exponential."""
    right = np.eye(scores.shape[1])[labels]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    return -np.sum(right * np.log(y)) / len(scores), (y - right) / len(scores)
