"""Optimizer steps in one pass over flat arrays: w into `new`, the states over the old ones."""

from typing import Any

import numpy as np

from course_lib.fast.formulas.compiled.kernel import c, kernel


def momentum_step(new: Any, w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> None:
    """As `momentum_step`."""
    _momentum(new, c(w), c(dw), v, *map(w.dtype.type, (lr, mu)))


def adam_step(*arrays_and_t: Any, **settings: Any) -> None:
    """As `adam_step`."""
    adamw_step(*arrays_and_t, weight_decay=0.0, **settings)


def adamw_step(
    new: Any,
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
    weight_decay: float,
) -> None:
    """As `adamw_step`."""
    lr, beta1, beta2 = float(lr), float(beta1), float(beta2)
    numbers = [lr / (1.0 - beta1 ** int(t)), beta1, beta2, 1.0 - beta1, 1.0 - beta2]
    numbers += [1.0 / (1.0 - beta2 ** int(t)), eps, 1.0 - lr * float(weight_decay)]
    _adam(new, c(w), c(dw), m, v, *map(w.dtype.type, numbers))


@kernel
def _momentum(new: Any, w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> None:
    for k in range(len(w)):
        step = mu * v[k] - lr * dw[k]
        v[k] = step
        new[k] = w[k] + step


@kernel
def _adam(
    new: Any,
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
        new[k] = kept * w[k] - rate * mean / (np.sqrt(square * unbias) + eps)
