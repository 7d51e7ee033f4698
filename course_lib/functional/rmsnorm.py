"""RMS normalisation: every row divided by its root mean square (Zhang and Sennrich 2019)."""

from course_lib.backend import Array, array_namespace
from course_lib.functional.rows import axes_of_rows, dot_of_rows, require_rows, sum_over_rows
from course_lib.shapes import require_shapes

Cache = tuple[Array, Array, Array]  # x_hat, gamma, inv_rms


def rmsnorm_forward(x: Array, gamma: Array, *, eps: float) -> tuple[Array, Cache]:
    """Divide every row by its root mean square: ``y = gamma * x / sqrt(mean(x**2) + eps)``.

    Layer norm without the mean and without beta. A row lies along the last axis, as in
    :func:`layernorm_forward`.

    Parameters
    ----------
    x : (N, D) or (N, T, D), D >= 1
    gamma : (D,)
    eps : added to the mean square, positive

    Returns
    -------
    y : shape of x
    cache : passed unchanged to :func:`rmsnorm_backward`

    Raises
    ------
    ValueError
        If there are no columns, or if the shapes do not fit together.
    """
    require_rows("rmsnorm_forward", x, gamma=gamma)
    xp = array_namespace(x, gamma)
    mean_square = xp.vecdot(x, x) / x.shape[-1]
    inv_rms = 1.0 / xp.sqrt(mean_square + float(eps))[..., None]
    x_hat = x * inv_rms
    return gamma * x_hat, (x_hat, gamma, inv_rms)


def rmsnorm_backward(dy: Array, cache: Cache) -> tuple[Array, Array]:
    """Gradients of :func:`rmsnorm_forward`.

    With ``x_hat = x / rms``, ``dx_hat = gamma * dy`` and the mean over a row,
    ``dx = (dx_hat - x_hat * mean(dx_hat * x_hat)) / rms`` and ``dgamma = sum dy * x_hat``, the sum
    over all rows.

    Parameters
    ----------
    dy : gradient of the loss with respect to y, of the shape of y
    cache : from :func:`rmsnorm_forward`

    Returns
    -------
    dx : shape of x
    dgamma : (D,)

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    x_hat, gamma, inv_rms = cache
    axes = axes_of_rows(x_hat)
    require_shapes("rmsnorm_backward", x_hat=(x_hat, axes), dy=(dy, axes))
    product = dy * x_hat
    dx = gamma * dy
    dx -= x_hat * (dot_of_rows(product, gamma) / dy.shape[-1])[..., None]
    dx *= inv_rms
    return dx, sum_over_rows(product)
