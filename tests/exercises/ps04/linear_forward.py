"""Programs for ``linear_forward``."""

import numpy as np


def in_two_steps(x, W, b):
    u = np.dot(x, W)
    u += b
    return u, {"x": x, "W": W}


def einsum(x, W, b):
    return np.einsum("ni,ij->nj", x, W) + b, (x, W, b)


def column_by_column(x, W, b):
    return (W.T @ x.T + b[:, None]).T, [x, W]


def bias_as_weight(x, W, b):
    x1 = np.hstack([x, np.ones((len(x), 1), x.dtype)])
    return x1 @ np.vstack([W, b]), x1


def broadcast_and_sum(x, W, b):
    return (x[:, :, None] * W[None, :, :]).sum(axis=1) + b, None


def row_by_row(x, W, b):
    return np.array([row @ W + b for row in x]), None


def number_by_number(x, W, b):
    u = np.empty((x.shape[0], W.shape[1]), x.dtype)
    for n in range(x.shape[0]):
        for j in range(W.shape[1]):
            u[n, j] = b[j] + sum(x[n, i] * W[i, j] for i in range(x.shape[1]))
    return u, None


def in_double_precision(x, W, b):
    return (x.astype(float) @ W.astype(float) + b.astype(float)).astype(x.dtype), None


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        in_two_steps,
        einsum,
        column_by_column,
        bias_as_weight,
        broadcast_and_sum,
        row_by_row,
        number_by_number,
        in_double_precision,
    )
]


def nested_lists(x, W, b):
    return (x @ W + b).tolist(), None


def always_double(x, W, b):
    return np.asarray(x, float) @ W + b, None


def centres_its_input(x, W, b):
    u = x @ W + b
    x -= 1
    return u, None


DRESSED = [(f.__name__, (f,)) for f in (nested_lists, always_double, centres_its_input)]


def bias_for_the_first_row(x, W, b):
    u = x @ W
    u[0] += b
    return u, None


def one_bias_for_all(x, W, b):
    return x @ W + b[0], None


def bias_subtracted(x, W, b):
    return x @ W - b, None


def untransposed_square(x, W, b):
    return (x @ W.T if W.shape[0] == W.shape[1] else x @ W) + b, None


def flattened(x, W, b):
    return (x @ W + b).ravel(), None


def half_precision(x, W, b):
    return (x.astype(np.float16) @ W.astype(np.float16) + b).astype(x.dtype), None


WRONG = [
    (f.__name__, (f,))
    for f in (
        bias_for_the_first_row,
        one_bias_for_all,
        bias_subtracted,
        untransposed_square,
        flattened,
        half_precision,
    )
]
