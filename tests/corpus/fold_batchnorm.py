"""Solutions of ``fold_batchnorm(W, b, gamma, beta, mean, var, eps) -> (W, b)``."""

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


def along_outputs(s, W):
    """One number per output: the last axis of a matrix, the first of a convolution."""
    return s if W.ndim == 2 else s.reshape(-1, 1, 1, 1)


@put(RIGHT)
def textbook(W, b, gamma, beta, mean, var, eps):
    s = gamma / np.sqrt(var + eps)
    return W * along_outputs(s, W), (b - mean) * s + beta


@put(RIGHT)
def terms_apart(W, b, gamma, beta, mean, var, eps):
    inverse = (var + eps) ** -0.5
    factor = np.multiply(gamma, inverse)
    return [along_outputs(factor, W) * W, factor * b - factor * mean + beta]


@put(RIGHT)
def diagonal_matrix(W, b, gamma, beta, mean, var, eps):
    S = np.diag(gamma / np.sqrt(var + eps))
    folded = W @ S if W.ndim == 2 else np.tensordot(S, W, axes=1)
    return folded, b @ S - mean @ S + beta


@put(RIGHT)
def output_by_output(W, b, gamma, beta, mean, var, eps=1e-5):
    V, c = np.empty_like(W), np.empty_like(b)
    for k in range(len(b)):
        s = gamma[k] / math.sqrt(var[k] + eps)
        if W.ndim == 2:
            V[:, k] = s * W[:, k]
        else:
            V[k] = s * W[k]
        c[k] = s * (b[k] - mean[k]) + beta[k]
    return V, c


@put(RIGHT)
def answers_to_unit_inputs(W, b, gamma, beta, mean, var, eps):
    # An affine map is known from what it does to zeros and to unit vectors.
    M = W if W.ndim == 2 else W.reshape(len(W), -1).T

    def both(x):
        return gamma * (x @ M + b - mean) / np.sqrt(var + eps) + beta

    bias = both(np.zeros(len(M), dtype=M.dtype))
    V = both(np.eye(len(M), dtype=M.dtype)) - bias
    return (V if W.ndim == 2 else V.T.reshape(W.shape)), bias


@put(RIGHT)
def bias_as_one_more_row(W, b, gamma, beta, mean, var, eps):
    std = np.sqrt(var + eps)
    M = W if W.ndim == 2 else W.reshape(len(W), -1).T
    M = np.vstack([M, b - mean]) / std * gamma
    V = M[:-1] if W.ndim == 2 else M[:-1].T.reshape(W.shape)
    return V, M[-1] + beta


@put(RIGHT)
def copies_in_place(W, b, gamma, beta, mean, var, eps, *, power=0.5):
    W, b = W.copy(), b.copy()
    s = gamma / (var + eps) ** power
    W *= along_outputs(s, W)
    b -= mean
    b *= s
    b += beta
    return W, b


