"""Adagrad: a rate per coordinate, from all its squared gradients (S2, S3; Duchi et al. 2011)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def adagrad_step(
    w: Array, dw: Array, cache: Array, *, lr: float, eps: float
) -> tuple[Array, Array]:
    """One step of Adagrad: ``cache = cache + dw**2``, ``w = w - lr * dw / (sqrt(cache) + eps)``.

    The cache only grows, so the steps become ever shorter.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss
    cache : shape of w, sum of the squared gradients so far; zeros at first
    lr : learning rate
    eps : keeps the division defined, positive; outside the root

    Returns
    -------
    w, cache : the new ones

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    require_shapes("adagrad_step", w=(w, "..."), dw=(dw, "..."), cache=(cache, "..."))
    xp = array_namespace(w, dw, cache)
    lr, eps = float(lr), float(eps)
    cache = cache + dw * dw
    return w - lr * dw / (xp.sqrt(cache) + eps), cache
