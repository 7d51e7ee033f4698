"""``make_twin(params, orders, signs) -> params``: the same network with other hidden units."""

import numpy as np

from grader.checking.contract import Case, float32, loop, mistake, slips, step
from grader.exercises.symmetries import network, symmetry


def make_twin(params, orders, signs):
    twin = list(params)
    for layer, (order, sign) in enumerate(zip(orders, signs, strict=True)):
        (W, b), (V, c) = twin[layer], twin[layer + 1]
        W, b = W[:, order] * sign, b[order] * sign
        V = V[order] * sign[:, None]
        twin[layer], twin[layer + 1] = (W, b), (V, c)
    return twin


TWIN = "every unit has its place and its sign"


def cycle(rng: np.random.Generator, m: int) -> np.ndarray:
    """An order in which every unit moves, and that differs from its inverse."""
    ring = rng.permutation(m)
    order = np.empty(m, dtype=np.int64)
    order[ring] = np.roll(ring, 1)
    return order


def both_signs(rng: np.random.Generator, m: int) -> np.ndarray:
    """m signs, not all alike."""
    signs = np.ones(m)
    signs[: rng.integers(1, m)] = -1
    return rng.permutation(signs)


def moved(rng: np.random.Generator, about: str, *widths: int) -> Case:
    """A network, and an order and signs for each of its hidden layers."""
    orders = [cycle(rng, m) for m in widths[1:-1]]
    signs = [both_signs(rng, m) for m in widths[1:-1]]
    return network(rng, about, *widths) | {"orders": orders, "signs": signs}


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        TWIN: [
            moved(rng, "three inputs, units and outputs", 3, 3, 3),
            moved(rng, "2 inputs, 4 units, 3 outputs", 2, 4, 3),
            moved(rng, "two hidden layers of 4 units", 4, 4, 4, 4),
            moved(rng, "hidden layers of 3, 5 and 4 units", 2, 3, 5, 4, 1),
            float32(moved(rng, "float32", 3, 5, 4, 2)),
        ]
    }


def one_hidden_layer(params, orders, signs):
    """You unpack two layers, but there may be any number of hidden layers. Which steps have to be
    repeated for each of them?
    """
    (_, _), (_, _) = params
    return the_first_two_layers(params, orders, signs)


def only_the_first_hidden_layer(params, orders, signs):
    """You change the units of the first hidden layer only. There may be any number of hidden
    layers: which steps have to be repeated for each of them?
    """
    return [*the_first_two_layers(params, orders, signs), *params[2:]]


def the_first_two_layers(params, orders, signs):
    """You return two layers, whatever the network has. There may be any number of hidden layers:
    which steps have to be repeated for each of them?
    """
    (W, b), (V, c) = params[0], params[1]
    order, sign = orders[0], signs[0]
    return [(W[:, order] * sign, b[order] * sign), (V[order] * sign[:, None], c)]


exercise = symmetry(
    make_twin,
    points=3,
    cases=cases,
    title=TWIN,
    answers=("course_lib.symmetry",),
    hints=(
        "A hidden unit has weights that lead to it, a bias, and weights that lead away from it. If "
        "its output changes the sign, how does the next layer compensate for this?",
        step(
            "Which old unit is at position 0 of your first hidden layer, and with which sign? What "
            "are orders[0][0] and signs[0][0]?",
            TWIN,
        ),
        "With an array of indices, `A[:, order]` takes the columns of A in that order, and "
        "`A[order]` its rows. `A * sign` multiplies column j by sign[j], and `A * sign[:, None]` "
        "row j.",
        "A hidden layer in the middle is changed twice: its rows belong to the units of the layer "
        "before, its columns to its own units. The second change starts from the first.",
        loop("""
        for j in range(len(order)):  # one hidden layer: (W, b) leads to it, V away from it
            i = order[j]
            new_W[:, j] = sign[j] * W[:, i]
            new_b[j] = sign[j] * b[i]
            new_V[j] = sign[j] * V[i]
        """),
        "A smaller example: one input, W1 = [[5, 6, 7]], b1 = [1, 2, 3], W2 = [[10], [20], [30]], "
        "order = [2, 0, 1] and sign = [−1, 1, 1] become [[−7, 5, 6]], [−3, 1, 2] and "
        "[[−30], [10], [20]].",
    ),
    mistakes=(
        mistake(one_hidden_layer),
        mistake(the_first_two_layers),
        mistake(only_the_first_hidden_layer),
        *slips("""
W, b = W[order] * sign, b[order] * sign
    You reorder the rows of W, which belong to the inputs. The weights that lead to a unit are in a
    column of W, which has the shape (n_in, m).
W, b = W[:, order] * sign, b
    Each unit has a bias, too. Which bias does it have in the twin, and with which sign?
W, b = W[:, order] * sign, b[order]
    tanh(−u) = −tanh(u) holds for the whole u, and the bias is a part of u. You did not change
    the sign of the bias.
V = V * sign[:, None]
    You reorder the units, but not the weights of the next layer. Which of these weights multiply
    the output of a unit?
V = V[order]
    The output of the flipped units has the opposite sign, and the next layer does not compensate
    for it.
# V = V[order] * sign[:, None]
    You change only the weights that lead to the units and their biases. Which other weights belong
    to a unit?
# W, b = W[:, order] * sign, b[order] * sign
    You change only the weights that lead away from the units. The weights that lead to a unit and
    its bias change with them.
W, b = W[:, order], b[order]
    You change signs only in the next layer, which then expects outputs of the opposite sign.
W, b = W[:, order], b[order]
V = V[order]
    You move the units, but no unit changes its sign: `signs` is not used.
W, b = W * sign, b * sign
V = V * sign[:, None]
    You change signs, but no unit moves: `orders` is not used.
V = V[:, order] * sign[:, None]
    You reorder the columns of the next layer's weights. The weights that lead away from a unit are
    in a row of them.
V = V[order] * sign
    In the next layer you change the signs of columns. The weights that lead away from a unit are in
    a row of them.
twin[layer], twin[layer + 1] = (W, b), (V, c[order] if len(c) == len(order) else c)
    The biases of the next layer belong to its own units, which do not move here.
W, b = (W * sign)[:, order], (b * sign)[order]
V = (V * sign[:, None])[order]
    The network computes the same, but you multiply before you move: then sign j belongs to the old
    unit j. Here it belongs to the new unit j.
orders = [np.argsort(order) for order in orders]
    The network computes the same, but you use the inverse permutation: you put old unit j at
    position order[j]. Here position j gets old unit order[j].
V = V[np.argsort(order)] * sign[:, None]
    You reorder W by `order`, but the next layer by its inverse. Both have to move the same unit to
    the same position.
(W, b), (V, c) = params[layer], params[layer + 1]
    For a later hidden layer you start again from `params`, so what the layer before has changed in
    its rows is lost.
return twin[:2] + params[2:]
    Only the first hidden layer is changed. There are as many orders and signs as hidden layers.
return params
    You return the same weights: nothing is moved or flipped.
"""),
    ),
)
