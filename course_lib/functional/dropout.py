"""Dropout of units, inverted and as first published, and dropout of weights (S2, S3, S4)."""

from course_lib.backend import Array, Generator, array_namespace, uniform
from course_lib.requirements import require_drop_prob, require_generator
from course_lib.shapes import require_shapes


def _kept(x: Array, drop_prob: float, rng: Generator) -> Array:
    """For each element of x, in its type: 0 with probability ``drop_prob``, else 1."""
    drawn = uniform(rng, tuple(x.shape), like=x)
    return array_namespace(x).astype(drawn >= drop_prob, x.dtype)


DropoutCache = Array | None  # scaled mask; None in evaluation


def dropout_forward(
    x: Array, drop_prob: float, rng: Generator, *, training: bool
) -> tuple[Array, DropoutCache]:
    """Drop each element with probability ``drop_prob`` and scale the others up.

    In training ``y = x * m / (1 - drop_prob)`` with independent ``m`` that are 0 with probability
    ``drop_prob`` and else 1, so that the expectation of y is x.  Otherwise ``y = x`` (S2, S3, S4;
    Srivastava et al. 2014).

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
    scaled_mask = _kept(x, drop_prob, rng) * (1.0 / (1.0 - drop_prob))
    return x * scaled_mask, scaled_mask


def dropout_backward(dy: Array, cache: DropoutCache) -> Array:
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


VanillaDropoutCache = Array  # factor


def vanilla_dropout_forward(
    x: Array, drop_prob: float, rng: Generator, *, training: bool
) -> tuple[Array, VanillaDropoutCache]:
    """Drop each element with probability ``drop_prob``; at test time scale all of them down.

    In training ``y = x * m`` with independent ``m`` that are 0 with probability ``drop_prob`` and
    else 1. Otherwise ``y = x * (1 - drop_prob)``, the expectation of y in training. Inverted
    dropout (:func:`dropout_forward`) differs by the factor ``1 - drop_prob`` and needs no scaling
    at test time (S2, S4).

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
    if training:
        require_generator("vanilla_dropout_forward", rng)
        factor = _kept(x, drop_prob, rng)
    else:
        factor = array_namespace(x).full_like(x, 1.0 - drop_prob)
    return x * factor, factor


def vanilla_dropout_backward(dy: Array, cache: VanillaDropoutCache) -> Array:
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


DropConnectCache = tuple[Array, Array, Array | float]  # x, W after the mask, scaled mask


def dropconnect_forward(
    x: Array, W: Array, b: Array, drop_prob: float, rng: Generator, *, training: bool
) -> tuple[Array, DropConnectCache]:
    """Affine map with some weights left out: ``y = x @ (W * m) / (1 - drop_prob) + b``.

    In training the m are independent, 0 with probability ``drop_prob`` and else 1: one mask for the
    whole batch, a new one in every call. The bias is never dropped. The expectation of y over the
    masks is ``x @ W + b``. Otherwise ``y = x @ W + b`` (S3; Wan et al. 2013).

    Parameters
    ----------
    x : (N, n_in)
    W : (n_in, n_out)
    b : (n_out,)
    drop_prob : probability of DROPPING a weight, in [0, 1)
    rng : source of randomness; used in training only
    training : whether to drop anything

    Returns
    -------
    y : (N, n_out)
    cache : passed unchanged to :func:`dropconnect_backward`

    Raises
    ------
    ValueError
        If drop_prob is not in [0, 1), or if the shapes do not fit together.
    """
    require_shapes("dropconnect_forward", x=(x, "N n_in"), W=(W, "n_in n_out"), b=(b, "n_out"))
    require_drop_prob("dropconnect_forward", drop_prob)
    drop_prob = float(drop_prob)
    scaled_mask: Array | float = 1.0
    if training:
        require_generator("dropconnect_forward", rng)
        scaled_mask = _kept(W, drop_prob, rng) * (1.0 / (1.0 - drop_prob))
    masked = W * scaled_mask
    return x @ masked + b, (x, masked, scaled_mask)


def dropconnect_backward(dy: Array, cache: DropConnectCache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`dropconnect_forward`, with the same mask and scale.

    ``dx = dy (W * m)^T / (1 - drop_prob)``, ``dW = (x^T dy) * m / (1 - drop_prob)``: the gradient
    of a dropped weight is 0. ``db = sum_n dy_n``.

    Parameters
    ----------
    dy : (N, n_out), gradient of the loss with respect to y
    cache : from :func:`dropconnect_forward`

    Returns
    -------
    dx : (N, n_in)
    dW : (n_in, n_out)
    db : (n_out,)

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    x, masked, scaled_mask = cache
    require_shapes(
        "dropconnect_backward", x=(x, "N n_in"), W=(masked, "n_in n_out"), dy=(dy, "N n_out")
    )
    xp = array_namespace(dy, x, masked)
    return dy @ masked.T, (x.T @ dy) * scaled_mask, xp.sum(dy, axis=0)
