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


# --- wrong ------------------------------------------------------------------------------------


@wrong
def ones_left_from_before(labels, n_classes, tables={}):  # noqa: B006
    # One array for each shape, which is never cleared.
    t = tables.setdefault((len(labels), n_classes), np.zeros((len(labels), n_classes)))
    t[np.arange(len(labels)), labels] = 1
    return t.copy()


programs.beside_the_point = [
    "return np.eye(n_classes)[: len(labels)]",
    "return np.zeros((len(labels), n_classes))",
]
