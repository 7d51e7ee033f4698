"""``one_hot(labels, n_classes) -> (N, K)``: a row for each label, with a single 1 in its place."""

from typing import Any

import numpy as np

from course_lib.preprocessing import one_hot
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    holds,
    shapes,
    unchanged_inputs,
    values,
)


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


def run(one_hot: Any, case: Case) -> dict[str, Any]:
    # A first call with other labels: rows that are kept outside of the call would show.
    one_hot((case["labels"] + 1) % case["n_classes"], case["n_classes"])
    return {"t": one_hot(case["labels"], case["n_classes"])}


def floats(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    kind = np.asarray(got["t"]).dtype
    if kind.kind == "f":
        return None
    return _("t is {kind}; targets are subtracted and averaged, make them floats").format(kind=kind)


def columns_for_rows(labels: Any, n_classes: int) -> Any:
    return np.eye(n_classes)[labels].T


def counted_from_one(labels: Any, n_classes: int) -> Any:
    return np.eye(n_classes)[np.asarray(labels, dtype=int) - 1]


def classes_that_occur(labels: Any, n_classes: int) -> Any:
    return np.eye(int(np.max(labels)) + 1)[labels]


def places_among_those_that_occur(labels: Any, n_classes: int) -> Any:
    occurring, places = np.unique(labels, return_inverse=True)
    return np.eye(max(n_classes, len(occurring)))[places.reshape(-1)]


def whole_columns(labels: Any, n_classes: int) -> Any:
    t = np.zeros((len(labels), n_classes))
    t[:, labels] = 1
    return t


def whole_rows(labels: Any, n_classes: int) -> Any:
    t = np.zeros((len(labels), n_classes))
    t[labels] = 1
    return t


def label_for_one(labels: Any, n_classes: int) -> Any:
    return np.eye(n_classes)[labels] * labels[:, None]


def zero_and_one_swapped(labels: Any, n_classes: int) -> Any:
    return 1 - np.eye(n_classes)[labels]


def up_to_the_label(labels: Any, n_classes: int) -> Any:
    return (np.arange(n_classes) <= labels[:, None]).astype(float)


def truth_values(labels: Any, n_classes: int) -> Any:
    return labels[:, None] == np.arange(n_classes)


def first_row_only(labels: Any, n_classes: int) -> Any:
    t = np.zeros((len(labels), n_classes))
    for n in range(len(labels)):
        t[n, labels[n]] = 1
        break
    return t


exercise = Exercise(
    name="one_hot",
    takes=("one_hot",),
    points=1,
    reference=(one_hot,),
    cases=cases,
    run=run,
    judge=[
        values("t", weight=6),
        shapes("t"),
        holds(_("made of floats"), floats, form=True),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            whole_columns,
            hint=_(
                "Every row has several ones, and all rows are alike. `t[:, labels] = 1` means: in "
                "all rows, these columns. To set one entry a row, both the row and the column of "
                "each entry have to be named. Which row numbers belong to `labels`?"
            ),
        ),
        Mistake(
            whole_rows,
            hint=_(
                "Some rows are all ones and others all zeros: `t[labels] = 1` picks rows. A label "
                "says which column its row has the 1 in."
            ),
        ),
        Mistake(
            columns_for_rows,
            hint=_("There is a column for each label. Samples are rows in this course: (N, K)."),
        ),
        Mistake(
            counted_from_one,
            hint=_(
                "Every 1 stands one place too far to the left, and that of label 0 in the last "
                "column. Labels count from 0, as Python does."
            ),
        ),
        Mistake(
            classes_that_occur,
            hint=_(
                "Columns are missing where the largest label does not occur. A batch need not show "
                "all classes; how many there are, `n_classes` says."
            ),
        ),
        Mistake(
            places_among_those_that_occur,
            hint=_(
                "Where a class does not occur, the labels behind it moved to the left. The 1 "
                "stands in the column that the label names, whatever other labels there are."
            ),
        ),
        Mistake(
            label_for_one,
            hint=_(
                "The label itself stands where the 1 should be. It says where, not how much: class "
                "7 is not seven times class 1."
            ),
        ),
        Mistake(
            zero_and_one_swapped,
            hint=_("Ones and zeros are exchanged: one hot entry a row, all others cold."),
        ),
        Mistake(
            up_to_the_label,
            hint=_("There are ones on the way to the label, too. Only its own place has one."),
        ),
        Mistake(
            first_row_only,
            hint=_(
                "Only the first row has its 1. Does your loop run to its end, or does it `return` "
                "or `break` inside?"
            ),
        ),
        Mistake(
            truth_values,
            hint=_(
                "The places are right, but the entries are whole numbers or True and False. The "
                "loss will subtract and average them: `.astype(float)`, or begin with `np.zeros`, "
                "which is made of floats."
            ),
        ),
    ],
    answers=("course_lib.preprocessing.one_hot", "course_lib.losses.label_rows"),
    returns="t",
    hints=(
        _("Write down the rows for labels [2, 0] and n_classes 3. What tells them apart?"),
        _(
            "t[n, k] = 1 if labels[n] = k, else 0. Either compare: a column of labels (N, 1) "
            "against a row of all classes (K,). Or pick: of which (K, K) matrix is the wanted "
            "row number labels[n]?"
        ),
        _(
            "Smaller: np.eye(3) has the rows [1, 0, 0], [0, 1, 0], [0, 0, 1]. An array as index "
            "picks rows in its order: np.array([10, 20, 30])[[2, 0, 2]] is [30, 10, 30]. Labels "
            "[2, 0] with 3 classes give [[0, 0, 1], [1, 0, 0]]."
        ),
    ),
    grows=lambda rng, n: shuffled(rng, "growing", [0, 1, 2] * (n // 3), 3),
)
