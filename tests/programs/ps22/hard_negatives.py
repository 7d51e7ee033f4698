"""Solutions of ``hard_negatives(distances, labels) -> indices``, one index for each row.

Right programs agree in every index, so each has another type of integers here.
"""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(distances, labels):
    masked = distances.astype(float)
    masked[np.equal.outer(labels, labels)] = np.inf
    return np.argmin(masked, axis=1)


@right
def row_by_row(distances, labels):
    indices = np.empty(len(labels), dtype="int32")
    for i, row in enumerate(distances):
        others = np.flatnonzero(labels != labels[i])
        indices[i] = others[row[others].argmin()]
    return indices


@right
def in_order_of_distance(distances, labels):
    order = distances.argsort(axis=1)
    first = (labels[order] != labels[:, None]).argmax(axis=1)
    return order[np.arange(len(order)), first].astype("uint8")


# --- right values in a deviating form ---------------------------------------------------------


@form
def a_column(distances, labels):  # (N, 1)
    return textbook(distances, labels)[:, None]


# --- wrong ------------------------------------------------------------------------------------


@wrong
def indices_of_the_first_call(distances, labels, kept=[]):  # noqa: B006
    kept.append(textbook(distances, labels))
    return np.resize(kept[0], len(labels))


@wrong
def largest_distance_as_mask(distances, labels):  # a tie with the only negative
    return np.where(labels[:, None] == labels, distances.max(), distances).argmin(axis=1)


@wrong
def classes_as_columns(distances, labels):  # the label -1 is the last column
    of_class = np.eye(labels.max() + 1)[labels]
    return np.where(of_class @ of_class.T > 0, np.inf, distances).argmin(axis=1)


wrong.edit(
    "without_distances_of_0",
    textbook,
    "np.equal.outer(labels, labels)",
    "np.equal.outer(labels, labels) | (distances == 0)",
)

programs.beside_the_point = [
    "return distances.argmin(axis=1)",
    "return distances.argmax(axis=1)",
    "return (labels[:, None] != labels).argmax(axis=1)",
]
