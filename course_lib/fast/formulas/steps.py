"""Optimizer steps in NumPy for one block of flat arrays.

Each writes w into ``new`` and the states over the old ones, and needs no other memory, which would
lie outside the cache. That of momentum is the definition's bit for bit. Adam's has fewer passes
over the arrays: its results differ by rounding.
"""

from math import sqrt
from typing import Any

import numpy as np


def momentum_step(new: Any, w: Any, dw: Any, v: Any, *, lr: float, mu: float) -> None:
    """As `momentum_step`."""
    v *= float(mu)
    v -= np.multiply(dw, float(lr), out=new)
    np.add(w, v, out=new)


def adam_step(
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
    m += np.multiply(dw, 1.0 - float(beta1), out=new)
    v *= float(beta2)
    np.square(dw, out=new)
    new *= 1.0 - float(beta2)
    v += new
    np.sqrt(v, out=new)
    new += float(eps) * root
    np.divide(m, new, out=new)
    new *= float(lr) * root / (1.0 - float(beta1) ** int(t))
    np.subtract(np.multiply(w, 1.0 - decay) if decay else w, new, out=new)


def adamw_step(*arrays_and_t: Any, lr: float, weight_decay: float, **settings: Any) -> None:
    """As `adamw_step`."""
    adam_step(*arrays_and_t, lr=lr, decay=float(lr) * float(weight_decay), **settings)
