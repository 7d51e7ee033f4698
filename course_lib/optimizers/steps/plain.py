"""The plain step against the gradient (S0, S1, S2)."""

from course_lib.backend import Array
from course_lib.shapes import require_shapes


def sgd_step(w: Array, dw: Array, *, lr: float) -> Array:
    """Step against the gradient: ``w = w - lr * dw``.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss
    lr : learning rate

    Returns
    -------
    w : the new one

    Raises
    ------
    ValueError
        If dw does not have the shape of w.
    """
    require_shapes("sgd_step", w=(w, "..."), dw=(dw, "..."))
    return w - float(lr) * dw
