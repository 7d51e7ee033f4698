"""Layer norm, row by row: a row stays in the processor's cache."""

from typing import Any

import numpy as np

from course_lib.fast.formulas.compiled.kernel import c, kernel
from course_lib.functional.layernorm import Cache


def layernorm_forward(x: Any, gamma: Any, beta: Any, *, eps: float) -> tuple[Any, Cache]:
    """As `course_lib.functional.layernorm_forward`."""
    y, x_hat = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    inv_std = np.empty((x.shape[0], 1), x.dtype)
    _forward(c(x), c(gamma), c(beta), x.dtype.type(eps), x_hat, inv_std, y)
    return y, (x_hat, gamma, inv_std)


def layernorm_backward(dy: Any, cache: Cache) -> tuple[Any, Any, Any]:
    """As `course_lib.functional.layernorm_backward`."""
    x_hat, gamma, inv_std = cache
    dx = np.empty(dy.shape, dy.dtype)
    dgamma, dbeta = np.zeros(dy.shape[1], dy.dtype), np.zeros(dy.shape[1], dy.dtype)
    _backward(c(dy), c(x_hat), c(gamma), c(inv_std), dx, dgamma, dbeta)
    return dx, dgamma, dbeta


@kernel
def _forward(x: Any, gamma: Any, beta: Any, eps: Any, x_hat: Any, inv_std: Any, y: Any) -> None:
    N, D = x.shape
    zero = x.dtype.type(0)
    for n in range(N):
        mean = zero
        for d in range(D):
            mean += x[n, d]
        mean /= x.dtype.type(D)
        var = zero
        for d in range(D):
            var += (x[n, d] - mean) ** 2
        var /= x.dtype.type(D)
        scale = 1 / np.sqrt(var + eps)
        inv_std[n, 0] = scale
        for d in range(D):
            x_hat[n, d] = (x[n, d] - mean) * scale
            y[n, d] = gamma[d] * (x[n, d] - mean) * scale + beta[d]


@kernel
def _backward(
    dy: Any, x_hat: Any, gamma: Any, inv_std: Any, dx: Any, dgamma: Any, dbeta: Any
) -> None:
    N, D = dy.shape
    zero = dy.dtype.type(0)
    for n in range(N):
        total, along = zero, zero
        for d in range(D):
            total += gamma[d] * dy[n, d]
            along += gamma[d] * dy[n, d] * x_hat[n, d]
        total /= dy.dtype.type(D)
        along /= dy.dtype.type(D)
        for d in range(D):
            dgamma[d] += dy[n, d] * x_hat[n, d]
        for d in range(D):
            dbeta[d] += dy[n, d]
        scale = inv_std[n, 0]
        for d in range(D):
            dx[n, d] = (gamma[d] * dy[n, d] - total - x_hat[n, d] * along) * scale
