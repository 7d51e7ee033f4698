"""Ways to explain a student's results, the most certain first.

Listed mistakes whose effects all show in the results; two of them together; facts about the
numbers that hold for every function (a factor, a sign, an axis); a small change of the reference
that nobody listed, alone or beside a listed mistake. If none explains everything, each quantity
is explained by itself; the last is a question. ``python -m tests.programs.confusion`` prints
which mistake gets which hint.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product

from grader.checking.judging.diagnosis import Certainty, Diagnosis
from grader.checking.judging.effects import (
    Effects,
    Key,
    Results,
    Suspect,
    agree,
    effects,
    results_of,
)
from grader.checking.judging.facts import (
    BESIDE,
    CERTAIN,
    FACTS,
    REMAINING,
    as_diagnoses,
    facts_about,
)
from grader.checking.judging.facts.numbers import some_signs
from grader.checking.judging.facts.seen import Fact
from grader.checking.judging.search import Search

Strategy = Callable[[Search], list[Diagnosis]]


def first_found(strategies: Iterable[Strategy], search: Search) -> list[Diagnosis]:
    """What the first of the strategies finds that finds anything."""
    return next(filter(None, (strategy(search) for strategy in strategies)), [])


def two_slips(search: Search) -> list[Diagnosis]:
    """Two listed slips that together explain all values."""
    return _pair(search, combinations(search.slips, 2))


def facts_alone(search: Search) -> list[Diagnosis]:
    """Facts about the numbers of every wrong quantity that leave nothing open."""
    found = _facts(search, search.known.right, CERTAIN)
    return _told(search, found) if found and found.keys() >= _quantities(search.values) else []


def is_untold(search: Search) -> bool:
    """Whether such facts explain everything, but only of what students know by no name."""
    found = _facts(search, search.known.right, CERTAIN)
    return found.keys() >= _quantities(search.values) and not _told(search, found)


def one_change(search: Search) -> list[Diagnosis]:
    """A small change of the reference that nobody listed."""
    if not search.tells_enough:
        return []
    found = (
        [Diagnosis(one.mistake)]
        for one in search.changes
        if _same(search, one.effects, search.here) and search.is_result_of(one.mistake)
    )
    return next(found, [])


def slip_and_change(search: Search) -> list[Diagnosis]:
    """A listed slip beside a change that nobody listed."""
    if not search.tells_enough:
        return []  # nor would a pair be looked for; making the changes takes the time
    # A change without an effect of its own, such as `>=` for `>` away from the limit, says nothing.
    changes = [one for one in search.changes if one.effects]
    return _pair(search, product(search.slips, changes))


def slip_and_fact(search: Search) -> list[Diagnosis]:
    """A listed mistake, and a fact about the numbers beside those that it alone would give."""
    for one in search.tried(search.suspects):
        shown = search.values_in(one.effects)
        if not shown:
            continue  # a form: the fact would explain everything
        if any(made.error and k not in search.raised for k, made in enumerate(one.results)):
            continue
        if not search.all_wrong(shown):
            continue  # the fact would take back what the mistake does
        beside = search.values_in(effects(one.results, search.student))
        found = _facts(search, one.results, BESIDE)
        changed = _quantities(shown)
        found = {name: text for name, text in found.items() if name not in changed}
        touched = _facts(search, one.results, (*REMAINING, some_signs))
        touched = {name: touched[name] for name in sorted(changed & touched.keys())}
        if touched and not touched.keys().isdisjoint(_facts(search, search.known.right, BESIDE)):
            continue  # a fact alone explains this quantity
        if (found or touched) and found.keys() | touched.keys() >= _quantities(beside):
            # What takes away a sign of wrong numbers may not change the right ones: it is not told.
            remaining = _facts(search, one.results, REMAINING)
            touched = {name: touched[name] for name in touched.keys() & remaining.keys()}
            then = _told(search, touched, Certainty.THEN)
            return [Diagnosis(one.mistake), *then, *_told(search, found)]
    return []


def in_one_branch(search: Search) -> list[Diagnosis]:
    """What explains the results with one value of a setting; with the other they are right."""
    for words, one in search.branches():
        if explained := first_found(OF_ONE, one):
            return [replace(each, where=words) for each in explained]
    return []


def by_quantity(search: Search) -> list[Diagnosis]:
    """What each wrong quantity shows by itself.

    A mistake in one of them that changes others, too, is stated where it is found there as well.
    """
    facts = _facts(search, search.known.right)
    certain = _facts(search, search.known.right, CERTAIN)
    names = _quantities(search.values)
    found: dict[str, list[Diagnosis]] = {}
    for name in sorted(names - certain.keys()) if len(names) > 1 else ():
        one = search.only([key.name for key in search.values if key.quantity == name])
        if one.tells_enough and (explained := first_found(OF_ONE, one)):
            found[name] = explained
            facts.pop(name, None)
    diagnoses = [
        one if _shows_elsewhere(search, one, found) else replace(one, certainty=Certainty.ASKED)
        for one in dict.fromkeys(one for explained in found.values() for one in explained)
    ]
    return [*diagnoses, *_told(search, facts)]


def _shows_elsewhere(search: Search, one: Diagnosis, found: Mapping[str, list[Diagnosis]]) -> bool:
    """Whether all that a mistake does shows in the student's results, alone or beside another."""
    if isinstance(one.cause, str):
        return True
    exercise = search.known.exercise
    made = results_of(exercise, exercise.with_mistakes(one.cause), search.known.cases)
    return all(
        one in found.get(key.quantity, ()) or agree(search.wrong[key], effect)
        for key, effect in search.values_in(effects(search.known.right, made)).items()
        if key in search.wrong
    )


