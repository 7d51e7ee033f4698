"""Optimizer steps in NumPy that write over w and the states, bit for bit as the definitions.

Each is given one block of the flat arrays at a time, and memory for intermediate results (s, root):
new memory for each of them would lie outside the cache.
"""

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


@in_blocks(scratch=2)
def adam_step(*arrays_and_t: Any, **settings: Any) -> None:
    """As `adam_step`."""
    _adam(*arrays_and_t, **settings)


@in_blocks(scratch=2)
def adamw_step(
    w: Any,
    dw: Any,
    m: Any,
    v: Any,
    s: Any,
    *more: Any,
    lr: float,
    weight_decay: float,
    **rest: Any,
) -> None:
    """As `adamw_step`: first the decay, then the step of Adam."""
    w -= np.multiply(w, float(lr) * float(weight_decay), out=s)
    _adam(w, dw, m, v, s, *more, lr=lr, **rest)


def _adam(
    w: Any,
    dw: Any,
    m: Any,
    v: Any,
    s: Any,
    root: Any,
    t: int,
    *,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> None:
    t, beta1, beta2 = int(t), float(beta1), float(beta2)
    m *= beta1
    m += np.multiply(dw, 1.0 - beta1, out=s)
    v *= beta2
    np.multiply(dw, 1.0 - beta2, out=s)
    s *= dw
    v += s
    np.divide(v, 1.0 - beta2**t, out=root)
    np.sqrt(root, out=root)
    root += float(eps)
    np.divide(m, 1.0 - beta1**t, out=s)
    s *= float(lr)
    s /= root
    w -= s
