"""Finds the listed mistakes that explain the results of a student's function.

A mistake is recognised by its effects. Where the student's results show all of them, its hint is
a statement. Where no single mistake explains everything, two at once are tried. Where one mistake
explains most of the results, its hint is shown as a question: the student may have written it
without a guard, with another constant or beside another mistake. A mistake that explains less is
not shown.
"""

from collections.abc import Collection, Sequence
from itertools import combinations

from grader.checking.contract.exercise import Case, Exercise, Function, Mistake
from grader.checking.judging.apply import Outcome
from grader.checking.judging.effects import (
    ENOUGH,
    RAISES,
    SAYS,
    Effects,
    Known,
    Results,
    agree,
    common,
    departures,
    effects,
    how_many,
    known,
    results,
    results_of,
)
from grader.checking.judging.kinds import kinds_of_mistakes
from grader.checking.language import _

MAX_HINTS = 2
MOST = 0.6  # smallest share of the departures for which the hint is asked as a question
MAX_PAIRS = 800


def diagnose(
    exercise: Exercise,
    cases: Sequence[Case],
    outcomes: Sequence[Outcome],
    facts: Known | None = None,
    failing: Collection[str] = (),
) -> tuple[str, ...]:
    """Hints that the outcomes agree with, best explanation first.

    Parameters
    ----------
    facts : ``known(exercise, cases)``, passed by callers that judge many programs on the same cases
    failing : titles of the properties that do not hold or are open; hints that presuppose one are
        left out
    """
    facts = facts or known(exercise, cases)
    student = [results(exercise, c, o) for c, o in zip(cases, outcomes, strict=True)]
    wrongs = [effects(right, student) for right in facts.references]
    nearest = min(range(len(wrongs)), key=lambda i: len(wrongs[i]))
    wrong = wrongs[nearest]
    possible = [
        (order, mistake)
        for order, mistake in enumerate(exercise.mistakes)
        if set(failing).isdisjoint(mistake.needs)
    ]
    failed = {i for i, theirs in enumerate(student) if RAISES in theirs}
    shown = {order: _shown(facts, order, nearest, failed) for order, _mistake in possible}
    groups = [prop.cases for prop in exercise.judge if prop.cases]
    explaining = {
        i: explained
        for i, one in shown.items()
        if one
        and (explained := _explained(one, wrong))
        and _is_enough(explained, wrong, cases, groups)
    }
    right = facts.references[nearest]
    found, left = _cover(explaining, wrong)
    if not found and (pair := _pair(exercise, cases, wrong, facts, nearest, possible)):
        return tuple(mistake.hint for mistake in pair)
    hints = list(dict.fromkeys(exercise.mistakes[order].hint for order in found))
    share, asked = (0.0, "") if found else _most(facts, nearest, wrong, possible)
    if share == 1:
        return (asked,)
    if any(wrong[key].by_value for key in left):
        known_ones = {name for _i, name in wrong.keys() - left}
        hints += kinds_of_mistakes(cases, student, right, groups=groups, without=known_ones)
    del hints[MAX_HINTS:]
    if share >= MOST:
        hints.append(_("Does this apply here? {hint}").format(hint=asked))
    return tuple(hints)


def _shown(facts: Known, mistake: int, reference: int, failed: set[int]) -> Effects:
    """The effects of a mistake that can be compared with the results of a program."""
    made = facts.mistakes[mistake]
    found = {
        (i, name): effect
        for (i, name), effect in facts.effects_of(mistake, reference).items()
        if i not in failed or RAISES in made[i]
    }
    # A mistake in the values shows whatever form the student's results have.
    by_value = {key: effect for key, effect in found.items() if effect.by_value}
    return by_value or found


def _cover(
    explaining: dict[int, Effects], wrong: Effects
) -> tuple[list[int], set[tuple[int, str]]]:
    """The mistake that explains most, those that explain some of the rest, and what is left."""
    chosen: list[int] = []
    left = set(wrong)
    while explaining:
        best = min(
            explaining, key=lambda i: (len(left - explaining[i].keys()), -len(explaining[i]), i)
        )
        if chosen and left.isdisjoint(explaining[best]):
            break
        chosen.append(best)
        left -= explaining.pop(best).keys()
        if not left:
            break
    return chosen, left


def _explained(shown: Effects, wrong: Effects) -> Effects:
    """What a mistake explains, if the student's results show every effect of it; else nothing.

    That both raise the same kind of error says little by itself: where a mistake shows in nothing
    else, the message must be the same too.
    """
    values = {key: effect for key, effect in shown.items() if key[1] != SAYS}
    # If the student's numbers are not finite and the mistake's are, something else is wrong, too.
    finite = {
        key: effect
        for key, effect in values.items()
        if key not in wrong or effect.is_degenerate or not wrong[key].is_degenerate
    }
    values = finite or values
    if not all(key in wrong and agree(wrong[key], effect) for key, effect in values.items()):
        return {}
    said = {key: effect for key, effect in shown.items() if key[1] == SAYS}
    # The same error also in a case where the mistake raises none: it has another cause.
    words = {wrong[key].value for key in said if key in wrong}
    if any(
        name == SAYS and e.value in words for (i, name), e in wrong.items() if (i, name) not in said
    ):
        return {}
    if any(name != RAISES and effect.value is not None for (_, name), effect in values.items()):
        return values | said
    same_words = all(key in wrong and wrong[key].value == e.value for key, e in said.items())
    return values | said if same_words else {}


