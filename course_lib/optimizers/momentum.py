"""Momentum, also called the heavy-ball method (S0–S4, in the form of S2; Polyak 1964)."""

from course_lib.backend import Array
from course_lib.shapes import require_shapes


def momentum_step(w: Array, dw: Array, v: Array, *, lr: float, mu: float) -> tuple[Array, Array]:
    """Step with momentum: ``v = mu * v - lr * dw``, then ``w = w + v``.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss
    v : shape of w, the last step; zeros at first
    lr : learning rate
    mu : share of the last step that is kept, in [0, 1)

    Returns
    -------
    w, v : the new ones

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if not w.shape == dw.shape == v.shape:
        require_shapes("momentum_step", w=(w, "..."), dw=(dw, "..."), v=(v, "..."))
    lr, mu = float(lr), float(mu)
    v = mu * v - lr * dw
    return w + v, v
