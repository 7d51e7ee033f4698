"""``rescale_relu_units(params, scales) -> params``: the same ReLU network with other weights."""

import numpy as np

from grader.checking.contract import Case, float32, slips, step, values
from grader.exercises.symmetries import NEW, network, symmetry


def rescale_relu_units(params, scales):
    (W1, b1), (W2, b2) = params
    W1, b1 = W1 * scales, b1 * scales
    W2 = W2 / scales[:, None]
    return [(W1, b1), (W2, b2)]


SCALED = "each unit is multiplied by its scale"
ONES = "scales of 1 change nothing"


def drawn(rng: np.random.Generator, m: int) -> np.ndarray:
    """m numbers above 0, none near 1, some above it and some below."""
    sizes = rng.uniform(1.5, 3.0, size=m)
    return np.where(np.arange(m) % 2 == 0, sizes, 1 / sizes)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        SCALED: [
            network(rng, "three of each", 3, 3, 3) | {"scales": drawn(rng, 3)},
            network(rng, "2 inputs, 4 units, 3 outputs", 2, 4, 3) | {"scales": drawn(rng, 4)},
            network(rng, "6 inputs, 5 units, 1 output", 6, 5, 1) | {"scales": drawn(rng, 5)},
            float32(network(rng, "float32", 3, 5, 2) | {"scales": drawn(rng, 5)}),
        ],
        ONES: [network(rng, "all scales 1", 2, 3, 2) | {"scales": np.ones(3)}],
    }


exercise = symmetry(
    rescale_relu_units,
    cases=cases,
    title=SCALED,
    nothing="all weights are unchanged",
    # A function that returns params satisfies it.
    judge=[values(*NEW, cases=ONES, alone=False)],
    answers=("course_lib.symmetry",),
    hints=(
        "relu(c u) = c relu(u) for c > 0. If the output of a unit becomes c times as large, how "
        "does the next layer compensate for this?",
        step(
            "Compare your W1 with the given one. By what is each column multiplied?", SCALED, ONES
        ),
        "`W1 * scales` multiplies column j of W1 by scales[j]; `A * scales[:, None]` multiplies "
        "row j of A.",
        "A smaller example: one input, two units, W1 = [[5, 6]], b1 = [1, 2], W2 = [[10], [20]] "
        "and scales = [1, 2] become [[5, 12]], [1, 4] and [[10], [10]].",
    ),
    mistakes=slips("""
W1, b1 = W1 * scales, b1
    relu(c u) = c relu(u) holds for the whole u, and the bias is a part of u. You did not multiply
    the bias.
# W2 = W2 / scales[:, None]
    The outputs of the units are now scaled, and the next layer does not compensate for it. Which
    weights multiply their outputs?
# W1, b1 = W1 * scales, b1 * scales
    You change only W2, so the next layer expects scaled outputs, but the units still give the old
    ones.
W1, b1 = W1 * scales, b1
# W2 = W2 / scales[:, None]
    You change only W1. Two other arrays belong to a hidden unit, too.
W2 = W2 * scales[:, None]
    You multiply the rows of W2 by the scales, so the outputs of the units count scales² times as
    much. What compensates for a factor?
W1, b1 = W1 / scales, b1 / scales
W2 = W2 * scales[:, None]
    The network computes the same, but you divide W1 and b1 by the scales and multiply W2: here it
    is the other way round.
W1, b1 = W1 / scales, b1 / scales
    You divide everything by the scales. What compensates for a factor?
W1, b1 = W1 * scales[:, None], b1 * scales
    In W1 you multiply the rows, which belong to the inputs. A hidden unit's weights are in a column
    of W1, which has the shape (n_in, m).
W2 = W2 / scales
    In W2 you divide the columns, which belong to the outputs. The weights that lead away from a
    hidden unit are in a row of W2, which has the shape (m, n_out).
return [(W1, b1), (W2, b2 * scales)]
    b2 belongs to the outputs, not to the hidden units, so it stays unchanged.
W2 = W2 / scales[:, None] ** 2
    You divide W2 by the squares of the scales. The outputs of the units are scaled once.
W2 = W2 - scales[:, None]
    You subtract from W2. The outputs of the units were multiplied; what undoes a multiplication?
W1, b1 = W1, b1 * scales
    You change the biases, but not the weights that lead to the units. Both are part of u.
W2 = W2 / scales.mean()
    You divide the whole W2 by one number. Each row of W2 belongs to another unit, with its own
    scale.
scales = np.ones_like(scales)
    You change nothing, because `scales` is not used.
"""),
)
