"""Solutions of ``layernorm_forward(x, gamma, beta, *, eps) -> (y, cache)``: row by row."""

import numpy as np

from tests.programs.catalogue import Catalogue

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
def sequence_by_sequence(x, gamma, beta, *, eps):
    if x.ndim == 3:
        parts = [sequence_by_sequence(part, gamma, beta, eps=eps) for part in x]
        return np.stack([y for y, _ in parts]), [cache for _, cache in parts]
    return textbook(x, gamma, beta, eps=eps)


@wrong
def only_matrices(x, gamma, beta, *, eps):
    N, D = x.shape
    return textbook(x, gamma, beta, eps=eps)


@wrong
def moments_of_rows(x, gamma, beta, *, eps):  # E[x²] − E[x]²
    mean = x.mean(axis=-1, keepdims=True)
    var = np.maximum((x * x).mean(axis=-1, keepdims=True) - mean**2, 0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, None


@wrong
def nothing_where_a_row_hardly_varies(x, gamma, beta, *, eps):
    y, cache = textbook(x, gamma, beta, eps=eps)
    return np.where(x.var(axis=-1, keepdims=True) < 1e-8, beta, y), cache


programs.beside_the_point = [
    "return x, None",
    "mean = x.mean(axis=0); var = x.var(axis=0)",
]
