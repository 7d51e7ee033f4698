"""Programs for ``linear_output_variance``."""

import math

import numpy as np


def product(n_in, var_w, mean_square_z):
    return n_in * var_w * mean_square_z


def summed(n_in, var_w, mean_square_z):
    total = 0.0
    for _ in range(n_in):
        total += var_w * mean_square_z
    return total


def by_numpy(n_in, var_w, mean_square_z):
    return np.prod([n_in, var_w, mean_square_z])


def deviation_squared(n_in, var_w, mean_square_z):
    return (math.sqrt(n_in) * math.sqrt(var_w) * math.sqrt(mean_square_z)) ** 2


def single_precision(n_in, var_w, mean_square_z):
    return np.float32(n_in * var_w * mean_square_z)


def an_array(n_in, var_w, mean_square_z):
    return np.sum(np.full(n_in, var_w) * mean_square_z, keepdims=False)


VARIANTS = [
    (f.__name__, (f,))
    for f in (product, summed, by_numpy, deviation_squared, single_precision, an_array)
]


def in_a_list(n_in, var_w, mean_square_z):
    return [n_in * var_w * mean_square_z]


DRESSED = [("in_a_list", (in_a_list,))]

WRONG = [
    ("one_input_less", (lambda n, v, q: (n - 1) * v * q,)),
    ("one_input_more", (lambda n, v, q: (n + 1) * v * q,)),
    ("doubled", (lambda n, v, q: 2 * n * v * q,)),
    ("weights_forgotten", (lambda n, v, q: n * q,)),
    ("root_of_weights", (lambda n, v, q: n * math.sqrt(v) * q,)),
    ("variance_of_z_lost", (lambda n, v, q: n * v * (q - 1),)),
    ("clipped", (lambda n, v, q: min(n * v * q, 5.0),)),
    ("rounded", (lambda n, v, q: round(n * v * q),)),
]
