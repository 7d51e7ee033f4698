"""The gradient of least squares over a whole batch (S0, S1, S3)."""

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_samples
from course_lib.shapes import require_shapes


def mean_gradient(w: Array, x: Array, t: Array) -> Array:
    """Gradient of the linear model ``y = x @ w``, mean over samples: ``x.T @ (x @ w - t) / N``.

    It belongs to the loss ``L = (1/N) sum_n 1/2 (x_n w - t_n)**2``. Sample n contributes its
    residual times its inputs; the matrix product adds up all samples without a loop.

    Parameters
    ----------
    w : (D,) weights
    x : (N, D) inputs, one sample per row
    t : (N,) targets

    Returns
    -------
    dw : (D,)

    Raises
    ------
    ValueError
        If the batch is empty or the shapes do not fit: t of shape (N, 1) would broadcast.
    TypeError
        If x is not floating point.
    """
    require_shapes("mean_gradient", w=(w, "D"), x=(x, "N D"), t=(t, "N"))
    require_samples("mean_gradient", x=x)
    xp = array_namespace(w, x, t)
    w, t = (xp.astype(a, x.dtype, copy=False) for a in (w, t))
    return x.T @ (x @ w - t) / x.shape[0]
