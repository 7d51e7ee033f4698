"""Facts that show under a condition alone: from the second step on, in test mode."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Case
from grader.checking.judging.facts.seen import Fact, Said, Seen, is_setting, paths


def from_which_step(_wrong: list[Seen], seen: list[Seen]) -> Said:
    """Paths whose first values are right."""
    bad = [path for path in paths(seen) if not all(one.right for one in path)]
    if not bad or any(len(path) < 2 for path in bad):
        return
    text = (
        "The first value of {name} is right, the second is not. Which values does a step need from "
        "the step before?"
    )
    yield all(path[0].right and not path[1].right for path in bad), text
    text = "{name} is wrong at first and right later."
    yield all(not path[0].right and path[-1].right for path in bad), text


def _which_cases(_wrong: list[Seen], seen: list[Seen]) -> Said:
    """A setting that separates the cases where the quantity is wrong from all others."""
    bad = {id(one.case): one.case for one in seen if not one.right}
    # Zeros show nothing: observations leave them where something else is judged.
    telling = [one for one in seen if one.want.any()]
    good = {id(one.case): one.case for one in telling if id(one.case) not in bad}
    if min(len(bad), len(good)) < 2 or len(bad) + len(good) < 4:
        return  # a single case is right, or wrong, for another reason
    found = []
    for words, holds in _conditions([*bad.values(), *good.values()]):
        in_bad, in_good = holds[: len(bad)], holds[len(bad) :]
        if all(in_bad) and not any(in_good):
            text = "{{name}} is wrong with {words}, and right in all other cases."
            found.append(text.format(words=words))
        elif all(in_good) and not any(in_bad) and "=0" not in words:  # a 0 hides most mistakes
            text = "{{name}} is right with {words}, and wrong in all other cases."
            found.append(text.format(words=words))
    if len(found) == 1:  # one of two that coincide is not the reason
        yield True, found[0]


def _conditions(cases: list[Case]) -> Iterator[tuple[str, list[bool]]]:
    """Conditions in words, and whether each case meets them."""
    for name in cases[0]:
        values: list[Any] = [case.get(name) for case in cases]
        if all(isinstance(v, bool) for v in values):
            yield f"`{name}=True`", values
        elif is_setting(name, values):
            yield f"`{name}=0`", [v == 0 for v in values]
        elif all(isinstance(v, np.ndarray) and v.ndim == 2 for v in values):
            text = "a single row in `{name}`"
            yield text.format(name=name), [len(v) == 1 for v in values]
            text = "as many rows as columns in `{name}`"
            yield text.format(name=name), [v.shape[0] == v.shape[1] for v in values]


CONDITIONS: tuple[Fact, ...] = (from_which_step, _which_cases)
