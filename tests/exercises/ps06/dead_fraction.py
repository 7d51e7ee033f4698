"""Programs for ``dead_fraction``."""

import numpy as np


def all_of_a_column(z):
    return np.mean(np.all(z <= 0, axis=0))


def largest_of_a_column(z):
    return float((z.max(axis=0) <= 0).mean())


def not_any(z):
    return np.mean(~(z > 0).any(axis=0))


def one_minus_alive(z):
    return 1 - np.count_nonzero((z > 0).sum(axis=0)) / z.shape[1]


def sum_behind_relu(z):
    return np.mean(np.maximum(z, 0).sum(axis=0) == 0)


def number_by_number(z):
    N, D = z.shape
    dead = 0
    for j in range(D):
        for n in range(N):
            if z[n, j] > 0:
                break
        else:
            dead += 1
    return dead / D


def by_columns(z):
    return sum(all(value <= 0 for value in column) for column in z.T) / len(z.T)


def counted(z):
    return np.asarray([np.sum(np.sum(z <= 0, axis=0) == len(z)) / z.shape[1]])


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        all_of_a_column,
        largest_of_a_column,
        not_any,
        one_minus_alive,
        sum_behind_relu,
        number_by_number,
        by_columns,
        counted,
    )
]


def relu_in_place(z):
    z[z < 0] = -1
    z += 1
    return np.mean((z <= 1).all(axis=0))


DRESSED = [("relu_in_place", (relu_in_place,))]


def first_sample(z):
    return np.mean(z[0] <= 0)


def constant_columns(z):
    return np.mean(z.std(axis=0) == 0)


def sum_is_zero(z):
    return np.mean(z.sum(axis=0) == 0)


def nearly(z):
    return np.mean(np.mean(z <= 0, axis=0) > 0.5)


def all_of_a_row(z):
    return np.mean((z <= 0).all(axis=-1))


def smallest(z):
    return np.mean(z.min(axis=0) <= 0)


def one_over(z):
    return np.sum((z <= 0).all(axis=0)) / z.size


WRONG = [
    (f.__name__, (f,))
    for f in (
        first_sample,
        constant_columns,
        sum_is_zero,
        nearly,
        all_of_a_row,
        smallest,
        one_over,
    )
]
