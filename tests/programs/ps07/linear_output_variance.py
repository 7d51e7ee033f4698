"""Solutions of ``linear_output_variance(n_in, var_w, mean_square_z) -> float``: their product."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(n_in, var_w, mean_square_z):
    return n_in * var_w * mean_square_z


@right
def sum_over_the_inputs(n_in, var_w, mean_square_z):
    return math.fsum(var_w * mean_square_z for _ in range(n_in))


@right
def loop_over_the_inputs(n_in, var_w, mean_square_z):
    total = 0.0
    for _ in range(n_in):
        total += var_w * mean_square_z
    return total


@right
def product_of_a_list(n_in, var_w, mean_square_z):
    return np.prod([n_in, var_w, mean_square_z])


@right
def square_of_the_root(n_in, var_w, mean_square_z):
    std_u = math.sqrt(n_in) * math.sqrt(var_w) * math.sqrt(mean_square_z)
    return std_u**2


@right
def inner_product(n_in, var_w, mean_square_z):
    return np.full(n_in, var_w, dtype=float) @ np.full(n_in, mean_square_z, dtype=float)


@right
def sum_of_an_array(n_in, var_w, mean_square_z):
    return np.sum(np.full(n_in, var_w) * mean_square_z)


@right
def zero_dimensional_array(n_in, var_w, mean_square_z, mean_w=0.0):
    return np.asarray(n_in * (var_w * mean_square_z + mean_w**2))


@right
def single_precision(n_in, var_w, mean_square_z):
    return np.float32(n_in * var_w * mean_square_z)


@form
def list_of_one(n_in, var_w, mean_square_z):
    return [n_in * var_w * mean_square_z]


@form
def one_for_each_input(n_in, var_w, mean_square_z):
    return np.array([[n_in * var_w * mean_square_z]])
