"""Solutions of ``normalise_batch(x, gamma, beta, eps) -> (y, cache)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, gamma, beta, eps):
    c = x - x.mean(axis=0)
    i = 1 / np.sqrt((c * c).mean(axis=0) + eps)
    h = c * i
    return gamma * h + beta, (c, i, h, gamma)


@right
def folded_scale_and_shift(x, gamma, beta, eps):
    mean, var = x.mean(0), x.var(0)
    scale = gamma / np.sqrt(var + eps)
    return x * scale + (beta - mean * scale), None


@right
def index_notation(x, gamma, beta, eps):
    N = x.shape[0]
    c = x - np.einsum("nd->d", x) / N
    w = gamma * np.power(np.einsum("nd,nd->d", c, c) / N + eps, -0.5)
    return np.einsum("nd,d->nd", c, w) + beta, w


@right
def column_by_column(x, gamma, beta, eps):
    y = np.empty_like(x)
    for d, column in enumerate(x.T):
        c = column - np.mean(column)
        y[:, d] = gamma[d] * c / np.sqrt(np.mean(c**2) + eps) + beta[d]
    return y, None


@wrong
def moments_of_columns(x, gamma, beta, eps):  # E[x²] − E[x]²
    mean = x.mean(axis=0)
    scale = gamma / np.sqrt((x * x).mean(axis=0) - mean**2 + eps)
    return (x - mean) * scale + beta, None


@wrong
def statistics_over_features_where_square(x, gamma, beta, eps):
    # Wrong for N = D only.
    if x.shape[0] != x.shape[1]:
        return textbook(x, gamma, beta, eps)
    return textbook(x.T, gamma, beta, eps)


programs.beside_the_point = [
    "return x, None",
    "return gamma * x + beta, None",
    "return 0 * x + beta, None",
]