RIGHT["partially_applied"] = (functools.partial(copies_in_place, power=1 / 2),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def everything_in_place(W, b, gamma, beta, mean, var, eps):  # W and b are changed
    W[...], b[...] = textbook(W, b, gamma, beta, mean, var, eps)
    return W, b


@put(FORM)
def variance_in_place(W, b, gamma, beta, mean, var, eps):  # var is changed
    var += eps
    return textbook(W, b, gamma, beta, mean, var, 0.0)


@put(FORM)
def bias_as_a_row(W, b, gamma, beta, mean, var, eps):  # (1, n_out)
    W, b = textbook(W, b, gamma, beta, mean, var, eps)
    return W, b[None]


@put(FORM)
def nested_lists(W, b, gamma, beta, mean, var, eps):  # lists
    return tuple(a.tolist() for a in textbook(W, b, gamma, beta, mean, var, eps))


@put(FORM)
def double_precision(W, b, gamma, beta, mean, var, eps):  # float64 from float32
    return tuple(a.astype(float) for a in textbook(W, b, gamma, beta, mean, var, eps))


# Convolutions have their outputs in front; the exercise may be about matrices only.
@put(EITHER)
def matrices_only(W, b, gamma, beta, mean, var, eps):
    s = gamma / np.sqrt(var + eps)
    return W * s, (b - mean) * s + beta


# --- wrong ------------------------------------------------------------------------------------


def variant(
    W,
    b,
    gamma,
    beta,
    mean,
    var,
    eps,
    *,
    scale=lambda g, v, e: g / np.sqrt(v + e),
    weights=lambda W, s: W * along_outputs(s, W),
    bias=lambda b, s, beta, mean: (b - mean) * s + beta,
):
    """With places to go wrong."""
    with np.errstate(all="ignore"):
        s = scale(gamma, var, eps)
        return weights(W, s), bias(b, s, beta, mean)


def along_inputs(s, W):
    return np.resize(s, len(W))[:, None] if W.ndim == 2 else np.resize(s, W.shape[1:])


for name, spoilt in {
    "eps_forgotten": {"scale": lambda g, v, e: g / np.sqrt(v)},
    "eps_outside_the_root": {"scale": lambda g, v, e: g / (np.sqrt(v) + e)},
    "eps_of_its_own": {"scale": lambda g, v, e: g / np.sqrt(v + 1e-5)},
    "eps_subtracted": {"scale": lambda g, v, e: g / np.sqrt(np.abs(v - e))},
    "root_forgotten": {"scale": lambda g, v, e: g / (v + e)},
    "gamma_forgotten": {"scale": lambda g, v, e: 1 / np.sqrt(v + e)},
    "variance_forgotten": {"scale": lambda g, v, e: g},
    "multiplied_by_the_deviation": {"scale": lambda g, v, e: g * np.sqrt(v + e)},
    "gamma_below": {"scale": lambda g, v, e: 1 / (g * np.sqrt(v + e))},
    "gamma_inside_the_root": {"scale": lambda g, v, e: np.sqrt(np.abs(g) / (v + e))},
    "mean_variance": {"scale": lambda g, v, e: g / np.sqrt(v.mean() + e)},
    "first_scale_for_all": {"scale": lambda g, v, e: np.full_like(v, (g / np.sqrt(v + e))[0])},
    "weights_scaled_by_input": {"weights": lambda W, s: W * along_inputs(s, W)},
    "weights_forgotten": {"weights": lambda W, s: W.copy()},
    "weights_scaled_twice": {"weights": lambda W, s: W * along_outputs(s * s, W)},
    "weights_divided": {"weights": lambda W, s: W / along_outputs(s, W)},
    "weights_transposed": {"weights": lambda W, s: (W * along_outputs(s, W)).T},
    "bias_forgotten": {"bias": lambda b, s, beta, mean: beta - mean * s},  # right for b = 0
    "mean_forgotten": {"bias": lambda b, s, beta, mean: b * s + beta},
    "beta_forgotten": {"bias": lambda b, s, beta, mean: (b - mean) * s},
    "mean_added": {"bias": lambda b, s, beta, mean: (b + mean) * s + beta},
    "beta_scaled": {"bias": lambda b, s, beta, mean: (b - mean + beta) * s},
    "beta_subtracted": {"bias": lambda b, s, beta, mean: (b - mean) * s - beta},
    "bias_not_scaled": {"bias": lambda b, s, beta, mean: b - mean * s + beta},
    "mean_not_scaled": {"bias": lambda b, s, beta, mean: b * s - mean + beta},
    "neither_scaled": {"bias": lambda b, s, beta, mean: b - mean + beta},
    "bias_kept": {"bias": lambda b, s, beta, mean: b.copy()},
    "beta_and_mean_swapped": {"bias": lambda b, s, beta, mean: (b - beta) * s + mean},
    "bias_divided": {"bias": lambda b, s, beta, mean: (b - mean) / s + beta},
    "beta_averaged": {"bias": lambda b, s, beta, mean: (b - mean) * s + beta.mean()},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def norm_before_the_layer(W, b, gamma, beta, mean, var, eps):
    # The norm of the inputs, where as many go in as come out.
    s = np.resize(gamma / np.sqrt(var + eps), len(W))
    shift = np.resize(beta - mean * gamma / np.sqrt(var + eps), len(W))
    if W.ndim > 2:
        return W * s[:, None, None, None], b + shift
    return W * s[:, None], b + shift @ W


@put(WRONG)
def statistics_of_the_weights(W, b, gamma, beta, mean, var, eps):
    axes = 0 if W.ndim == 2 else (1, 2, 3)
    return textbook(W, b, gamma, beta, W.mean(axis=axes), W.var(axis=axes), eps)


@put(WRONG)
def order_of_another_library(W, b, gamma, beta, mean, var, eps):
    # mean and var first, then gamma and beta.
    return variant(W, b, mean, np.abs(var), gamma, np.abs(beta), eps)


@put(WRONG)
def results_swapped(W, b, gamma, beta, mean, var, eps):
    return textbook(W, b, gamma, beta, mean, var, eps)[::-1]


@put(WRONG)
def scale_and_shift(W, b, gamma, beta, mean, var, eps):
    s = gamma / np.sqrt(var + eps)
    return s, beta - mean * s


@put(WRONG)
def weights_only(W, b, gamma, beta, mean, var, eps):
    return textbook(W, b, gamma, beta, mean, var, eps)[0]


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
