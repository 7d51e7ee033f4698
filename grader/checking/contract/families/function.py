"""The family ``function``: one function of arrays and settings."""

from collections.abc import Collection, Sequence
from functools import wraps
from typing import Any

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
from grader.checking.contract.run_source import Run
from grader.checking.contract.wire import Plain


def function(
    reference: Function,
    *,
    returns: str,
    points: float,
    cases: Draw,
    judge: Sequence[Property],
    form: Sequence[Property] = FORM,
    outputs: str = "",
    run: Run | None = None,
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
        name=reference.__name__,
        takes=(reference.__name__,),
        points=points,
        reference=(reference,),
        cases=cases if run else with_earlier(cases),
        run=run or bound(_call, **arguments(reference), outputs=output_names(outputs or returns)),
        judge=[*judge, *form],
        mistakes=(*shared, *mistakes),
        returns=returns if outputs else shown(returns),
        **more,
    )


def _call(
    function: Function, case: Case, inputs: list[str], settings: list[str], outputs: list[str]
) -> dict[str, Plain]:
    for given in (case.get("earlier"), case):
        if given is not None:
            result = function(*[given[n] for n in inputs], **{n: given[n] for n in settings})
    if len(outputs) == 1:
        return {outputs[0]: result}
    results = list(result)
    if len(results) != len(outputs):
        raise ValueError(f"expected {len(outputs)} results ({', '.join(outputs)})")
    return {name: r for name, r in zip(outputs, results, strict=True) if name != "cache"}


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
