"""Solutions of ``sigmoid_backward(dz, cache) -> du``, each with its forward."""

from types import SimpleNamespace

import numpy as np

from tests.programs.catalogue import Catalogue


def sigma(u):
    return 0.5 * (1 + np.tanh(0.5 * u))


def sigmoid_forward(u):
    z = sigma(u)
    return z, (u, z)


programs = Catalogue(sigmoid_forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dz, cache):
    u, z = cache
    return dz * z * (1 - z)


for name, du in {
    "polynomial": "dz * (z - z**2)",
    "local_gradient": "np.multiply(dz, z * (1.0 - z))",
    "mirror_product": "dz * sigma(u) * sigma(-u)",
    "hyperbolic_cosine": "dz / (2 + 2 * np.cosh(u))",  # an overflow, a warning, the right values
    "square_of_the_sech": "dz * 0.25 * (1 - np.tanh(u / 2) ** 2)",
    "even_exponentials": "dz * np.exp(-np.abs(u)) / (1 + np.exp(-np.abs(u))) ** 2",
}.items():
    right.edit(name, textbook, "dz * z * (1 - z)", du)


@right
def central_difference_in_double_precision(dz, cache):
    u, h = cache[0].astype(float), 1e-5
    return (dz * (sigma(u + h) - sigma(u - h)) / (2 * h)).astype(dz.dtype)


@right.together
def object_cache():
    def forward(u):
        z = 1 / (1 + np.exp(-u))
        return z, SimpleNamespace(u=u, z=z)

    def backward(dz, cache, *, debug=False):
        if debug:
            print(cache)
        return dz * cache.z * (1 - cache.z)

    return forward, backward


@right.together
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


form.edit("nested_lists", textbook, "dz * z * (1 - z)", "(dz * z * (1 - z)).tolist()")
form.edit("in_a_tuple", textbook, "dz * z * (1 - z)", "(dz * z * (1 - z),)")
form.edit("double_precision", textbook, "dz * z", "dz.astype(float) * z")


@form
def upstream_in_place(dz, cache):
    _u, z = cache
    dz *= z * (1 - z)
    return dz


for name, du in {
    "central_difference": "dz * (sigma(u + 1e-5) - sigma(u - 1e-5)) / 2e-5",  # too rough in float32
    "wide_difference": "dz * (sigma(u + 0.1) - sigma(u - 0.1)) / 0.2",
    "plus": "dz * z * (1 + z)",
    "passed_on": "dz",
    "upstream_twice": "dz**2 * z * (1 - z)",
    "absolute_upstream": "np.abs(dz) * z * (1 - z)",
    "column_sums": "(dz * z * (1 - z)).sum(axis=0, keepdims=True)",
    "sum_over_rows": "(dz * z * (1 - z)).sum(axis=0)",
    "diagonal_jacobians_of_rows": "np.array([d @ np.diag(a * (1 - a)) for d, a in zip(dz, z)])",
    "matrix_product": "dz @ (z * (1 - z)).T @ np.ones_like(z)",
    "matrix_product_where_it_fits": "(np.matmul if len(z) == len(z.T) else np.multiply)"
    "(dz, z * (1 - z))",
    "clipped_input": "dz * sigma(np.clip(u, -4, 4)) * sigma(-np.clip(u, -4, 4))",
    "zero_beyond_saturation": "dz * z * (1 - z) * (np.abs(u) < 3)",
    "floor_under_the_derivative": "dz * np.maximum(z * (1 - z), 0.01)",
    "masked_like_relu": "dz * z * (1 - z) * (u > 0)",
    "divided_by_input": "dz * z / np.where(u == 0, 1, u)",
    "quarter": "dz * 0.25",
    "derivative_of_the_mean_activation": "dz * z.mean(axis=0) * (1 - z.mean(axis=0))",
    "delta_of_cross_entropy": "z - dz",
}.items():
    wrong.edit(name, textbook, "dz * z * (1 - z)", du)


@wrong.together
def consistent_but_another_function():
    def forward(u):
        z = np.tanh(u)
        return z, z

    def backward(dz, z):
        return dz * (1 - z * z)

    return forward, backward


programs.carry(textbook)
