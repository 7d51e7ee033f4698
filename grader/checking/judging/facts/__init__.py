"""Facts that wrong numbers show for any function: a factor, a sign, an axis, a place.

Each of these is a fact about the student's numbers beside the expected ones, so that it is true
whatever mistake it comes from. It holds in every case where the quantity is wrong. These facts are
shown where no listed mistake explains the results.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from grader.checking.contract.exercise import Case
from grader.checking.judging.diagnosis import Certainty, Diagnosis
from grader.checking.judging.effects import ENOUGH, Results
from grader.checking.judging.facts.conditions import CONDITIONS, from_which_step
from grader.checking.judging.facts.numbers import (
    ABSOLUTE,
    LOOSE,
    NUMBERS,
    RELATIONS,
    plain_factor,
    sign,
)
from grader.checking.judging.facts.places import PARTS, PLACES
from grader.checking.judging.facts.seen import Fact, Seen, by_quantity, paths

NEGLIGIBLE = 1e-7
BESIDE = (*NUMBERS, *PLACES, *RELATIONS)  # what is done with the expected numbers
# What is done with the numbers of a mistake: any more of it fits by chance too often.
REMAINING = (sign, plain_factor)
*SIMPLE, WELL_KNOWN = ABSOLUTE  # what the numbers are, whatever was expected
CERTAIN = (*SIMPLE, *BESIDE, WELL_KNOWN)
FACTS = (*CERTAIN, *LOOSE, *PARTS, *CONDITIONS)  # the most telling first


def facts_about(
    cases: Sequence[Case],
    student: Sequence[Results],
    right: Sequence[Results],
    facts: Sequence[Fact] = FACTS,
    *,
    groups: Collection[Collection[str]] = (),
) -> dict[str, str]:
    """What the wrong results have in common: words for each quantity that has something.

    Parameters
    ----------
    facts : those that are tried, in their order
    groups : names of cases that are judged together: that one group fails is told already
    """
    if 2 * sum(results.error is not None for results in student) >= len(student):
        return {}  # what the few others have in common is not the mistake
    found: dict[str, str] = {}
    quantities = by_quantity(cases, student, right)
    begins_wrong = any(not path[0].right for seen in quantities.values() for path in paths(seen))
    for name, seen in quantities.items():
        wrong = [one for one in seen if not one.right]
        if not all(np.isfinite(a).all() for one in wrong for a in (one.got, one.want)):
            continue  # what the finite numbers have in common is not all that is wrong
        wrong = [one for one in wrong if _tells(one)]
        if sum(one.got.size for one in wrong) < ENOUGH:
            continue
        without: set[Fact] = {from_which_step} if begins_wrong else set()
        if _is_a_group(seen, groups):
            without.update(CONDITIONS)
        tried = (one for fact in facts if fact not in without for one in fact(wrong, seen))
        with np.errstate(all="ignore"):
            if text := next((words for so, words in tried if so), ""):
                found[name] = text
    return found


def _tells(one: Seen) -> bool:
    """Whether the numbers are larger than rounding errors."""
    return any(bool((abs(each) > NEGLIGIBLE).any()) for each in (one.got, one.want))


def as_diagnoses(
    facts: Mapping[str, str], names: Mapping[str, str], certainty: Certainty = Certainty.SURE
) -> list[Diagnosis]:
    """Facts as diagnoses: one for all quantities of which the same is said.

    Parameters
    ----------
    names : quantity -> what students know it by; of any other one nothing is said
    """
    told = {names[name]: text for name, text in facts.items() if name in names}
    about = {text: tuple(n for n, t in told.items() if t == text) for text in told.values()}
    return [Diagnosis(text, certainty, names) for text, names in about.items()]


def _is_a_group(seen: Sequence[Seen], groups: Collection[Collection[str]]) -> bool:
    """Whether the cases that fail are those of one group."""
    bad = {one.case["about"] for one in seen if not one.right}
    good = {one.case["about"] for one in seen} - bad
    return any(bad <= set(group) and good.isdisjoint(group) for group in groups)
