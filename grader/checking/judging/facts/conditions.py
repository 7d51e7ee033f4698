"""Facts that show under a condition alone: from the second step on, in test mode."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Case
from grader.checking.judging.facts.seen import Fact, Seen, is_setting, paths
from grader.checking.language import _


def from_which_step(_wrong: list[Seen], seen: list[Seen]) -> str:
    """Paths whose first values are right."""
    bad = [path for path in paths(seen) if not all(one.right for one in path)]
    if not bad or any(len(path) < 2 for path in bad):
        return ""
    if all(path[0].right and not path[1].right for path in bad):
        return _(
            "The first value of {name} is right, the second is not. Which values does a step "
            "need from the step before?"
        )
    if all(not path[0].right and path[-1].right for path in bad):
        return _("{name} is wrong at first and right later.")
    return ""


def _which_cases(_wrong: list[Seen], seen: list[Seen]) -> str:
    """A setting that separates the cases where the quantity is wrong from all others."""
    bad = {id(one.case): one.case for one in seen if not one.right}
    # Zeros show nothing: observations leave them where something else is judged.
    telling = [one for one in seen if one.want.any()]
    good = {id(one.case): one.case for one in telling if id(one.case) not in bad}
    if min(len(bad), len(good)) < 2 or len(bad) + len(good) < 4:
        return ""  # a single case is right, or wrong, for another reason
    found = []
    for words, test in _conditions([*bad.values(), *good.values()]):
        in_bad, in_good = ([test(case) for case in those.values()] for those in (bad, good))
        if all(in_bad) and not any(in_good):
            text = _("{{name}} is wrong with {words}, and right in all other cases.")
            found.append(text.format(words=words))
        elif all(in_good) and not any(in_bad) and "=0" not in words:  # a 0 hides most mistakes
            text = _("{{name}} is right with {words}, and wrong in all other cases.")
            found.append(text.format(words=words))
    return found[0] if len(found) == 1 else ""  # one of two that coincide is not the reason


def _conditions(cases: list[Case]) -> Iterator[tuple[str, Callable[[Case], bool]]]:
    for name in cases[0]:
        values: list[Any] = [case.get(name) for case in cases]
        if all(isinstance(v, bool) for v in values):
            yield f"`{name}=True`", _case_test(name, bool)
        elif is_setting(name, values):
            yield f"`{name}=0`", _case_test(name, lambda v: bool(v == 0))
        elif all(isinstance(v, np.ndarray) and v.ndim == 2 for v in values):
            one = _("a single row in `{name}`").format(name=name)
            yield one, _case_test(name, lambda v: len(v) == 1)
            square = _("as many rows as columns in `{name}`").format(name=name)
            yield square, _case_test(name, lambda v: v.shape[0] == v.shape[1])


def _case_test(name: str, test: Callable[[Any], bool]) -> Callable[[Case], bool]:
    return lambda case: test(case[name])


CONDITIONS: tuple[Fact, ...] = (from_which_step, _which_cases)
