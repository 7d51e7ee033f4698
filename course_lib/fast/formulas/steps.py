"""Optimizer steps in NumPy for one block of flat arrays.

Each writes w into ``new``, which may be the old w, and the states over the old ones. It needs no
other memory than ``scratch``, which stays in the cache. That of momentum is the definition's bit
for bit. Adam's has fewer passes over the arrays: its results differ by rounding.
"""

from math import sqrt
from typing import Any

import numpy as np


def momentum_step(scratch: Any, new: Any, w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> None:
    """As `momentum_step`."""
    v *= float(mu)
    v -= np.multiply(dw, float(lr), out=scratch)
    np.add(w, v, out=new)


def adam_step(
    scratch: Any,
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
    decay: float = 0.0,
) -> None:
    """As `adam_step`, in twelve passes: each correction is one number.

    ``sqrt(v / c) + eps = (sqrt(v) + eps sqrt(c)) / sqrt(c)`` with ``c = 1 - beta2**t``.
    """
    root = sqrt(1.0 - float(beta2) ** int(t))
    m *= float(beta1)
    m += np.multiply(dw, 1.0 - float(beta1), out=scratch)
    v *= float(beta2)
    np.square(dw, out=scratch)
    scratch *= 1.0 - float(beta2)
    v += scratch
    np.sqrt(v, out=scratch)
    scratch += float(eps) * root
    np.divide(m, scratch, out=scratch)
    scratch *= float(lr) * root / (1.0 - float(beta1) ** int(t))
    np.subtract(np.multiply(w, 1.0 - decay, out=new) if decay else w, scratch, out=new)


def adamw_step(*arrays_and_t: Any, lr: float, weight_decay: float, **settings: Any) -> None:
    """As `adamw_step`."""
    adam_step(*arrays_and_t, lr=lr, decay=float(lr) * float(weight_decay), **settings)
