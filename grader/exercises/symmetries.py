"""The family of the symmetries: other weights with which a network computes the same."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Exercise,
    Property,
    case,
    dtype,
    function,
    holds,
    shapes,
    step,
    unchanged_inputs,
    values,
)
from grader.checking.contract.exercise import Step

NEW = ("W1", "b1", "W2", "b2")
SAME = "other weights, the same output"


def symmetry(
    textbook: Callable[..., Any],
    *,
    cases: Callable[[np.random.Generator], dict[str, list[Case]]],
    title: str,
    nothing: str,
    judge: Sequence[Property] = (),
    hints: tuple[str | Step, ...],
    **more: Any,
) -> Exercise:
    """A function of ``params``, and of the hidden units that are moved, flipped or rescaled.

    Parameters
    ----------
    title : of the property that the new weights are the right ones, and the group of cases in
        which something changes
    nothing : said of weights that are as they were
    judge : further properties of the values
    hints : the first is about a network whose output changes
    """
    return function(
        textbook,
        returns="[(W1, b1), (W2, b2)]",
        points=2,
        cases=cases,
        run=run,
        observe=observe,
        judge=[
            same_output(SAME, nothing, weight=4, cases=title),
            values(*NEW, weight=5, cases=title),
            *judge,
        ],
        form=(
            shapes(*NEW),
            dtype(*NEW),
            unchanged_inputs(),
            values("the list params", alone=False, title="the list params is unchanged"),
        ),
        hints=(step(str(hints[0]), SAME), *hints[1:]),
        **more,
    )


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


def run(function: Any, case: Case) -> dict[str, Any]:
    params = [(case["W1"], case["b1"]), (case["W2"], case["b2"])]
    (changes,) = [case[name] for name in ("order", "mask", "scales") if name in case]
    (W1, b1), (W2, b2) = function(params, changes)
    same = len(params) == 2 and params[0][0] is case["W1"] and params[1][0] is case["W2"]
    given = "as it was" if same else "changed"
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "the list params": given}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The new parameters, and the output of the network with them."""
    return outputs | {"y": network_output(case, outputs)}


def network_output(case: Case, params: dict[str, Any]) -> Any:
    """For the inputs of the case; units that are rescaled are ReLUs, all others tanh units."""
    try:
        # Complex numbers without an imaginary part become real ones; others are refused.
        parts = (np.real_if_close(params[name], tol=0) for name in NEW)
        W1, b1, W2, b2 = (part.astype(np.float64, casting="same_kind") for part in parts)
        u = case["x"] @ W1 + b1
        return (np.maximum(u, 0) if "scales" in case else np.tanh(u)) @ W2 + b2
    except (TypeError, ValueError):
        return "nothing: the new shapes do not fit together"


def nearly_as_they_were(case: dict[str, Any], got: dict[str, Any], want: dict[str, Any]) -> bool:
    """Whether no parameter has moved by a hundredth of what the right one moves somewhere."""
    return all(
        np.size(got[name]) == case[name].size
        and bool(
            np.all(
                np.abs(np.reshape(got[name], case[name].shape) - case[name])
                <= 0.01 * np.max(np.abs(want[name] - case[name]))
            )
        )
        for name in NEW
    )


def same_output(title: str, nothing: str, weight: int, cases: str) -> Property:
    """Other weights, the same output; ``nothing`` is said of weights that are as they were."""

    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
        if isinstance(got["y"], str):
            return f"the network's output is {got['y']}"
        y = np.asarray(got["y"])
        if nearly_as_they_were(case, got, want):
            return nothing
        before = network_output(case, case)
        off = float(np.max(np.abs(y - before))) if y.shape == before.shape else np.inf
        if off <= 1e-4 * max(1.0, float(np.max(np.abs(before)))):
            return None
        return f"its outputs change, by up to {off:.3g}"

    return holds(title, test, weight=weight, cases=cases)
