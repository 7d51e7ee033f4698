"""Solutions of ``confusion_shares(y, labels)``: shares ``(K, K)``, and an accuracy."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(y, labels):
    answers = y.argmax(axis=1)
    counts = np.eye(y.shape[1])[labels].T @ np.eye(y.shape[1])[answers]
    shares = counts / counts.sum(axis=1, keepdims=True)
    return shares, np.mean(answers == labels)


@right
def means_of_the_rows_of_each_class(y, labels):
    a = (y == y.max(axis=1, keepdims=True)).astype("float32")
    shares = np.stack([a[labels == k].mean(axis=0) for k in range(y.shape[1])])
    return shares, a[np.arange(len(y)), labels].sum() / len(y)


@right
def image_by_image(y, labels):
    n, k = y.shape
    shares, hits = np.zeros((k, k)), 0
    for row, label in zip(y.tolist(), labels.tolist(), strict=True):
        answer = row.index(max(row))
        shares[label, answer] += 1 / list(labels).count(label)
        hits += answer == label
    return shares, hits / n


# --- right values in a deviating form ---------------------------------------------------------


form.edit("shares_with_another_axis", textbook, "return shares", "return shares[:, None]")


# --- wrong ------------------------------------------------------------------------------------


@wrong
def transposed_where_square(y, labels):
    shares, accuracy = textbook(y, labels)
    return (shares.T if len(y) == y.shape[1] else shares), accuracy


@wrong
def scores_of_the_first_call(y, labels, kept={}):  # noqa: B006
    return textbook(kept.setdefault(y.shape, y.copy()), labels)


programs.beside_the_point = [
    "return np.eye(y.shape[1]), 1.0",
    "return np.full((y.shape[1], y.shape[1]), 1 / y.shape[1]), 1 / y.shape[1]",
]
