"""InfoNCE: which row of the batch is the partner? (van den Oord et al. 2018; Chen et al. 2020)."""

from course_lib.backend import Array, array_namespace
from course_lib.losses.softmax_cross_entropy import softmax_cross_entropy
from course_lib.requirements import require_samples
from course_lib.shapes import require_shapes
from course_lib.transfers import Number


def info_nce(a: Array, b: Array, temperature: float) -> tuple[Number, Array, Array]:
    """Loss ``L = -(1/N) sum_i log(exp(s[i, i]) / sum_j exp(s[i, j]))``.

    ``s[i, j] = cos(a_i, b_j) / temperature``: each a_i is classified among all b_j of the batch,
    and b_i is the right class. That is softmax and cross-entropy with the labels 0 … N-1. Exchange
    a and b for the other direction.

    Parameters
    ----------
    a, b : (N, D), embeddings of two views of the same N samples; their lengths do not matter
    temperature : positive; the smaller it is, the larger the weight of the nearest wrong row

    Returns
    -------
    value : float, mean over the N rows of a; log N if all similarities are equal
    da, db : (N, D); 0 for a row of zeros, which has no direction

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ or the temperature is not positive.
    TypeError
        If a or b is not floating point.
    """
    require_shapes("info_nce", a=(a, "N D"), b=(b, "N D"))
    require_samples("info_nce", a=a, b=b)
    if not temperature > 0.0:
        raise ValueError(f"info_nce: temperature is {temperature}, expected a positive number")
    xp = array_namespace(a, b)
    temperature = float(temperature)
    a_hat, a_inverse = _unit_rows(a)
    b_hat, b_inverse = _unit_rows(b)
    partners = xp.arange(a.shape[0], dtype=xp.int64, device=a.device)
    value, ds = softmax_cross_entropy(a_hat @ b_hat.T / temperature, partners)
    ds = ds / temperature
    da = _unit_rows_backward(ds @ b_hat, a_hat, a_inverse)
    db = _unit_rows_backward(ds.T @ a_hat, b_hat, b_inverse)
    return value, da, db


def _unit_rows(x: Array) -> tuple[Array, Array]:
    """Rows of length 1, and what they were multiplied by; 0 for rows of zeros."""
    xp = array_namespace(x)
    length = xp.sqrt(xp.sum(x * x, axis=1, keepdims=True))
    some = length > 0
    inverse = xp.astype(some, x.dtype) / xp.where(some, length, xp.ones_like(length))
    return x * inverse, inverse


def _unit_rows_backward(dx_hat: Array, x_hat: Array, inverse: Array) -> Array:
    """Gradient of `_unit_rows`: the part perpendicular to a row, divided by its length."""
    along = array_namespace(dx_hat, x_hat).sum(dx_hat * x_hat, axis=1, keepdims=True)
    return (dx_hat - along * x_hat) * inverse
