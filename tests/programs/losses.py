"""Programs that are made of the right program of any loss ``(value, gradient)`` of a batch."""

from collections.abc import Callable, Collection
from typing import Any

from tests.programs.catalogue import Catalogue

Loss = Callable[..., Any]


def made_of(programs: Catalogue, loss: Loss, without: Collection[str] = ()) -> None:
    """Enter the programs that change what the right ``loss`` gives.

    Those ``without`` would behave like a listed mistake.
    """
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

    programs.right.add("list_instead_of_tuple", lambda *given: list(loss(*given)))
    for program in (gradient_of_the_call_before, values_added_up_over_calls):
        if program.__name__ not in without:
            programs.wrong.add(program.__name__, program)
