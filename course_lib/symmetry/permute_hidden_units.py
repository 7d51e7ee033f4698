"""Permutations of hidden units (S4)."""

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.shapes import require_shapes

Params = list[tuple[Array, Array]]
"""[(W1, b1), (W2, b2)] of a network with one hidden layer."""


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
