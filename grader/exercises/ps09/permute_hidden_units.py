"""``permute_hidden_units(params, order) -> params``: the same network, its units reordered."""

import numpy as np

from grader.checking.contract import Case, float32, slips, step
from grader.exercises.symmetries import network, symmetry


def permute_hidden_units(params, order):
    (W1, b1), (W2, b2) = params
    W1, b1 = W1[:, order], b1[order]
    W2 = W2[order]
    return [(W1, b1), (W2, b2)]


def cycle(rng: np.random.Generator, m: int) -> np.ndarray:
    """An order in which every unit moves, and that differs from its inverse."""
    ring = rng.permutation(m)
    order = np.empty(m, dtype=np.int64)
    order[ring] = np.roll(ring, 1)
    return order


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    networks = [
        network(rng, "three of each", 3, 3, 3),
        network(rng, "2 inputs, 4 units, 3 outputs", 2, 4, 3),
        network(rng, "6 inputs, 5 units, 1 output", 6, 5, 1),
        float32(network(rng, "float32", 3, 5, 2)),
    ]
    return {MOVED: [net | {"order": cycle(rng, net["b1"].size)} for net in networks]}


MOVED = "new unit j is old unit order[j]"

exercise = symmetry(
    permute_hidden_units,
    cases=cases,
    title=MOVED,
    nothing="all weights are unchanged",
    answers=("course_lib.symmetry",),
    hints=(
        "A hidden unit has weights that lead to it, a bias, and weights that lead away from it.",
        step("Which old unit is at position 0 of your result? And which one is order[0]?", MOVED),
        "With an array of indices, `A[:, order]` takes the columns of A in that order, and "
        "`A[order]` its rows.",
        "A smaller example: one input, W1 = [[5, 6, 7]], b1 = [1, 2, 3], W2 = [[10], [20], [30]] "
        "and order = [2, 0, 1] become [[7, 5, 6]], [3, 1, 2] and [[30], [10], [20]].",
    ),
    mistakes=slips("""
W1, b1 = W1[order], b1[order]
    You reorder the rows of W1, which belong to the inputs. A hidden unit's weights are in a column
    of W1, which has the shape (n_in, m).
W1, b1 = W1[:, order], b1
    Each unit has a bias, too. Which bias does it have after your reordering?
# W2 = W2[order]
    You reorder the units, but not the weights of the next layer. Which of these weights multiply
    the output of a unit?
# W1, b1 = W1[:, order], b1[order]
    You reorder only W2. The weights that lead to a unit have to move with it.
W1, b1 = W1[:, order], b1
# W2 = W2[order]
    You reorder only W1. Which other arrays belong to a unit, besides the weights that lead to it?
W2 = W2[:, order]
    You reorder the columns of W2, which belong to the outputs. The weights that lead away from a
    hidden unit are in a row of W2, which has the shape (m, n_out).
return [(W1, b1), (W2[:, order], b2[order])]
    In W2 you reorder both rows and columns. Its columns and b2 belong to the outputs, which keep
    their order.
return [(W1, b1), (W2, b2[order])]
    b2 belongs to the outputs, not to the hidden units, so it stays unchanged.
order = np.argsort(order)
    The network computes the same, but you use the inverse permutation: you put old unit j at
    position order[j]. Here position j gets old unit order[j].
W2 = W2[np.argsort(order)]
    You reorder W1 by `order`, but W2 by its inverse. Both have to move the same unit to the same
    position.
W1, b1 = W1[:, np.argsort(order)], b1[np.argsort(order)]
    You reorder W2 by `order`, but W1 and b1 by its inverse. All of them have to move the same unit
    to the same position.
return params
    You do not reorder the units: `order` is not used.
order = slice(None, None, -1)
    You always reverse the order of the units. Use `order`.
"""),
)
