"""Facts that wrong numbers show for any function: a factor, a sign, an axis, a place.

Each of these is a fact about the student's numbers beside the expected ones, so that it is true
whatever mistake it comes from. It holds in every case where the quantity is wrong. These facts are
shown where no listed mistake explains the results.
"""

from collections.abc import Collection, Sequence

import numpy as np

from grader.checking.contract.exercise import Case
from grader.checking.judging.effects import ENOUGH, RAISES, Results
from grader.checking.judging.kinds.conditions import CONDITIONS
from grader.checking.judging.kinds.numbers import NUMBERS, RELATIONS
from grader.checking.judging.kinds.places import PARTS, PLACES
from grader.checking.judging.kinds.seen import Seen, by_quantity
from grader.checking.language import _

KINDS = (*NUMBERS, *PLACES, *RELATIONS, *PARTS)  # the most telling first


def kinds_of_mistakes(
    cases: Sequence[Case],
    student: Sequence[Results],
    right: Sequence[Results],
    *,
    groups: Collection[Collection[str]] = (),
    without: Collection[str] = (),
) -> tuple[str, ...]:
    """What the wrong results have in common: a sentence for each quantity that has something.

    Parameters
    ----------
    groups : names of cases that are judged together: that one group fails is told already
    without : quantities whose mistakes are known
    """
    if 2 * sum(RAISES in theirs for theirs in student) >= len(student):
        return ()  # what the few others have in common is not the mistake
    said: dict[str, list[str]] = {}
    for name, seen in by_quantity(cases, student, right).items():
        if name in without:
            continue
        wrong = [
            one
            for one in seen
            if not one.right and np.isfinite(one.got).all() and np.isfinite(one.want).all()
        ]
        if sum(one.got.size for one in wrong) < ENOUGH:
            continue
        kinds = KINDS if _is_a_group(seen, groups) else (*KINDS, *CONDITIONS)
        if text := next(filter(None, (kind(wrong, seen) for kind in kinds)), ""):
            said.setdefault(text, []).append(f"`{name}`")
    return tuple(_sentence(text, names) for text, names in said.items())


def _is_a_group(seen: Sequence[Seen], groups: Collection[Collection[str]]) -> bool:
    """Whether the cases that fail are those of one group."""
    bad = {one.case["about"] for one in seen if not one.right}
    good = {one.case["about"] for one in seen} - bad
    return any(bad <= set(group) and good.isdisjoint(group) for group in groups)


def _sentence(text: str, names: list[str]) -> str:
    first, *others = names
    text = text.format(name=first)
    return f"{text} {_('The same applies to')} {', '.join(others)}." if others else text
