"""``smooth_labels(labels, n_classes, amount) -> (N, K)``: targets that are not quite certain."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    holds,
    mistake,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def smooth_labels(labels, n_classes, amount):
    one_hot = np.eye(n_classes)[labels]
    t = (1 - amount) * one_hot + amount / n_classes
    return t


def some(
    rng: np.random.Generator, about: str, labels: list[int], n_classes: int, dtype: str = "int64"
) -> Case:
    """The labels in random order, and an amount."""
    order = rng.permutation(len(labels))
    amount = float(rng.uniform(0.1, 0.4))
    return case(
        about, labels=np.array(labels, dtype=dtype)[order], n_classes=n_classes, amount=amount
    )


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        some(rng, "two labels", [0, 2], 4),
        some(rng, "more labels than classes", [0, 0, 1, 1, 1, 2], 3),
        some(rng, "as many labels as classes", [0, 1, 1, 3], 4, "int32"),
        some(rng, "the last class is missing", [0, 1, 1, 2, 3, 3, 3], 6),
        some(rng, "labels in one byte", [0, 3, 7, 7, 9], 10, "uint8"),
    ]


def distributions(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    sums = np.asarray(got["t"], dtype=float).sum(axis=1)
    worst = sums[np.argmax(np.abs(sums - 1))]
    return None if abs(worst - 1) < 1e-6 else f"the sum of a row is {worst:.4g}"


def classes_that_occur(labels, n_classes, amount):
    """Columns are missing if the largest label does not occur. Take their number from
    `n_classes`.
    """
    return smooth_labels(labels, int(labels.max()) + 1, amount)


def classes_from_one(labels, n_classes, amount):
    """The large entry of each row is one column too far to the left. Labels count from 0, as Python
    indices do.
    """
    return smooth_labels(labels.astype(int) - 1, n_classes, amount)


exercise = function(
    smooth_labels,
    returns="t",
    points=1,
    cases=cases,
    judge=[
        values("t", weight=6),
        holds("rows that sum to 1", distributions, alone=False),
    ],
    form=(shapes("t"), unchanged_inputs()),
    answers=("course_lib.losses.smooth_labels", "course_lib.preprocessing.one_hot"),
    hints="""
    Write down the row for label 1, three classes and the amount 0.3: first the one-hot row times
    1 − 0.3, then add what each of the three classes gets of the 0.3.

    A smaller example: label 1, two classes and the amount 0.2. The one-hot row [0, 1] becomes [0,
    0.8], and each class gets 0.2/2 = 0.1 more: [0.1, 0.9].
    """,
    grows=lambda rng, n: some(rng, "growing", [0, 1, 2] * (n // 3), 3),
    mistakes=(
        *slips("""
t = one_hot + amount / n_classes
    The rows sum to more than 1: what you add to all classes has to be taken from the label's class.
t = (1 - amount) * one_hot + amount
    Each class gets the whole amount. It is divided among the classes. How many are there?
t = (1 - amount) * one_hot
    The amount is taken from the label's class, and no class gets it.
t = (1 - amount) * one_hot + amount / (n_classes - 1) * (1 - one_hot)
    The amount is divided among the other classes only. Here the label's class gets its share
    amount/K, too.
t = (1 - amount) * one_hot + amount / (n_classes - 1)
    The amount is divided by the number of other classes. Here all K classes get a share.
t = (1 - amount) * one_hot + amount / n_classes * (1 - one_hot)
    The rows sum to less than 1: the label's class gets its share amount/K of the amount, too.
t = amount * one_hot + (1 - amount) / n_classes
    The two parts are exchanged. For the amount 0 the rows should be one-hot.
t = one_hot
    The amount changes nothing.
t = np.full((len(labels), n_classes), 1 / n_classes)
    All rows are uniform, whatever the label is. What does the amount 0 give?
t = (1 - amount) * one_hot + amount / len(labels)
    The amount is divided by the number of samples. Among how many classes is it divided?
t = (1 - amount / 2) * one_hot + amount / 2 / n_classes
    Your amount is half of what was asked for.
return t.T
    The result has one column per label. In this course each sample is a row, so the shape is (N,
    K).
"""),
        mistake(classes_that_occur),
        mistake(classes_from_one),
    ),
)
