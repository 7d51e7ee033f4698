"""Ways to explain a student's results, the most certain first."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product

from grader.checking.contract.exercise import Mistake
from grader.checking.judging.diagnosis import Certainty, Diagnosis
from grader.checking.judging.effects import (
    Effects,
    Key,
    Results,
    agree,
    effects,
    quantity,
    results_of,
)
from grader.checking.judging.facts import BESIDE, CERTAIN, FACTS, facts_about, told
from grader.checking.judging.facts.seen import Fact
from grader.checking.judging.search import Search

Strategy = Callable[[Search], list[Diagnosis]]
Slip = tuple[Mistake, Effects]


def two_slips(search: Search) -> list[Diagnosis]:
    """Two listed slips that together explain all values."""
    slips = [i for i in search.possible if search.known.mistakes[i].edits]
    pairs = combinations([(search.known.mistakes[i], search.of(i)) for i in slips], 2)
    return _pair(search, list(pairs))


def facts_alone(search: Search) -> list[Diagnosis]:
    """Facts about the numbers of every wrong quantity that leave nothing open."""
    found = _facts(search, search.right, CERTAIN)
    return told(found) if found and found.keys() >= _quantities(search.values) else []


def one_change(search: Search) -> list[Diagnosis]:
    """A small change of the reference that nobody listed."""
    if not search.tells_enough:
        return []
    here = _here(search)
    found = (
        [Diagnosis(mistake)]
        for mistake, made in search.changes
        if _same(search, made, here) and search.is_result_of(mistake)
    )
    return next(found, [])


def slip_and_change(search: Search) -> list[Diagnosis]:
    """A listed slip beside a change that nobody listed."""
    slips = [i for i in search.possible if search.known.mistakes[i].edits]
    listed = [(search.known.mistakes[i], search.of(i)) for i in slips]
    # A change without an effect of its own, such as `>=` for `>` away from the limit, says nothing.
    changes = [(mistake, made) for mistake, made in search.changes if made]
    return _pair(search, list(product(listed, changes)))


def slip_and_fact(search: Search) -> list[Diagnosis]:
    """A listed mistake, and a fact about the numbers beside those that it alone would give."""
    for i in search.possible:
        made = search.known.made[i]
        if time.process_time() > search.until:
            break
        if any(made[k].error for k in range(len(made)) if k not in search.raised):
            continue
        shown = search.values_in(search.of(i))
        if not search.all_wrong(shown):
            continue  # the fact would take back what the mistake does
        beside = search.values_in(effects(made, search.student))
        found = _facts(search, made, BESIDE)
        touched = {name: found.pop(name) for name in sorted(_quantities(shown) & found.keys())}
        if touched and not touched.keys().isdisjoint(_facts(search, search.right, BESIDE)):
            continue  # a fact alone explains this quantity
        if (found or touched) and found.keys() | touched.keys() >= _quantities(beside):
            mistake = Diagnosis(search.known.mistakes[i])
            return [mistake, *told(touched, Certainty.THEN), *told(found)]
    return []


def in_one_branch(search: Search) -> list[Diagnosis]:
    """What explains the results with one value of a setting; with the other they are right."""
    for words, one in search.branches():
        if ours := next(filter(None, (strategy(one) for strategy in OF_ONE)), []):
            return [replace(each, where=words) for each in ours]
    return []


def by_quantity(search: Search) -> list[Diagnosis]:
    """What each wrong quantity shows by itself.

    A mistake in one of them that changes others, too, is stated where it is found there as well.
    """
    facts = _facts(search, search.right)
    certain = _facts(search, search.right, CERTAIN)
    names = _quantities(search.values)
    found: dict[str, list[Diagnosis]] = {}
    for name in sorted(names - certain.keys()) if len(names) > 1 else ():
        one = search.only([n for _i, n in search.values if quantity(n) == name])
        ours = next(filter(None, (strategy(one) for strategy in OF_ONE if one.tells_enough)), [])
        if ours:
            found[name] = ours
            facts.pop(name, None)
    said = [
        one if _shows_elsewhere(search, one, found) else replace(one, certainty=Certainty.ASKED)
        for one in dict.fromkeys(one for ours in found.values() for one in ours)
    ]
    return [*said, *told(facts)]


def _shows_elsewhere(search: Search, one: Diagnosis, found: Mapping[str, list[Diagnosis]]) -> bool:
    """Whether all that a mistake does shows in the student's results, alone or beside another."""
    if isinstance(one.cause, str):
        return True
    made = results_of(search.exercise, search.exercise.with_mistakes(one.cause), search.cases)
    return all(
        one in found.get(quantity(name), ()) or agree(search.wrong[i, name], effect)
        for (i, name), effect in search.values_in(effects(search.right, made)).items()
        if (i, name) in search.wrong
    )


def listed_here(search: Search) -> list[Diagnosis]:
    """A listed mistake that explains the quantities that are asked for."""
    known = search.known
    found = (
        [Diagnosis(known.mistakes[i])]
        for i in search.possible
        if _same(search, search.of(i), search.values)
    )
    return next(found, [])


# For all quantities, where neither a listed mistake nor two of them explain them; and for one.
WHOLE: tuple[Strategy, ...] = (
    facts_alone,
    one_change,
    in_one_branch,
    slip_and_change,
    slip_and_fact,
)
OF_ONE: tuple[Strategy, ...] = (listed_here, one_change, two_slips, slip_and_change)


def _pair(search: Search, pairs: list[tuple[Slip, Slip]]) -> list[Diagnosis]:
    """The first of the pairs of slips that explains all values, the likely ones first.

    Together, two slips change what each changes alone. Where only one of them changes a quantity,
    its value is the same, except where the slips affect each other. Those listed first come first.
    """
    if not search.tells_enough:
        return []
    here = _here(search)
    changed: dict[int, set[Key]] = {}
    agreed: dict[int, set[Key]] = {}
    for made in {id(made): made for pair in pairs for _mistake, made in pair}.values():
        keys = {key for key in search.values_in(made) if key[0] == search.first}
        changed[id(made)] = keys
        agreed[id(made)] = {key for key in keys & here.keys() if agree(here[key], made[key])}

    def affects_another(pair: tuple[Slip, Slip]) -> bool:
        a, b = (id(made) for _mistake, made in pair)
        return here.keys() != changed[a] & changed[b] | agreed[a] | agreed[b]

    fitting = [
        pair for pair in pairs if changed[id(pair[0][1])] | changed[id(pair[1][1])] == here.keys()
    ]
    for (one, _made), (other, _also) in sorted(fitting, key=affects_another):
        if time.process_time() > search.until:
            break
        if search.is_result_of(one, other):
            return [Diagnosis(one), Diagnosis(other)]
    return []


def _here(search: Search) -> Effects:
    """What is wrong in the first wrong case."""
    return {key: effect for key, effect in search.values.items() if key[0] == search.first}


def _same(search: Search, made: Effects, wrong: Effects) -> bool:
    """Whether ``made`` departs from the reference in the values as the student does."""
    return search.values_in(made).keys() == wrong.keys() and all(
        agree(effect, made[key]) for key, effect in wrong.items()
    )


def _facts(
    search: Search, right: Sequence[Results], facts: Sequence[Fact] = FACTS
) -> dict[str, str]:
    """Facts about the quantities that are asked for."""
    found = facts_about(search.cases, search.student, right, facts, groups=search.groups)
    names = {quantity(name) for name in search.names or ()}
    return {name: text for name, text in found.items() if search.names is None or name in names}


def _quantities(keys: Iterable[Key]) -> set[str]:
    return {quantity(name) for _i, name in keys}
