"""Weight-space symmetries: different weights that compute the same function."""

import math

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.shapes import require_shapes

# --- Sign flips of tanh units (S4) ----------------------------------------------------------------


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


# --- The number of equivalent settings of the weights (S4) ----------------------------------------


def n_equivalent(m: int) -> int:
    """Number of equivalent settings of a layer of m tanh units: ``m! * 2**m``.

    m! orders of the units, and a sign for each of them.

    Parameters
    ----------
    m : number of hidden units, 0 or more

    Returns
    -------
    count : an exact integer, however large

    Raises
    ------
    ValueError
        If m is negative.
    """
    if m < 0:
        raise ValueError(f"n_equivalent: m is {m}, expected 0 or more hidden units")
    return math.factorial(m) * int(2**m)


# --- Permutations of hidden units (S4) ------------------------------------------------------------


def permute_hidden_units(params: Params, order: Array) -> Params:
    """Parameters of the same network with its m hidden units in another order.

    Unit ``order[j]`` becomes unit j: its column of W1, its bias and its row of W2 move with it.

    Parameters
    ----------
    params : [(W1, b1), (W2, b2)] with W1 (n_in, m), b1 (m,), W2 (m, n_out), b2 (n_out,)
    order : (m,) integers, each of 0 … m-1 once

    Returns
    -------
    params : new arrays; the network computes the same with every activation function

    Raises
    ------
    ValueError
        If the shapes do not fit together or order is not a permutation.
    """
    (W1, b1), (W2, b2) = params
    require_shapes(
        "permute_hidden_units",
        W1=(W1, "n_in m"),
        b1=(b1, "m"),
        W2=(W2, "m n_out"),
        b2=(b2, "n_out"),
        order=(order, "m"),
    )
    given = to_numpy(order).tolist()
    if sorted(given) != list(range(len(given))):
        raise ValueError(
            f"permute_hidden_units: order is {given}, expected each of 0 … {len(given) - 1} once"
        )
    xp = array_namespace(W1, b1, W2, b2, order)
    return [
        (xp.take(W1, order, axis=1), xp.take(b1, order, axis=0)),
        (xp.take(W2, order, axis=0), xp.asarray(b2, copy=True)),
    ]


# --- Rescaled ReLU units --------------------------------------------------------------------------


def rescale_relu_units(params: Params, scales: Array) -> Params:
    """Parameters of the same network with hidden units that are larger or smaller.

    Because ``relu(c * u) = c * relu(u)`` for c > 0, the output of a unit is multiplied by c if its
    column of W1 and its bias are. Dividing its row of W2 by c leaves the network's output
    unchanged.

    Parameters
    ----------
    params : [(W1, b1), (W2, b2)] with W1 (n_in, m), b1 (m,), W2 (m, n_out), b2 (n_out,)
    scales : (m,) numbers c > 0, one for each unit, of the float type of params

    Returns
    -------
    params : new arrays; with ReLU between the layers the network computes the same

    Raises
    ------
    ValueError
        If the shapes do not fit together or a scale is not above 0.
    """
    (W1, b1), (W2, b2) = params
    require_shapes(
        "rescale_relu_units",
        W1=(W1, "n_in m"),
        b1=(b1, "m"),
        W2=(W2, "m n_out"),
        b2=(b2, "n_out"),
        scales=(scales, "m"),
    )
    xp = array_namespace(W1, b1, W2, b2, scales)
    if not bool(xp.all(scales > 0)):
        raise ValueError(
            "rescale_relu_units: expected scales above 0, because relu(c u) = c relu(u)"
        )
    return [(W1 * scales, b1 * scales), (W2 / scales[:, None], xp.asarray(b2, copy=True))]
