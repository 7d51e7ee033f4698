"""The family of the symmetries: other weights with which a network computes the same."""

from collections.abc import Callable, Sequence
from itertools import pairwise
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
    with_earlier,
)
from grader.checking.contract.exercise import Step

SAME = "other weights, the same output"


def symmetry(
    textbook: Callable[..., Any],
    *,
    cases: Callable[[np.random.Generator], dict[str, list[Case]]],
    title: str,
    judge: Sequence[Property] = (),
    hints: tuple[str | Step, ...],
    **more: Any,
) -> Exercise:
    """A function of ``params``, and of what happens to the hidden units.

    Parameters
    ----------
    title : of the property that the new weights are the right ones, and the group of cases in
        which something changes
    judge : further properties of the values
    hints : the first is about a network whose output changes
    """
    return function(
        textbook,
        returns="[(W1, b1), (W2, b2), …]",
        cases=with_earlier(cases),
        run=run,
        observe=observe,
        judge=[
            same_output(SAME, weight=4, cases=title),
            values("W", "b", weight=5, cases=title),
            *judge,
        ],
        form=(shapes("W", "b"), dtype("W", "b"), unchanged_inputs()),
        hints=(step(str(hints[0]), SAME), *hints[1:]),
        **more,
    )


def network(rng: np.random.Generator, about: str, *widths: int) -> Case:
    """A network with layers of these widths, and inputs to try it on."""
    params = [[rng.normal(size=shape), rng.normal(size=shape[1])] for shape in pairwise(widths)]
    return case(about, params=params, x=rng.normal(size=(5, widths[0])))


def run(function: Any, case: Case) -> dict[str, Any]:
    params = [(W, b) for W, b in case["params"]]
    new = list(function(params, *[case[name] for name in ("orders", "signs") if name in case]))
    case["params"] = [list(pair) for pair in params]  # a changed list is a change too
    return {"W": [pair[0] for pair in new], "b": [pair[1] for pair in new]}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The new parameters, and the output of the network with them."""
    pairs = list(zip(outputs["W"], outputs["b"], strict=True))
    return outputs | {"y": network_output(case, pairs)}


def network_output(case: Case, params: Sequence[Sequence[Any]]) -> Any:
    """For the inputs of the case; units that are moved are tanh units, all others ReLUs."""
    try:
        z = case["x"]
        for layer, pair in enumerate(params, 1):
            # Complex numbers without an imaginary part become real ones; others are refused.
            real = (np.real_if_close(part, tol=0) for part in pair)
            W, b = (part.astype(np.float64, casting="same_kind") for part in real)
            z = z @ W + b
            if layer < len(params):
                z = np.tanh(z) if "orders" in case else np.maximum(z, 0)
        return z
    except (TypeError, ValueError):
        return "nothing: the new shapes do not fit together"


def nearly_as_they_were(case: dict[str, Any], got: dict[str, Any], want: dict[str, Any]) -> bool:
    """Whether no parameter has moved by a hundredth of what the right one moves somewhere."""
    return len(got["W"]) == len(got["b"]) == len(case["params"]) and all(
        np.size(got[name][i]) == pair[k].size
        and bool(
            np.all(
                np.abs(np.reshape(got[name][i], pair[k].shape) - pair[k])
                <= 0.01 * np.max(np.abs(want[name][i] - pair[k]))
            )
        )
        for i, pair in enumerate(case["params"])
        for k, name in enumerate(("W", "b"))
    )


def same_output(title: str, weight: int, cases: str) -> Property:
    """Other weights, the same output."""

    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
        if isinstance(got["y"], str):
            return f"the network's output is {got['y']}"
        y = np.asarray(got["y"])
        if nearly_as_they_were(case, got, want):
            return "all weights are unchanged"
        before = network_output(case, case["params"])
        off = float(np.max(np.abs(y - before))) if y.shape == before.shape else np.inf
        if off <= 1e-4 * max(1.0, float(np.max(np.abs(before)))):
            return None
        return f"its outputs change, by up to {off:.3g}"

    return holds(title, test, weight=weight, cases=cases)
