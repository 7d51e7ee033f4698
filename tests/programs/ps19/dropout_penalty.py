"""Solutions of ``dropout_penalty(x, w, drop_prob)``: p/(1-p) times the mean of sum (w_i x_i)²."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, w, drop_prob):
    return drop_prob / (1 - drop_prob) * np.mean(np.sum((w * x) ** 2, axis=1))


@right
def strength_of_each_weight(x, w, drop_prob):
    # Ridge with its own strength for each weight.
    lam = drop_prob / (1 - drop_prob) * (x**2).mean(axis=0)
    return float(lam @ w**2)


@right
def frobenius_norm(x, w, drop_prob):
    return drop_prob / (1 - drop_prob) * np.linalg.norm(x @ np.diag(w)) ** 2 / len(x)


# --- right values in a deviating form ---------------------------------------------------------


@form
def matrix_of_shape_one_by_one(x, w, drop_prob):  # (1, 1)
    W = w[:, None]
    return W.T @ (W * (x**2).mean(axis=0)[:, None]) * drop_prob / (1 - drop_prob)


# --- wrong ------------------------------------------------------------------------------------


@wrong
def a_simulation(x, w, drop_prob):
    # Right up to its own noise: the formula is what is asked for.
    rng = np.random.default_rng(0)
    masks = (rng.random((100, *x.shape)) >= drop_prob) / (1 - drop_prob)
    return np.mean(((x * masks) @ w - x @ w) ** 2)


@wrong
def sum_of_the_first_row_only(x, w, drop_prob):
    for row in x:
        return drop_prob / (1 - drop_prob) * np.sum((w * row) ** 2)


@wrong
def grows_with_each_call(x, w, drop_prob, total=[0.0]):  # noqa: B006
    total[0] += float(textbook(x, w, drop_prob))
    return total[0]


@wrong
def of_the_first_probability(x, w, drop_prob, kept=[]):  # noqa: B006
    kept.append(drop_prob)
    return textbook(x, w, kept[0])
