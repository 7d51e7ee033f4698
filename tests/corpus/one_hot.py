"""Solutions of ``one_hot(labels, n_classes)``: ``(N, K)`` floats with a single 1 in each row."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(labels, n_classes):
    t = np.zeros((len(labels), n_classes))
    t[np.arange(len(labels)), labels] = 1
    return t


@put(RIGHT)
def rows_of_the_identity(labels, n_classes):
    return np.eye(n_classes)[labels]


@put(RIGHT)
def comparison_with_a_range(labels, n_classes):
    return (labels[:, None] == np.arange(n_classes)).astype(float)


@put(RIGHT)
def columns_compared(labels, n_classes):
    return np.equal.outer(np.arange(n_classes), labels).T.astype(np.float64)


@put(RIGHT)
def loop(labels, n_classes):
    t = np.zeros((labels.shape[0], n_classes), dtype=float)
    for n, label in enumerate(labels):
        t[n, label] = 1.0
    return t


@put(RIGHT)
def lists_inside(labels, n_classes):
    rows = [[1.0 if k == label else 0.0 for k in range(n_classes)] for label in labels.tolist()]
    return np.array(rows, dtype=float).reshape(len(labels), n_classes)


@put(RIGHT)
def put_along_axis(labels, n_classes):
    t = np.zeros((labels.size, n_classes))
    np.put_along_axis(t, labels.reshape(-1, 1), 1, axis=1)
    return t


@put(RIGHT)
def flat_positions(labels, n_classes):
    t = np.zeros(labels.size * n_classes)
    t[np.arange(labels.size) * n_classes + labels] = 1
    return t.reshape(labels.size, n_classes)


@put(RIGHT)
def class_by_class(labels, n_classes):
    t = np.empty((len(labels), n_classes))
    for k in range(n_classes):
        t[:, k] = labels == k
    return t


@put(RIGHT)
def stacked_columns(labels, n_classes):
    return np.stack([np.where(labels == k, 1.0, 0.0) for k in range(n_classes)], axis=-1)


@put(RIGHT)
def taken_from_a_diagonal(labels, n_classes):
    return np.take(np.diag(np.ones(n_classes)), labels, axis=0)


@put(RIGHT)
def kronecker_delta(labels, n_classes):
    # 0 to the power of the distance: 0^0 = 1.
    distance = np.abs(np.arange(n_classes)[None, :] - labels.astype(int)[:, None])
    return np.power(0.0, distance)


@put(RIGHT)
def difference_of_steps(labels, n_classes):
    # k <= label less k < label.
    k = np.arange(n_classes)
    return np.subtract(
        k <= labels[:, np.newaxis], k < labels[:, np.newaxis], dtype=np.float64
    )  # fmt: skip


@put(RIGHT)
def added_at(labels, n_classes):
    t = np.zeros((len(labels), n_classes))
    np.add.at(t, (np.arange(len(labels)), labels), 1)
    return t


@put(RIGHT)
def through_a_function(labels, n_classes):
    return np.fromfunction(
        lambda n, k: labels[n] == k, (len(labels), n_classes), dtype=int
    ).astype("float64")  # fmt: skip


@put(RIGHT)
def windows_of_a_long_row(labels, n_classes):
    row = np.zeros(2 * n_classes - 1)
    row[n_classes - 1] = 1
    windows = np.lib.stride_tricks.sliding_window_view(row, n_classes)
    return windows[::-1][labels]


@put(RIGHT)
def dtype_argument(labels, n_classes, dtype=float):
    t = np.zeros((np.size(labels), n_classes), dtype=dtype)
    t[tuple(zip(*enumerate(labels), strict=True)) if len(labels) else ...] = 1
    return t


RIGHT["partially_applied"] = (functools.partial(dtype_argument, dtype=np.float64),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(labels, n_classes):  # lists
    return textbook(labels, n_classes).tolist()


@put(FORM)
def whole_numbers(labels, n_classes):  # integers
    return np.eye(n_classes, dtype=int)[labels]


@put(FORM)
def truth_values(labels, n_classes):  # bool
    return labels[:, None] == np.arange(n_classes)


@put(FORM)
def middle_axis(labels, n_classes):  # (N, 1, K), as from labels (N, 1)
    return np.eye(n_classes)[labels.reshape(-1, 1)]


@put(FORM)
def labels_used_up(labels, n_classes):  # labels are changed
    t = np.zeros((len(labels), n_classes))
    for k in range(n_classes):
        t[:, k] = labels == 0
        labels -= 1
    return t


# Float, but which is not said; the library gives double precision.
@put(EITHER)
def single_precision(labels, n_classes):
    return np.eye(n_classes, dtype=np.float32)[labels]


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def transposed(labels, n_classes):
    return textbook(labels, n_classes).T


@put(WRONG)
def as_many_classes_as_the_largest_label(labels, n_classes):
    # Right where the last class occurs.
    return np.eye(labels.max() + 1)[labels]


@put(WRONG)
def classes_seen(labels, n_classes):
    # Right where every class occurs.
    return (labels[:, None] == np.unique(labels)).astype(float)


@put(WRONG)
def ranks_for_labels(labels, n_classes):
    # np.unique renumbers: right where every class occurs.
    return textbook(np.unique(labels, return_inverse=True)[1], n_classes)


@put(WRONG)
def one_class_too_many(labels, n_classes):
    return textbook(labels, n_classes + 1)


@put(WRONG)
def one_class_too_few(labels, n_classes):
    # Reference coding: class 0 is a row of zeros.
    return textbook(labels, n_classes)[:, 1:]


@put(WRONG)
def labels_from_one(labels, n_classes):
    # Label 0 becomes the last class.
    return textbook(labels - 1, n_classes)


@put(WRONG)
def shifted_by_one(labels, n_classes):
    return textbook((labels + 1) % n_classes, n_classes)


@put(WRONG)
def counted_from_behind(labels, n_classes):
    return textbook(n_classes - 1 - labels, n_classes)


@put(WRONG)
def columns_of_all_labels(labels, n_classes):
    # t[:, labels] = 1 for t[arange, labels]: right for N = 1.
    t = np.zeros((len(labels), n_classes))
    t[:, labels] = 1
    return t


@put(WRONG)
def rows_of_all_labels(labels, n_classes):
    # t[labels] = 1: whole rows.
    t = np.zeros((max(len(labels), n_classes), n_classes))
    t[labels] = 1
    return t[: len(labels)]


@put(WRONG)
def labels_in_the_places(labels, n_classes):
    # The label itself in place of a 1: class 0 is a row of zeros.
    t = np.zeros((len(labels), n_classes))
    t[np.arange(len(labels)), labels] = labels
    return t


@put(WRONG)
def zero_and_one_exchanged(labels, n_classes):
    return 1 - textbook(labels, n_classes)


@put(WRONG)
def signs(labels, n_classes):
    return 2 * textbook(labels, n_classes) - 1


@put(WRONG)
def thermometer(labels, n_classes):
    # Ones up to the label.
    return (np.arange(n_classes) <= labels[:, None]).astype(float)


@put(WRONG)
def columns_that_sum_to_one(labels, n_classes):
    t = textbook(labels, n_classes)
    return t / np.maximum(t.sum(axis=0), 1)


@put(WRONG)
def smoothed(labels, n_classes):
    return 0.9 * textbook(labels, n_classes) + 0.1 / n_classes


@put(WRONG)
def binary_digits(labels, n_classes):
    return ((labels[:, None] >> np.arange(n_classes)) & 1).astype(float)


@put(WRONG)
def first_label_for_all(labels, n_classes):
    # Right for N = 1.
    return np.repeat(textbook(labels[:1], n_classes), len(labels), axis=0)


@put(WRONG)
def sorted_labels(labels, n_classes):
    return textbook(np.sort(labels), n_classes)


@put(WRONG)
def each_class_marked_once(labels, n_classes):
    # Right where no label is repeated.
    t = np.zeros((len(labels), n_classes))
    kinds, first = np.unique(labels, return_index=True)
    t[first, kinds] = 1
    return t


@put(WRONG)
def counts_of_the_classes(labels, n_classes):
    return np.bincount(labels, minlength=n_classes).astype(float)


@put(WRONG)
def counts_in_every_row(labels, n_classes):
    # Right for N = 1.
    return np.tile(np.bincount(labels, minlength=n_classes) / len(labels), (len(labels), 1))


@put(WRONG)
def identity(labels, n_classes):
    # Row n has its 1 in column n: the labels are not looked at.
    return np.eye(len(labels), n_classes)


@put(WRONG)
def ten_classes(labels, n_classes):
    return textbook(labels % 10, 10)


@put(WRONG)
def no_first_class(labels, n_classes):
    # `if label:` is false for 0.
    t = np.zeros((len(labels), n_classes))
    for n, label in enumerate(labels):
        if label:
            t[n, label] = 1
    return t


@put(WRONG)
def returned_in_the_loop(labels, n_classes):
    # Right for N = 1.
    t = np.zeros((len(labels), n_classes))
    for n, label in enumerate(labels):
        t[n, label] = 1
        return t
    return t


@put(WRONG)
def uninitialised(labels, n_classes):
    # np.empty, with what lay in memory; here made visible.
    t = np.full((len(labels), n_classes), 1e-3)
    t[np.arange(len(labels)), labels] = 1
    return t


@put(WRONG)
def wrapped_labels(labels, n_classes):
    # Modulo one class too few: wrong for the last class only.
    return textbook(labels % max(n_classes - 1, 1), n_classes)


@put(WRONG)
def flat(labels, n_classes):
    return textbook(labels, n_classes).ravel()


@put(WRONG)
def text(labels, n_classes):
    return textbook(labels, n_classes).astype(int).astype(str)


@put(WRONG)
def ones_left_from_before(labels, n_classes, tables={}):  # noqa: B006
    # One array for each shape, which is never cleared.
    t = tables.setdefault((len(labels), n_classes), np.zeros((len(labels), n_classes)))
    t[np.arange(len(labels)), labels] = 1
    return t.copy()


@put(WRONG)
def two_mistakes(labels, n_classes):
    return np.eye(n_classes + 1)[labels + 1]


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
del WRONG["three_decimals"]  # of zeros and ones nothing is lost
