"""Programs that are made of the right program of any loss ``(value, gradient)`` of a batch."""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from tests.programs.catalogue import Catalogue

Loss = Callable[..., Any]
Change = Callable[[Any, Any], Any]

FORM: dict[str, Change] = {
    "gradient_as_list": lambda value, d: (value, d.tolist()),
    "value_of_shape_one": lambda value, d: (np.array([value]), d),
    "leading_axis": lambda value, d: (value, d[None]),
}


def made_of(programs: Catalogue, loss: Loss, without: Collection[str] = ()) -> None:
    """Enter the programs that change what the right ``loss`` gets and gives; targets come second.

    Those ``without`` would behave like a listed mistake.
    """

    def changed(change: Change) -> Loss:
        return lambda *given: change(*loss(*given))

    def double_precision(outputs: Any, *rest: Any) -> Any:
        return loss(outputs.astype(np.float64), *rest)

    def targets_overwritten(outputs: Any, targets: Any, *rest: Any) -> Any:
        result = loss(outputs, targets, *rest)
        targets[...] = 1 - targets
        return result

    before: dict[Any, Any] = {}

    def gradient_of_the_call_before(outputs: Any, *rest: Any) -> Any:
        value, d = loss(outputs, *rest)
        before[d.shape], kept = d, before.get(d.shape, 0 * d)
        return value, kept

    total = [0.0]

    def values_added_up_over_calls(*given: Any) -> Any:
        value, d = loss(*given)
        total[0] += value
        return total[0], d

    def enter(kind: Any, name: str, program: Loss) -> None:
        if name not in without:
            kind.add(name, program)

    enter(programs.right, "list_instead_of_tuple", changed(lambda value, d: [value, d]))
    enter(programs.open, "double_precision", double_precision)
    for name, change in FORM.items():
        enter(programs.form, name, changed(change))
    enter(programs.form, "targets_overwritten", targets_overwritten)
    for program in (gradient_of_the_call_before, values_added_up_over_calls):
        enter(programs.wrong, program.__name__, program)
