"""``multiclass_hinge(scores, labels, margin) -> (value, dscores)``: the hinge loss with a margin
for K classes.
"""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, loop, slips, values
from grader.exercises.losses import label_cases, loss, some_labels

EQUAL = "another class has the score of the right one"


def multiclass_hinge(scores, labels, margin):
    right = np.eye(scores.shape[1], dtype=scores.dtype)[labels]
    own = np.sum(right * scores, axis=1, keepdims=True)
    apart = margin + scores - own
    short = (1 - right) * np.maximum(0, apart)
    near = (short > 0).astype(scores.dtype)
    count = near.sum(axis=1, keepdims=True)
    value = float(np.sum(short)) / len(scores)
    dscores = (near - right * count) / len(scores)
    return value, dscores


def log_softmax(u):  # in slips
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def batch(
    rng: np.random.Generator, about: str, shape: tuple[int, int], labels: str = "int64"
) -> Case:
    """Each wrong class lies above the right one, within the margin, or safely below it.

    The kinds take turns along the rows, so that every case has all of them if it has room.
    """
    chosen = some_labels(rng, *shape)
    wrong = np.arange(shape[1]) != chosen[:, None]
    kind = np.arange(wrong.sum()) % 3
    low, high = np.array([[0.3, -1.3, -5.0], [2.0, -0.3, -3.0]])[:, kind]
    scores = rng.normal(size=(shape[0], 1)) * np.ones(shape[1])
    scores[wrong] += rng.uniform(low, high)
    margin = float(rng.uniform(1.6, 2.4))
    return case(about, scores=scores, labels=chosen.astype(labels), margin=margin)


def special(rng: np.random.Generator) -> dict[str, list[Case]]:
    """The differences of the scores are always the same, and so is the result."""
    apart = np.array([[2.0, 1.5, 0.5], [1.0, 0.0, 2.5], [-1.5, -1.5, 0.0]])
    scores = apart + 0.5 * rng.permutation([-3, -1, 0, 2])[:3, None]
    kink = case(
        "some exactly the margin apart", scores=scores, labels=np.array([0, 2, 2]), margin=1.5
    )
    # As before a training whose weights begin at 0.
    even = case(
        "scores that are all equal",
        scores=np.full((3, 4), 0.5),
        labels=rng.integers(4, size=3),
        margin=float(rng.uniform(1.6, 2.4)),
    )
    many = batch(rng, "some hardly nearer than the margin", (5, 12))
    for row, label in enumerate(many["labels"]):
        other = (label + 1) % 12
        many["scores"][row, other] = many["scores"][row, label] - many["margin"] + 1e-9
    large = batch(rng, "scores in the hundreds", (4, 12))
    large["scores"] *= 300
    return {"exactly the margin apart": [kink], EQUAL: [even], "twelve classes": [many, large]}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """A class exactly the margin apart may get any share from 0 to 1/N; it counts as 0."""
    d, scores = np.asarray(outputs["dscores"]), case["scores"]
    at_the_kink = case["about"] == "some exactly the margin apart"
    if not at_the_kink or d.shape != scores.shape or d.dtype.kind not in "biuf":
        return outputs
    d, N = d.astype(float), len(d)
    for row, s, label in zip(d, scores, case["labels"], strict=True):
        at_kink = case["margin"] + s - s[label] == 0
        shares = np.where(at_kink & (row >= 0) & (row <= (1 + 1e-9) / N), row, 0)
        row -= shares
        row[label] += shares.sum()
    return {**outputs, "dscores": d}


