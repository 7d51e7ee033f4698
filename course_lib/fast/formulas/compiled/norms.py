"""Norms, row by row: a row, and the sums of all columns, stay in the processor's cache."""

from typing import Any

import numpy as np

from course_lib.fast.formulas.compiled.kernel import c, kernel
from course_lib.fast.formulas.norms import learned
from course_lib.functional.batchnorm import Cache as BatchNormCache
from course_lib.functional.batchnorm import State
from course_lib.functional.layernorm import Cache as LayerNormCache


def batchnorm_forward(
    x: Any, gamma: Any, beta: Any, state: State, *, training: bool, momentum: float, eps: float
) -> tuple[Any, BatchNormCache, State]:
    """As `course_lib.functional.batchnorm_forward` in training."""
    N, D = x.shape
    mean, var, inv_std = (np.empty(D, x.dtype) for _ in range(3))
    y, centred = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    _batchnorm(c(x), c(gamma), c(beta), x.dtype.type(float(eps)), mean, var, inv_std, centred, y)
    return y, (centred, gamma, inv_std, True), learned(state, momentum, mean, var, N)


def batchnorm_backward(dy: Any, cache: BatchNormCache) -> tuple[Any, Any, Any]:
    """As `course_lib.functional.batchnorm_backward` after a forward pass in training."""
    centred, gamma, inv_std, _ = cache
    dx = np.empty(dy.shape, dy.dtype)
    dgamma, dbeta = np.empty(dy.shape[1], dy.dtype), np.empty(dy.shape[1], dy.dtype)
    _batchnorm_backward(c(dy), c(centred), c(gamma), c(inv_std), dx, dgamma, dbeta)
    return dx, dgamma, dbeta


@kernel
def _batchnorm(
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
def _batchnorm_backward(
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


def layernorm_forward(x: Any, gamma: Any, beta: Any, *, eps: float) -> tuple[Any, LayerNormCache]:
    """As `course_lib.functional.layernorm_forward`."""
    y, x_hat = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    inv_std = np.empty((x.shape[0], 1), x.dtype)
    _layernorm(c(x), c(gamma), c(beta), x.dtype.type(eps), x_hat, inv_std, y)
    return y, (x_hat, gamma, inv_std)


def layernorm_backward(dy: Any, cache: LayerNormCache) -> tuple[Any, Any, Any]:
    """As `course_lib.functional.layernorm_backward`."""
    x_hat, gamma, inv_std = cache
    dx = np.empty(dy.shape, dy.dtype)
    dgamma, dbeta = np.zeros(dy.shape[1], dy.dtype), np.zeros(dy.shape[1], dy.dtype)
    _layernorm_backward(c(dy), c(x_hat), c(gamma), c(inv_std), dx, dgamma, dbeta)
    return dx, dgamma, dbeta


@kernel
def _layernorm(x: Any, gamma: Any, beta: Any, eps: Any, x_hat: Any, inv_std: Any, y: Any) -> None:
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
def _layernorm_backward(
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
