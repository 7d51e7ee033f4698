"""Optimizer steps in NumPy that write over w and the states.

Each is given one block of the flat arrays at a time, and memory s for an intermediate result: new
memory for each of them would lie outside the cache. The steps of SGD and momentum are those of the
definitions bit for bit. Adam's has fewer passes over the arrays: its results differ by rounding.
"""

from math import sqrt
from typing import Any

import numpy as np

from course_lib.fast.in_blocks import in_blocks


@in_blocks(scratch=1)
def sgd_step(w: Any, dw: Any, s: Any, *, lr: float) -> None:
    """As `sgd_step`."""
    w -= np.multiply(dw, float(lr), out=s)


@in_blocks(scratch=1)
def momentum_step(w: Any, dw: Any, v: Any, s: Any, *, lr: float, mu: float) -> None:
    """As `momentum_step`."""
    v *= float(mu)
    v -= np.multiply(dw, float(lr), out=s)
    w += v


@in_blocks(scratch=1)
def adam_step(*arrays_and_t: Any, **settings: Any) -> None:
    """As `adam_step`."""
    _adam(*arrays_and_t, **settings)


@in_blocks(scratch=1)
def adamw_step(
    w: Any,
    dw: Any,
    m: Any,
    v: Any,
    s: Any,
    t: int,
    *,
    lr: float,
    weight_decay: float,
    **rest: Any,
) -> None:
    """As `adamw_step`: first the decay, then the step of Adam."""
    w *= 1.0 - float(lr) * float(weight_decay)
    _adam(w, dw, m, v, s, t, lr=lr, **rest)


def _adam(
    w: Any,
    dw: Any,
    m: Any,
    v: Any,
    s: Any,
    t: int,
    *,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> None:
    """Twelve passes: ``m += (1 - beta1)(dw - m)``, and the corrections of the bias as numbers.

    ``sqrt(v / c) + eps = (sqrt(v) + eps sqrt(c)) / sqrt(c)`` with ``c = 1 - beta2**t``.
    """
    root = sqrt(1.0 - float(beta2) ** int(t))
    rate = float(lr) * root / (1.0 - float(beta1) ** int(t))
    np.subtract(dw, m, out=s)
    s *= 1.0 - float(beta1)
    m += s
    np.multiply(dw, dw, out=s)
    s -= v
    s *= 1.0 - float(beta2)
    v += s
    np.sqrt(v, out=s)
    s += float(eps) * root
    np.divide(m, s, out=s)
    s *= rate
    w -= s
