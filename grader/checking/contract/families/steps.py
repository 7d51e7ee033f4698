"""The family ``steps``: one step of an optimizer, applied several times."""

from collections.abc import Collection, Sequence
from functools import partial, wraps
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.families.calling import (
    LR_IGNORED,
    Draw,
    arguments,
    bound,
    ignores,
    output_names,
    shown,
    with_earlier,
)
from grader.checking.contract.mistakes import Function, Mistake, mistake
from grader.checking.contract.properties import Property, shapes, unchanged_inputs
from grader.checking.contract.wire import Plain


def steps(
    reference: Function,
    *,
    returns: str,
    points: float,
    cases: Draw,
    judge: Sequence[Property],
    form: Sequence[Property] = (shapes(), unchanged_inputs()),
    without: Collection[str] = (),
    mistakes: Sequence[Mistake] = (),
    **more: Any,
) -> Exercise:
    """One step of an optimizer, ``step(w, dw, *state[, t], *, lr, …) -> (w, *state)``.

    The outputs are the paths of ``w`` and of each part of the state. The float type is not judged:
    np.sqrt(1 - beta2**t), a float64, is a usual factor, and optimizers cast ``w`` back.

    Parameters
    ----------
    reference : the textbook version; it has the name and the signature of the graded function
    returns : names of what is returned, ``w`` first, as in ``"w, m, v"``
    cases : ``dw`` holds a gradient for each step, as its rows or in a list. A setting is one
        number, or a list with one for each step. If the step takes ``t``, it counts up from the
        case's.
    without : generic mistakes that do not apply: ``"sign"``, ``"lr"``, ``"eps"``, ``"state"``,
        ``"order"``, ``"in place"``
    points, judge, form, mistakes, more : as for :func:`function`
    """
    kinds = arguments(reference)
    makers = {name: make for name, make in STEP_MISTAKES.items() if name not in without}
    shared = [found for make in makers.values() for found in make(reference, output_names(returns))]
    shared += [
        ignores(reference, setting, *ignored)
        for setting, ignored in IGNORED_SETTINGS.items()
        if setting in kinds["settings"] and setting not in without
    ]
    return Exercise(
        name=reference.__name__,
        takes=(reference.__name__,),
        points=points,
        reference=(reference,),
        cases=with_earlier(cases),
        run=bound(_several_steps, **kinds, outputs=output_names(returns)),
        judge=[*judge, *form],
        mistakes=(*shared, *mistakes),
        returns=shown(returns),
        told=partial(by_steps, names=("dw", *kinds["settings"])),
        **more,
    )


def by_steps(case: Case, names: Collection[str]) -> Case:
    """The case as its calls get it: of ``names``, what is given for each step by itself."""
    rows = {n: case[n] for n in names if isinstance(case.get(n), list | np.ndarray)}
    told = {name: value for name, value in case.items() if name not in rows}
    several = any(len(row) > 1 for row in rows.values())
    for k in range(max(map(len, rows.values()), default=0)):
        when = f" in step {k + 1}" if several else ""
        told |= {f"{name}{when}": row[k] for name, row in rows.items()}
    return told


def _several_steps(
    step: Function, case: Case, inputs: list[str], settings: list[str], outputs: list[str]
) -> dict[str, Plain]:
    def call(given: Case, k: int, state: Any) -> list[Any]:
        own = {n: given[n][k] if isinstance(given[n], list) else given[n] for n in settings}
        results = list(step(*[given["dw"][k] if n == "dw" else state[n] for n in inputs], **own))
        if len(results) != len(outputs):
            raise ValueError(f"expected {len(outputs)} results ({', '.join(outputs)})")
        return results

    call(case["earlier"], 0, case["earlier"])
    state = {name: case[name] for name in inputs if name != "dw"}
    path: dict[str, Any] = {name: {} for name in outputs}
    for k in range(len(case["dw"])):
        label = f"at t = {state['t']}" if "t" in state else f"in step {k + 1}"
        for name, result in zip(outputs, call(case, k, state), strict=True):
            # Copies, because the next step may change the arrays in place.
            state[name] = np.array(result)
            path[name][label] = state[name].copy()
        if "t" in state:
            state["t"] += 1
    return path


def _listed(names: list[str]) -> str:
    """``"`w`, `m` and `v`"`` for two names or more."""
    *first, last = [f"`{name}`" for name in names]
    return f"{', '.join(first)} and {last}"


def _sign(reference: Function, _returned: list[str]) -> list[Mistake]:
    @wraps(reference, assigned=())
    def uphill(w, *args, **settings):
        new, *state = reference(w, *args, **settings)
        return 2 * w - new, *state

    hint = (
        "The step goes uphill, along the gradient. Which sign does a step against the gradient "
        "have?"
    )
    return [mistake(uphill, name="sign", hint=hint)]


def _old_state(reference: Function, returned: list[str]) -> list[Mistake]:
    """The state is returned unchanged: all of it, or one part of several."""
    inputs = arguments(reference)["inputs"]
    _w, *parts = returned

    def old(kept: list[str], are: str, values: str) -> Mistake:
        @wraps(reference, assigned=())
        def keeps(*args, **settings):
            given = dict(zip(inputs, args, strict=True))
            new = dict(zip(returned, reference(*args, **settings), strict=True))
            return tuple(given[name] if name in kept else new[name] for name in returned)

        hint = f"{are} returned unchanged. Return the new {values}, which the next step needs."
        return mistake(keeps, name=f"old {', '.join(kept)}", hint=hint)

    all_of_it = [old(parts, f"{_listed(parts)} are", "values")] if len(parts) > 1 else []
    return [*all_of_it, *(old([name], f"`{name}` is", "value") for name in parts)]


def _order(reference: Function, returned: list[str]) -> list[Mistake]:
    @wraps(reference, assigned=())
    def exchanged(*args, **settings):
        *first, a, b = reference(*args, **settings)
        return *first, b, a

    hint = f"Two results are exchanged: return {', '.join(returned)}."
    return [mistake(exchanged, name="order", hint=hint)]


def _in_place(reference: Function, returned: list[str]) -> list[Mistake]:
    inputs = arguments(reference)["inputs"]

    @wraps(reference, assigned=())
    def overwrites(*args, **settings):
        given = dict(zip(inputs, args, strict=True))
        for name, new in zip(returned, reference(*args, **settings), strict=True):
            given[name][...] = new
        return tuple(given[name] for name in returned)

    hint = (
        f"`+=`, `-=` or `*=` changed the caller's {_listed(returned)}, which may be needed "
        "again. Make new arrays: `w = w - …`."
    )
    return [mistake(overwrites, name="in place", hint=hint)]


STEP_MISTAKES = {"sign": _sign, "state": _old_state, "order": _order, "in place": _in_place}
IGNORED_SETTINGS = {
    "lr": (1.0, LR_IGNORED),
    "eps": (
        1e-8,
        "The argument `eps` is not used: it is missing, or you wrote a number of your own "
        "instead. Without `eps`, the step of a coordinate whose gradient has always been 0 is "
        "0/0.",
    ),
}
