"""The mean over samples with which losses end."""

from course_lib.averages import averaged_over
from course_lib.backend import Array, array_namespace
from course_lib.functional.rows import in_rows
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


def of_positions(where: str, weight: Array, shape: tuple[int, ...], like: Array) -> Array:
    """Weights of samples (N,), or of positions (N, …) of this shape, one for each position."""
    xp = array_namespace(weight, like)
    if weight.shape != shape[: weight.ndim]:
        raise ValueError(
            f"{where}: sample_weight has shape {tuple(weight.shape)}, expected "
            f"{shape[:1]}" + (f" or {shape}" if len(shape) > 1 else "")
        )
    w = xp.reshape(weight, weight.shape + (1,) * (len(shape) - weight.ndim))
    return in_rows(
        xp.astype(w, like.dtype) * xp.ones(shape, dtype=like.dtype, device=like.device), 1
    )
