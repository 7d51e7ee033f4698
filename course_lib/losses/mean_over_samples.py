"""The mean over samples with which losses of regression end."""

from course_lib.averages import averaged_over
from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def mean_over_samples(
    where: str, terms: Array, slopes: Array, sample_weight: Array | None
) -> tuple[Number, Array]:
    """Value and gradient of a loss from its terms (N, …) and their derivatives."""
    xp, N = array_namespace(terms), terms.shape[0]
    if sample_weight is None:
        return number(xp.sum(terms)) / N, slopes / N
    require_shapes(where, terms=(terms, "N ..."), sample_weight=(sample_weight, "N"))
    averaged_over(sample_weight)
    w = xp.astype(sample_weight, terms.dtype)
    whole = xp.sum(w)
    share = w / xp.where(whole > 0, whole, xp.ones_like(whole))
    share = xp.reshape(share, (N,) + (1,) * (terms.ndim - 1))
    return number(xp.sum(terms * share)), slopes * share
