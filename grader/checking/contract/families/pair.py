"""The family ``pair``: a backward pass after the student's own forward pass."""

import inspect
import textwrap
from collections.abc import Collection, Sequence
from functools import wraps
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.families.calling import (
    FORM,
    Draw,
    arguments,
    bound,
    changes_first_array,
    output_names,
    shown,
    with_earlier,
)
from grader.checking.contract.mistakes import Function, Mistake, mistake
from grader.checking.contract.properties import Property
from grader.checking.contract.run_source import Run, compile_run, require_run, source_of
from grader.checking.contract.wire import Plain


def pair(
    forward: Function,
    backward: Function,
    *,
    returns: str,
    points: float,
    cases: Draw,
    judge: Sequence[Property],
    form: Sequence[Property] = FORM,
    run: Run | None = None,
    own_forward: Run | None = None,
    without: Collection[str] = (),
    mistakes: Sequence[Mistake] = (),
    **more: Any,
) -> Exercise:
    """A backward pass, called with the cache of the student's own forward pass.

    ``backward(upstream, cache)`` gets ``case[upstream]``, where ``upstream`` is the name of its
    first parameter. A whole pass comes before, and a second forward pass stands between the two.
    An array of the cache that the backward pass changes counts as a changed input.

    Parameters
    ----------
    forward, backward : the textbook versions; the second is the graded one
    own_forward : see :class:`Exercise`; needed where the passes take functions, which no case holds
    without : generic mistakes that do not apply: ``"shared cache"``, ``"upstream"``, ``"sign"``,
        ``"in place"``
    returns, points, cases, judge, form, run, mistakes, more : as for :func:`function`
    """
    upstream = next(iter(inspect.signature(backward).parameters))
    if run is not None:
        require_run(backward.__name__, run)
    shared = [
        make(forward, backward) for name, make in PAIR_MISTAKES.items() if name not in without
    ]
    return Exercise(
        name=backward.__name__,
        takes=(forward.__name__, backward.__name__),
        points=points,
        reference=(forward, backward),
        cases=cases if run else with_earlier(cases),
        run=_watching_cache(
            run
            or bound(
                _forward_and_back,
                **arguments(forward),
                upstream=upstream,
                outputs=output_names(returns),
            )
        ),
        own_forward=own_forward or _own_forward(forward, upstream, output_names(returns)),
        judge=[*judge, *form],
        mistakes=(*shared, *mistakes),
        returns=shown(returns),
        **more,
    )


def _own_forward(forward: Function, upstream: str, outputs: list[str]) -> Run | None:
    """The run that measures, where each output ``dx`` is the gradient of an input ``x``."""
    kinds = arguments(forward)
    if "rng" in kinds["inputs"] or not all(
        name[:1] == "d" and name[1:] in kinds["inputs"] for name in outputs
    ):
        return None
    return bound(_beside_differences, **kinds, upstream=upstream, outputs=outputs)


def _beside_differences(
    forward: Function,
    backward: Function,
    case: Case,
    inputs: list[str],
    settings: list[str],
    upstream: str,
    outputs: list[str],
) -> dict[str, Plain]:
    def forward_pass(given: Case) -> Any:
        return forward(*[given[n] for n in inputs], **{n: given[n] for n in settings})

    def loss(name: str, array: Any) -> float:
        y = forward_pass({**case, name: array})[0]
        return float((np.asarray(y) * case[upstream]).sum())

    result = backward(case[upstream].copy(), forward_pass(case)[1])
    found = dict(zip(outputs, [result] if len(outputs) == 1 else result, strict=True))
    for output in outputs:
        x = case[output[1:]]
        measured = np.zeros_like(x)
        for place in np.ndindex(x.shape):
            step = np.zeros_like(x)
            step[place] = 1e-5
            measured[place] = (loss(output[1:], x + step) - loss(output[1:], x - step)) / 2e-5
        found["measured " + output] = measured
    return found


def _forward_and_back(
    forward: Function,
    backward: Function,
    case: Case,
    inputs: list[str],
    settings: list[str],
    upstream: str,
    outputs: list[str],
) -> dict[str, Plain]:
    def forward_pass(given: Case) -> Any:
        result = forward(*[given[n] for n in inputs], **{n: given[n] for n in settings})
        _y, cache, *_state = result
        return cache

    earlier = case.get("earlier", case)
    backward(earlier[upstream], forward_pass(earlier))
    cache = forward_pass(case)
    forward_pass(earlier)
    result = backward(case[upstream], cache)
    if len(outputs) == 1:
        return {outputs[0]: result}
    results = list(result)
    if len(results) != len(outputs):
        raise ValueError(f"expected {len(outputs)} gradients ({', '.join(outputs)})")
    return dict(zip(outputs, results, strict=True))


def _watching_cache(run: Run) -> Run:
    """``run`` that also notes in its case when the backward pass changes arrays of its cache."""
    source = WATCHING.format(run=textwrap.indent(source_of(run), "    "))
    return compile_run(source, run.__name__)


WATCHING = """
def run(forward, backward, case):
    def arrays_in(value, depth=4):
        if isinstance(value, np.ndarray):
            return [value]
        items = list(value.values()) if isinstance(value, dict) else value
        inside = items if depth and isinstance(items, list | tuple) else []
        return [array for item in inside for array in arrays_in(item, depth - 1)]

    def watched(upstream, cache, *more):
        held = [(array, array.tobytes()) for array in arrays_in(cache)]
        result = backward(upstream, cache, *more)
        if any(array.tobytes() != before for array, before in held):
            case["cache"] = "changed"
        return result

{run}
    return run(forward, watched, case)
"""


def _shared_cache(forward: Function, backward: Function) -> Mistake:
    last: dict[str, Any] = {}

    @wraps(forward)
    def overwrites(*args, **settings):
        result, last["cache"], *state = forward(*args, **settings)
        return result, None, *state

    @wraps(backward, assigned=())
    def takes_last(upstream, cache, *more):
        """A second forward pass changes the values that the first backward pass uses. They are kept
        between calls, in a global variable or a default argument such as `cache=[]`. Make a new
        cache in every forward pass, and use only the argument `cache` in the backward pass.
        """
        return backward(upstream, last["cache"], *more)

    return mistake(takes_last, name="shared cache", others={forward.__name__: overwrites})


def _upstream_ignored(_forward: Function, backward: Function) -> Mistake:
    upstream = next(iter(inspect.signature(backward).parameters))

    @wraps(backward, assigned=())
    def ignored(gradient, cache, *more):
        return backward(np.ones_like(gradient), cache, *more)

    hint = f"`{upstream}` is not used. The chain rule multiplies by this upstream gradient."
    return mistake(ignored, name="upstream ignored", hint=hint)


def _sign(_forward: Function, backward: Function) -> Mistake:
    @wraps(backward, assigned=())
    def negated(gradient, cache, *more):
        """All signs are reversed. A gradient points uphill; the minus sign belongs to the update
        step, not to the backward pass.
        """
        return backward(-gradient, cache, *more)

    return mistake(negated, name="sign")


def _in_place(_forward: Function, backward: Function) -> Mistake:
    return changes_first_array(backward)


PAIR_MISTAKES = {
    "shared cache": _shared_cache,
    "upstream": _upstream_ignored,
    "sign": _sign,
    "in place": _in_place,
}
