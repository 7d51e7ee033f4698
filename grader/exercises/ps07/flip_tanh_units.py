"""``flip_tanh_units(params, mask) -> params``: the same network, some units with other signs."""

import numpy as np

from grader.checking.contract import Case, float32, step, values
from grader.exercises.symmetries import NEW, network, symmetry


def flip_tanh_units(params, mask):
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1).astype(W1.dtype)
    return [(W1 * sign, b1 * sign), (W2 * sign[:, None], b2)]


def chosen(rng: np.random.Generator, m: int, n: int) -> np.ndarray:
    """n of m units, but never all and none."""
    mask = np.zeros(m, dtype=bool)
    mask[rng.permutation(m)[:n]] = True
    return mask


def cases(rng: np.random.Generator) -> list[Case]:
    single = float32(network(rng, "float32", 3, 5, 2))
    return [
        network(rng, "three of each", 3, 3, 3) | {"mask": chosen(rng, 3, 1)},
        network(rng, "2 inputs, 4 units, 3 outputs", 2, 4, 3) | {"mask": chosen(rng, 4, 3)},
        network(rng, "6 inputs, 5 units, 1 output", 6, 5, 1) | {"mask": chosen(rng, 5, 2)},
        network(rng, "no unit", 2, 3, 2) | {"mask": np.zeros(3, dtype=bool)},
        single | {"mask": chosen(rng, 5, 2)},
    ]


FLIPPED, EMPTY = "the units of the mask are flipped", "an empty mask changes nothing"

exercise = symmetry(
    flip_tanh_units,
    cases=cases,
    title=FLIPPED,
    nothing="all weights are as they were",
    on=("three of each", "2 inputs, 4 units, 3 outputs", "6 inputs, 5 units, 1 output", "float32"),
    # Form: handing back params meets it.
    judge=[values(*NEW, cases="no unit", form=True, title=EMPTY)],
    answers=("course_lib.symmetry.flip_tanh_units",),
    hints=(
        "If a unit's u changes its sign, what does tanh(u) do? And the next layer, to undo it?",
        step(
            "Compare your W1 with the one that came in: which columns have changed their sign, and "
            "where is `mask` True?",
            *(FLIPPED, EMPTY),
        ),
        "All that makes up u changes its sign, and so does all that multiplies z. `np.where(mask, "
        "−1, 1)` has a sign for every unit.",
        "Smaller: one input, two units, W1 = [[5, 6]], b1 = [1, 2], W2 = [[10], [20]] and mask = "
        "[False, True] become [[5, −6]], [1, −2] and [[10], [−20]].",
    ),
)

exercise.slip(
    "b1 * sign",
    "b1",
    "tanh(−u) = −tanh(u) holds for the whole u, and the bias is a part of u: its sign is what it "
    "was.",
)
exercise.slip(
    "W2 * sign[:, None]",
    "W2",
    "The output of these units has the opposite sign now, and nothing makes up for it. Which "
    "weights multiply their output?",
)
exercise.slip(
    "W1 * sign, b1 * sign",
    "W1, b1",
    "Only W2 has other signs: the next layer expects the opposite of what the units still put out.",
)
exercise.slip(
    "b1 * sign), (W2 * sign[:, None]",
    "b1), (W2",
    "Only W1 has other signs. Two more things belong to a hidden unit.",
)
exercise.slip(
    "W1 * sign",
    "W1 * sign[:, None]",
    "In W1 the signs of rows were changed: those are the inputs. A hidden unit's weights are in a "
    "column of W1, which has the shape (n_in, m).",
)
exercise.slip(
    "W2 * sign[:, None]",
    "W2 * sign",
    "In W2 the signs of columns were changed: those are the outputs. The weights that lead away "
    "from a hidden unit are in a row of W2, which has the shape (m, n_out).",
)
exercise.slip(
    "W2 * sign[:, None]",
    "W2 * sign.min()",
    "All of W2 has the opposite sign. Which rows of W2 belong to the units that are flipped?",
)
exercise.slip(
    "b2)]",
    "b2 * sign)]",
    "b2 belongs to the outputs, not to the hidden units, and stays as it is.",
)
exercise.slip(
    "b2)]",
    "-b2)]",
    "b2 has the opposite sign. The outputs are to be what they were, so their biases are, too.",
)
exercise.slip(
    "-1, 1",
    "1, -1",
    "The network is the same, but you flip the other units: `mask` is True for those that are to "
    "be flipped.",
)
exercise.slip(
    "np.where(mask, -1, 1)",
    "-np.ones(len(mask))",
    "All units are flipped, whatever `mask` says.",
)
exercise.slip(
    "np.where(mask, -1, 1)",
    "np.ones(len(mask))",
    "No sign has changed: `mask` is not used.",
)
exercise.slip(
    "-1, 1",
    "0, 1",
    "The units of the mask are multiplied by 0, so the network has lost them. By what must they be "
    "multiplied to change their sign?",
)
exercise.slip(
    "np.where(mask, -1, 1)",
    "mask",
    "Multiplying by a mask of truth values gives 0 and 1: the units outside of it are gone. Two "
    "other factors are needed, one for True and one for False.",
)
