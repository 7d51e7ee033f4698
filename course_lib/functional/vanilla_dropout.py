"""Dropout as first published: nothing is scaled in training, everything at test time (S2, S4)."""

from course_lib.backend import Array, Generator, array_namespace, uniform
from course_lib.requirements import require_drop_prob, require_generator
from course_lib.shapes import require_shapes

Cache = Array  # factor


def vanilla_dropout_forward(
    x: Array, drop_prob: float, rng: Generator, *, training: bool
) -> tuple[Array, Cache]:
    """Drop each element with probability ``drop_prob``; at test time scale all of them down.

    In training ``y = x * m`` with independent ``m`` that are 0 with probability ``drop_prob`` and
    else 1. Otherwise ``y = x * (1 - drop_prob)``, the expectation of y in training. Inverted
    dropout (:func:`dropout_forward`) differs by the factor ``1 - drop_prob`` and needs no scaling
    at test time.

    Parameters
    ----------
    x : any shape
    drop_prob : probability of DROPPING an element, in [0, 1)
    rng : source of randomness; used in training only
    training : whether to drop, or to scale

    Returns
    -------
    y : shape of x
    cache : passed unchanged to :func:`vanilla_dropout_backward`

    Raises
    ------
    ValueError
        If drop_prob is not in [0, 1).
    """
    require_shapes("vanilla_dropout_forward", x=(x, "..."))
    require_drop_prob("vanilla_dropout_forward", drop_prob)
    drop_prob = float(drop_prob)
    xp = array_namespace(x)
    if training:
        require_generator("vanilla_dropout_forward", rng)
        factor = xp.astype(uniform(rng, tuple(x.shape), like=x) >= drop_prob, x.dtype)
    else:
        factor = xp.full_like(x, 1.0 - drop_prob)
    return x * factor, factor


def vanilla_dropout_backward(dy: Array, cache: Cache) -> Array:
    """Gradient of :func:`vanilla_dropout_forward`: the same mask, or the same factor.

    Parameters
    ----------
    dy : shape of y
    cache : from :func:`vanilla_dropout_forward`

    Returns
    -------
    dx : shape of y

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    factor = cache
    require_shapes("vanilla_dropout_backward", y=(factor, "..."), dy=(dy, "..."))
    return dy * factor
