"""Batch norm with every array read once or twice: some columns at a time."""

from typing import Any

import numpy as np

from course_lib.compiled.kernel import c, kernel
from course_lib.functional.batchnorm import Cache, State

COLUMNS = 64
"""Columns in a block: 500 rows of it stay in the processor's cache."""


def batchnorm_forward(
    x: Any, gamma: Any, beta: Any, state: State, *, momentum: float, eps: float
) -> tuple[Any, Cache, State]:
    """As `course_lib.functional.batchnorm_forward` in training."""
    N, D = x.shape
    mean, var, inv_std = (np.empty(D, x.dtype) for _ in range(3))
    y, centred = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    _forward(c(x), c(gamma), c(beta), x.dtype.type(eps), mean, var, inv_std, centred, y)
    state = {
        "mean": (1.0 - momentum) * state["mean"] + momentum * mean,
        "var": (1.0 - momentum) * state["var"] + momentum * (N / (N - 1)) * var,
    }
    return y, (centred, gamma, inv_std, True), state


def batchnorm_backward(dy: Any, centred: Any, gamma: Any, inv_std: Any) -> tuple[Any, Any, Any]:
    """As `course_lib.functional.batchnorm_backward` after a forward pass in training."""
    dx = np.empty(dy.shape, dy.dtype)
    dgamma, dbeta = np.empty(dy.shape[1], dy.dtype), np.empty(dy.shape[1], dy.dtype)
    _backward(c(dy), c(centred), c(gamma), c(inv_std), dx, dgamma, dbeta)
    return dx, dgamma, dbeta


@kernel
def _forward(
    x: Any, gamma: Any, beta: Any, eps: Any, mean: Any, var: Any, inv_std: Any, centred: Any, y: Any
) -> None:
    N, D = x.shape
    for first in range(0, D, COLUMNS):
        here = slice(first, min(first + COLUMNS, D))
        mu, s2, shift = mean[here], var[here], beta[here]
        mu[:] = 0
        s2[:] = 0
        for n in range(N):
            x_n = x[n, here]
            for d in range(len(mu)):
                mu[d] += x_n[d]
        mu /= x.dtype.type(N)
        for n in range(N):
            x_n, centred_n = x[n, here], centred[n, here]
            for d in range(len(mu)):
                centred_n[d] = x_n[d] - mu[d]
            for d in range(len(mu)):
                s2[d] += centred_n[d] * centred_n[d]
        s2 /= x.dtype.type(N)
        inv_std[here] = 1 / np.sqrt(s2 + eps)
        scale = gamma[here] * inv_std[here]
        for n in range(N):
            centred_n, y_n = centred[n, here], y[n, here]
            for d in range(len(mu)):
                y_n[d] = centred_n[d] * scale[d] + shift[d]


@kernel
def _backward(
    dy: Any, centred: Any, gamma: Any, inv_std: Any, dx: Any, dgamma: Any, dbeta: Any
) -> None:
    N, D = dy.shape
    one = dy.dtype.type(1)
    for first in range(0, D, COLUMNS):
        here = slice(first, min(first + COLUMNS, D))
        along, total = dgamma[here], dbeta[here]
        along[:] = 0
        total[:] = 0
        for n in range(N):
            dy_n, centred_n = dy[n, here], centred[n, here]
            for d in range(len(total)):
                along[d] += dy_n[d] * centred_n[d]
            for d in range(len(total)):
                total[d] += dy_n[d]
        along *= inv_std[here]
        scale = gamma[here] * inv_std[here]
        shift = scale * total * (one / dy.dtype.type(N))
        slope = scale * inv_std[here] * along * (one / dy.dtype.type(N))
        for n in range(N):
            dy_n, centred_n, dx_n = dy[n, here], centred[n, here], dx[n, here]
            for d in range(len(total)):
                dx_n[d] = scale[d] * dy_n[d] - shift[d] - slope[d] * centred_n[d]
