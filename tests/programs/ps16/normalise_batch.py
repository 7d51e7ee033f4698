"""Solutions of ``normalise_batch(x, gamma, beta, eps) -> (y, cache)``."""

import numpy as np

from tests.programs.catalogue import Catalogue


def cache(x, gamma, eps):
    c, i = x - x.mean(axis=0), 1 / np.sqrt(x.var(axis=0) + eps)
    return c, i, c * i, gamma


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
    return x * scale + (beta - mean * scale), cache(x, gamma, eps)


@right
def index_notation(x, gamma, beta, eps):
    N = x.shape[0]
    c = x - np.einsum("nd->d", x) / N
    w = gamma * np.power(np.einsum("nd,nd->d", c, c) / N + eps, -0.5)
    return np.einsum("nd,d->nd", c, w) + beta, cache(x, gamma, eps)


@right
def column_by_column(x, gamma, beta, eps):
    y = np.empty_like(x)
    for d, column in enumerate(x.T):
        c = column - np.mean(column)
        y[:, d] = gamma[d] * c / np.sqrt(np.mean(c**2) + eps) + beta[d]
    return y, cache(x, gamma, eps)


@wrong
def moments_of_columns(x, gamma, beta, eps):  # E[x²] − E[x]²
    mean = x.mean(axis=0)
    scale = gamma / np.sqrt((x * x).mean(axis=0) - mean**2 + eps)
    return (x - mean) * scale + beta, cache(x, gamma, eps)


@wrong
def statistics_over_features_where_square(x, gamma, beta, eps):
    # Wrong for N = D only.
    if x.shape[0] != x.shape[1]:
        return textbook(x, gamma, beta, eps)
    return textbook(x.T, gamma, beta, eps)


@wrong
def y_in_place_of_x_hat(x, gamma, beta, eps):
    _y, (c, i, x_hat, gamma) = textbook(x, gamma, beta, eps)
    y = x_hat
    y *= gamma
    y += beta
    return y, (c, i, x_hat, gamma)


@wrong
def standard_deviation_in_the_cache(x, gamma, beta, eps):
    y, (c, i, x_hat, gamma) = textbook(x, gamma, beta, eps)
    return y, (c, 1 / i, x_hat, gamma)


@wrong
def nothing_where_the_variance_is_small(x, gamma, beta, eps):
    y, (c, i, x_hat, gamma) = textbook(x, gamma, beta, eps)
    small = x.var(axis=0) < 1e-8
    return np.where(small, beta, y), (c, i, np.where(small, 0, x_hat), gamma)


programs.beside_the_point = [
    "return x, None",
    "return gamma * x + beta, None",
    "return 0 * x + beta, None",
]
