"""Inverted dropout (S2, S3, S4; Srivastava et al. 2014)."""

from course_lib.backend import Array, Generator, array_namespace, uniform
from course_lib.requirements import require_drop_prob, require_generator
from course_lib.shapes import require_shapes

Cache = Array | None  # scaled mask; None in evaluation


def dropout_forward(
    x: Array, drop_prob: float, rng: Generator, *, training: bool
) -> tuple[Array, Cache]:
    """Drop each element with probability ``drop_prob`` and scale the others up.

    In training ``y = x * m / (1 - drop_prob)`` with independent ``m`` that are 0 with probability
    ``drop_prob`` and else 1, so that the expectation of y is x.  Otherwise ``y = x``.

    Parameters
    ----------
    x : any shape
    drop_prob : probability of DROPPING an element, in [0, 1)
    rng : source of randomness; used in training only
    training : whether to drop anything

    Returns
    -------
    y : shape of x
    cache : passed unchanged to :func:`dropout_backward`

    Raises
    ------
    ValueError
        If drop_prob is not in [0, 1).
    """
    require_shapes("dropout_forward", x=(x, "..."))
    require_drop_prob("dropout_forward", drop_prob)
    drop_prob = float(drop_prob)
    if not training:
        return +x, None
    require_generator("dropout_forward", rng)
    xp = array_namespace(x)
    drawn = uniform(rng, tuple(x.shape), like=x)
    kept = drawn >= drop_prob
    scaled_mask = xp.astype(kept, x.dtype) * (1.0 / (1.0 - drop_prob))
    return x * scaled_mask, scaled_mask


def dropout_backward(dy: Array, cache: Cache) -> Array:
    """Gradient of :func:`dropout_forward`: the same mask and scale, ``dx = dy * m / (1 - p)``.

    Parameters
    ----------
    dy : shape of y
    cache : from :func:`dropout_forward`

    Returns
    -------
    dx : shape of y

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    scaled_mask = cache
    if scaled_mask is None:
        return +dy
    require_shapes("dropout_backward", y=(scaled_mask, "..."), dy=(dy, "..."))
    return dy * scaled_mask
