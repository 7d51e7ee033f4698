"""Programs for ``one_hot``."""

import numpy as np


def rows_of_the_identity(labels, n_classes):
    return np.eye(n_classes)[labels]


def one_entry_a_row(labels, n_classes):
    t = np.zeros((len(labels), n_classes))
    t[np.arange(len(labels)), labels] = 1
    return t


def compared(labels, n_classes):
    return (labels[:, None] == np.arange(n_classes)).astype(float)


def in_loops(labels, n_classes):
    t = np.zeros((labels.shape[0], n_classes))
    for n, label in enumerate(labels):
        t[n][label] = 1.0
    return t


def put_along(labels, n_classes):
    t = np.zeros((labels.size, n_classes), dtype=np.float32)
    np.put_along_axis(t, labels.astype(np.int64)[:, np.newaxis], 1, axis=1)
    return t


def flat_places(labels, n_classes):
    t = np.zeros(labels.size * n_classes)
    t[np.arange(labels.size) * n_classes + labels] = 1
    return t.reshape(-1, n_classes)


def stacked(labels, n_classes):
    return np.stack([np.where(np.arange(n_classes) == k, 1.0, 0.0) for k in labels.tolist()])


def columns_one_by_one(labels, n_classes):
    return np.column_stack([(labels == k).astype(np.float64) for k in range(n_classes)])


def array_of_lists(labels, n_classes):
    return np.array([[float(k == label) for k in range(n_classes)] for label in labels])


def taken(labels, n_classes):
    return np.take(np.identity(n_classes, dtype="float32"), labels, axis=0)


def added_up(labels, n_classes):
    t = np.zeros((len(labels), n_classes))
    np.add.at(t, (range(len(labels)), labels), 1)
    return t


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        rows_of_the_identity,
        one_entry_a_row,
        compared,
        in_loops,
        put_along,
        flat_places,
        stacked,
        columns_one_by_one,
        array_of_lists,
        taken,
        added_up,
    )
]


def lists(labels, n_classes):
    return [[1.0 if k == label else 0.0 for k in range(n_classes)] for label in labels]


def whole_numbers(labels, n_classes):
    return np.eye(n_classes, dtype=int)[labels]


def truth_values(labels, n_classes):
    return np.equal.outer(labels, np.arange(n_classes))


def extra_axis(labels, n_classes):
    return np.eye(n_classes)[labels[:, None]]


def labels_used_up(labels, n_classes):
    t = np.eye(n_classes)[labels]
    labels[:] = 0 if n_classes == 1 else (labels + 1) % n_classes
    return t


# A single class leaves nothing else to change the labels to, but the other cases show it.
DRESSED = [
    (f.__name__, (f,)) for f in (lists, whole_numbers, truth_values, extra_axis, labels_used_up)
]


def sorted_first(labels, n_classes):
    return np.eye(n_classes)[np.sort(labels)]


def counts(labels, n_classes):
    return np.bincount(labels, minlength=n_classes).astype(float)


def from_the_right(labels, n_classes):
    return np.eye(n_classes)[n_classes - 1 - labels.astype(int)]


def minus_ones(labels, n_classes):
    return 2 * np.eye(n_classes)[labels] - 1


def smoothed(labels, n_classes):
    return 0.9 * np.eye(n_classes)[labels] + 0.1 / n_classes


def square(labels, n_classes):
    return np.eye(len(labels), n_classes)


def ten_classes(labels, n_classes):
    return np.eye(10)[labels]


kept = {}


def kept_outside(labels, n_classes):
    shape = (len(labels), n_classes)
    t = kept.setdefault(shape, np.zeros(shape))
    t[np.arange(len(labels)), labels] = 1
    return t


def bytes_wrap(labels, n_classes):
    t = np.zeros(labels.size * n_classes)
    t[(np.arange(labels.size, dtype=labels.dtype) * labels.dtype.type(n_classes)) + labels] = 1
    return t.reshape(-1, n_classes)


WRONG = [
    (f.__name__, (f,))
    for f in (
        sorted_first,
        counts,
        from_the_right,
        minus_ones,
        smoothed,
        square,
        ten_classes,
        kept_outside,
        bytes_wrap,
    )
]
