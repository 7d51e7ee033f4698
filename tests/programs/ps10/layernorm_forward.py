"""Solutions of ``layernorm_forward(x, gamma, beta, *, eps) -> (y, cache)``: row by row."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, gamma, beta, *, eps):
    mean = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, var, gamma, eps)


@right
def transposed(x, gamma, beta, *, eps):
    # As batch norm of the transposed matrix.
    r = x.T - x.T.mean(axis=0)
    inverse = (np.square(r).mean(axis=0) + eps) ** -0.5
    return ((r * inverse).T * gamma) + beta, {"r": r, "inverse": inverse}


@right
def row_by_row(x, gamma, beta, *, eps):
    y = np.empty_like(x)
    for n, row in enumerate(x):
        y[n] = gamma * (row - np.mean(row)) / np.sqrt(np.var(row) + eps) + beta
    return y, None


@right
def loops(x, gamma, beta, *, eps=1e-5):
    N, D = x.shape
    y = np.zeros_like(x)
    for n in range(N):
        mu = math.fsum(x[n]) / D
        var = math.fsum((x[n, d] - mu) ** 2 for d in range(D)) / D
        for d in range(D):
            y[n, d] = gamma[d] * (x[n, d] - mu) / math.sqrt(var + eps) + beta[d]
    return y, object()


@right
def centring_matrix(x, gamma, beta, *, eps):
    D = x.shape[1]
    C = (np.eye(D) - np.full((D, D), 1 / D)).astype(x.dtype)
    r = x @ C
    size = np.einsum("nd,nd->n", r, r) / D
    return gamma * r / np.sqrt(size + eps)[:, None] + beta, [r, size]


@right
def differences_of_all_pairs(x, gamma, beta, *, eps):
    # The variance is half of the mean square of all differences.
    d = x[:, :, None] - x[:, None, :]
    var = (d * d).mean(axis=(1, 2)) / 2
    y = d.mean(axis=2) / np.sqrt(var + eps)[:, None]
    return np.add(np.multiply(y, gamma), beta), ()


@right
def scale_and_shift_together(x, gamma, beta, *, eps, axis=-1):
    mu, std = x.mean(axis), np.sqrt(x.var(axis) + eps)
    scale = gamma / std[:, np.newaxis]
    return scale * (x - mu[:, np.newaxis]) + beta, lambda dy: dy * scale


@right
def moments(x, gamma, beta, *, eps):
    # E[x²] − E[x]² in double precision.
    wide = x.astype(np.float64)
    mean = wide.mean(axis=-1)
    scale = ((wide**2).mean(axis=-1) - mean**2 + eps) ** -0.5
    x_hat = ((wide - mean[:, None]) * scale[:, None]).astype(x.dtype)
    return x_hat * gamma[None] + beta[None], (x_hat, scale)


@right
def from_unbiased(x, gamma, beta, *, eps):
    D = x.shape[1]
    if D == 1:
        return np.zeros_like(x) + beta, None
    var = x.var(axis=1, ddof=1, keepdims=True) * ((D - 1) / D)
    return gamma * (x - x.mean(1, keepdims=True)) / np.sqrt(var + eps) + beta, None


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(x, gamma, beta, *, eps):  # lists
    y, cache = textbook(x, gamma, beta, eps=eps)
    return y.tolist(), cache


@form
def double_precision(x, gamma, beta, *, eps):  # float64 from float32
    return textbook(x.astype(float), gamma, beta, eps=eps)


@form
def leading_axis(x, gamma, beta, *, eps):  # (1, N, D)
    y, cache = textbook(x, gamma, beta, eps=eps)
    return y[None], cache


@form
def scales_gamma(x, gamma, beta, *, eps):  # gamma is changed
    result = textbook(x, gamma, beta, eps=eps)
    gamma *= 2
    return result


MEAN, VAR = "x.mean(axis=1, keepdims=True)", "x.var(axis=1, keepdims=True)"
