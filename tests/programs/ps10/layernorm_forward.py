"""Solutions of ``layernorm_forward(x, gamma, beta, *, eps) -> (y, cache)``: row by row."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.normalisation import forms_of_forward

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, gamma, beta, *, eps):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, var, gamma, eps)


@right
def row_by_row(x, gamma, beta, *, eps):
    y = np.empty_like(x)
    for place in np.ndindex(x.shape[:-1]):
        row = x[place]
        y[place] = gamma * (row - np.mean(row)) / np.sqrt(np.var(row) + eps) + beta
    return y, None


@right
def centring_matrix(x, gamma, beta, *, eps):
    D = x.shape[-1]
    C = (np.eye(D) - np.full((D, D), 1 / D)).astype(x.dtype)
    r = x @ C
    size = np.einsum("...d,...d->...", r, r) / D
    return gamma * r / np.sqrt(size + eps)[..., None] + beta, [r, size]


@right
def differences_of_all_pairs(x, gamma, beta, *, eps):
    # The variance is half of the mean square of all differences.
    d = x[..., :, None] - x[..., None, :]
    var = (d * d).mean(axis=(-2, -1)) / 2
    y = d.mean(axis=-1) / np.sqrt(var + eps)[..., None]
    return np.add(np.multiply(y, gamma), beta), ()


@right
def moments(x, gamma, beta, *, eps):
    # E[x²] − E[x]² in double precision, of x as a matrix.
    wide = x.astype(np.float64).reshape(-1, x.shape[-1])
    mean = wide.mean(axis=1)
    scale = ((wide**2).mean(axis=1) - mean**2 + eps) ** -0.5
    x_hat = ((wide - mean[:, None]) * scale[:, None]).astype(x.dtype)
    return (x_hat * gamma[None] + beta[None]).reshape(x.shape), (x_hat, scale)


@right
def from_unbiased(x, gamma, beta, *, eps):
    D = x.shape[-1]
    if D == 1:
        return np.zeros_like(x) + beta, None
    var = x.var(axis=-1, ddof=1, keepdims=True) * ((D - 1) / D)
    return gamma * (x - x.mean(-1, keepdims=True)) / np.sqrt(var + eps) + beta, None


@right
def sequence_by_sequence(x, gamma, beta, *, eps):
    if x.ndim == 3:
        parts = [sequence_by_sequence(part, gamma, beta, eps=eps) for part in x]
        return np.stack([y for y, _ in parts]), [cache for _, cache in parts]
    return textbook(x, gamma, beta, eps=eps)


@wrong
def only_matrices(x, gamma, beta, *, eps):
    N, D = x.shape
    return textbook(x, gamma, beta, eps=eps)


forms_of_forward(programs, textbook)
