"""Solutions of ``linear_output_variance(n_in, var_w, mean_square_z) -> float``: their product."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(n_in, var_w, mean_square_z):
    return n_in * var_w * mean_square_z


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
def one_for_each_input(n_in, var_w, mean_square_z):
    return np.array([[n_in * var_w * mean_square_z]])
