"""DropConnect: an affine map that drops weights instead of units (S3; Wan et al. 2013)."""

from course_lib.backend import Array, Generator, array_namespace, uniform
from course_lib.requirements import require_drop_prob, require_generator
from course_lib.shapes import require_shapes

Cache = tuple[Array, Array, Array | float]  # x, W after the mask, scaled mask


def dropconnect_forward(
    x: Array, W: Array, b: Array, drop_prob: float, rng: Generator, *, training: bool
) -> tuple[Array, Cache]:
    """Affine map with some weights left out: ``y = x @ (W * m) / (1 - drop_prob) + b``.

    In training the m are independent, 0 with probability ``drop_prob`` and else 1: one mask for the
    whole batch, a new one in every call. The bias is never dropped. The expectation of y over the
    masks is ``x @ W + b``. Otherwise ``y = x @ W + b``.

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
        xp = array_namespace(x, W, b)
        kept = uniform(rng, tuple(W.shape), like=W) >= drop_prob
        scaled_mask = xp.astype(kept, W.dtype) * (1.0 / (1.0 - drop_prob))
    masked = W * scaled_mask
    return x @ masked + b, (x, masked, scaled_mask)


def dropconnect_backward(dy: Array, cache: Cache) -> tuple[Array, Array, Array]:
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