def _is_enough(
    explained: Effects,
    wrong: Effects,
    cases: Sequence[Case],
    groups: Sequence[Collection[str]],
) -> bool:
    """Whether a mistake explains most, or all of one quantity, if only in one group of cases.

    Cases that raised an error do not count beside others: they show one thing, whatever else is.
    A mistake that raises the same error explains enough.
    """
    if any(name == RAISES for _i, name in explained):
        return True
    raised = {i for i, name in wrong if name == RAISES}
    values = {key for key, effect in wrong.items() if effect.by_value}
    departures = {key for key in values if key[0] not in raised} or values or set(wrong)
    left = departures - explained.keys()
    if len(left) <= (1 - MOST) * len(departures):
        return True
    for group in [None, *groups]:
        there = [
            {(i, name) for i, name in keys if group is None or cases[i]["about"] in group}
            for keys in (departures, left)
        ]
        complete, incomplete = ({name for _i, name in keys} for keys in there)
        if complete - incomplete:
            return True
    return False


def _pair(
    exercise: Exercise,
    cases: Sequence[Case],
    wrong: Effects,
    facts: Known,
    nearest: int,
    possible: Sequence[tuple[int, Mistake]],
) -> tuple[Mistake, ...]:
    """Two slips that together explain all values."""
    # A case that raised an error does not show the slips in the other cases.
    there = sorted(set(range(len(cases))) - {i for i, name in wrong if name == RAISES})
    by_value = {key: e for key, e in wrong.items() if e.by_value and key[0] in there}
    if sum(how_many(effect.value) for effect in by_value.values()) < ENOUGH:
        return ()
    right = facts.references[nearest]
    first = min(i for i, _name in by_value)
    here = {key: effect for key, effect in by_value.items() if key[0] == first}
    slips = [(order, mistake) for order, mistake in possible if mistake.edits]
    alone = [facts.effects_of(order, nearest) for order, _mistake in slips]
    for i, j in _likely_first(here, alone, first)[:MAX_PAIRS]:
        pair = slips[i][1], slips[j][1]
        try:
            functions = exercise.with_mistakes(*pair)
        except (ValueError, SyntaxError):
            continue  # one edit takes away the text of the other
        # Most pairs fail on the first case already.
        if all(
            _departs_so(exercise, functions, cases, chosen, by_value, right)
            for chosen in ([first], there)
        ):
            return pair
    return ()


def _likely_first(here: Effects, alone: Sequence[Effects], case: int) -> list[tuple[int, int]]:
    """Pairs of slips: first those whose effects on a case, added up, may be ``here``.

    Two slips seldom affect each other: together they change what each changes alone, and where only
    one of them changes a quantity, its value is the same. Those listed first come first.
    """
    changed = [{key for key, e in one.items() if e.by_value and key[0] == case} for one in alone]
    agreed = [
        {key for key in keys & here.keys() if agree(here[key], one[key])}
        for keys, one in zip(changed, alone, strict=True)
    ]

    def unlikely(i: int, j: int) -> bool:
        both = changed[i] & changed[j]
        return not changed[i] | changed[j] == here.keys() == both | agreed[i] | agreed[j]

    pairs = combinations(range(len(alone)), 2)
    return sorted(pairs, key=lambda pair: (unlikely(*pair), sum(pair)))


def _departs_so(
    exercise: Exercise,
    functions: Sequence[Function],
    cases: Sequence[Case],
    chosen: Sequence[int],
    wrong: Effects,
    right: Sequence[Results],
) -> bool:
    """Whether ``functions`` depart from the reference as the student does, on the chosen cases."""
    theirs = results_of(exercise, functions, [cases[i] for i in chosen])
    asked = {key: effect for key, effect in wrong.items() if key[0] in chosen}
    for (i, name), made in departures([right[i] for i in chosen], theirs, form=False):
        effect = asked.pop((chosen[i], name), None)
        if effect is None or not agree(effect, made):
            return False
    return not asked


def _most(
    facts: Known, nearest: int, wrong: Effects, possible: Sequence[tuple[int, Mistake]]
) -> tuple[float, str]:
    """The largest share of the departures that one mistake explains, and its hint.

    Results that are not finite do not count, because a guard may have prevented them. Texts and a
    few numbers can agree by chance, so the mistake has to explain more than that.
    """
    best, hint = 0.0, ""
    for order, mistake in possible:
        shown = facts.effects_of(order, nearest)
        shares, measured = [], 0.0
        for key in shown.keys() | wrong.keys():
            pair = [by[key] for by in (wrong, shown) if key in by]
            if not any(e.by_value for e in pair) or any(e.is_degenerate for e in pair):
                continue
            right = facts.references[nearest][key[0]].get(key[1])
            mine, made = (by[key].value if key in by else right for by in (wrong, shown))
            shares.append(common(mine, made, right))
            if shares[-1]:
                measured += shares[-1] * how_many(mine)
        if measured >= ENOUGH and (share := sum(shares) / len(shares)) > best:
            best, hint = share, mistake.hint
    return best, hint
