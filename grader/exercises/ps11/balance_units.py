"""``balance_units(params) -> params``: the same ReLU network, its units on one scale."""

import numpy as np

from grader.checking.contract import Case, float32, loop, slips, step, values
from grader.exercises.symmetries import network, symmetry


def balance_units(params):
    (W1, b1), (W2, b2) = params
    incoming = np.sqrt(np.sum(W1**2, axis=0) + b1**2)
    outgoing = np.sqrt(np.sum(W2**2, axis=1))
    c = np.sqrt(outgoing / incoming)
    W1, b1 = W1 * c, b1 * c
    W2 = W2 / c[:, None]
    return [(W1, b1), (W2, b2)]


BALANCED = "incoming and outgoing weights are equally long"
EVEN = "balanced units stay as they are"


def uneven(rng: np.random.Generator, about: str, *widths: int, power: float = 1.0) -> Case:
    """A network in which units are long on one side, incoming or outgoing, one of them little."""
    made = network(rng, about, *widths)
    (W1, b1), (W2, b2) = balance_units(made["params"])
    sizes = rng.uniform(1.5, 4.0, size=len(b1)) ** power
    sizes[rng.integers(len(b1))] = 1.05
    c = np.where(np.arange(len(b1)) % 2 == 0, sizes, 1 / sizes)
    return made | {"params": [[W1 * c, b1 * c], [W2 / c[:, None], b2]]}


def even(rng: np.random.Generator) -> Case:
    made = network(rng, "all units balanced", 2, 3, 2)
    return made | {"params": [list(pair) for pair in balance_units(made["params"])]}


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        BALANCED: [
            uneven(rng, "three inputs, units and outputs", 3, 3, 3),
            uneven(rng, "2 inputs, 4 units, 3 outputs", 2, 4, 3),
            uneven(rng, "6 inputs, 5 units, 1 output", 6, 5, 1),
            uneven(rng, "some vectors thousands of times as long as others", 3, 4, 2, power=10.0),
            float32(uneven(rng, "float32", 3, 5, 2)),
        ],
        EVEN: [even(rng)],
    }


exercise = symmetry(
    balance_units,
    points=2,
    cases=cases,
    title=BALANCED,
    judge=[
        # A function that returns params satisfies it.
        values("W", "b", cases=EVEN, alone=False),
    ],
    answers=("course_lib.symmetry",),
    hints=(
        "relu(c u) = c relu(u) for c > 0. If the output of a unit becomes c times as large, how "
        "does the next layer compensate for this?",
        step(
            "Let the lengths be a and d before. They become c·a and d/c. For which c are these "
            "two equal?",
            BALANCED,
        ),
        "The length of a vector is the root of the sum of its squares. The bias belongs to the "
        "vector that leads to the unit. `np.sum(A**2, axis=0)` adds up each column.",
        loop("""
        for j in range(len(b1)):  # both lengths of unit j
            incoming[j] = math.sqrt(sum(w**2 for w in W1[:, j]) + b1[j] ** 2)
            outgoing[j] = math.sqrt(sum(w**2 for w in W2[j]))
        """),
        "`W1 * c` multiplies column j of W1 by c[j]; `A / c[:, None]` divides row j of A.",
        "A smaller example: one input, one unit, W1 = [[3]], b1 = [4], W2 = [[20]]. The lengths "
        "are 5 and 20, so c = 2. The new weights are [[6]], [8] and [[10]]: both lengths are 10.",
    ),
    mistakes=slips("""
c = 1 / incoming
    All vectors that lead to a unit have the length 1 now, but those that lead away from it have
    other lengths.
W1, b1 = W1 * c, b1
    relu(c u) = c relu(u) holds for the whole u, and the bias is a part of u. You did not multiply
    the bias.
# W2 = W2 / c[:, None]
    The outputs of the units are now scaled, and the next layer does not compensate for it.
# W1, b1 = W1 * c, b1 * c
    You change only W2, so the next layer expects scaled outputs, but the units still give the old
    ones.
W2 = W2 * c[:, None]
    You multiply both W1 and W2. The outputs of the units have become larger; what compensates for a
    factor in the next layer?
W1, b1 = W1 / c, b1 / c
    You divide everything by c. What compensates for a factor?
c = outgoing / incoming
    The lengths have changed places: the factor c acts twice, once on each of them. What is c, if
    c·a = d/c? (There are two kinds of roots, one in each length and one in c.)
c = outgoing
    You scale by the outgoing length, so that all vectors that lead away have the length 1. What
    about those that lead to the unit?
c = np.sqrt(incoming / outgoing)
    The network computes the same, but the lengths are farther apart than before. A unit with short
    incoming weights needs a factor above 1 for them.
incoming = np.sqrt(np.sum(W1**2, axis=0))
    The bias is missing in the length of the vector that leads to a unit.
incoming = np.sqrt(np.mean(W1**2, axis=0) + b1**2)
    The length of a vector is the root of the sum of its squares, not of their mean.
incoming = np.sqrt(np.sum(W1**2) + np.sum(b1**2))
outgoing = np.sqrt(np.sum(W2**2))
c = np.sqrt(outgoing / incoming) * np.ones_like(b1)
    You use one factor for all units. Each unit has two lengths, and a factor of its own.
incoming = np.abs(W1).sum(axis=0) + np.abs(b1)
outgoing = np.abs(W2).sum(axis=1)
    You add up absolute values. The length is the root of the sum of the squares.
return [(W1, b1), (W2, b2 * c.mean())]
    b2 belongs to the outputs, not to the hidden units, so it stays unchanged.
return params
    You return the same weights: no unit is rescaled.
"""),
)
