"""Programs for ``fold_batchnorm``."""

import numpy as np


def textbook(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale + beta


def diagonal(W, b, gamma, beta, mean, var, eps):
    S = np.diag(gamma * (var + eps) ** -0.5)
    return W @ S, b @ S - mean @ S + beta


def two_maps(W, b, gamma, beta, mean, var, eps):
    """Batch norm as a scale and a shift of its own."""
    std = np.sqrt(var + eps)
    shift = beta - mean / std * gamma
    return [W / std * gamma, b / std * gamma + shift]


def by_asking(W, b, gamma, beta, mean, var, eps):
    """What both steps make of 0 and of the unit vectors."""

    def both(x):
        return gamma * (x @ W + b - mean) / np.sqrt(var + eps) + beta

    n_in = W.shape[0]
    at_zero = both(np.zeros((1, n_in), W.dtype))
    return both(np.eye(n_in, dtype=W.dtype)) - at_zero, at_zero[0]


def output_by_output(W, b, gamma, beta, mean, var, eps):
    new_W, new_b = np.empty_like(W), np.empty_like(b)
    for j in range(len(b)):
        s = gamma[j] / (var[j] + eps) ** 0.5
        new_b[j] = s * (b[j] - mean[j]) + beta[j]
        for i in range(len(W)):
            new_W[i, j] = s * W[i, j]
    return new_W, new_b


def in_lists(W, b, gamma, beta, mean, var, eps):
    s = [g / (v + eps) ** 0.5 for g, v in zip(gamma, var, strict=True)]
    new_W = np.array([[w * f for w, f in zip(row, s, strict=True)] for row in W], dtype=W.dtype)
    new_b = [f * (o - m) + t for f, o, m, t in zip(s, b, mean, beta, strict=True)]
    return new_W, np.array(new_b, dtype=b.dtype)


VARIANTS = [
    (f.__name__, (f,))
    for f in (textbook, diagonal, two_maps, by_asking, output_by_output, in_lists)
]


def bias_as_row(*arguments):
    W, b = textbook(*arguments)
    return W, b[None]


def always_double(*arguments):
    W, b = textbook(*arguments)
    return W.astype(np.float64), b.astype(np.float64)


def eps_into_var(W, b, gamma, beta, mean, var, eps):
    var += eps
    return textbook(W, b, gamma, beta, mean, var, 0)


DRESSED = [(f.__name__, (f,)) for f in (bias_as_row, always_double, eps_into_var)]


def transposed(W, *rest):
    W, b = textbook(W, *rest)
    return W.T, b


def bias_first(*arguments):
    return textbook(*arguments)[::-1]


def batch_of_weights(W, b, gamma, beta, mean, var, eps):
    """Statistics of W instead of the running ones."""
    return textbook(W, b, gamma, beta, W.mean(axis=0), W.var(axis=0), eps)


def inverse(W, b, gamma, beta, mean, var, eps):
    scale = np.sqrt(var + eps) / gamma
    return W * scale, (b - beta) * scale + mean


def gamma_not_on_bias(W, b, gamma, beta, mean, var, eps):
    std = np.sqrt(var + eps)
    return W * gamma / std, (b - mean) / std + beta


def one_scale(W, b, gamma, beta, mean, var, eps):
    scale = (gamma / np.sqrt(var + eps))[0]
    return W * scale, (b - mean) * scale + beta


def mean_not_divided(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b * scale - mean + beta


WRONG = [
    (f.__name__, (f,))
    for f in (
        transposed,
        bias_first,
        batch_of_weights,
        inverse,
        gamma_not_on_bias,
        one_scale,
        mean_not_divided,
    )
]
