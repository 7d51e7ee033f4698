"""Solutions of ``smooth_labels(labels, n_classes, amount)``: (N, K) rows that sum to 1."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(labels, n_classes, amount):
    t = np.full((len(labels), n_classes), amount / n_classes)
    t[np.arange(len(labels)), labels] += 1 - amount
    return t


@right
def comparison_with_a_range(labels, n_classes, amount):
    rows = (labels[:, None] == np.arange(n_classes)).astype(np.float32)
    return (rows + amount * (1 / n_classes - rows)).astype(np.float32)


@right
def rows_of_a_table(labels, n_classes, amount):
    share = amount / n_classes
    table = [
        [1 - share * (n_classes - 1) if k == label else share for k in range(n_classes)]
        for label in range(n_classes)
    ]
    return np.array(table)[labels.tolist()]


# --- right values in a deviating form ---------------------------------------------------------

form.edit("middle_axis", textbook, "return t", "return t[:, None]")


# --- wrong ------------------------------------------------------------------------------------


@wrong
def amount_of_the_first_call(labels, n_classes, amount, kept=[]):  # noqa: B006
    kept.append(amount)
    return textbook(labels, n_classes, kept[0])
