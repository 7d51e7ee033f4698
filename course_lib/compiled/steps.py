"""Optimizer steps in one pass over the arrays."""

from typing import Any

import numpy as np

from course_lib.compiled.kernel import c, kernel


def momentum_step(w: Any, dw: Any, v: Any, lr: float, mu: float) -> tuple[Any, Any]:
    """As `course_lib.optimizers.momentum_step`."""
    new_w, new_v = np.empty(w.shape, w.dtype), np.empty(w.shape, w.dtype)
    numbers = map(w.dtype.type, (lr, mu))
    _momentum(*_flat(w, dw, v), *numbers, *_flat(new_w, new_v))
    return new_w, new_v


def adam_step(
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
) -> tuple[Any, Any, Any]:
    """As `course_lib.optimizers.adamw_step`, and without weight decay as `adam_step`."""
    new_w, new_m, new_v = (np.empty(w.shape, w.dtype) for _ in range(3))
    numbers = [lr / (1.0 - beta1**t), beta1, beta2, 1.0 - beta1, 1.0 - beta2]
    numbers += [1.0 / (1.0 - beta2**t), eps, 1.0 - lr * weight_decay]
    _adam(*_flat(w, dw, m, v), *map(w.dtype.type, numbers), *_flat(new_w, new_m, new_v))
    return new_w, new_m, new_v


def _flat(*arrays: Any) -> list[Any]:
    return [c(a).ravel() for a in arrays]


@kernel
def _momentum(w: Any, dw: Any, v: Any, lr: Any, mu: Any, new_w: Any, new_v: Any) -> None:
    for k in range(len(w)):
        step = mu * v[k] - lr * dw[k]
        new_v[k] = step
        new_w[k] = w[k] + step


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
    new_w: Any,
    new_m: Any,
    new_v: Any,
) -> None:
    for k in range(len(w)):
        new_m[k] = beta1 * m[k] + rest1 * dw[k]
    for k in range(len(w)):
        new_v[k] = beta2 * v[k] + rest2 * dw[k] * dw[k]
    for k in range(len(w)):
        new_w[k] = kept * w[k] - rate * new_m[k] / (np.sqrt(new_v[k] * unbias) + eps)
