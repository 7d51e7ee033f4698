"""Solutions of ``linear_output_variance(n_in, var_w, mean_square_z) -> float``: their product."""

import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(n_in, var_w, mean_square_z):
    return n_in * var_w * mean_square_z


@put(RIGHT)
def sum_over_the_inputs(n_in, var_w, mean_square_z):
    return math.fsum(var_w * mean_square_z for _ in range(n_in))


@put(RIGHT)
def product_of_a_list(n_in, var_w, mean_square_z):
    return float(np.prod([n_in, var_w, mean_square_z]))


@put(RIGHT)
def square_of_the_root(n_in, var_w, mean_square_z):
    std_u = math.sqrt(n_in) * math.sqrt(var_w) * math.sqrt(mean_square_z)
    return std_u**2


@put(RIGHT)
def inner_product(n_in, var_w, mean_square_z):
    return np.full(n_in, var_w, dtype=float) @ np.full(n_in, mean_square_z, dtype=float)


@put(RIGHT)
def zero_dimensional_array(n_in, var_w, mean_square_z, mean_w=0.0):
    return np.asarray(n_in * (var_w * mean_square_z + mean_w**2))


@put(FORM)
def list_of_one(n_in, var_w, mean_square_z):  # [variance]
    return [n_in * var_w * mean_square_z]


@put(FORM)
def array_of_shape_one(n_in, var_w, mean_square_z):  # (1,)
    return np.array([n_in * var_w * mean_square_z])


@put(FORM)
def one_for_each_input(n_in, var_w, mean_square_z):  # (1, 1)
    return np.array([[n_in * var_w * mean_square_z]])


@put(EITHER)
def single_precision(n_in, var_w, mean_square_z):
    return np.float32(n_in * var_w * mean_square_z)


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def number_of_inputs_forgotten(n_in, var_w, mean_square_z):
    # Right for n_in = 1.
    return var_w * mean_square_z


@put(WRONG)
def mean_for_the_sum(n_in, var_w, mean_square_z):
    return var_w * mean_square_z / n_in


@put(WRONG)
def root_of_the_number_of_inputs(n_in, var_w, mean_square_z):
    return math.sqrt(n_in) * var_w * mean_square_z


@put(WRONG)
def square_of_the_number_of_inputs(n_in, var_w, mean_square_z):
    # Var(k y) = k^2 Var(y): for one product n times, not for n products.
    return n_in**2 * var_w * mean_square_z


@put(WRONG)
def standard_deviation(n_in, var_w, mean_square_z):
    return math.sqrt(n_in * var_w * mean_square_z)


@put(WRONG)
def sum_of_the_variances(n_in, var_w, mean_square_z):
    return n_in * (var_w + mean_square_z)


@put(WRONG)
def signal_forgotten(n_in, var_w, mean_square_z):
    return float(n_in * var_w)


@put(WRONG)
def weights_forgotten(n_in, var_w, mean_square_z):
    return float(n_in * mean_square_z)


@put(WRONG)
def half_of_it_for_relu(n_in, var_w, mean_square_z):
    return n_in * var_w * mean_square_z / 2


@put(WRONG)
def mean_square_squared(n_in, var_w, mean_square_z):
    return n_in * var_w * mean_square_z**2


@put(WRONG)
def variance_squared(n_in, var_w, mean_square_z):
    return n_in * var_w**2 * mean_square_z


@put(WRONG)
def variance_of_weights_as_deviation(n_in, var_w, mean_square_z):
    return n_in * math.sqrt(var_w) * mean_square_z


@put(WRONG)
def root_of_the_mean_square(n_in, var_w, mean_square_z):
    return n_in * var_w * math.sqrt(mean_square_z)


@put(WRONG)
def bias_counted_as_an_input(n_in, var_w, mean_square_z):
    return n_in * var_w * mean_square_z + var_w


@put(WRONG)
def last_input_forgotten(n_in, var_w, mean_square_z):
    return (n_in - 1) * var_w * mean_square_z


@put(WRONG)
def always_kept(n_in, var_w, mean_square_z):
    # What a good initialisation is to give.
    return float(mean_square_z)


@put(WRONG)
def sampled_once(n_in, var_w, mean_square_z):
    # An estimate from ten samples, and one percent off at best.
    rng = np.random.default_rng(0)
    W = rng.normal(0, math.sqrt(var_w), (10, n_in))
    return float(np.var(W.sum(axis=1)) * mean_square_z)


@put(WRONG)
def whole_numbers(n_in, var_w, mean_square_z):
    return float(int(n_in * var_w * mean_square_z))


@put(WRONG)
def negative(n_in, var_w, mean_square_z):
    return -n_in * var_w * mean_square_z


biased = functools.partial(zero_dimensional_array, mean_w=1)
WRONG["weights_of_mean_one"] = (biased,)
