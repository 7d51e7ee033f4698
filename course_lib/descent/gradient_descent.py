"""Gradient descent on a function of a vector (S0, S1, S3, S4)."""

from collections.abc import Callable

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def gradient_descent(grad: Callable[[Array], Array], w0: Array, lr: float, steps: int) -> Array:
    """Follow the negative gradient: ``w_{k+1} = w_k - lr * grad(w_k)``.

    Parameters
    ----------
    grad : (D,) -> (D,), gradient of the function to minimise
    w0 : (D,), initial point
    lr : learning rate, the length of a step for a gradient of length 1
    steps : how many steps to take, 0 or more

    Returns
    -------
    path : (steps + 1, D), w0 first

    Raises
    ------
    ValueError
        If steps is negative, or if grad returns another shape than it was given.
    """
    require_shapes("gradient_descent", w0=(w0, "D"))
    if steps < 0:
        raise ValueError(f"gradient_descent: steps is {steps}, expected 0 or more")
    w = w0
    path = [w0]
    for _ in range(steps):
        dw = grad(w)
        require_shapes("gradient_descent", w=(w, "D"), dw=(dw, "D"))
        w = w - float(lr) * dw
        path.append(w)
    return array_namespace(w0, w).stack(path)
