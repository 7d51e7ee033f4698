"""``permute_hidden_units(params, order) -> params``: the same network, its units reordered."""

from typing import Any

import numpy as np

from course_lib.symmetry import permute_hidden_units
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    Property,
    _,
    case,
    dtype,
    holds,
    shapes,
    unchanged_inputs,
    values,
)

NEW = ("W1", "b1", "W2", "b2")


def network(rng: np.random.Generator, about: str, n_in: int, m: int, n_out: int) -> Case:
    """One hidden layer, and inputs to try it on."""
    return case(
        about,
        W1=rng.normal(size=(n_in, m)),
        b1=rng.normal(size=m),
        W2=rng.normal(size=(m, n_out)),
        b2=rng.normal(size=n_out),
        x=rng.normal(size=(5, n_in)),
    )


def cycle(rng: np.random.Generator, m: int) -> np.ndarray:
    """An order in which every unit moves, and that differs from its inverse."""
    ring = rng.permutation(m)
    order = np.empty(m, dtype=np.int64)
    order[ring] = np.roll(ring, 1)
    return order


def cases(rng: np.random.Generator) -> list[Case]:
    single = network(rng, "float32", 3, 5, 2)
    single |= {name: single[name].astype(np.float32) for name in (*NEW, "x")}
    networks = [
        network(rng, "three of each", 3, 3, 3),
        network(rng, "2 inputs, 4 units, 3 outputs", 2, 4, 3),
        network(rng, "6 inputs, 5 units, 1 output", 6, 5, 1),
        single,
    ]
    return [net | {"order": cycle(rng, net["b1"].size)} for net in networks]


