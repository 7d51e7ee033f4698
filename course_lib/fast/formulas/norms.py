"""Norms in NumPy: some rows at a time, which stay in the processor's cache, and long rows.

An operation of NumPy with one number for each column takes as long to begin a row as to compute a
hundred of its elements. So the rows of a few columns, as images have, are joined to longer ones.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course_lib.functional.batchnorm import BatchNormCache, State
from course_lib.functional.rows import column_sums

BLOCK = 65_536
"""Elements in the rows of a block: in single precision they take 0.26 MB."""

LONG = 1024
"""Elements in a joined row, at most."""


def batchnorm_forward(
    x: Any, gamma: Any, beta: Any, state: State, *, training: bool, momentum: float, eps: float
) -> tuple[Any, BatchNormCache, State]:
    """As the definition in training."""
    N, D = x.shape
    k = _joined(N, D)
    x = x.reshape(-1, k * D)
    y, centred = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    squares = np.zeros(k * D, x.dtype)
    mean = _parted(column_sums(x), k) / N
    shift = np.tile(mean, k)
    for block in _blocks(x):
        c = np.subtract(x[block], shift, out=centred[block])
        squares += np.einsum("nd,nd->d", c, c)
    var = _parted(squares, k) / N
    inv_std = 1.0 / np.sqrt(var + float(eps))
    scale, shift = np.tile(gamma * inv_std, k), np.tile(beta, k)
    for block in _blocks(x):
        np.multiply(centred[block], scale, out=y[block])
        y[block] += shift
    cache = centred.reshape(N, D), gamma, inv_std, True
    return y.reshape(N, D), cache, learned(state, momentum, mean, var, N)


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
    k = _joined(N, D)
    dy, centred = dy.reshape(-1, k * D), centred.reshape(-1, k * D)
    dx, products = np.empty(dy.shape, dy.dtype), np.zeros(k * D, dy.dtype)
    for block in _blocks(dy):
        products += np.einsum("nd,nd->d", dy[block], centred[block])
    dbeta, dgamma = _parted(column_sums(dy), k), _parted(products, k) * inv_std
    shift, slope, scale = (
        np.tile(numbers, k) for numbers in (dbeta / N, inv_std * dgamma / N, gamma * inv_std)
    )
    for block in _blocks(dy):
        np.multiply(centred[block], slope, out=dx[block])
        np.subtract(dy[block], dx[block], out=dx[block])
        dx[block] -= shift
        dx[block] *= scale
    return dx.reshape(N, D), dgamma, dbeta


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


def _joined(N: int, D: int) -> int:
    """How many rows are joined, a divisor of N."""
    return next(k for k in range(max(1, LONG // D), 0, -1) if N % k == 0)


def _parted(numbers: Any, k: int) -> Any:
    """The sums of k * D columns as those of D."""
    return numbers.reshape(k, -1).sum(axis=0)


def _blocks(x: Any) -> Iterator[slice]:
    """Some rows at a time."""
    N, D = x.shape
    rows = max(1, BLOCK // D)
    for start in range(0, N, rows):
        yield slice(start, min(start + rows, N))
