"""Whitening: uncorrelated features of variance 1 (S0, "Decorrelate")."""

from course_lib.backend import Array, array_namespace, in_precision_of
from course_lib.preprocessing.standardize import mean_of_columns
from course_lib.requirements import require_samples
from course_lib.settings import require_not_negative
from course_lib.shapes import require_shapes

Stats = dict[str, Array]
"""What was learnt from the training data: ``{"mean": (D,), "W": (D, D)}``."""


def whiten_fit(x: Array, eps: float) -> Stats:
    """Mean, and the matrix ``W = V diag(1 / sqrt(lambda + eps)) V^T`` that whitens the data.

    lambda and V are the eigenvalues and eigenvectors of ``C = (1/N) (x - mean)^T (x - mean)``. This
    is ZCA: of all matrices that whiten it changes the data least, so that images still look like
    images; and it is unique, while ``V diag(…)`` (PCA) depends on the signs of eigenvectors.

    Parameters
    ----------
    x : (N, D), training data only
    eps : added to the eigenvalues, not negative: directions with a standard deviation far below
        ``sqrt(eps)`` count as noise and are not amplified

    Returns
    -------
    stats : ``{"mean": (D,), "W": (D, D)}``

    Raises
    ------
    ValueError
        If there are no samples, eps is negative, or eps is 0 although the features depend on each
        other.
    TypeError
        If x is not floating point.
    """
    require_shapes("whiten_fit", x=(x, "N D"))
    require_samples("whiten_fit", x=x)
    require_not_negative("whiten_fit", eps=eps)
    xp = array_namespace(x)
    N, D = x.shape
    mean = in_precision_of(x, mean_of_columns(x))
    r = x - mean
    lam, V = xp.linalg.eigh(r.T @ r / N)  # in ascending order
    if eps == 0.0 and float(lam[0]) <= D * float(xp.finfo(x.dtype).eps) * abs(float(lam[-1])):
        raise ValueError(
            f"whiten_fit: in some direction all {N} samples of {D} features are the same, which "
            "cannot be scaled to variance 1; pass a positive eps such as 1e-5"
        )
    lam = xp.maximum(lam, 0.0)  # rounding makes small ones negative
    return {"mean": mean, "W": (V / xp.sqrt(lam + float(eps))) @ V.T}


def whiten_apply(x: Array, stats: Stats) -> Array:
    """White data ``(x - mean) @ W``: on the training data mean 0 and, with small eps, covariance I.

    Parameters
    ----------
    x : (N, D), training data or any other
    stats : from :func:`whiten_fit`

    Returns
    -------
    z : (N, D)

    Raises
    ------
    ValueError
        If x has another number of features than stats.
    """
    mean, W = stats["mean"], stats["W"]
    require_shapes("whiten_apply", x=(x, "N D"), mean=(mean, "D"), W=(W, "D D"))
    return (x - mean) @ W
