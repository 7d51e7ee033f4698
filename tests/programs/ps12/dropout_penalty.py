"""Solutions of ``dropout_penalty(x, w, drop_prob)``: p/(1-p) times the mean of sum (w_i x_i)²."""

import math
from itertools import product

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
def loops(x, w, drop_prob):
    total = 0.0
    for row in x:
        for x_i, w_i in zip(row, w, strict=True):
            total += (float(w_i) * float(x_i)) ** 2
    return drop_prob * total / ((1 - drop_prob) * len(x))


@right
def odds_from_the_keep_probability(x, w, drop_prob):
    keep = 1.0 - drop_prob
    second_moments = np.einsum("ni,ni->i", x, x) / x.shape[0]
    return (1 / keep - 1) * np.einsum("i,i,i->", w, w, second_moments)


@right
def quadratic_form(x, w, drop_prob):
    diagonal = np.diag(np.diag(x.T @ x)) / len(x)
    return w @ diagonal @ w * drop_prob / (1 - drop_prob)


@right
def frobenius_norm(x, w, drop_prob):
    return drop_prob / (1 - drop_prob) * np.linalg.norm(x @ np.diag(w)) ** 2 / len(x)


@right
def variance_of_the_two_values(x, w, drop_prob):
    # Each input gives 0 or w x/(1 - p), with the probabilities p and 1 - p.
    kept = w * x / (1 - drop_prob)
    mean = (1 - drop_prob) * kept
    variance = drop_prob * mean**2 + (1 - drop_prob) * (kept - mean) ** 2
    return variance.sum(axis=1).mean()


@right
def all_masks(x, w, drop_prob):
    # The expectation itself, over the masks of a few inputs at a time: variances add up.
    total = 0.0
    for first in range(0, len(w), 3):
        x_part, w_part = x[:, first : first + 3], w[first : first + 3]
        for mask in product([0, 1], repeat=len(w_part)):
            m = np.array(mask)
            chance = math.prod(1 - drop_prob if kept else drop_prob for kept in mask)
            noise = (x_part * m / (1 - drop_prob) - x_part) @ w_part
            total += chance * np.mean(noise**2)
    return total


# --- right values in a deviating form ---------------------------------------------------------


@form
def array_of_shape_one(x, w, drop_prob):  # (1,)
    return np.array([textbook(x, w, drop_prob)])


@form
def matrix_of_shape_one_by_one(x, w, drop_prob):  # (1, 1)
    W = w[:, None]
    return W.T @ (W * (x**2).mean(axis=0)[:, None]) * drop_prob / (1 - drop_prob)


@form
def list_of_one(x, w, drop_prob):
    return [float(textbook(x, w, drop_prob))]


@form
def weights_squared_in_place(x, w, drop_prob):  # w is changed
    w *= w
    return drop_prob / (1 - drop_prob) * (x**2 @ w).mean()


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
