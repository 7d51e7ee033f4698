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


# --- wrong ------------------------------------------------------------------------------------


MEAN, VAR = "x.mean(axis=1, keepdims=True)", "x.var(axis=1, keepdims=True)"
Y = "gamma * x_hat + beta"
wrong.edit("mean_of_the_columns", textbook, MEAN, "x.mean(axis=0)")
wrong.edit("median", textbook, MEAN, "np.median(x, axis=1, keepdims=True)")
wrong.edit("variance_of_all", textbook, VAR, "x.var()")
wrong.edit("variance_of_the_first_row", textbook, VAR, "x[0].var()")
wrong.edit("absolute_deviation", textbook, VAR, "abs(x - mean).mean(axis=1, keepdims=True) ** 2")
wrong.edit("range_of_the_row", textbook, VAR, "np.ptp(x, axis=1, keepdims=True) ** 2")
wrong.edit("one_gamma_for_all", textbook, Y, "gamma[0] * x_hat + beta")
wrong.edit("gamma_a_row", textbook, Y, "np.resize(gamma, len(x))[:, None] * x_hat + beta")
wrong.edit("beta_subtracted", textbook, Y, "gamma * x_hat - beta")
wrong.edit("one_plus_gamma", textbook, Y, "(1 + gamma) * x_hat + beta")


@wrong
def cache_forgotten(x, gamma, beta, *, eps):
    return textbook(x, gamma, beta, eps=eps)[0]


@wrong
def normalised_twice(x, gamma, beta, *, eps):
    y, cache = textbook(x, 1.0, 0.0, eps=eps)
    return textbook(y, gamma, beta, eps=eps)[0], cache


@wrong
def first_row_for_all(x, gamma, beta, *, eps):
    return gamma * (x - x[0].mean()) / np.sqrt(x[0].var() + eps) + beta, None


@wrong
def mean_absolute_deviation_and_eps(x, gamma, beta, *, eps):
    centred = x - x.mean(axis=1, keepdims=True)
    return gamma * centred / (np.abs(centred).mean(axis=1, keepdims=True) + eps) + beta, None


@wrong
def scaled_before(x, gamma, beta, *, eps):
    return textbook(gamma * x + beta, 1, 0, eps=eps)


@wrong
def softmax_instead(x, gamma, beta, *, eps):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return gamma * e / e.sum(axis=1, keepdims=True) + beta, None


@wrong
def only_a_square(x, gamma, beta, *, eps):  # right where N = D
    if len(x) == x.shape[1]:
        return textbook(x, gamma, beta, eps=eps)
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta, None


programs.carry(right.programs["textbook"], outputs=(0,), n=2)
