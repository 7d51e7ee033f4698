"""Programs for ``layernorm_forward``."""

import math

import numpy as np


def textbook(x, gamma, beta, *, eps):
    mu = np.mean(x, axis=1, keepdims=True)
    var = np.var(x, axis=1, keepdims=True)
    x_hat = (x - mu) / np.sqrt(var + eps)
    return gamma * x_hat + beta, {"x_hat": x_hat, "gamma": gamma, "var": var, "eps": eps}


def turned(x, gamma, beta, *, eps):
    """Batch normalisation of the transpose, turned back."""
    columns = x.T
    mu, var = columns.mean(axis=0), columns.var(axis=0)
    return ((columns - mu) / np.sqrt(var + eps)).T * gamma + beta, None


def moments(x, gamma, beta, *, eps):
    """E[x²] − E[x]² in double precision, and back to the type of x."""
    wide = x.astype(np.float64)
    mu = wide.mean(axis=-1)
    var = (wide**2).mean(axis=-1) - mu**2
    scale = (var + eps) ** -0.5
    x_hat = ((wide - mu[:, None]) * scale[:, None]).astype(x.dtype)
    return x_hat * gamma[None] + beta[None], (x_hat, scale)


def row_by_row(x, gamma, beta, *, eps):
    y = np.zeros_like(x)
    for n, row in enumerate(x):
        mean = sum(row) / len(row)
        var = sum((value - mean) ** 2 for value in row) / len(row)
        std = math.sqrt(var + eps)
        for d, value in enumerate(row):
            y[n, d] = gamma[d] * (value - mean) / std + beta[d]
    return y, []


def by_matrices(x, gamma, beta, *, eps):
    """Centring as a matrix product, the variance as a squared length."""
    D = x.shape[1]
    centred = x @ (np.eye(D, dtype=x.dtype) - np.ones((D, D), dtype=x.dtype) / D)
    var = np.einsum("nd,nd->n", centred, centred) / D
    return gamma * centred / np.sqrt(var + eps)[:, np.newaxis] + beta, lambda dy: dy


def from_unbiased(x, gamma, beta, *, eps):
    D = x.shape[1]
    if D == 1:
        return np.zeros_like(x) + beta, None
    var = x.var(axis=1, ddof=1, keepdims=True) * ((D - 1) / D)
    return gamma * (x - x.mean(1, keepdims=True)) / np.sqrt(var + eps) + beta, None


VARIANTS = [
    (f.__name__, (f,)) for f in (textbook, turned, moments, row_by_row, by_matrices, from_unbiased)
]


def always_double(x, gamma, beta, *, eps):
    return textbook(x.astype(np.float64), gamma, beta, eps=eps)


def clears_x(x, gamma, beta, *, eps):
    y, cache = textbook(x, gamma, beta, eps=eps)
    x[...] = y
    return y, cache


def scales_gamma(x, gamma, beta, *, eps):
    result = textbook(x, gamma, beta, eps=eps)
    gamma *= 2
    return result


def with_an_axis(x, gamma, beta, *, eps):
    y, cache = textbook(x, gamma, beta, eps=eps)
    return y[None], cache


DRESSED = [(f.__name__, (f,)) for f in (always_double, clears_x, scales_gamma, with_an_axis)]


def returns_x_hat(x, gamma, beta, *, eps):
    return textbook(x, np.ones_like(gamma), np.zeros_like(beta), eps=eps)


def first_row_for_all(x, gamma, beta, *, eps):
    mu, var = x[0].mean(), x[0].var()
    return gamma * (x - mu) / np.sqrt(var + eps) + beta, None


def absolute_deviation(x, gamma, beta, *, eps):
    centred = x - x.mean(axis=1, keepdims=True)
    return gamma * centred / (np.abs(centred).mean(axis=1, keepdims=True) + eps) + beta, None


def unit_length(x, gamma, beta, *, eps):
    centred = x - x.mean(axis=1, keepdims=True)
    return gamma * centred / np.sqrt((centred**2).sum(axis=1, keepdims=True) + eps) + beta, None


def median(x, gamma, beta, *, eps):
    centred = x - np.median(x, axis=1, keepdims=True)
    return gamma * centred / np.sqrt(x.var(axis=1, keepdims=True) + eps) + beta, None


def one_gamma(x, gamma, beta, *, eps):
    return textbook(x, gamma[:1] * np.ones_like(gamma), beta, eps=eps)


def scaled_before(x, gamma, beta, *, eps):
    return textbook(gamma * x + beta, 1, 0, eps=eps)


def softmax_instead(x, gamma, beta, *, eps):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return gamma * e / e.sum(axis=1, keepdims=True) + beta, None


def only_a_square(x, gamma, beta, *, eps):
    """Right where N = D, wrong elsewhere."""
    if len(x) == x.shape[1]:
        return textbook(x, gamma, beta, eps=eps)
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta, None


WRONG = [
    (f.__name__, (f,))
    for f in (
        returns_x_hat,
        first_row_for_all,
        absolute_deviation,
        unit_length,
        median,
        one_gamma,
        scaled_before,
        softmax_instead,
        only_a_square,
    )
]
