"""The family ``pair``: a backward pass after the student's own forward pass."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from types import CodeType
from typing import Any, Self

import numpy as np

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.families.calling import (
    FORM,
    ByNames,
    Draw,
    changes_first_array,
    shown,
    with_earlier,
)
from grader.checking.contract.mistakes import Function, Mistake, mistake
from grader.checking.contract.properties import Property
from grader.checking.contract.run import EARLIER, OwnRun, Run
from grader.checking.contract.wire import Plain


@dataclass(frozen=True)
class WatchedCache(Run):
    """``calls``, noting in the case when the backward pass changes arrays of its cache."""

    calls: Run
    measures: Run | None

    def __call__(self, forward: Function, backward: Function, case: Case) -> dict[str, Plain]:
        def watched(upstream: Any, cache: Any, *more: Any) -> Any:
            held = [(array, array.tobytes()) for array in self.arrays_in(cache)]
            result = backward(upstream, cache, *more)
            if any(array.tobytes() != before for array, before in held):
                case["cache"] = "changed"
            return result

        return self.calls(forward, watched, case)

    @staticmethod
    def arrays_in(value: Any, depth: int = 4) -> list[np.ndarray]:
        if isinstance(value, np.ndarray):
            return [value]
        items = list(value.values()) if isinstance(value, dict) else value
        inside = items if depth and isinstance(items, list | tuple) else []
        return [array for item in inside for array in WatchedCache.arrays_in(item, depth - 1)]

    @property
    def own_forward(self) -> Run | None:
        return self.measures

    def code(self) -> set[CodeType]:
        return super().code() | self.calls.code()


@dataclass(frozen=True)
class OfAPair(ByNames):
    """What both runs of a pair have: the name of the gradient that the backward pass gets."""

    upstream: str

    @classmethod
    def of(cls, forward: Function, backward: Function, returns: str) -> Self:
        return cls.like(forward, returns, upstream=next(iter(signature(backward).parameters)))


class ForwardAndBack(OfAPair):
    """A whole pass with the case before, then one with the case and a forward pass in between."""

    def __call__(self, forward: Function, backward: Function, case: Case) -> dict[str, Plain]:
        def forward_pass(given: Case) -> Any:
            _y, cache, *_state = self.call(forward, given)
            return cache

        earlier = case.get(EARLIER, case)
        backward(earlier[self.upstream], forward_pass(earlier))
        cache = forward_pass(case)
        forward_pass(earlier)
        return self.named(backward(case[self.upstream], cache), "gradients")


class BesideDifferences(OfAPair):
    """The gradient ``dx`` of each input ``x`` beside the one that differences measure."""

    def __call__(self, forward: Function, backward: Function, case: Case) -> dict[str, Plain]:
        def loss(name: str, array: Any) -> float:
            y = self.call(forward, {**case, name: array})[0]
            return float((np.asarray(y) * case[self.upstream]).sum())

        cache = self.call(forward, case)[1]
        found = self.named(backward(case[self.upstream].copy(), cache), "gradients")
        for output in self.outputs:
            x = case[output[1:]]
            measured = np.zeros_like(x)
            for place in np.ndindex(x.shape):
                step = np.zeros_like(x)
                step[place] = 1e-5
                measured[place] = (loss(output[1:], x + step) - loss(output[1:], x - step)) / 2e-5
            found["measured " + output] = measured
        return found


def _differences(forward: Function, backward: Function, returns: str) -> Run | None:
    """The run that measures, where each output ``dx`` is the gradient of an input ``x``."""
    run = BesideDifferences.of(forward, backward, returns)
    inputs = {f"d{name}" for name in run.inputs}
    return run if "drng" not in inputs and inputs.issuperset(run.outputs) else None


def pair(
    forward: Function,
    backward: Function,
    *,
    returns: str,
    points: float,
    cases: Draw,
    judge: Sequence[Property],
    form: Sequence[Property] = FORM,
    run: Function | None = None,
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
    without : generic mistakes that do not apply: ``"shared cache"``, ``"upstream"``, ``"sign"``,
        ``"in place"``
    returns, points, cases, judge, form, run, mistakes, more : as for :func:`function`
    """
    shared = [
        make(forward, backward) for name, make in PAIR_MISTAKES.items() if name not in without
    ]
    return Exercise(
        points=points,
        reference=(forward, backward),
        cases=cases if run else with_earlier(cases),
        run=WatchedCache(
            OwnRun(run) if run else ForwardAndBack.of(forward, backward, returns),
            _differences(forward, backward, returns),
        ),
        judge=[*judge, *form],
        mistakes=(*shared, *mistakes),
        returns=shown(returns),
        **more,
    )


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
    upstream = next(iter(signature(backward).parameters))

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