def run(permute_hidden_units: Any, case: Case) -> dict[str, Any]:
    params = [(case["W1"], case["b1"]), (case["W2"], case["b2"])]
    (W1, b1), (W2, b2) = permute_hidden_units(params, case["order"])
    same = len(params) == 2 and params[0][0] is case["W1"] and params[1][0] is case["W2"]
    given = "as it was" if same else "changed"
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "the list params": given}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The new parameters, and what the network puts out with them."""
    return outputs | {"y": network_output(case["x"], outputs)}


def network_output(x: np.ndarray, params: dict[str, Any]) -> Any:
    try:
        # Complex numbers without an imaginary part become real ones; others are refused.
        parts = (np.real_if_close(params[name], tol=0) for name in NEW)
        W1, b1, W2, b2 = (part.astype(np.float64, casting="same_kind") for part in parts)
        return np.tanh(x @ W1 + b1) @ W2 + b2
    except (TypeError, ValueError):
        return "nothing: the new shapes do not fit together"


def same_output(
    title: str, nothing: str, weight: int, cases: tuple[str, ...] | None = None
) -> Property:
    """Other weights, the same output; `nothing` is said to whoever hands the weights back."""

    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
        if isinstance(got["y"], str):
            return _("the network puts out {got}").format(got=got["y"])
        W1, y = np.asarray(got["W1"]), np.asarray(got["y"])
        if W1.size == case["W1"].size and np.array_equal(W1.ravel(), case["W1"].ravel()):
            return nothing
        before = network_output(case["x"], case)
        off = float(np.max(np.abs(y - before))) if y.shape == before.shape else np.inf
        if off <= 1e-4 * max(1.0, float(np.max(np.abs(before)))):
            return None
        return _("its outputs change, by up to {off:.3g}").format(off=off)

    return holds(title, test, weight=weight, cases=cases)


def rows_of_W1(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1[order], b1[order]), (W2[order], b2)]


def without_b1(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1), (W2[order], b2)]


def without_W2(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1[order]), (W2, b2)]


def without_W1(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1, b1), (W2[order], b2)]


def W1_alone(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1), (W2, b2)]


def columns_of_W2(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1[order]), (W2[:, order], b2)]


def rows_and_columns_of_W2(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1[order]), (W2[order][:, order], b2[order])]


def b2_as_well(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1[order]), (W2[order], b2[order])]


def turned_round(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    back = np.argsort(order)
    return [(W1[:, back], b1[back]), (W2[back], b2)]


def W2_turned_round(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1[order]), (W2[np.argsort(order)], b2)]


def W1_turned_round(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    back = np.argsort(order)
    return [(W1[:, back], b1[back]), (W2[order], b2)]


def nothing_moves(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1.copy(), b1.copy()), (W2.copy(), b2.copy())]


def reversed_order(params: Any, order: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return [(W1[:, ::-1], b1[::-1]), (W2[::-1], b2)]


exercise = Exercise(
    name="permute_hidden_units",
    takes=("permute_hidden_units",),
    points=2,
    reference=(permute_hidden_units,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        same_output(
            _("other weights, the same output"),
            _("all weights are where they were"),
            weight=4,
        ),
        values(*NEW, weight=5, title=_("new unit j is old unit order[j]")),
        shapes(*NEW),
        dtype(*NEW),
        unchanged_inputs(),
        values("the list params", form=True, title=_("the list params is left as it was")),
    ],
    mistakes=[
        Mistake(
            rows_of_W1,
            hint=_(
                "The rows of W1 were reordered: those are the inputs. A hidden unit's weights are "
                "in a column of W1, which has the shape (n_in, m)."
            ),
        ),
        Mistake(
            without_b1,
            hint=_("Each unit has a bias, too. Which one does it have after your reordering?"),
        ),
        Mistake(
            without_W2,
            hint=_(
                "The units have moved, but the next layer still listens where they were: which "
                "weights lead away from a unit?"
            ),
        ),
        Mistake(
            without_W1,
            hint=_("Only W2 is reordered: the weights that lead to a unit have to move with it."),
        ),
        Mistake(
            W1_alone,
            hint=_(
                "Only W1 is reordered. What else belongs to a unit, besides the weights that lead "
                "to it?"
            ),
        ),
        Mistake(
            columns_of_W2,
            hint=_(
                "The columns of W2 were reordered: those are the outputs. What leads away from a "
                "hidden unit is in a row of W2, which has the shape (m, n_out)."
            ),
        ),
        Mistake(
            rows_and_columns_of_W2,
            hint=_(
                "In W2 both rows and columns were reordered. Its columns and b2 belong to the "
                "outputs, which stay where they are."
            ),
        ),
        Mistake(
            b2_as_well,
            hint=_("b2 belongs to the outputs, not to the hidden units, and stays as it is."),
        ),
        Mistake(
            turned_round,
            hint=_(
                "The network is the same, but the order is turned round: you put old unit j into "
                "place order[j]. Here place j gets old unit order[j]."
            ),
        ),
        Mistake(
            W2_turned_round,
            hint=_(
                "W1 follows `order`, W2 its inverse. Both have to move the same unit to the same "
                "place."
            ),
        ),
        Mistake(
            W1_turned_round,
            hint=_(
                "W2 follows `order`, W1 and b1 its inverse. All of them have to move the same unit "
                "to the same place."
            ),
        ),
        Mistake(nothing_moves, hint=_("All units are where they were: `order` is not used.")),
        Mistake(
            reversed_order,
            hint=_("The units come in reverse, whatever `order` says."),
        ),
    ],
    answers=("course_lib.symmetry.permute_hidden_units",),
    returns="[(W1, b1), (W2, b2)]",
    hints=(
        _("A hidden unit has weights that lead to it, a bias, and weights that lead away from it."),
        _(
            "With an array of indices, `A[:, order]` takes the columns of A in that order, and "
            "`A[order]` its rows."
        ),
        _(
            "Smaller: one input, W1 = [[5, 6, 7]], b1 = [1, 2, 3], W2 = [[10], [20], [30]] and "
            "order = [2, 0, 1] become [[7, 5, 6]], [3, 1, 2] and [[30], [10], [20]]."
        ),
    ),
)
