"""Solutions of ``layernorm_forward(x, gamma, beta, *, eps) -> (y, cache)``: row by row."""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(x, gamma, beta, *, eps):
    mu = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    x_hat = (x - mu) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, var, gamma, eps)


@put(RIGHT)
def transposed(x, gamma, beta, *, eps):
    # As batch norm of the transposed matrix.
    r = x.T - x.T.mean(axis=0)
    inverse = (np.square(r).mean(axis=0) + eps) ** -0.5
    return ((r * inverse).T * gamma) + beta, {"r": r, "inverse": inverse}


@put(RIGHT)
def row_by_row(x, gamma, beta, *, eps):
    y = np.empty_like(x)
    for n, row in enumerate(x):
        y[n] = gamma * (row - np.mean(row)) / np.sqrt(np.var(row) + eps) + beta
    return y, None


@put(RIGHT)
def loops(x, gamma, beta, *, eps=1e-5):
    N, D = x.shape
    y = np.zeros_like(x)
    for n in range(N):
        mu = math.fsum(x[n]) / D
        var = math.fsum((x[n, d] - mu) ** 2 for d in range(D)) / D
        for d in range(D):
            y[n, d] = gamma[d] * (x[n, d] - mu) / math.sqrt(var + eps) + beta[d]
    return y, object()


@put(RIGHT)
def centring_matrix(x, gamma, beta, *, eps):
    D = x.shape[1]
    C = (np.eye(D) - np.full((D, D), 1 / D)).astype(x.dtype)
    r = x @ C
    size = np.einsum("nd,nd->n", r, r) / D
    return gamma * r / np.sqrt(size + eps)[:, None] + beta, [r, size]


@put(RIGHT)
def differences_of_all_pairs(x, gamma, beta, *, eps):
    # The variance is half of the mean square of all differences.
    d = x[:, :, None] - x[:, None, :]
    var = (d * d).mean(axis=(1, 2)) / 2
    y = d.mean(axis=2) / np.sqrt(var + eps)[:, None]
    return np.add(np.multiply(y, gamma), beta), ()


@put(RIGHT)
def scale_and_shift_together(x, gamma, beta, *, eps, axis=-1):
    mu, std = x.mean(axis), np.sqrt(x.var(axis) + eps)
    scale = gamma / std[:, np.newaxis]
    return scale * (x - mu[:, np.newaxis]) + beta, lambda dy: dy * scale


RIGHT["partially_applied"] = (functools.partial(scale_and_shift_together, axis=1),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def centred_in_place(x, gamma, beta, *, eps):  # x is changed
    x -= x.mean(axis=1, keepdims=True)
    return gamma * x / np.sqrt((x * x).mean(axis=1, keepdims=True) + eps) + beta, None


@put(FORM)
def result_in_the_input(x, gamma, beta, *, eps):  # x is changed
    x[...], cache = textbook(x, gamma, beta, eps=eps)
    return x, cache


@put(FORM)
def nested_lists(x, gamma, beta, *, eps):  # lists
    y, cache = textbook(x, gamma, beta, eps=eps)
    return y.tolist(), cache


@put(FORM)
def double_precision(x, gamma, beta, *, eps):  # float64 from float32
    return textbook(x.astype(float), gamma, beta, eps=eps)


@put(FORM)
def leading_axis(x, gamma, beta, *, eps):  # (1, N, D)
    y, cache = textbook(x, gamma, beta, eps=eps)
    return y[None], cache


# --- wrong ------------------------------------------------------------------------------------


def variant(
    x,
    gamma,
    beta,
    *,
    eps,
    mean=lambda x: x.mean(axis=1, keepdims=True),
    var=lambda x: x.var(axis=1, keepdims=True),
    std=lambda v, e: np.sqrt(v + e),
    affine=lambda h, g, b: g * h + b,
):
    """With places to go wrong."""
    with np.errstate(all="ignore"):
        x_hat = (x - mean(x)) / std(var(x), eps)
        return affine(x_hat, gamma, beta), (x_hat, gamma, eps)


for name, spoilt in {
    "batch_norm": {
        "mean": lambda x: x.mean(axis=0),
        "var": lambda x: x.var(axis=0),
    },
    "one_mean_for_all": {"mean": lambda x: x.mean(), "var": lambda x: x.var()},
    "mean_of_the_columns": {"mean": lambda x: x.mean(axis=0)},
    "variance_of_the_columns": {"var": lambda x: x.var(axis=0)},
    "variance_of_all": {"var": lambda x: x.var()},
    "unbiased_variance": {
        "var": lambda x: (
            ((x - x.mean(1, keepdims=True)) ** 2).sum(1, keepdims=True) / max(x.shape[1] - 1, 1)
        )
    },
    "sum_of_squares": {"var": lambda x: x.var(axis=1, keepdims=True) * x.shape[1]},
    "mean_square": {"var": lambda x: (x * x).mean(axis=1, keepdims=True)},
    "not_centred": {"mean": lambda x: 0 * x},
    "root_mean_square_norm": {
        "mean": lambda x: 0 * x,
        "var": lambda x: (x * x).mean(axis=1, keepdims=True),
    },
    "absolute_deviation": {
        "var": lambda x: np.abs(x - x.mean(1, keepdims=True)).mean(1, keepdims=True) ** 2
    },
    "median": {"mean": lambda x: np.median(x, axis=1, keepdims=True)},
    "range_of_the_row": {"var": lambda x: np.ptp(x, axis=1, keepdims=True) ** 2},
    "first_row_for_all": {"var": lambda x: x[0].var()},
    "eps_outside_the_root": {"std": lambda v, e: np.sqrt(v) + e},
    "eps_forgotten": {"std": lambda v, e: np.sqrt(np.maximum(v, 1e-30))},
    "eps_of_its_own": {"std": lambda v, e: np.sqrt(v + 1e-5)},
    "eps_squared": {"std": lambda v, e: np.sqrt(v + e**2)},
    "variance_for_deviation": {"std": lambda v, e: v + e},
    "multiplied_by_the_deviation": {"std": lambda v, e: 1 / np.sqrt(v + e)},
    "gamma_forgotten": {"affine": lambda h, g, b: h + b},
    "beta_forgotten": {"affine": lambda h, g, b: g * h},
    "neither_gamma_nor_beta": {"affine": lambda h, g, b: h},
    "gamma_and_beta_swapped": {"affine": lambda h, g, b: b * h + g},
    "gamma_on_both": {"affine": lambda h, g, b: g * (h + b)},
    "one_gamma_for_all": {"affine": lambda h, g, b: g[0] * h + b},
    "gamma_a_row": {"affine": lambda h, g, b: np.resize(g, len(h))[:, None] * h + b},
    "beta_subtracted": {"affine": lambda h, g, b: g * h - b},
    "one_plus_gamma": {"affine": lambda h, g, b: (1 + g) * h + b},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def dimensions_not_kept(x, gamma, beta, *, eps):
    # (N, D) with (N,): an error, or wrong where N = D.
    return gamma * (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + eps) + beta, None


@put(WRONG)
def cache_forgotten(x, gamma, beta, *, eps):
    return textbook(x, gamma, beta, eps=eps)[0]


@put(WRONG)
def normalised_twice(x, gamma, beta, *, eps):
    y, cache = textbook(x, 1.0, 0.0, eps=eps)
    return textbook(y, gamma, beta, eps=eps)[0], cache


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
