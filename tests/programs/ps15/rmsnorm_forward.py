"""Solutions of ``rmsnorm_forward(x, gamma, *, eps) -> (y, cache)``: row by row."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, gamma, *, eps):
    rms = np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + eps)
    return x / rms * gamma, (x, rms, gamma)


@right
def row_by_row(x, gamma, *, eps):
    y = np.empty_like(x)
    for place in np.ndindex(x.shape[:-1]):
        row = x[place]
        y[place] = gamma * row / np.sqrt(row @ row / len(row) + eps)
    return y, None


@right
def length_of_the_row(x, gamma, *, eps):
    # The root mean square is the length of the row divided by the root of D.
    D = x.shape[-1]
    length = np.sqrt(np.linalg.norm(x, axis=-1) ** 2 + D * eps)
    return np.sqrt(D).astype(x.dtype) * x * gamma / length[..., None], []


@right
def variance_plus_square_of_the_mean(x, gamma, *, eps):
    square = x.var(axis=-1, keepdims=True) + x.mean(axis=-1, keepdims=True) ** 2
    return gamma * (x * (square + eps) ** -0.5), {"square": square}


@wrong
def only_matrices(x, gamma, *, eps):
    if x.ndim > 2:
        raise ValueError("a matrix, please")
    return textbook(x, gamma, eps=eps)
