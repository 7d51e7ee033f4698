"""Adadelta: steps scaled by the size of earlier steps, so that lr can be 1 (S3; Zeiler 2012)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def adadelta_step(
    w: Array, dw: Array, cache: Array, delta: Array, *, lr: float, rho: float, eps: float
) -> tuple[Array, Array, Array]:
    """One step of Adadelta.

    ``cache = rho * cache + (1 - rho) * dw**2`` is a running mean of squared gradients,
    ``dx = -sqrt(delta + eps) / sqrt(cache + eps) * dw`` with the old delta,
    ``delta = rho * delta + (1 - rho) * dx**2`` a running mean of squared steps, and
    ``w = w + lr * dx``.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss
    cache, delta : shape of w, not negative; zeros at first
    lr : factor on the steps, 1 in the paper; delta does not include it
    rho : decay rate of the running means, in [0, 1)
    eps : inside both square roots, positive; sqrt(eps) sets the size of the first steps

    Returns
    -------
    w, cache, delta : the new ones

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    require_shapes(
        "adadelta_step", w=(w, "..."), dw=(dw, "..."), cache=(cache, "..."), delta=(delta, "...")
    )
    xp = array_namespace(w, dw, cache, delta)
    lr, rho, eps = float(lr), float(rho), float(eps)
    cache = rho * cache + (1.0 - rho) * dw * dw
    dx = -xp.sqrt(delta + eps) / xp.sqrt(cache + eps) * dw
    delta = rho * delta + (1.0 - rho) * dx * dx
    return w + lr * dx, cache, delta
