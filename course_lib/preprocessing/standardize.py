"""Standardisation: every feature in units of its standard deviation (S0)."""

from course_lib.backend import Array, array_namespace, in_precision_of
from course_lib.requirements import require_samples
from course_lib.shapes import require_shapes

Stats = dict[str, Array]
"""What was learnt from the training data: ``{"mean": (D,), "std": (D,)}``."""


def standardize_fit(x: Array) -> Stats:
    """Mean and standard deviation of every feature, ``std = sqrt((1/N) sum_n (x_n - mean)**2)``.

    Parameters
    ----------
    x : (N, D), training data only; validation and test data must not influence the statistics

    Returns
    -------
    stats : ``{"mean": (D,), "std": (D,)}``; a constant feature gets std 1, so that it becomes 0 and
        not nan

    Raises
    ------
    ValueError
        If there are no samples.
    TypeError
        If x is not floating point.
    """
    require_shapes("standardize_fit", x=(x, "N D"))
    require_samples("standardize_fit", x=x)
    xp = array_namespace(x)
    exact = mean_of_columns(x)
    std = xp.sqrt(mean_of_columns((x - exact) ** 2))
    # Because the mean is rounded, the deviation of equal numbers may be tiny instead of 0.
    constant = xp.max(x, axis=0) == xp.min(x, axis=0)
    std = xp.where(constant, xp.ones_like(std), std)
    return {"mean": in_precision_of(x, exact), "std": in_precision_of(x, std)}


def mean_of_columns(x: Array) -> Array:
    """The mean of every feature, in double precision: sums of many numbers lose digits."""
    xp = array_namespace(x)
    return xp.sum(x, axis=0, dtype=xp.float64) / x.shape[0]


def standardize_apply(x: Array, stats: Stats) -> Array:
    """Standardised data ``(x - mean) / std``.

    Parameters
    ----------
    x : (N, D), training data or any other
    stats : from :func:`standardize_fit`

    Returns
    -------
    z : (N, D)

    Raises
    ------
    ValueError
        If x has another number of features than stats.
    """
    mean, std = stats["mean"], stats["std"]
    require_shapes("standardize_apply", x=(x, "N D"), mean=(mean, "D"), std=(std, "D"))
    return (x - mean) / std


def standardize(x_train: Array, x_new: Array) -> tuple[Array, Array]:
    """Training data and any other, both standardised by the statistics of the training data.

    Parameters
    ----------
    x_train : (N, D)
    x_new : (M, D), such as validation data, test data or a single sample

    Returns
    -------
    z_train, z_new : of the same shapes

    Raises
    ------
    ValueError
        If there are no training samples, or x_new has another number of features.
    TypeError
        If x_train is not floating point.
    """
    stats = standardize_fit(x_train)
    return standardize_apply(x_train, stats), standardize_apply(x_new, stats)
