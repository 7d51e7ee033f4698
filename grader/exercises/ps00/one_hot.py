"""``one_hot(labels, n_classes) -> (N, K)``: a row for each label, with a single 1 in its place."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    form_step,
    function,
    holds,
    mistake,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.checking.contract.texts import paragraphs


def one_hot(labels, n_classes):
    t = np.zeros((len(labels), n_classes))
    for n in range(len(labels)):
        k = labels[n]
        t[n, k] = 1
    return t


def shuffled(
    rng: np.random.Generator, about: str, labels: list[int], n_classes: int, dtype: str = "int64"
) -> Case:
    """The labels in random order, so that which classes occur is fixed and their places are not."""
    order = rng.permutation(len(labels))
    return case(about, labels=np.array(labels, dtype=dtype)[order], n_classes=n_classes)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        shuffled(rng, "two labels", [0, 2], 4),
        shuffled(rng, "more labels than classes", [0, 0, 1, 1, 1, 2], 3),
        shuffled(rng, "as many labels as classes", [0, 1, 1, 3], 4, "int32"),
        shuffled(rng, "the last class is missing", [0, 1, 1, 2, 3, 3, 3], 6),
        shuffled(rng, "the first class is missing", [1, 3, 3, 4], 5),
        shuffled(rng, "labels in one byte", [0, 3, 7, 7, 99], 100, "uint8"),
        shuffled(rng, "a single class", [0, 0, 0], 1),
        shuffled(rng, "more classes than a byte can count", [0, 3, 255, 256, 299], 300),
    ]


def floats(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    kind = np.asarray(got["t"]).dtype
    if kind.kind == "f":
        return None
    return f"t has the type {kind}; make it float, because losses subtract and average targets"


def places_in_a_small_type(labels, n_classes):
    """Only labels of a small integer dtype give wrong rows: uint8 numbers overflow above 255 and
    start again at 0. In which dtype do you compute the positions of the ones?
    """
    t = np.zeros(len(labels) * n_classes)
    t[np.arange(len(labels), dtype=labels.dtype) * labels.dtype.type(n_classes) + labels] = 1
    return t.reshape(-1, n_classes)


exercise = function(
    one_hot,
    returns="t",
    points=2,
    cases=cases,
    judge=[values("t", weight=6)],
    form=(shapes("t"), holds("made of floats", floats, alone=False), unchanged_inputs()),
    answers=("course_lib.preprocessing.one_hot", "course_lib.losses.classification"),
    hints=(
        *(
            step(text, "values of t")
            for text in paragraphs("""
            Write down the rows for labels [2, 0] and n_classes 3. In what do the two rows differ?

            t[n, k] = 1 if labels[n] = k, else 0. Either compare a column of labels (N, 1) with a
            row of all classes (K,), or pick rows of a matrix: in which (K, K) matrix is row k the
            one-hot row of label k?

            A smaller example: np.eye(3) has the rows [1, 0, 0], [0, 1, 0], [0, 0, 1]. An array as
            index picks rows in its order: np.array([10, 20, 30])[[2, 0, 2]] is [30, 10, 30]. Labels
            [2, 0] with 3 classes give [[0, 0, 1], [1, 0, 0]].
            """)
        ),
        form_step("shapes", "made of floats", "inputs and results stay as they were"),
    ),
    grows=lambda rng, n: shuffled(rng, "growing", [0, 1, 2] * (n // 3), 3),
    mistakes=(
        *slips("""
k = labels
    All rows are equal: each has the ones of all labels. Row n should have a 1 only in column
    labels[n]. Which entries does your assignment change?
for n in labels:
k = slice(None)
    Some rows are all ones and others all zeros, because the labels were used to pick rows. A label
    says in which column the row of its sample has the 1.
return t.T
    The result has one column per label. In this course each sample is a row, so the shape is (N,
    K).
k = int(labels[n]) - 1
    Every 1 is one column too far to the left, and the 1 of label 0 is in the last column. Labels
    count from 0, as Python indices do.
t = np.zeros((len(labels), int(labels.max()) + 1))
    Columns are missing if the largest label does not occur. A batch need not contain every class,
    so take the number of classes from `n_classes`.
t = np.zeros((len(labels), len(labels)))
    There are as many columns as labels. What does a column stand for, and how many columns are
    needed?
return (labels == np.arange(n_classes)).astype(float)
    The labels (N,) are compared with the classes (K,) entry by entry, which fails unless N = K.
    Which shape of the labels broadcasts with (K,) to (N, K)?
return (labels[:, None] == np.arange(1, n_classes + 1)).astype(float)
    Every 1 is one column too far to the left, and the rows of label 0 have none. Which number has
    the first class?
t[n, k] = k > 0
    The rows of label 0 have no 1. 0 is a class like the others. Where does your code leave it out?
for n in range(len(labels) - 1):
    The last row has no 1. Up to which row does your loop run?
labels = np.unique(labels, return_inverse=True)[1]
    If a class does not occur, the labels above it moved to the left. The 1 belongs in column
    labels[n], no matter which other labels occur.
t[n, k] = k
    You wrote the label itself where a 1 should be. The label gives only the position: class 7 is
    not seven times class 1.
return 1 - t
    Ones and zeros are exchanged: each row has a single 1, and all its other entries are 0.
k = slice(labels[n] + 1)
    There are also ones in the columns before the label. Only column labels[n] has a 1.
for n in range(1):
    Only the first row has its 1. Does your loop run to its end, or does it `return` or `break`
    inside?
"""),
        slip(
            "return t",
            "t[np.arange(n_classes), labels] = 1\n    return t",
            "Your index has one row number per class, but one column number per label. Each "
            "label needs its own row number.",
            name="a row for each class",
        ),
        *slips(
            """
return t == 1
    The positions are right, but the entries are integers or booleans. The loss subtracts and
    averages them, so make them floats: use `.astype(float)`, or start from `np.zeros`, which has a
    float dtype.
""",
            needs=("values of t",),
        ),
        mistake(places_in_a_small_type),
    ),
)
