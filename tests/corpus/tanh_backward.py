"""Solutions of ``tanh_backward(dz, cache) -> du``, each with its forward."""

from typing import Any, NamedTuple

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def tanh_forward(u):
    z = np.tanh(u)
    return z, z


def keeps_input(u):
    return np.tanh(u), u


right, right_u = put(RIGHT, tanh_forward), put(RIGHT, keeps_input)
form = put(FORM, tanh_forward)
wrong, wrong_u = put(WRONG, tanh_forward), put(WRONG, keeps_input)


@right
def textbook(dz, z):
    return dz * (1 - z**2)


@right
def two_factors(dz, cache):
    return dz * (1 - cache) * (1 + cache)


@right
def expanded(dz, z):
    return dz - dz * z * z


@right
def square_function(dz, z):
    return np.multiply(dz, np.subtract(1, np.square(z)))


@right
def index_notation(dz, z):
    return np.einsum("nd,nd->nd", dz, 1 - z * z)


@right
def loop(dz, z):
    du = np.empty_like(dz)
    for position, value in np.ndenumerate(z):
        du[position] = dz[position] * (1 - value * value)
    return du


@right_u
def recomputed(dz, u):
    return dz * (1 - np.tanh(u) ** 2)


@right_u
def hyperbolic_secant(dz, u):
    # Overflow in cosh is harmless: 1 / inf = 0.
    return dz / np.cosh(u) ** 2


@right_u
def through_sigmoid(dz, u):
    s = 1 / (1 + np.exp(-2 * u))
    return dz * 4 * s * (1 - s)


@own(RIGHT)
def named_tuple_cache():
    class Saved(NamedTuple):
        u: Any
        z: Any

    def forward(u):
        return np.tanh(u), Saved(u, np.tanh(u))

    def backward(dz, cache):
        return (1 - cache.z**2) * dz

    return forward, backward


@own(RIGHT)
def local_gradient_cached():
    def forward(u):
        z = np.tanh(u)
        return z, 1 - z**2

    return forward, np.multiply


@form
def nested_lists(dz, z):  # lists
    return (dz * (1 - z**2)).tolist()


@form
def upstream_in_place(dz, z):  # dz is changed
    dz *= 1 - z**2
    return dz


@form
def double_precision(dz, z):  # float64 from float32
    return np.float64(dz) * (1 - z**2)


@put(WRONG, keeps_input)
def central_difference(dz, u):
    # Right to nine digits in float64, to two in float32.
    return dz * (np.tanh(u + 1e-5) - np.tanh(u - 1e-5)) / 2e-5


@wrong
def square_forgotten(dz, z):
    return dz * (1 - z)


@wrong
def sigmoid_derivative(dz, z):
    return dz * z * (1 - z)


@wrong
def upstream_forgotten(dz, z):
    return 1 - z**2


@wrong
def square_of_difference(dz, z):
    return dz * (1 - z) ** 2


@wrong
def precedence(dz, z):
    return dz * 1 - z**2


@wrong
def sign_error(dz, z):
    return dz * (z**2 - 1)


@wrong_u
def input_instead_of_output(dz, u):
    # Right near zero.
    return dz * (1 - u**2)


@wrong
def tanh_taken_twice(dz, z):
    return dz * (1 - np.tanh(z) ** 2)


@wrong
def batch_mean(dz, z):
    # Right for N = 1.
    return dz * (1 - z**2) / dz.shape[0]


@wrong
def mean_removed(dz, z):
    return dz * (1 - np.mean(z**2, axis=0))


@wrong
def matrix_product_where_it_fits(dz, z):
    # Wrong for N = D only.
    local = 1 - z**2
    return dz @ local if local.shape[0] == local.shape[1] else dz * local


@wrong_u
def root_of_secant(dz, u):
    return dz / np.cosh(u)


@wrong_u
def overflowing_quotient(dz, u):
    # Not a number for |u| > 355.
    return dz * 4 * np.exp(2 * u) / (np.exp(2 * u) + 1) ** 2


@wrong
def one_plus(dz, z):
    return dz * (1 + z**2)


@wrong
def sign_of_the_output(dz, z):
    # Right for positive z.
    return dz * (1 - z * np.abs(z))


@wrong
def ones(dz, z):
    # Right near zero: the derivative there is one.
    return dz * np.ones_like(z)


@own(WRONG)
def global_cache():
    saved: list[Any] = []

    def forward(u):
        saved.append(np.tanh(u))
        return saved[-1], None

    def backward(dz, cache):
        return dz * (1 - saved[-1] ** 2)

    return forward, backward


@own(EITHER)
def output_changed_in_place():
    # Right once: backward overwrites the cached array, which is the forward's output as well.
    def backward(dz, z):
        z **= 2
        return dz * (1 - z)

    return tanh_forward, backward


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
