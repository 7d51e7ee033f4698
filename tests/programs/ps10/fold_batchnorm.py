"""Solutions of ``fold_batchnorm(W, b, gamma, beta, mean, var, eps) -> (W, b)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(W, b, gamma, beta, mean, var, eps):
    s = gamma / np.sqrt(var + eps)
    return W * s, (b - mean) * s + beta


@right
def terms_apart(W, b, gamma, beta, mean, var, eps):
    factor = np.multiply(gamma, (var + eps) ** -0.5)
    return [factor * W, factor * b - factor * mean + beta]


@right
def diagonal_matrix(W, b, gamma, beta, mean, var, eps):
    S = np.diag(gamma / np.sqrt(var + eps))
    return W @ S, b @ S - mean @ S + beta


@right
def answers_to_unit_inputs(W, b, gamma, beta, mean, var, eps):
    # An affine map is known from what it does to zeros and to unit vectors.
    def both(x):
        return gamma * (x @ W + b - mean) / np.sqrt(var + eps) + beta

    bias = both(np.zeros(len(W), dtype=W.dtype))
    return both(np.eye(len(W), dtype=W.dtype)) - bias, bias


@right
def bias_as_one_more_row(W, b, gamma, beta, mean, var, eps):
    M = np.vstack([W, b - mean]) / np.sqrt(var + eps) * gamma
    return M[:-1], M[-1] + beta


@form
def everything_in_place(W, b, *given):
    W[...], b[...] = textbook(W, b, *given)
    return W, b


@form
def variance_in_place(W, b, gamma, beta, mean, var, eps):  # var is changed
    var += eps
    return textbook(W, b, gamma, beta, mean, var, 0.0)


@form
def bias_as_a_row(*given):
    W, b = textbook(*given)
    return W, b[None]


@form
def nested_lists(*given):
    return tuple(a.tolist() for a in textbook(*given))


@form
def double_precision(*given):
    return tuple(a.astype(float) for a in textbook(*given))


# Convolutions have their outputs in front; the exercise may be about matrices only.
