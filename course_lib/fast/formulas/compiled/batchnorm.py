"""Batch norm, row by row: the sums of all columns stay in the processor's cache."""

from typing import Any

import numpy as np

from course_lib.fast.formulas.compiled.kernel import c, kernel
from course_lib.fast.formulas.norms import learned
from course_lib.functional.batchnorm import Cache, State


def batchnorm_forward(
    x: Any, gamma: Any, beta: Any, state: State, *, training: bool, momentum: float, eps: float
) -> tuple[Any, Cache, State]:
    """As `course_lib.functional.batchnorm_forward` in training."""
    N, D = x.shape
    mean, var, inv_std = (np.empty(D, x.dtype) for _ in range(3))
    y, centred = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    _forward(c(x), c(gamma), c(beta), x.dtype.type(float(eps)), mean, var, inv_std, centred, y)
    return y, (centred, gamma, inv_std, True), learned(state, momentum, mean, var, N)


def batchnorm_backward(dy: Any, cache: Cache) -> tuple[Any, Any, Any]:
    """As `course_lib.functional.batchnorm_backward` after a forward pass in training."""
    centred, gamma, inv_std, _ = cache
    dx = np.empty(dy.shape, dy.dtype)
    dgamma, dbeta = np.empty(dy.shape[1], dy.dtype), np.empty(dy.shape[1], dy.dtype)
    _backward(c(dy), c(centred), c(gamma), c(inv_std), dx, dgamma, dbeta)
    return dx, dgamma, dbeta


@kernel
def _forward(
    x: Any, gamma: Any, beta: Any, eps: Any, mean: Any, var: Any, inv_std: Any, centred: Any, y: Any
) -> None:
    N, D = x.shape
    mean[:] = 0
    for n in range(N):
        for d in range(D):
            mean[d] += x[n, d]
    mean /= x.dtype.type(N)
    var[:] = 0
    for n in range(N):
        for d in range(D):
            centred[n, d] = x[n, d] - mean[d]
        for d in range(D):
            var[d] += centred[n, d] * centred[n, d]
    var /= x.dtype.type(N)
    inv_std[:] = 1 / np.sqrt(var + eps)
    scale = gamma * inv_std
    for n in range(N):
        for d in range(D):
            y[n, d] = centred[n, d] * scale[d] + beta[d]


@kernel
def _backward(
    dy: Any, centred: Any, gamma: Any, inv_std: Any, dx: Any, dgamma: Any, dbeta: Any
) -> None:
    N, D = dy.shape
    dgamma[:] = 0
    dbeta[:] = 0
    for n in range(N):
        for d in range(D):
            dgamma[d] += dy[n, d] * centred[n, d]
        for d in range(D):
            dbeta[d] += dy[n, d]
    dgamma *= inv_std
    scale = gamma * inv_std
    shift = scale * dbeta / dy.dtype.type(N)
    slope = scale * inv_std * dgamma / dy.dtype.type(N)
    for n in range(N):
        for d in range(D):
            dx[n, d] = scale[d] * dy[n, d] - shift[d] - slope[d] * centred[n, d]