exercise = loss(
    multiclass_hinge,
    points=4,
    draw=batch,
    batches=label_cases,
    weights=(4, 6),
    value="""For each row: the right class's score, then for each other class by how much it is too
    near. Add up the amounts above 0.""",
    gradient="""Take one row, and count the terms above 0. In how many of them does the score of
    another class occur, in how many the score of the right class, and with which sign?""",
    special=special,
    observe=observe,
    judge=[
        values("dscores", cases="exactly the margin apart", alone=False, after="the gradient"),
        values(cases=EQUAL, alone=False, after="the gradient"),
        values(
            cases="twelve classes",
            after="the gradient",
            help="There are twelve classes here, and some scores lack a billionth. Which terms "
            "are above 0?",
        ),
    ],
    answers=("course_lib.losses.margins",),
    hints=(
        """A term max(0, margin + s_k − s_right) that is above 0 has derivative +1 in s_k and −1 in
        s_right. Set the +1 with a mask, then set the entry of the right class to minus their number
        in its row. Divide by N.""",
        """A smaller example: scores = [[2, 3, 0]], label 0, margin 1.5. The other classes give 1.5
        + 3 − 2 = 2.5 and 1.5 + 0 − 2 = −0.5, so one of them is too near. The value is 2.5 and
        dscores = [[−1, 1, 0]]. With margin 2.5 both are too near (3.5 and 0.5), and dscores =
        [[−2, 1, 1]].""",
        loop("""
        value, dscores = 0.0, np.zeros(scores.shape)
        for n in range(scores.shape[0]):
            for k in range(scores.shape[1]):
                near = margin + scores[n, k] - scores[n, labels[n]]
                if k != labels[n] and near > 0:
                    value += near / len(scores)
                    dscores[n, k] += 1 / len(scores)
                    dscores[n, labels[n]] -= 1 / len(scores)
        """),
    ),
    mistakes=(
        *slips("""
value = float(np.sum(short)) / len(scores) + margin
    The value is too large by one margin per sample, because the right class is compared with
    itself. The sum runs over the other classes only.
value = float(np.sum(short)) / len(scores) + margin
count = near.sum(axis=1, keepdims=True) - 1
    The right class is compared with itself, so the value has an additional margin per sample, and
    its entry of `dscores` is off by 1/N.
count = 1
    The right class gets −1/N in every row. Its score occurs in the term of every class that is too
    near. How many such terms are there?
count = 0
    The right class gets no gradient. Its score occurs in every positive term of its row. How many
    such terms are there?
dscores = -right * count / len(scores)
    Only the right class gets a gradient. The score of each class that is too near occurs in the
    loss, too.
short = (1 - right) * np.maximum(0, apart * (apart == np.max(apart - 1e9 * right, 1)[:, None]))
    Only the nearest other class counts. That is a hinge loss, too (by Crammer and Singer), but here
    the sum runs over all classes that are too near.
value = float(np.sum(short.max(axis=1))) / len(scores)
    The value contains only the nearest other class; the loss is the sum over all classes that are
    too near.
margin = 1
    You always use the margin 1. Use the argument `margin`.
margin = 0
    Classes below the right one have loss 0. They have a positive loss until they are a margin below
    it.
near = (short > margin).astype(scores.dtype)
    `dscores` is 0 for classes that are below the right one by less than the margin. Their loss is
    positive, so their gradient is not 0.
margin = -margin
    The margin has the wrong sign: your loss is 0 even for classes above the right one. Which score
    has to be higher by the margin?
short = (1 - right) * apart
near = (right == 0).astype(scores.dtype)
    Classes far below the right one lower the value. What does max(0, …) do with them, and what is
    its derivative there?
near = short
    `dscores` grows with the amount by which a class is too near. Each term is linear on that side.
    What is the derivative of a linear function?
short = (1 - right) * np.maximum(0, apart) ** 2
near = 2 * (1 - right) * np.maximum(0, apart)
    You square the amounts. Here they are not squared.
own = scores[:, labels]
    `scores[:, labels]` takes whole columns, an N × N table. The right score of each row is one
    number: pair every row number with its label.
count = near.max(axis=1, keepdims=True)
    The right class gets −1/N if any class is too near. Its score occurs in the term of every class
    that is too near. How many such terms are there?
own = np.sum(right * scores, axis=1)
    The right scores have shape (N,) and are broadcast along the rows, which fails or, for N = K,
    compares scores of different rows. Which shape broadcasts to (N, K)?
value = float(np.sum(np.max((1 - right) * apart, axis=0))) / len(scores)
    The value adds up only one number per class, the largest over the samples. Every entry has to be
    compared with 0. What is the second argument of `np.max`?
apart = margin - scores + own
    The value is largest for classes far below the right one, and these get a gradient, too. Which
    of the two scores do you have to subtract from the other?
apart = margin - scores + own
return value, -dscores
    Classes far below the right one have the largest loss. Which of the two scores has to be higher?
short = np.maximum(0, margin - (2 * right - 1) * scores)
dscores = (1 - 2 * right) * near / len(scores)
    Each score is compared with a fixed threshold, as in K binary hinges. Here it is compared with
    the right class's score of the same row.
value = -np.sum(right * log_softmax(scores)) / len(scores)
dscores = (np.exp(log_softmax(scores)) - right) / len(scores)
    This is softmax with cross-entropy. A hinge loss contains no exponential.
"""),
        *slips(
            """
near = (right == 0).astype(scores.dtype)
    Every other class gets 1/N. A class that keeps the margin has loss 0, even if its score changes
    a little, so its gradient is 0.
""",
            needs=("the value",),
        ),
    ),
)
