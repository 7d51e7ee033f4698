"""``flip_tanh_units(params, mask) -> params``: the same network, some units with other signs."""

import numpy as np

from grader.checking.contract import Case, float32, slips, step, values
from grader.exercises.symmetries import NEW, network, symmetry


def flip_tanh_units(params, mask):
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1).astype(W1.dtype)
    W1, b1 = W1 * sign, b1 * sign
    W2 = W2 * sign[:, None]
    return [(W1, b1), (W2, b2)]


def chosen(rng: np.random.Generator, m: int, n: int) -> np.ndarray:
    """n of m units, but never all and none."""
    mask = np.zeros(m, dtype=bool)
    mask[rng.permutation(m)[:n]] = True
    return mask


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "the units of the mask are flipped": [
            network(rng, "three of each", 3, 3, 3) | {"mask": chosen(rng, 3, 1)},
            network(rng, "2 inputs, 4 units, 3 outputs", 2, 4, 3) | {"mask": chosen(rng, 4, 3)},
            network(rng, "6 inputs, 5 units, 1 output", 6, 5, 1) | {"mask": chosen(rng, 5, 2)},
            float32(network(rng, "float32", 3, 5, 2)) | {"mask": chosen(rng, 5, 2)},
        ],
        "an empty mask changes nothing": [
            network(rng, "no unit", 2, 3, 2) | {"mask": np.zeros(3, dtype=bool)}
        ],
    }


exercise = symmetry(
    flip_tanh_units,
    cases=cases,
    title="the units of the mask are flipped",
    nothing="all weights are unchanged",
    # A function that returns params satisfies it.
    judge=[values(*NEW, cases="an empty mask changes nothing", alone=False)],
    answers=("course_lib.symmetry",),
    hints=(
        "If the u of a unit changes its sign, how does tanh(u) change? How does the next layer "
        "compensate for this?",
        step(
            "Compare your W1 with the given one. Which columns have changed their sign, and "
            "where is `mask` True?",
            *("the units of the mask are flipped", "an empty mask changes nothing"),
        ),
        "All terms of u change their sign, and so do all weights that multiply z. "
        "`np.where(mask, −1, 1)` gives one sign per unit.",
        "A smaller example: one input, two units, W1 = [[5, 6]], b1 = [1, 2], W2 = [[10], [20]] "
        "and mask = [False, True] become [[5, −6]], [1, −2] and [[10], [−20]].",
    ),
    mistakes=slips("""
W1, b1 = W1 * sign, b1
    tanh(−u) = −tanh(u) holds for the whole u, and the bias is a part of u. You did not change the
    sign of the bias.
# W2 = W2 * sign[:, None]
    The output of these units now has the opposite sign, and the next layer does not compensate for
    it. Which weights multiply their output?
# W1, b1 = W1 * sign, b1 * sign
    You change only W2, so the next layer expects outputs of the opposite sign, but the units still
    give the old ones.
W1, b1 = W1 * sign, b1
# W2 = W2 * sign[:, None]
    You change only W1. Two other arrays belong to a hidden unit, too.
W1, b1 = W1 * sign[:, None], b1 * sign
    In W1 you change the signs of rows, which belong to the inputs. A hidden unit's weights are in a
    column of W1, which has the shape (n_in, m).
W2 = W2 * sign
    In W2 you change the signs of columns, which belong to the outputs. The weights that lead away
    from a hidden unit are in a row of W2, which has the shape (m, n_out).
W2 = W2 * sign.min()
    You change the sign of the whole W2. Which rows of W2 belong to the flipped units?
return [(W1, b1), (W2, b2 * sign)]
    b2 belongs to the outputs, not to the hidden units, so it stays unchanged.
return [(W1, b1), (W2, -b2)]
    b2 has the opposite sign. The outputs should stay the same, so their biases stay the same, too.
sign = np.where(mask, 1, -1).astype(W1.dtype)
    The network computes the same, but you flip the wrong units: flip those for which `mask` is
    True.
sign = -np.ones(len(mask)).astype(W1.dtype)
    You flip all units. Flip only those for which `mask` is True.
sign = np.ones(len(mask)).astype(W1.dtype)
    You change no sign, because `mask` is not used.
sign = np.where(mask, 0, 1).astype(W1.dtype)
    You multiply the units of the mask by 0, which removes them. Which factor changes their sign?
sign = mask.astype(W1.dtype)
    As a factor, a boolean mask is 0 or 1, so the units outside the mask are removed. You need two
    other factors, one for True and one for False.
"""),
)
