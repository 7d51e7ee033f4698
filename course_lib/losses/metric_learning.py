"""Metric learning: losses of distances between embeddings (S3)."""

from course_lib.backend import Array, array_namespace
from course_lib.habits import helpful
from course_lib.losses.classification import softmax_cross_entropy
from course_lib.requirements import require_probabilities, require_samples
from course_lib.settings import require_not_negative, require_positive
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def distance_and_direction(a: Array, b: Array) -> tuple[Array, Array]:
    """Distance ``d = |a - b|`` (N,) and its gradient ``(a - b) / d`` (N, D) with respect to a.

    The gradient with respect to b is its negative. Where a equals b there is no direction; there
    the gradient is 0, which is one of the subgradients.
    """
    direction, d = _unit_rows(a - b)
    return d[:, 0], direction


def _unit_rows(x: Array) -> tuple[Array, Array]:
    """Rows of length 1, and the lengths (N, 1) that they had; a row of zeros stays zero."""
    xp = array_namespace(x)
    largest = xp.max(xp.abs(x), axis=1, keepdims=True)  # squares of x / largest do not overflow
    largest = xp.where(largest > 0, largest, xp.ones_like(largest))
    x = x / largest
    length = xp.sqrt(xp.sum(x * x, axis=1, keepdims=True))
    return x / xp.where(length > 0, length, xp.ones_like(length)), length * largest


@helpful
def contrastive_loss(a: Array, b: Array, same: Array, margin: float) -> tuple[Number, Array, Array]:
    """Loss ``L = (1/N) sum_n 1/2 (same d**2 + (1 - same) max(0, margin - d)**2)``, ``d = |a - b|``.

    The loss pulls pairs of the same class together and pushes other pairs apart until their
    distance is at least the margin (S3; Hadsell, Chopra and LeCun 2006).

    Parameters
    ----------
    a, b : (N, D), embeddings of the two halves of N pairs
    same : (N,), 1 (or True) for pairs of the same class, 0 for others
    margin : distance beyond which other pairs have loss 0, positive

    Returns
    -------
    value : float, mean over the N pairs
    da, db : (N, D); 0 for a pair at distance 0, which has no direction

    Raises
    ------
    ValueError
        If the batch is empty, the shapes do not fit, same lies outside [0, 1] or the margin is not
        positive.
    TypeError
        If a or b is not floating point.
    """
    require_shapes("contrastive_loss", a=(a, "N D"), b=(b, "N D"), same=(same, "N"))
    require_samples("contrastive_loss", a=a, b=b)
    require_positive("contrastive_loss", margin=margin)
    N = a.shape[0]
    xp = array_namespace(a, b, same)
    same = xp.astype(same, a.dtype, copy=False)
    require_probabilities("contrastive_loss", same=same)
    d, direction = distance_and_direction(a, b)
    short = xp.maximum(float(margin) - d, 0.0)
    value = 0.5 * number(xp.sum(same * d * d + (1.0 - same) * short * short)) / N
    da = (same * d - (1.0 - same) * short)[:, None] * direction / N
    return value, da, -da


@helpful
def triplet_loss(
    anchor: Array, positive: Array, negative: Array, margin: float
) -> tuple[Number, Array, Array, Array]:
    """Loss ``L = (1/N) sum_n max(0, |anchor - positive| - |anchor - negative| + margin)``.

    The loss is 0 if the positive is nearer to the anchor than the negative by at least the margin.
    The distances are not squared (S3; with squares Schroff, Kalenichenko and Philbin 2015).

    Parameters
    ----------
    anchor, positive, negative : (N, D), embeddings; the positive has the anchor's class
    margin : how much nearer, not negative

    Returns
    -------
    value : float, mean over the N triplets
    da, dp, dn : (N, D), for anchor, positive, negative; 0 for triplets whose loss is 0. A distance
        of 0 contributes nothing.

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ or the margin is negative.
    TypeError
        If an array is not floating point.
    """
    given = {"anchor": anchor, "positive": positive, "negative": negative}
    require_shapes("triplet_loss", **{name: (rows, "N D") for name, rows in given.items()})
    require_samples("triplet_loss", **given)
    require_not_negative("triplet_loss", margin=margin)
    N = anchor.shape[0]
    xp = array_namespace(anchor, positive, negative)
    d_p, from_positive = distance_and_direction(anchor, positive)
    d_n, from_negative = distance_and_direction(anchor, negative)
    short = d_p - d_n + float(margin)
    value = number(xp.sum(xp.maximum(short, 0.0))) / N
    weight = xp.astype(short > 0, anchor.dtype)[:, None] / N
    danchor = weight * (from_positive - from_negative)
    return value, danchor, -weight * from_positive, weight * from_negative


@helpful
def info_nce(a: Array, b: Array, temperature: float) -> tuple[Number, Array, Array]:
    """Loss ``L = -(1/N) sum_i log(exp(s[i, i]) / sum_j exp(s[i, j]))``.

    ``s[i, j] = cos(a_i, b_j) / temperature``: each a_i is classified among all b_j of the batch,
    and b_i is the right class. That is softmax and cross-entropy with the labels 0 … N-1. Exchange
    a and b for the other direction (van den Oord et al. 2018; Chen et al. 2020).

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
    require_positive("info_nce", temperature=temperature)
    xp = array_namespace(a, b)
    temperature = float(temperature)
    a_hat, a_length = _unit_rows(a)
    b_hat, b_length = _unit_rows(b)
    partners = xp.arange(a.shape[0], dtype=xp.int64, device=a.device)
    value, ds = softmax_cross_entropy(a_hat @ b_hat.T / temperature, partners)
    ds = ds / temperature
    da = _unit_rows_backward(ds @ b_hat, a_hat, a_length)
    db = _unit_rows_backward(ds.T @ a_hat, b_hat, b_length)
    return value, da, db


def _unit_rows_backward(dx_hat: Array, x_hat: Array, length: Array) -> Array:
    """Gradient of `_unit_rows`: the part perpendicular to a row, divided by its length."""
    xp = array_namespace(dx_hat, x_hat)
    along = xp.sum(dx_hat * x_hat, axis=1, keepdims=True)
    some = length > 0
    inverse = xp.astype(some, x_hat.dtype) / xp.where(some, length, xp.ones_like(length))
    return (dx_hat - along * x_hat) * inverse
