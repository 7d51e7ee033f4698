"""Solutions of ``sigmoid_backward(dz, cache) -> du``, each with its forward."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def sigmoid_forward(u):
    z = 0.5 * (1 + np.tanh(0.5 * u))
    return z, z


def keeps_input(u):
    return 0.5 * (1 + np.tanh(0.5 * u)), u


def keeps_both(u):
    z = 0.5 * (1 + np.tanh(0.5 * u))
    return z, {"u": u, "z": z}


def sigma(u):
    return 0.5 * (1 + np.tanh(0.5 * u))


right, right_u = put(RIGHT, sigmoid_forward), put(RIGHT, keeps_input)
form = put(FORM, sigmoid_forward)
wrong, wrong_u = put(WRONG, sigmoid_forward), put(WRONG, keeps_input)
wrong_both = put(WRONG, keeps_both)


@right
def textbook(dz, cache):
    z = cache
    return dz * z * (1 - z)


@right
def polynomial(dz, z):
    return dz * (z - z**2)


@right
def named_local_gradient(dz, cache):
    local = np.multiply(cache, 1.0 - cache)
    return np.multiply(dz, local)


@right
def loop_over_entries(dz, z):
    du = np.zeros_like(dz)
    for i in range(dz.shape[0]):
        for j in range(dz.shape[1]):
            du[i, j] = dz[i, j] * z[i, j] * (1 - z[i, j])
    return du


@right
def diagonal_jacobians(dz, z):
    rows = [d @ np.diag(a * (1 - a)) for d, a in zip(dz, z, strict=True)]
    return np.array(rows)


@right
def own_copy_in_place(dz, z):
    du = dz.copy()
    du *= z
    du *= 1 - z
    return du


@right_u
def recomputed(dz, u):
    s = sigma(u)
    return dz * s * (1 - s)


@right_u
def mirror_product(dz, u):
    return dz * sigma(u) * sigma(-u)


@right_u
def hyperbolic_cosine(dz, u):
    # Overflows to infinity with a warning, and 1 / inf is right.
    return dz / (2 + 2 * np.cosh(u))


@right_u
def square_of_the_sech(dz, u):
    return dz * 0.25 * (1 - np.tanh(u / 2) ** 2)


@right_u
def even_exponentials(dz, u):
    e = np.exp(-np.abs(u))
    return dz * e / (1 + e) ** 2


@own(RIGHT)
def derivative_cached():
    def forward(u):
        z = sigma(u)
        return z, {"local": z * (1 - z)}

    def backward(dz, cache):
        return cache["local"] * dz

    return forward, backward


@own(RIGHT)
def object_cache():
    def forward(u):
        z = 1 / (1 + np.exp(-u))
        return z, SimpleNamespace(u=u, z=z)

    def backward(dz, cache, *, debug=False):
        if debug:
            print(cache)
        return dz * cache.z * (1 - cache.z)

    return forward, backward


@own(RIGHT)
def closure_cache():
    def forward(u):
        z = sigma(u)
        return z, lambda dz: dz * z * (1 - z)

    return forward, lambda dz, vjp: vjp(dz)


@own(RIGHT)
def chain_of_steps():
    def forward(u):
        a = np.clip(-u, None, 700)
        e = np.exp(a)
        s = 1 + e
        return 1 / s, (e, s)

    def backward(dz, cache):
        e, s = cache
        ds = -dz / s / s
        de = ds
        da = de * e
        return -da

    return forward, backward


@form
def nested_lists(dz, z):  # lists
    return (dz * z * (1 - z)).tolist()


@form
def upstream_in_place(dz, z):  # dz is changed
    result = dz * z * (1 - z)
    dz[...] = result
    return result


@form
def double_precision(dz, z):  # float64 from float32
    return dz.astype(np.float64) * z * (1 - z)


@form
def double_precision_zeros(dz, z):  # float64 from float32
    du = np.zeros(dz.shape)
    du += dz * z * (1 - z)
    return du


@put(WRONG, keeps_input)
def central_difference(dz, u):
    # Right to nine digits in float64, to two in float32.
    return dz * (sigma(u + 1e-5) - sigma(u - 1e-5)) / 2e-5


@wrong_u
def derivative_at_the_input_value(dz, u):
    # z and u confused.
    return dz * u * (1 - u)


@wrong
def sigmoid_taken_twice(dz, z):
    s = sigma(z)
    return dz * s * (1 - s)


@wrong
def upstream_forgotten(dz, z):
    return z * (1 - z)


@wrong
def one_factor_only(dz, z):
    return dz * z


@wrong
def other_factor_only(dz, z):
    return dz * (1 - z)


@wrong
def sign_error(dz, z):
    return dz * z * (z - 1)


@wrong
def tanh_derivative(dz, z):
    return dz * (1 - z**2)


@wrong
def precedence(dz, z):
    return dz * z - z**2


@wrong
def precedence_without_brackets(dz, z):
    return dz * z * 1 - z


@wrong
def upstream_twice(dz, z):
    return dz**2 * z * (1 - z)


@wrong
def batch_mean(dz, z):
    # Right for N = 1.
    return dz * z * (1 - z) / len(dz)


@wrong
def column_sums(dz, z):
    return (dz * z * (1 - z)).sum(axis=0, keepdims=True)


@wrong
def matrix_product_where_it_fits(dz, z):
    # Wrong for N = D only.
    local = z * (1 - z)
    return dz @ local if local.shape[0] == local.shape[1] else dz * local


@wrong_u
def quotient_that_overflows(dz, u):
    # Not a number for u < -355: inf / inf.
    return dz * np.exp(-u) / (1 + np.exp(-u)) ** 2


@wrong_u
def quotient_that_overflows_above(dz, u):
    # Not a number for u > 355.
    return dz * np.exp(u) / (1 + np.exp(u)) ** 2


@wrong_u
def clipped_input(dz, u):
    # Wrong for |u| > 4: the derivative never gets small.
    s = sigma(np.clip(u, -4, 4))
    return dz * s * (1 - s)


@wrong_u
def zero_beyond_saturation(dz, u):
    # Wrong for |u| > 3.
    s = sigma(u)
    return dz * s * (1 - s) * (np.abs(u) < 3)


@wrong
def floor_under_the_derivative(dz, z):
    return dz * np.maximum(z * (1 - z), 0.01)


@wrong_both
def masked_like_relu(dz, cache):
    return dz * cache["z"] * (1 - cache["z"]) * (cache["u"] > 0)


@wrong_both
def divided_by_input(dz, cache):
    return dz * cache["z"] / np.where(cache["u"] == 0, 1, cache["u"])


@wrong
def quarter(dz, z):
    # Right at u = 0.
    return dz * 0.25


@wrong
def absolute_upstream(dz, z):
    return np.abs(dz) * z * (1 - z)


@wrong
def derivative_of_the_mean_activation(dz, z):
    z = z.mean(axis=0)
    return dz * z * (1 - z)


@wrong
def output_unit_delta(dz, z):
    # The delta of cross-entropy, from habit.
    return z - dz


@own(WRONG)
def global_cache():
    # Wrong as soon as two forwards run before the backward.
    saved: dict[str, Any] = {}

    def forward(u):
        saved["z"] = sigma(u)
        return saved["z"], None

    def backward(dz, cache):
        return dz * saved["z"] * (1 - saved["z"])

    return forward, backward


@own(WRONG)
def cached_before_the_nonlinearity():
    def forward(u):
        return sigma(u), (u,)

    def backward(dz, cache):
        (z,) = cache
        return dz * z * (1 - z)

    return forward, backward


@own(WRONG)
def consistent_but_another_function():
    # The derivative fits the forward; the forward is tanh.
    def forward(u):
        z = np.tanh(u)
        return z, z

    def backward(dz, z):
        return dz * (1 - z * z)

    return forward, backward


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
