"""Nesterov's momentum: the gradient is evaluated at the look-ahead point (S3; Nesterov 1983)."""

from collections.abc import Callable

from course_lib.backend import Array
from course_lib.shapes import require_shapes


def nesterov_step(
    w: Array, grad_fn: Callable[[Array], Array], v: Array, *, lr: float, mu: float
) -> tuple[Array, Array]:
    """Look ahead, then step: ``v = mu * v - lr * grad_fn(w + mu * v)``, then ``w = w + v``.

    Momentum evaluates the gradient at w. Nesterov's method evaluates it at ``w + mu * v``, the
    point that the old velocity alone would reach.

    Parameters
    ----------
    w : any shape
    grad_fn : takes an array like w, returns the gradient of the loss there; called once
    v : shape of w, the last step; zeros at first
    lr : learning rate
    mu : share of the last step that is kept, in [0, 1)

    Returns
    -------
    w, v : the new ones

    Raises
    ------
    ValueError
        If the shapes differ, that of the gradient among them.
    """
    require_shapes("nesterov_step", w=(w, "..."), v=(v, "..."))
    lr, mu = float(lr), float(mu)
    dw = grad_fn(w + mu * v)
    require_shapes("nesterov_step", w=(w, "..."), dw=(dw, "..."))
    v = mu * v - lr * dw
    return w + v, v
