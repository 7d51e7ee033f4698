"""Optimizer steps in one pass over the arrays."""

from typing import Any

import numpy as np

from course_lib.compiled.kernel import c, kernel


def momentum_step(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> tuple[Any, Any]:
    """As `course_lib.optimizers.momentum_step`."""
    w, v = w.copy(), v.copy()
    momentum_in_place(w, dw, v, lr=lr, mu=mu)
    return w, v


def momentum_in_place(w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> None:
    """`momentum_step`, written over w and v, which are in C order."""
    _momentum(*_flat(w, c(dw), v), *map(w.dtype.type, (lr, mu)))


def adam_step(w: Any, dw: Any, m: Any, v: Any, t: int, **settings: float) -> tuple[Any, Any, Any]:
    """As `course_lib.optimizers.adam_step`, and with ``weight_decay`` as `adamw_step`."""
    w, m, v = w.copy(), m.copy(), v.copy()
    adam_in_place(w, dw, m, v, t, **settings)
    return w, m, v


def adam_in_place(
    w: Any,
    dw: Any,
    m: Any,
    v: Any,
    t: int,
    *,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float = 0.0,
) -> None:
    """`adam_step`, written over w, m and v, which are in C order."""
    numbers = [lr / (1.0 - beta1**t), beta1, beta2, 1.0 - beta1, 1.0 - beta2]
    numbers += [1.0 / (1.0 - beta2**t), eps, 1.0 - lr * weight_decay]
    _adam(*_flat(w, c(dw), m, v), *map(w.dtype.type, numbers))


def _flat(*arrays: Any) -> list[Any]:
    return [a.reshape(-1) for a in arrays]


@kernel
def _momentum(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> None:
    for k in range(len(w)):
        step = mu * v[k] - lr * dw[k]
        v[k] = step
        w[k] += step


@kernel
def _adam(
    w: Any,
    dw: Any,
    m: Any,
    v: Any,
    rate: Any,
    beta1: Any,
    beta2: Any,
    rest1: Any,
    rest2: Any,
    unbias: Any,
    eps: Any,
    kept: Any,
) -> None:
    for k in range(len(w)):
        mean = beta1 * m[k] + rest1 * dw[k]
        square = beta2 * v[k] + rest2 * dw[k] * dw[k]
        m[k] = mean
        v[k] = square
        w[k] = kept * w[k] - rate * mean / (np.sqrt(square * unbias) + eps)
