"""One step of momentum on a quadratic, as a matrix (Polyak 1964)."""

import numpy as np

from course_lib.backend import Array


def momentum_matrix(lr: float, mu: float, curvature: float) -> Array:
    """Matrix that maps (w, v) to the next (w, v) on the loss ``1/2 * curvature * w**2``.

    Put the gradient ``dw = c * w`` into ``v = mu * v - lr * dw; w = w + v``::

        [[1 - lr * c, mu],
         [   -lr * c, mu]]

    Its eigenvalues decide whether the iteration converges, and how fast; their product is mu. Along
    each eigenvector of a Hessian, momentum is this iteration with the eigenvalue as curvature.

    Parameters
    ----------
    lr : learning rate
    mu : share of the last step that is kept, in [0, 1)
    curvature : c, the second derivative; negative at a maximum, positive at a minimum

    Returns
    -------
    matrix : (2, 2), a NumPy array in double precision

    Raises
    ------
    ValueError
        If mu is not in [0, 1).
    """
    if not 0.0 <= mu < 1.0:
        raise ValueError(f"momentum_matrix: mu is {mu}, expected 0 <= mu < 1")
    decrease = float(lr) * float(curvature)
    return np.array([[1.0 - decrease, float(mu)], [-decrease, float(mu)]])
