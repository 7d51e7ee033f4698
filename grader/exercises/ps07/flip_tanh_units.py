"""``flip_tanh_units(params, mask) -> params``: the same network, some units with other signs."""

from typing import Any

import numpy as np

from course_lib.symmetry import flip_tanh_units
from grader.checking import Case, Exercise, Mistake, _, dtype, shapes, unchanged_inputs, values
from grader.exercises.ps07.permute_hidden_units import NEW, network, observe, same_output


def chosen(rng: np.random.Generator, m: int, n: int) -> np.ndarray:
    """n of m units, but never all and none."""
    mask = np.zeros(m, dtype=bool)
    mask[rng.permutation(m)[:n]] = True
    return mask


def cases(rng: np.random.Generator) -> list[Case]:
    single = network(rng, "float32", 3, 5, 2)
    single |= {name: single[name].astype(np.float32) for name in (*NEW, "x")}
    return [
        network(rng, "three of each", 3, 3, 3) | {"mask": chosen(rng, 3, 1)},
        network(rng, "2 inputs, 4 units, 3 outputs", 2, 4, 3) | {"mask": chosen(rng, 4, 3)},
        network(rng, "6 inputs, 5 units, 1 output", 6, 5, 1) | {"mask": chosen(rng, 5, 2)},
        network(rng, "no unit", 2, 3, 2) | {"mask": np.zeros(3, dtype=bool)},
        single | {"mask": chosen(rng, 5, 2)},
    ]


SOME = ("three of each", "2 inputs, 4 units, 3 outputs", "6 inputs, 5 units, 1 output", "float32")


def run(flip_tanh_units: Any, case: Case) -> dict[str, Any]:
    params = [(case["W1"], case["b1"]), (case["W2"], case["b2"])]
    (W1, b1), (W2, b2) = flip_tanh_units(params, case["mask"])
    same = len(params) == 2 and params[0][0] is case["W1"] and params[1][0] is case["W2"]
    given = "as it was" if same else "changed"
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "the list params": given}


def without_b1(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1)
    return [(W1 * sign, b1), (W2 * sign[:, None], b2)]


def without_W2(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1)
    return [(W1 * sign, b1 * sign), (W2, b2)]


def without_W1(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1, b1), (W2 * np.where(mask, -1, 1)[:, None], b2)]


def W1_alone(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1 * np.where(mask, -1, 1), b1), (W2, b2)]


def rows_of_W1(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1)
    return [(W1 * sign[:, None], b1 * sign), (W2 * sign[:, None], b2)]


def columns_of_W2(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1)
    return [(W1 * sign, b1 * sign), (W2 * sign, b2)]


def b2_as_well(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1)
    return [(W1 * sign, b1 * sign), (W2 * sign[:, None], b2 * sign)]


def b2_negated(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1)
    return [(W1 * sign, b1 * sign), (W2 * sign[:, None], -b2)]


def the_others(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, 1, -1)
    return [(W1 * sign, b1 * sign), (W2 * sign[:, None], b2)]


def all_units(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(-W1, -b1), (-W2, b2)]


def nothing_flips(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1.copy(), b1.copy()), (W2.copy(), b2.copy())]


def switched_off(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    keep = np.where(mask, 0, 1)
    return [(W1 * keep, b1 * keep), (W2 * keep[:, None], b2)]


def mask_as_sign(params: Any, mask: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1 * mask, b1 * mask), (W2 * mask[:, None], b2)]


exercise = Exercise(
    name="flip_tanh_units",
    takes=("flip_tanh_units",),
    points=2,
    reference=(flip_tanh_units,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        same_output(
            _("other weights, the same output"),
            _("all weights are as they were"),
            weight=4,
            cases=SOME,
        ),
        values(*NEW, weight=5, cases=SOME, title=_("the units of the mask are flipped")),
        # Form: handing back params meets it.
        values(*NEW, cases="no unit", form=True, title=_("an empty mask changes nothing")),
        shapes(*NEW),
        dtype(*NEW),
        unchanged_inputs(),
        values("the list params", form=True, title=_("the list params is left as it was")),
    ],
    mistakes=[
        Mistake(
            without_b1,
            hint=_(
                "tanh(−u) = −tanh(u) holds for the whole u, and the bias is a part of u: its sign "
                "is what it was."
            ),
        ),
        Mistake(
            without_W2,
            hint=_(
                "The units put out the opposite now, and nothing makes up for it. Who takes in "
                "what they put out?"
            ),
        ),
        Mistake(
            without_W1,
            hint=_(
                "Only W2 has other signs: the next layer expects the opposite of what the units "
                "still put out."
            ),
        ),
        Mistake(
            W1_alone,
            hint=_("Only W1 has other signs. Two more things belong to a hidden unit."),
        ),
        Mistake(
            rows_of_W1,
            hint=_(
                "In W1 the signs of rows were changed: those are the inputs. A hidden unit's "
                "weights are in a column of W1, which has the shape (n_in, m)."
            ),
        ),
        Mistake(
            columns_of_W2,
            hint=_(
                "In W2 the signs of columns were changed: those are the outputs. What leads away "
                "from a hidden unit is in a row of W2, which has the shape (m, n_out)."
            ),
        ),
        Mistake(
            b2_as_well,
            hint=_("b2 belongs to the outputs, not to the hidden units, and stays as it is."),
        ),
        Mistake(
            b2_negated,
            hint=_(
                "b2 has the opposite sign. The outputs are to be what they were, so their biases "
                "are, too."
            ),
        ),
        Mistake(
            the_others,
            hint=_(
                "The network is the same, but you flip the other units: `mask` is True for those "
                "that are to be flipped."
            ),
        ),
        Mistake(all_units, hint=_("All units are flipped, whatever `mask` says.")),
        Mistake(nothing_flips, hint=_("No sign has changed: `mask` is not used.")),
        Mistake(
            switched_off,
            hint=_(
                "The units of the mask are multiplied by 0, so the network has lost them. By what "
                "must they be multiplied to change their sign?"
            ),
        ),
        Mistake(
            mask_as_sign,
            hint=_(
                "Multiplying by a mask of truth values gives 0 and 1: those outside of it are "
                "gone. Two other factors are needed, one for True and one for False."
            ),
        ),
    ],
    answers=("course_lib.symmetry.flip_tanh_units",),
    returns="[(W1, b1), (W2, b2)]",
    hints=(
        _("If a unit's u changes its sign, what does tanh(u) do? And the next layer, to undo it?"),
        _(
            "All that makes up u changes its sign, and so does all that multiplies z. `np.where("
            "mask, −1, 1)` has a sign for every unit."
        ),
        _(
            "Smaller: one input, two units, W1 = [[5, 6]], b1 = [1, 2], W2 = [[10], [20]] and mask "
            "= [False, True] become [[5, −6]], [1, −2] and [[10], [−20]]."
        ),
    ),
)
