"""The family ``schedule``: a learning rate as a function of the step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.families.calling import LR_IGNORED, Draw, ignores, parameters
from grader.checking.contract.mistakes import Function, Mistake, mistake
from grader.checking.contract.properties import Property, shapes
from grader.checking.contract.run import Run
from grader.checking.contract.wire import Plain

ONE_NUMBER = shapes(title="one number comes back")


@dataclass(frozen=True)
class AtAllSteps(Run):
    """Calls it for each of the steps ``t``, with ``settings`` by name."""

    settings: Sequence[str]

    def __call__(self, schedule: Function, case: Case) -> dict[str, Plain]:
        given = {name: case[name] for name in self.settings}
        rates = {}
        for t in case["t"]:
            copies = {name: list(v) if isinstance(v, list) else v for name, v in given.items()}
            rates[f"rate({t})"] = schedule(t, **copies)
        if any(isinstance(v, list) for v in given.values()):
            # Once more with the lists themselves: changing them costs that property alone.
            schedule(case["t"][0], **given)
        return rates


def schedule(
    reference: Function,
    *,
    points: float,
    cases: Draw,
    judge: Sequence[Property],
    form: Sequence[Property] = (ONE_NUMBER,),
    returns: str = "the rate, one number",
    without: Collection[str] = (),
    mistakes: Sequence[Mistake] = (),
    **more: Any,
) -> Exercise:
    """A learning rate as a function of the step, ``rate(t, *, …)``, for all ``t`` of a case.

    Parameters
    ----------
    reference : the textbook version; it has the name and the signature of the graded function
    cases : each holds a list ``t`` of steps, and the settings
    form : ``unchanged_inputs()`` belongs to it where a setting is a list
    without : generic mistakes that do not apply: ``"lr"``, ``"whole t"``
    judge, returns, mistakes, more : as for :func:`function`
    """
    _t, settings = parameters(reference)
    shared = []
    if "lr" in settings and "lr" not in without:
        shared.append(ignores(reference, "lr", 1.0, LR_IGNORED))
    if "whole t" not in without:
        shared.append(_whole_steps_only(reference))
    return Exercise(
        points=points,
        reference=(reference,),
        cases=cases,
        run=AtAllSteps(settings),
        judge=[*judge, *form],
        mistakes=(*shared, *mistakes),
        returns=returns,
        **more,
    )


def _whole_steps_only(reference: Function) -> Mistake:
    @wraps(reference, assigned=())
    def whole(t, **settings):
        """`t` may be a float such as 12.0, which `range` does not accept. Write `range(int(t))`, or
        use a formula without a loop.
        """
        return reference(t + 0 * len(range(t)), **settings)

    return mistake(whole, name="whole t only")
