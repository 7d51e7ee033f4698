"""The family ``steps``: one step of an optimizer, applied several times."""

from collections.abc import Collection, Sequence
from functools import wraps
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.families.calling import (
    LR_IGNORED,
    ByNames,
    Draw,
    ignores,
    parameters,
    shown,
    with_earlier,
)
from grader.checking.contract.mistakes import Function, Mistake, mistake
from grader.checking.contract.properties import Property, shapes, unchanged_inputs
from grader.checking.contract.run import EARLIER
from grader.checking.contract.wire import Plain


class SeveralSteps(ByNames):
    """Calls it with the state that it returned, once for each gradient in ``dw``."""

    @property
    def by_step(self) -> Collection[str]:
        return "dw", *self.settings

    def __call__(self, step: Function, case: Case) -> dict[str, Plain]:
        self.one(step, case[EARLIER], 0, case[EARLIER])
        state = {name: case[name] for name in self.inputs if name != "dw"}
        path: dict[str, Any] = {name: {} for name in self.outputs}
        for k in range(len(case["dw"])):
            label = f"at t = {state['t']}" if "t" in state else f"in step {k + 1}"
            for name, result in zip(self.outputs, self.one(step, case, k, state), strict=True):
                # Copies, because the next step may change the arrays in place.
                state[name] = np.array(result)
                path[name][label] = state[name].copy()
            if "t" in state:
                state["t"] += 1
        return path

    def one(self, step: Function, case: Case, k: int, state: Case) -> list[Plain]:
        """Step number ``k``."""
        given = [case["dw"][k] if name == "dw" else state[name] for name in self.inputs]
        settings = {n: case[n][k] if isinstance(case[n], list) else case[n] for n in self.settings}
        return self.several(step(*given, **settings))


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
    run = SeveralSteps.like(reference, returns)
    makers = {name: make for name, make in STEP_MISTAKES.items() if name not in without}
    shared = [found for make in makers.values() for found in make(reference, run.outputs)]
    shared += [
        ignores(reference, setting, *ignored)
        for setting, ignored in IGNORED_SETTINGS.items()
        if setting in run.settings and setting not in without
    ]
    return Exercise(
        points=points,
        reference=(reference,),
        cases=with_earlier(cases),
        run=run,
        judge=[*judge, *form],
        mistakes=(*shared, *mistakes),
        returns=shown(returns),
        **more,
    )


def _listed(names: Sequence[str]) -> str:
    """``"`w`, `m` and `v`"`` for two names or more."""
    *first, last = [f"`{name}`" for name in names]
    return f"{', '.join(first)} and {last}"


def _sign(reference: Function, _returned: Sequence[str]) -> list[Mistake]:
    @wraps(reference, assigned=())
    def uphill(w, *args, **settings):
        new, *state = reference(w, *args, **settings)
        return 2 * w - new, *state

    hint = (
        "The step goes uphill, along the gradient. Which sign does a step against the gradient "
        "have?"
    )
    return [mistake(uphill, name="sign", hint=hint)]


def _old_state(reference: Function, returned: Sequence[str]) -> list[Mistake]:
    """The state is returned unchanged: all of it, or one part of several."""
    inputs, _settings = parameters(reference)
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


def _order(reference: Function, returned: Sequence[str]) -> list[Mistake]:
    @wraps(reference, assigned=())
    def exchanged(*args, **settings):
        *first, a, b = reference(*args, **settings)
        return *first, b, a

    hint = f"Two results are exchanged: return {', '.join(returned)}."
    return [mistake(exchanged, name="order", hint=hint)]


def _in_place(reference: Function, returned: Sequence[str]) -> list[Mistake]:
    inputs, _settings = parameters(reference)

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
