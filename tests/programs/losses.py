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
WRONG: dict[str, Change] = {
    "value_only": lambda value, d: value,
    "gradient_before_value": lambda value, d: (d, value),
    "sign_of_the_value": lambda value, d: (-value, d),
    "both_halved": lambda value, d: (value / 2, d / 2),
    "no_gradient": lambda value, d: (value, 0 * d),
    "gradient_of_ones": lambda value, d: (value, np.ones_like(d)),
    "gradient_summed_over_the_batch": lambda value, d: (value, d.sum(axis=0)),
    "gradient_transposed": lambda value, d: (value, d.T),
    "divided_by_n_squared": lambda value, d: (value, d / len(d)),
    "divided_by_the_last_axis": lambda value, d: tuple(
        part * len(d) / d.shape[1] for part in (value, d)
    ),
    "first_sample_for_all": lambda value, d: (value, np.repeat(d[:1], len(d), axis=0)),
    "last_row_forgotten": lambda value, d: (value, d * (np.arange(len(d)) < len(d) - 1)[:, None]),
    "two_mistakes": lambda value, d: (value * len(d), -d),
}


def made_of(
    programs: Catalogue, loss: Loss, without: Collection[str] = (), drawn: Collection[str] = ()
) -> None:
    """Enter the programs that change what the right ``loss`` gets and gives; targets come second.

    Those ``without`` would behave like a listed mistake, or may be right by chance. The scores of
    those ``drawn`` depend on whether signs that were drawn agree.
    """

    def changed(change: Change) -> Loss:
        return lambda *given: change(*loss(*given))

    def double_precision(outputs: Any, *rest: Any) -> Any:
        return loss(outputs.astype(np.float64), *rest)

    def outputs_overwritten(outputs: Any, *rest: Any) -> Any:
        value, d = loss(outputs, *rest)
        outputs[...] = d
        return value, d

    def targets_overwritten(outputs: Any, targets: Any, *rest: Any) -> Any:
        result = loss(outputs, targets, *rest)
        targets[...] = 1 - targets
        return result

    def first_target_for_all(outputs: Any, targets: Any, *rest: Any) -> Any:
        return loss(outputs, np.repeat(targets[:1], len(targets), axis=0), *rest)

    def targets_in_reverse(outputs: Any, targets: Any, *rest: Any) -> Any:
        return loss(outputs, targets[::-1], *rest)

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
            kind.add(
                name,
                program,
                chance="whether the signs that were drawn agree" if name in drawn else "",
            )

    enter(programs.right, "list_instead_of_tuple", changed(lambda value, d: [value, d]))
    enter(programs.open, "double_precision", double_precision)
    for name, change in FORM.items():
        enter(programs.form, name, changed(change))
    for program in (outputs_overwritten, targets_overwritten):
        enter(programs.form, program.__name__, program)
    for name, change in WRONG.items():
        enter(programs.wrong, name, changed(change))
    for program in (first_target_for_all, targets_in_reverse, gradient_of_the_call_before):
        enter(programs.wrong, program.__name__, program)
    enter(programs.wrong, "values_added_up_over_calls", values_added_up_over_calls)
