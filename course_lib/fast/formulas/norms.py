"""Layer norm and batch norm in NumPy, some rows at a time, which stay in the processor's cache."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course_lib.functional.batchnorm import Cache as BatchNormCache
from course_lib.functional.batchnorm import State
from course_lib.functional.column_sums import column_sums
from course_lib.functional.layernorm import Cache as LayerNormCache

BLOCK = 65_536
"""Elements in the rows of a block: in single precision they take 0.26 MB."""


def layernorm_forward(x: Any, gamma: Any, beta: Any, *, eps: float) -> tuple[Any, LayerNormCache]:
    """As the definition."""
    N, D = x.shape
    y, x_hat = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    inv_std = np.empty((N, 1), x.dtype)
    ones = np.ones(D, x.dtype)
    for block in _blocks(x):
        centred = x_hat[block]
        np.subtract(x[block], (x[block] @ ones / D)[:, None], out=centred)
        var = np.vecdot(centred, centred) / D
        inv_std[block, 0] = 1.0 / np.sqrt(var + float(eps))
        centred *= inv_std[block]
        np.multiply(centred, gamma, out=y[block])
        y[block] += beta
    return y, (x_hat, gamma, inv_std)


def layernorm_backward(dy: Any, cache: Any) -> tuple[Any, Any, Any]:
    """As the definition."""
    x_hat, gamma, inv_std = cache
    D = dy.shape[1]
    dx = np.empty(dy.shape, dy.dtype)
    dgamma, dbeta = np.zeros(D, dy.dtype), np.zeros(D, dy.dtype)
    for block in _blocks(dy):
        dx_hat = dx[block]
        product = dy[block] * x_hat[block]
        dgamma += column_sums(product)
        dbeta += column_sums(dy[block])
        along = (product @ gamma / D)[:, None]
        np.multiply(dy[block], gamma, out=dx_hat)
        dx_hat -= (dy[block] @ gamma / D)[:, None]
        dx_hat -= np.multiply(x_hat[block], along, out=product)
        dx_hat *= inv_std[block]
    return dx, dgamma, dbeta


def batchnorm_forward(
    x: Any, gamma: Any, beta: Any, state: State, *, training: bool, momentum: float, eps: float
) -> tuple[Any, BatchNormCache, State]:
    """As the definition in training."""
    N, D = x.shape
    y, centred = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    mean: Any = column_sums(x) / N
    var = np.zeros(D, x.dtype)
    for block in _blocks(x):
        np.subtract(x[block], mean, out=centred[block])
        var += column_sums(centred[block] ** 2)
    var /= N
    inv_std = 1.0 / np.sqrt(var + float(eps))
    scale = gamma * inv_std
    for block in _blocks(x):
        np.multiply(centred[block], scale, out=y[block])
        y[block] += beta
    return y, (centred, gamma, inv_std, True), learned(state, momentum, mean, var, N)


def learned(state: State, momentum: float, mean: Any, var: Any, N: int) -> State:
    """The running statistics after a batch of N rows with this mean and (biased) variance."""
    momentum = float(momentum)
    return {
        "mean": (1.0 - momentum) * state["mean"] + momentum * mean,
        "var": (1.0 - momentum) * state["var"] + momentum * (N / (N - 1)) * var,
    }


def batchnorm_backward(dy: Any, cache: Any) -> tuple[Any, Any, Any]:
    """As the definition after a forward pass in training."""
    centred, gamma, inv_std, _ = cache
    N, D = dy.shape
    dx, dgamma = np.empty(dy.shape, dy.dtype), np.zeros(D, dy.dtype)
    dbeta: Any = column_sums(dy)
    for block in _blocks(dy):
        dgamma += column_sums(dy[block] * centred[block])
    dgamma *= inv_std
    shift, slope, scale = dbeta / N, inv_std * dgamma / N, gamma * inv_std
    for block in _blocks(dy):
        np.subtract(dy[block], shift, out=dx[block])
        dx[block] -= centred[block] * slope
        dx[block] *= scale
    return dx, dgamma, dbeta


def _blocks(x: Any) -> Iterator[slice]:
    """Some rows at a time."""
    N, D = x.shape
    rows = max(1, BLOCK // D)
    for start in range(0, N, rows):
        yield slice(start, min(start + rows, N))
