"""Solutions of ``one_hot(labels, n_classes)``: ``(N, K)`` floats with a single 1 in each row.

The type of the floats is left open. Right programs with the same type agree to the last bit,
whatever their method, so each has another type here.
"""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(labels, n_classes):
    t = np.zeros((len(labels), n_classes))
    t[np.arange(len(labels)), labels] = 1
    return t


@right
def rows_of_the_identity(labels, n_classes):
    return np.take(np.identity(n_classes, dtype="float32"), labels, axis=0)


@right
def comparison_with_a_range(labels, n_classes):
    return (labels[:, None] == np.arange(n_classes)).astype(np.float16)


# --- right values in a deviating form ---------------------------------------------------------


form.edit("middle_axis", textbook, "return t", "return t[:, None]")  # (N, 1, K)
form.edit("labels_changed", textbook, "return t", "labels[:] = (labels + 1) % n_classes; return t")


@form
def labels_used_up(labels, n_classes):
    t = np.zeros((len(labels), n_classes))
    for k in range(n_classes):
        t[:, k] = labels == 0
        labels -= 1
    return t


@form
def lists(labels, n_classes):
    return [[1.0 if k == label else 0.0 for k in range(n_classes)] for label in labels]


# --- wrong ------------------------------------------------------------------------------------


for name, result in {
    "one_class_too_few": "t[:, 1:]",  # reference coding: class 0 is a row of zeros
    "one_class_too_many": "np.pad(t, ((0, 0), (0, 1)))",
    "signs": "2 * t - 1",
    "columns_that_sum_to_one": "t / np.maximum(t.sum(axis=0), 1)",
    "smoothed": "0.9 * t + 0.1 / n_classes",
    "first_label_for_all": "np.repeat(t[:1], len(t), axis=0)",
    "counts_of_the_classes": "t.sum(axis=0)",
    "counts_in_every_row": "np.tile(t.mean(axis=0), (len(t), 1))",
    "identity": "np.eye(len(labels), n_classes)",  # the labels are not looked at
    "uninitialised": "np.where(t == 1, 1, 1e-3)",  # np.empty, made visible
    "flat": "t.ravel()",
    "text": "t.astype(int).astype(str)",
    "binary_digits": "((labels[:, None] >> np.arange(n_classes)) & 1).astype(float)",
    "classes_seen": "(labels[:, None] == np.unique(labels)).astype(float)",
}.items():
    wrong.edit(name, textbook, "return t", f"return {result}")

for name, changed in {
    "labels_from_one": "labels = labels - 1",  # of one byte, label 0 becomes 255
    "shifted_by_one": "labels = (labels + 1) % n_classes",
    "counted_from_behind": "labels = n_classes - 1 - labels",
    "sorted_labels": "labels = np.sort(labels)",
    "wrapped_labels": "labels = labels % max(n_classes - 1, 1)",
    "ten_classes": "n_classes = 10",
    "last_digit_of_ten": "labels, n_classes = labels % 10, 10",
    "two_mistakes": "labels, n_classes = labels + 1, n_classes + 1",
}.items():
    wrong.edit(name, textbook, "t = np.zeros", f"{changed}; t = np.zeros")


@wrong
def rows_of_all_labels(labels, n_classes):  # t[labels] = 1: whole rows
    t = np.zeros((max(len(labels), n_classes), n_classes))
    t[labels] = 1
    return t[: len(labels)]


@wrong
def each_class_marked_once(labels, n_classes):  # right where no label is repeated
    t = np.zeros((len(labels), n_classes))
    kinds, first = np.unique(labels, return_index=True)
    t[first, kinds] = 1
    return t


@wrong
def ones_left_from_before(labels, n_classes, tables={}):  # noqa: B006
    # One array for each shape, which is never cleared.
    t = tables.setdefault((len(labels), n_classes), np.zeros((len(labels), n_classes)))
    t[np.arange(len(labels)), labels] = 1
    return t.copy()


programs.carry(textbook)
del wrong.programs["three_decimals"]  # of zeros and ones nothing is lost
