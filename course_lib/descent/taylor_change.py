"""The change of the loss in one step, by a second-order Taylor expansion (S1)."""

from course_lib.backend import Array
from course_lib.shapes import require_shapes


def taylor_change(g: Array, H: Array, lr: float) -> float:
    """Change of the loss in one step, to second order: ``-lr g^T g + 1/2 lr**2 g^T H g``.

    The first term is negative: gradient descent lowers the loss. The second term is positive where
    the curvature is, and dominates at large rates. On a quadratic the sum is exact.

    Parameters
    ----------
    g : (D,), gradient of the loss where the step begins
    H : (D, D), second derivatives there
    lr : learning rate

    Returns
    -------
    change : float, negative when the loss falls

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    """
    require_shapes("taylor_change", g=(g, "D"), H=(H, "D D"))
    lr = float(lr)
    return float(-lr * (g @ g) + 0.5 * lr**2 * (g @ (H @ g)))
