"""Sign flips of tanh units (S4)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes

Params = list[tuple[Array, Array]]
"""[(W1, b1), (W2, b2)] of a network with one hidden layer."""


def flip_tanh_units(params: Params, mask: Array) -> Params:
    """Parameters of the same network with the signs of some hidden units flipped.

    Because ``tanh(-u) = -tanh(u)``, the output of a unit changes its sign if its column of W1 and
    its bias do. Flipping its row of W2 as well leaves the network's output unchanged.

    Parameters
    ----------
    params : [(W1, b1), (W2, b2)] with W1 (n_in, m), b1 (m,), W2 (m, n_out), b2 (n_out,)
    mask : (m,) truth values, True for the units to flip

    Returns
    -------
    params : new arrays; with tanh between the layers the network computes the same

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    TypeError
        If mask is not of truth values.
    """
    (W1, b1), (W2, b2) = params
    require_shapes(
        "flip_tanh_units",
        W1=(W1, "n_in m"),
        b1=(b1, "m"),
        W2=(W2, "m n_out"),
        b2=(b2, "n_out"),
        mask=(mask, "m"),
    )
    xp = array_namespace(W1, b1, W2, b2, mask)
    if not xp.isdtype(mask.dtype, "bool"):
        raise TypeError(
            f"flip_tanh_units: mask has dtype {mask.dtype}, expected truth values; mask != 0 makes "
            "them"
        )
    sign = 1.0 - 2.0 * xp.astype(mask, W1.dtype)
    return [(W1 * sign, b1 * sign), (sign[:, None] * W2, xp.asarray(b2, copy=True))]
