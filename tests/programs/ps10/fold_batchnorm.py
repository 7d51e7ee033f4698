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
def two_maps(W, b, gamma, beta, mean, var, eps):
    # Batch norm as a scale and a shift of its own.
    std = np.sqrt(var + eps)
    return W / std * gamma, b / std * gamma + (beta - mean / std * gamma)


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


# --- right values in a deviating form ---------------------------------------------------------


@form
def everything_in_place(W, b, gamma, beta, mean, var, eps):  # W and b are changed
    W[...], b[...] = textbook(W, b, gamma, beta, mean, var, eps)
    return W, b


@form
def variance_in_place(W, b, gamma, beta, mean, var, eps):  # var is changed
    var += eps
    return textbook(W, b, gamma, beta, mean, var, 0.0)


@form
def bias_as_a_row(W, b, gamma, beta, mean, var, eps):  # (1, n_out)
    W, b = textbook(W, b, gamma, beta, mean, var, eps)
    return W, b[None]


@form
def nested_lists(W, b, gamma, beta, mean, var, eps):  # lists
    return tuple(a.tolist() for a in textbook(W, b, gamma, beta, mean, var, eps))


@form
def double_precision(W, b, gamma, beta, mean, var, eps):  # float64 from float32
    return tuple(a.astype(float) for a in textbook(W, b, gamma, beta, mean, var, eps))


# Convolutions have their outputs in front; the exercise may be about matrices only.
@open_
def matrices_only(W, b, gamma, beta, mean, var, eps):
    s = gamma / np.sqrt(var + eps)
    return W * s, (b - mean) * s + beta


# --- wrong ------------------------------------------------------------------------------------


S, V, B = "gamma / np.sqrt(var + eps)", "return W * s", "(b - mean) * s + beta"
wrong.edit("eps_subtracted", textbook, S, "gamma / np.sqrt(abs(var - eps))")
wrong.edit("variance_forgotten", textbook, S, "gamma")
wrong.edit("gamma_below", textbook, S, "1 / (gamma * np.sqrt(var + eps))")
wrong.edit("gamma_inside_the_root", textbook, S, "np.sqrt(abs(gamma) / (var + eps))")
wrong.edit("mean_variance", textbook, S, "gamma / np.sqrt(var.mean() + eps)")
wrong.edit("first_scale_for_all", textbook, S, "gamma[0] / np.sqrt(var[0] + eps)")
wrong.edit("weights_scaled_by_input", textbook, V, "return W * np.resize(s, len(W))[:, None]")
wrong.edit("weights_scaled_twice", textbook, V, "return W * s * s")
wrong.edit("weights_divided", textbook, V, "return W / s")
wrong.edit("weights_transposed", textbook, V, "return (W * s).T")
wrong.edit("beta_subtracted", textbook, B, "(b - mean) * s - beta")
wrong.edit("bias_divided", textbook, B, "(b - mean) / s + beta")
wrong.edit("beta_averaged", textbook, B, "(b - mean) * s + beta.mean()")
wrong.edit("scale_and_shift", textbook, f"W * s, {B}", "s, beta - mean * s")
wrong.edit("weights_only", textbook, f"W * s, {B}", "W * s")


@wrong
def norm_before_the_layer(W, b, gamma, beta, mean, var, eps):
    # The norm of the inputs, where as many go in as come out.
    s = np.resize(gamma / np.sqrt(var + eps), len(W))
    shift = np.resize(beta - mean * gamma / np.sqrt(var + eps), len(W))
    return W * s[:, None], b + shift @ W


@wrong
def statistics_of_the_weights(W, b, gamma, beta, mean, var, eps):
    return textbook(W, b, gamma, beta, W.mean(axis=0), W.var(axis=0), eps)


@wrong
def order_of_another_library(W, b, gamma, beta, mean, var, eps):
    # mean and var first, then gamma and beta.
    return textbook(W, b, mean, abs(var), gamma, abs(beta), eps)


@wrong
def inverse(W, b, gamma, beta, mean, var, eps):
    s = np.sqrt(var + eps) / gamma
    return W * s, (b - beta) * s + mean


programs.carry(right.programs["textbook"], n=2)
