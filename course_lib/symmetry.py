"""Weight-space symmetries: different weights that compute the same function."""

from collections.abc import Sequence

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.shapes import require_shapes

Params = list[tuple[Array, Array]]
"""[(W1, b1), (W2, b2), …] of a network, the last layer linear."""


def make_twin(params: Params, orders: Sequence[Array], signs: Sequence[Array]) -> Params:
    """Parameters of the same tanh network with its hidden units in another order and other signs.

    Unit ``order[j]`` of a hidden layer becomes unit j: its column of W, its bias and its row of the
    next W move with it. Because ``tanh(-u) = -tanh(u)``, all of them are multiplied by the sign of
    the unit, and the output of the network stays the same. With signs of 1 the network computes the
    same for every activation function (S4).

    Parameters
    ----------
    params : [(W1, b1), (W2, b2), …] with W (n_in, n_out) and b (n_out,)
    orders : for each hidden layer (m,) integers, each of 0 … m-1 once
    signs : for each hidden layer (m,) numbers 1 or -1, of the float type of params; that of the new
        unit j stands at j

    Returns
    -------
    params : new arrays

    Raises
    ------
    ValueError
        If the shapes do not fit together, an order is not a permutation, or a sign is not 1 or -1.
    """
    if not len(orders) == len(signs) == len(params) - 1:
        raise ValueError(
            f"make_twin: {len(orders)} orders and {len(signs)} signs for {len(params) - 1} hidden "
            "layers, expected one of each for every hidden layer"
        )
    xp = array_namespace(*(array for pair in params for array in pair), *orders, *signs)
    twin = [(xp.asarray(W, copy=True), xp.asarray(b, copy=True)) for W, b in params]
    for layer, (order, sign) in enumerate(zip(orders, signs, strict=True)):
        (W, b), (V, c) = twin[layer], twin[layer + 1]
        of_units = {"b": (b, "m"), "order": (order, "m"), "sign": (sign, "m")}
        require_shapes("make_twin", W=(W, "n_in m"), W_next=(V, "m n_out"), **of_units)
        _require_permutation(order)
        if not bool(xp.all(sign * sign == 1)):
            raise ValueError(f"make_twin: signs are {to_numpy(sign).tolist()}, expected 1 or -1")
        W, b = xp.take(W, order, axis=1) * sign, xp.take(b, order, axis=0) * sign
        V = xp.take(V, order, axis=0) * sign[:, None]
        twin[layer], twin[layer + 1] = (W, b), (V, c)
    return twin


def _require_permutation(order: Array) -> None:
    given = to_numpy(order).tolist()
    if sorted(given) != list(range(len(given))):
        raise ValueError(f"make_twin: order is {given}, expected each of 0 … {len(given) - 1} once")


# --- Units that belong together -------------------------------------------------------------------


def match_units(A: Array, B: Array) -> tuple[Array, Array]:
    """Which unit of A, with which sign, is each unit of B: ``B[j] = signs[j] * A[order[j]]``.

    By the inequality of Cauchy and Schwarz, the largest of all ``|A[i] @ B[j]|`` belongs to a unit
    and its image, if B has the units of A. These two are matched and left out, and so on. If B has
    other units, the result is a matching of similar ones (Ainsworth and others, 2023).

    Parameters
    ----------
    A, B : (m, D), all weights of a hidden unit in a row: those that lead to it, its bias, those
        that lead away from it

    Returns
    -------
    order : (m,) integers
    signs : (m,) numbers 1 or -1, of the float type of A

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    require_shapes("match_units", A=(A, "m D"), B=(B, "m D"))
    xp = array_namespace(A, B)
    products = A @ B.T
    m = A.shape[0]
    order, signs = xp.zeros_like(A[:, 0], dtype=xp.int64), xp.ones_like(A[:, 0])
    sizes = xp.abs(products)
    for _ in range(m):
        i, j = divmod(int(xp.argmax(xp.reshape(sizes, (-1,)), axis=0)), m)
        order[j] = i
        if float(products[i, j]) < 0:
            signs[j] = -1.0
        sizes[i, :] = -1.0
        sizes[:, j] = -1.0
    return order, signs


# --- Rescaled ReLU units --------------------------------------------------------------------------


def balance_units(params: Params) -> Params:
    """Parameters of the same ReLU network in which all hidden units are balanced.

    Because ``relu(c * u) = c * relu(u)`` for c > 0, the output of the network stays the same if a
    unit's column of W1 and its bias are multiplied by c and its row of W2 is divided by c. Here c
    makes the vector that leads to the unit, bias included, as long as the one that leads away.

    Parameters
    ----------
    params : [(W1, b1), (W2, b2)] with W1 (n_in, m), b1 (m,), W2 (m, n_out), b2 (n_out,)

    Returns
    -------
    params : new arrays; of all rescaled networks, the sum of their squares is the smallest

    Raises
    ------
    ValueError
        If the shapes do not fit together, or one of the two vectors of a unit is 0.
    """
    (W1, b1), (W2, b2) = params
    require_shapes(
        "balance_units", W1=(W1, "n_in m"), b1=(b1, "m"), W2=(W2, "m n_out"), b2=(b2, "n_out")
    )
    xp = array_namespace(W1, b1, W2, b2)
    incoming = xp.sqrt(xp.sum(W1**2, axis=0) + b1**2)
    outgoing = xp.sqrt(xp.sum(W2**2, axis=1))
    if not bool(xp.all(incoming * outgoing > 0)):
        raise ValueError(
            "balance_units: all weights that lead to a unit, or away from it, are 0; no scale "
            "makes them as long as the others"
        )
    c = xp.sqrt(outgoing / incoming)
    return [(W1 * c, b1 * c), (W2 / c[:, None], xp.asarray(b2, copy=True))]
