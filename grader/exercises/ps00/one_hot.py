"""``one_hot(labels, n_classes) -> (N, K)``: a row for each label, with a single 1 in its place."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    form_step,
    function,
    holds,
    shapes,
    step,
    unchanged_inputs,
    values,
)


def one_hot(labels, n_classes):
    t = np.zeros((len(labels), n_classes))
    for n in range(len(labels)):
        t[n, labels[n]] = 1
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
    ]


def floats(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    kind = np.asarray(got["t"]).dtype
    if kind.kind == "f":
        return None
    return f"t is {kind}; targets are subtracted and averaged, make them floats"


VALUES = ("values of t",)
IN_FORM = ("shapes", "made of floats", "inputs are left as they were")

exercise = function(
    one_hot,
    returns="t",
    points=1,
    cases=cases,
    judge=[values("t", weight=6)],
    form=(shapes("t"), holds("made of floats", floats, form=True), unchanged_inputs()),
    answers=("course_lib.preprocessing.one_hot", "course_lib.losses.label_rows"),
    hints=(
        step(
            "Write down the rows for labels [2, 0] and n_classes 3. What tells them apart?", *VALUES
        ),
        step(
            "t[n, k] = 1 if labels[n] = k, else 0. Either compare: a column of labels (N, 1) "
            "against a row of all classes (K,). Or pick: of which (K, K) matrix is the wanted "
            "row number labels[n]?",
            *VALUES,
        ),
        step(
            "Smaller: np.eye(3) has the rows [1, 0, 0], [0, 1, 0], [0, 0, 1]. An array as index "
            "picks rows in its order: np.array([10, 20, 30])[[2, 0, 2]] is [30, 10, 30]. Labels "
            "[2, 0] with 3 classes give [[0, 0, 1], [1, 0, 0]].",
            *VALUES,
        ),
        form_step(
            *IN_FORM,
        ),
    ),
    grows=lambda rng, n: shuffled(rng, "growing", [0, 1, 2] * (n // 3), 3),
)

exercise.slip(
    "t[n, labels[n]] = 1",
    "t[:, labels] = 1",
    "All rows are alike: each has the ones of all labels. Row number n shows labels[n] alone. "
    "Which entries does the line that writes the ones change?",
)


@exercise.mistake
def whole_rows(labels, n_classes):
    """Some rows are all ones and others all zeros: the labels have picked rows. A label says in
    which column its row has the 1.
    """
    t = np.zeros((len(labels), n_classes))
    t[labels] = 1
    return t


exercise.slip(
    "return t",
    "return t.T",
    "There is a column for each label. Samples are rows in this course: (N, K).",
)
exercise.slip(
    "labels[n]] = 1",
    "int(labels[n]) - 1] = 1",
    "Every 1 stands one place too far to the left, and that of label 0 in the last column. Labels "
    "count from 0, as Python does.",
)
exercise.slip(
    "(len(labels), n_classes)",
    "(len(labels), int(labels.max()) + 1)",
    "Columns are missing where the largest label does not occur. A batch need not show all "
    "classes; how many there are, `n_classes` says.",
)
exercise.slip(
    "(len(labels), n_classes)",
    "(len(labels), len(labels))",
    "There are as many columns as labels. What does a column stand for, and how many of them are "
    "needed?",
)
exercise.slip(
    "return t",
    "return (labels == np.arange(n_classes)).astype(float)",
    "The labels (N,) are compared with the classes (K,) entry by entry, which fails unless N = K. "
    "Which shape of the labels makes it a table of (N, K)?",
)
exercise.slip(
    "return t",
    "return (labels[:, None] == np.arange(1, n_classes + 1)).astype(float)",
    "Every 1 stands one place too far to the left, and the rows of label 0 have none. With which "
    "number does the first class begin?",
)
exercise.slip(
    "t[n, labels[n]] = 1",
    "t[n, labels[n]] = labels[n] > 0",
    "The rows of label 0 have no 1, and all others are right. 0 is a class like the others: where "
    "does your code leave it out?",
)
exercise.slip(
    "return t",
    "t[np.arange(n_classes), labels] = 1\n    return t",
    "There are as many row numbers as classes, and as many columns as labels. Which rows belong to "
    "the labels, one each?",
    name="a row for each class",
)
exercise.slip(
    "in range(len(labels))",
    "in range(len(labels) - 1)",
    "The last row has no 1. Up to which row does your loop run?",
)


@exercise.mistake
def places_in_a_small_type(labels, n_classes):
    """Only labels of a small integer type go wrong: numbers computed in uint8 end at 255 and begin
    again at 0. In which type are the places of your ones computed?
    """
    t = np.zeros(len(labels) * n_classes)
    t[np.arange(len(labels), dtype=labels.dtype) * labels.dtype.type(n_classes) + labels] = 1
    return t.reshape(-1, n_classes)


exercise.slip(
    "t = np.zeros",
    "labels = np.unique(labels, return_inverse=True)[1]\n    t = np.zeros",
    "Where a class does not occur, the labels behind it moved to the left. The 1 stands in the "
    "column that the label names, whatever other labels there are.",
)
exercise.slip(
    "= 1",
    "= labels[n]",
    "The label itself stands where the 1 should be. It says where, not how much: class 7 is not "
    "seven times class 1.",
)
exercise.slip(
    "return t",
    "return 1 - t",
    "Ones and zeros are exchanged: one hot entry a row, all others cold.",
)
exercise.slip(
    "t[n, labels[n]]",
    "t[n, : labels[n] + 1]",
    "There are ones on the way to the label, too. Only its own place has one.",
)
exercise.slip(
    "labels[n]] = 1",
    "labels[n]] = 1\n        break",
    "Only the first row has its 1. Does your loop run to its end, or does it `return` or `break` "
    "inside?",
)
exercise.slip(
    "return t",
    "return t == 1",
    "The places are right, but the entries are whole numbers or True and False. The loss will "
    "subtract and average them: `.astype(float)`, or begin with `np.zeros`, which is made of "
    "floats.",
    needs=("values of t",),
)