def listed_here(search: Search) -> list[Diagnosis]:
    """A listed mistake that explains the quantities that are asked for."""
    same = (one for one in search.suspects if _same(search, one.effects, search.values))
    return next(([Diagnosis(one.mistake)] for one in same), [])


# For all quantities, where neither a listed mistake nor two of them explain them; and for one.
WHOLE: tuple[Strategy, ...] = (
    facts_alone,
    one_change,
    in_one_branch,
    slip_and_change,
    slip_and_fact,
)
OF_ONE: tuple[Strategy, ...] = (listed_here, one_change, two_slips, slip_and_change)


def _pair(search: Search, pairs: Iterable[tuple[Suspect, Suspect]]) -> list[Diagnosis]:
    """The first of the pairs of slips that explains all values, the likely ones first.

    Together, two slips change what each changes alone. Where only one of them changes a quantity,
    its value is the same, except where the slips affect each other. Those listed first come first.
    """
    if not search.tells_enough:
        return []
    here, pairs = search.here, list(pairs)
    changed: dict[Suspect, set[Key]] = {}
    agreed: dict[Suspect, set[Key]] = {}
    for one in {one for pair in pairs for one in pair}:
        changed[one] = {key for key in search.values_in(one.effects) if key.case == search.first}
        both = changed[one] & here.keys()
        agreed[one] = {key for key in both if agree(here[key], one.effects[key])}

    def affects_another(pair: tuple[Suspect, Suspect]) -> bool:
        one, other = pair
        return here.keys() != changed[one] & changed[other] | agreed[one] | agreed[other]

    # Whatever is nan agrees with a nan; each of the two has to show in numbers.
    telling = {key for key, effect in search.values.items() if not effect.is_degenerate}
    shows = {one for one in changed if not telling.isdisjoint(search.values_in(one.effects))}
    fitting = [
        (one, other)
        for one, other in pairs
        if changed[one] | changed[other] == here.keys() and one in shows and other in shows
    ]
    for one, other in search.tried(sorted(fitting, key=affects_another)):
        if search.is_result_of(one.mistake, other.mistake):
            return [Diagnosis(one.mistake), Diagnosis(other.mistake)]
    return []


def _same(search: Search, made: Effects, wrong: Effects) -> bool:
    """Whether ``made`` departs from the reference in the values as the student does."""
    return search.values_in(made).keys() == wrong.keys() and all(
        agree(effect, made[key]) for key, effect in wrong.items()
    )


def _facts(
    search: Search, right: Sequence[Results], facts: Sequence[Fact] = FACTS
) -> dict[str, str]:
    """Facts about the quantities that are asked for."""
    found = facts_about(search.known.told, search.student, right, facts, groups=search.groups)
    asked = _quantities(search.values)
    return {name: text for name, text in found.items() if name in asked}


def _told(
    search: Search, facts: Mapping[str, str], certainty: Certainty = Certainty.SURE
) -> list[Diagnosis]:
    return as_diagnoses(facts, search.known.names, certainty)


def _quantities(keys: Iterable[Key]) -> set[str]:
    return {key.quantity for key in keys}
