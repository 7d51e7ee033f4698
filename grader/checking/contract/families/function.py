"""The family ``function``: one function of arrays and settings."""

from collections.abc import Collection, Sequence
from functools import wraps
from typing import Any

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.families.calling import (
    FORM,
    ByNames,
    Draw,
    changes_first_array,
    own,
    shown,
    with_earlier,
)
from grader.checking.contract.mistakes import Function, Mistake, mistake
from grader.checking.contract.properties import Property
from grader.checking.contract.run import EARLIER, Run
from grader.checking.contract.wire import Plain


class CalledTwice(ByNames):
    """Calls it with the case before, then with the case; of the results, ``cache`` is left out."""

    def __call__(self, function: Function, case: Case) -> dict[str, Plain]:
        if EARLIER in case:
            self.call(function, case[EARLIER])
        found = self.named(self.call(function, case))
        return {name: value for name, value in found.items() if name != "cache"}


def function(
    reference: Function,
    *,
    returns: str,
    points: float,
    cases: Draw,
    judge: Sequence[Property],
    form: Sequence[Property] = FORM,
    outputs: str = "",
    run: Run | Function | None = None,
    without: Collection[str] = (),
    mistakes: Sequence[Mistake] = (),
    **more: Any,
) -> Exercise:
    """One function of arrays and settings, such as a forward pass, a loss or a statistic.

    Parameters
    ----------
    reference : the textbook version; it has the name and the signature of the graded function
    returns : names of what is returned, as in ``"u, cache"``
    judge, form : the properties of the values, and those of the form
    outputs : names of the outputs, where ``returns`` is a description of one in words
    run : for a function that has to be called in another way; see :class:`Exercise`
    without : generic mistakes that do not apply: ``"kept"``, ``"in place"``
    mistakes : those of this function, after the generic ones
    more : further arguments of :class:`Exercise`
    """
    shared = []
    if run is None and "kept" not in without:
        shared.append(_keeps_first_result(reference))
    if "in place" not in without:
        shared.append(changes_first_array(reference))
    return Exercise(
        points=points,
        reference=(reference,),
        cases=cases if run else with_earlier(cases),
        run=own(run) if run else CalledTwice.like(reference, outputs or returns),
        judge=[*judge, *form],
        mistakes=(*shared, *mistakes),
        returns=returns if outputs else shown(returns),
        **more,
    )


def _keeps_first_result(reference: Function) -> Mistake:
    results: list[Any] = []

    @wraps(reference, assigned=())
    def kept(*args, **settings):
        """The function returns the result of an earlier call with other numbers. It keeps something
        between calls: in a global variable, or in a default argument such as `kept=[]`. Compute
        everything from the arguments in every call.
        """
        if results:
            return results.pop()
        results.append(reference(*args, **settings))
        return results[0]

    return mistake(kept, name="result of an earlier call")
