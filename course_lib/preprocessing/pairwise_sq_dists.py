"""All distances between two sets of points at once."""

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_floating
from course_lib.shapes import require_shapes


def pairwise_sq_dists(x: Array, y: Array) -> Array:
    """Squared Euclidean distances ``d[n, m] = sum_k (x[n, k] - y[m, k])**2``.

    Computed as ``|x_n|**2 - 2 x_n . y_m + |y_m|**2``, whose middle part is one matrix product: no
    array of N · M · D differences is made. Of points that are much nearer to each other than to the
    mean of x, the three parts nearly cancel. So single precision is computed in double.

    Parameters
    ----------
    x : (N, D)
    y : (M, D)

    Returns
    -------
    d : (N, M), not negative

    Raises
    ------
    ValueError
        If x and y have different numbers of columns.
    TypeError
        If one is not floating point: small integers would overflow.
    """
    require_shapes("pairwise_sq_dists", x=(x, "N D"), y=(y, "M D"))
    require_floating("pairwise_sq_dists", x=x, y=y)
    xp = array_namespace(x, y)
    # Shifting all points changes no distance, and near the origin rounding errors are smaller.
    dtype = (x[:1, :1] + y[:1, :1]).dtype
    x, y = xp.astype(x, xp.float64, copy=False), xp.astype(y, xp.float64, copy=False)
    centre = xp.sum(x, axis=0) / max(x.shape[0], 1)
    x, y = x - centre, y - centre
    x_sq = xp.sum(x * x, axis=1)
    y_sq = xp.sum(y * y, axis=1)
    d = xp.maximum(x_sq[:, None] - 2.0 * (x @ y.T) + y_sq[None, :], 0.0)
    return xp.astype(d, dtype, copy=False)
