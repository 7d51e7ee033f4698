"""Solutions of ``layernorm_forward(x, gamma, beta, *, eps) -> (y, cache)``: row by row."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.normalisation import forms_of_forward

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, gamma, beta, *, eps):
    mean = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, var, gamma, eps)


@right
def row_by_row(x, gamma, beta, *, eps):
    y = np.empty_like(x)
    for n, row in enumerate(x):
        y[n] = gamma * (row - np.mean(row)) / np.sqrt(np.var(row) + eps) + beta
    return y, None


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


forms_of_forward(programs, textbook)
