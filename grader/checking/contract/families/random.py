"""The family ``random``: a function that draws from the generator that it is given."""

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.families.calling import FORM, ByNames, Draw, own, shown
from grader.checking.contract.mistakes import Function, Mistake, mistake
from grader.checking.contract.properties import Answer, CaseResult, Property, Spoils
from grader.checking.contract.run import Run
from grader.checking.contract.wire import Plain

FIXED = "fixed: every further call gave the same"
ANEW = "new in every call, from rng"
REPEATED = 0.6  # of all other points: what a function costs that draws the same in every call


def drawn_anew(prop: Property) -> Property:
    """``prop``, which asks where the draws come from, at a higher price if they never change.

    Then the numbers of one call are right, but training sees no others: where the function has its
    own generator with a fixed seed, or sets ``rng`` back.
    """

    def test(result: CaseResult) -> Answer:
        problem = prop.test(result)
        fixed = any(isinstance(v, str) and v.startswith(FIXED) for v in result.got.values())
        return Spoils(REPEATED, problem) if fixed and isinstance(problem, str) else problem

    return replace(prop, test=test)


def draws_in_words(
    first: Any, again: Any, later: Sequence[Any], same: Callable[[Any, Any], bool] = np.array_equal
) -> str:
    """Where the draws of a call come from, as further calls tell.

    Parameters
    ----------
    first : what was drawn in the call
    again : what a generator with the same seed led to
    later : what further calls with the first generator drew
    same : ``same(first, other)``: whether two calls drew the same. A result that shows no draws
        may be None: it is not the same as any other.
    """
    if again is None or not same(first, again):
        return "not from rng: the same seed gave something else"
    return FIXED if all(one is not None and same(first, one) for one in later) else ANEW


class Drawn(ByNames):
    """Draws with a generator twice, and with a new one of the same seed."""

    def __call__(self, function: Function, case: Case) -> dict[str, Plain]:
        def drawn(given: Case, rng: np.random.Generator) -> Plain:
            result = self.call(function, given | {"rng": rng})
            return result if len(self.outputs) == 1 else self.several(result)[0]

        # Copies of the inputs, so that changing them costs only the property about them.
        second, third, *more = (
            {name: self.copied(case[name]) for name in case}
            for _ in range(2 + case.get("calls", 0))
        )
        rng = np.random.default_rng(case["seed"])
        first = {self.outputs[0]: self.copied(drawn(case, rng))}
        if case.get("once"):
            return first
        later = self.copied(drawn(second, rng))
        again = drawn(third, np.random.default_rng(case["seed"]))
        calls = {"calls": [self.copied(drawn(one, rng)) for one in more]} if more else {}
        return {**first, "later": later, "again": again, **calls}

    @staticmethod
    def copied(value: Any) -> Any:
        if isinstance(value, list):
            return [Drawn.copied(item) for item in value]
        if isinstance(value, tuple):
            return tuple([Drawn.copied(item) for item in value])
        return value.copy() if isinstance(value, np.ndarray) else value


def random(
    reference: Function,
    *,
    returns: str,
    points: float,
    cases: Draw,
    observe: Callable[[Case, dict[str, Plain]], Mapping[str, object]],
    judge: Sequence[Property],
    form: Sequence[Property] = FORM,
    run: Run | Function | None = None,
    without: Collection[str] = (),
    mistakes: Sequence[Mistake] = (),
    **more: Any,
) -> Exercise:
    """A function with a parameter ``rng``; ``case["seed"]`` makes the generator.

    The outputs are what the first call returned (the first name in ``returns``), ``later``, what a
    second call with the same generator returned, and ``again``, what a generator with the same
    seed led to. A case with ``once=True`` has the first alone; one with ``calls=200`` has
    ``calls``, too: what so many more calls with the first generator returned. Students may draw in
    another order than the reference, so ``observe(case, outputs)`` turns the outputs into what is
    compared.

    Parameters
    ----------
    without : generic mistakes that do not apply: ``"own generator"``, ``"fixed seed"``
    returns, points, cases, judge, form, run, mistakes, more : as for :func:`function`
    """
    shared = [make(reference) for name, make in MISTAKES.items() if name not in without]
    return Exercise(
        points=points,
        reference=(reference,),
        cases=cases,
        run=own(run) if run else Drawn.like(reference, returns),
        observe=observe,
        judge=[*judge, *form],
        mistakes=(*shared, *mistakes),
        returns=shown(returns),
        **more,
    )


def _with_generator(reference: Function, name: str, make: Any, hint: str) -> Mistake:
    signature = inspect.signature(reference)

    @wraps(reference, assigned=())
    def draws(*args, **settings):
        given = signature.bind(*args, **settings)
        given.arguments["rng"] = make()
        return reference(*given.args, **given.kwargs)

    return mistake(draws, name=name, hint=hint)


def _own_generator(reference: Function) -> Mistake:
    hint = (
        "The random numbers do not come from `rng`: with the same seed the results differ. Draw "
        "with `rng.random`, `rng.normal` and so on, not with `np.random` or a new generator."
    )
    return _with_generator(reference, "own generator", np.random.default_rng, hint)


def _fixed_seed(reference: Function) -> Mistake:
    hint = (
        "Every call draws the same numbers, as if the function made its own generator with a "
        "fixed seed, or set `rng` back to an earlier state. Draw from `rng`, whose state advances "
        "from call to call."
    )
    return _with_generator(reference, "fixed seed", lambda: np.random.default_rng(0), hint)


MISTAKES = {"own generator": _own_generator, "fixed seed": _fixed_seed}
