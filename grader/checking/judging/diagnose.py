"""Which of the listed mistakes explain what a student's function gave.

A mistake is recognised by its effects. Where the student's results show all of them, its hint is
a statement. Where no single mistake explains everything, two at once are tried. Where one explains
most, because it was written without a guard, with another constant or beside something else, its
hint is a question. Less than that says nothing.
"""

from collections.abc import Collection, Sequence
from itertools import combinations
from typing import Any

from grader.checking.contract.compare import as_numbers
from grader.checking.contract.exercise import Case, Exercise, Function, Mistake
from grader.checking.judging.apply import Outcome
from grader.checking.judging.effects import (
    RAISES,
    SAYS,
    Effects,
    Known,
    Results,
    agree,
    common,
    effects,
    is_degenerate,
    known,
    results,
    results_of,
)
from grader.checking.judging.kinds import kinds_of_mistakes
from grader.checking.language import _

MAX_HINTS = 2
MOST = 0.6  # the share of the departures from which a mistake is asked about
MAX_PAIRS = 400


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
    facts : ``known(exercise, cases)``, for those who judge many programs on the same cases
    failing : titles of the properties that do not hold; hints that presuppose one are left out
    """
    facts = facts or known(exercise, cases)
    student = [results(exercise, c, o) for c, o in zip(cases, outcomes, strict=True)]
    departures = [effects(right, student) for right in facts.references]
    nearest = min(range(len(departures)), key=lambda i: len(departures[i]))
    wrong = departures[nearest]
    possible = [
        (order, mistake)
        for order, mistake in enumerate(exercise.mistakes)
        if set(failing).isdisjoint(mistake.needs)
    ]
    ranked = []
    for order, mistake in possible:
        shown = _shown(facts, order, nearest, {i for i, r in enumerate(student) if RAISES in r})
        if shown and _explains(shown, wrong):
            ranked.append((len(wrong.keys() - shown.keys()), -len(shown), order, mistake))
    ranked.sort(key=lambda entry: entry[:3])
    if ranked and ranked[0][0] == 0:
        return (ranked[0][3].hint,)
    found: Sequence[Mistake] = [mistake for *_rank, mistake in ranked]
    if not found:
        right = facts.references[nearest]
        found = _pair(exercise, cases, wrong, right, [mistake for _order, mistake in possible])
    if not found:
        share, hint = _most(facts, nearest, wrong, possible)
        if share == 1:
            return (hint,)
        seen = kinds_of_mistakes(cases, student, right)[:MAX_HINTS]
        asked = (_("Does this apply here? {hint}").format(hint=hint),) if share >= MOST else ()
        return seen + asked
    return tuple(dict.fromkeys(mistake.hint for mistake in found))[:MAX_HINTS]


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


def _explains(shown: Effects, wrong: Effects) -> bool:
    """Whether the student's results show every effect of a mistake.

    That both raise the same kind of error says little by itself: where a mistake shows in nothing
    else, the message must be the same too.
    """
    values = {key: effect for key, effect in shown.items() if key[1] != SAYS}
    if not all(key in wrong and agree(wrong[key], effect) for key, effect in values.items()):
        return False
    if any(name != RAISES and effect.value is not None for (_, name), effect in values.items()):
        return True
    said = {key: effect for key, effect in shown.items() if key[1] == SAYS}
    return all(key in wrong and wrong[key].value == e.value for key, e in said.items())


def _pair(
    exercise: Exercise,
    cases: Sequence[Case],
    wrong: Effects,
    right: Sequence[Results],
    mistakes: Sequence[Mistake],
) -> tuple[Mistake, ...]:
    """Two slips that explain all values when both are made."""
    by_value = {key: effect for key, effect in wrong.items() if effect.by_value}
    if not any(_is_measured(effect.value) for effect in by_value.values()):
        return ()
    first = min(i for i, _name in by_value)
    slips = [mistake for mistake in mistakes if mistake.old]
    for pair in list(combinations(slips, 2))[:MAX_PAIRS]:
        try:
            functions = exercise.with_mistakes(*pair)
        except (ValueError, SyntaxError):
            continue  # one edit takes away the text of the other
        # Most pairs fail on the first case already.
        if all(
            _departs_so(exercise, functions, cases, chosen, by_value, right)
            for chosen in ([first], range(len(cases)))
        ):
            return pair
    return ()


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
    made = effects([right[i] for i in chosen], theirs)
    found = {(chosen[i], name): effect for (i, name), effect in made.items() if effect.by_value}
    asked = {key: effect for key, effect in wrong.items() if key[0] in chosen}
    return found.keys() == asked.keys() and all(agree(asked[key], found[key]) for key in asked)


def _most(
    facts: Known, nearest: int, wrong: Effects, possible: Sequence[tuple[int, Mistake]]
) -> tuple[float, str]:
    """The largest share of the departures that one mistake explains, and its hint.

    Results that are no finite numbers do not count: a guard may have kept them away. Words, and
    single numbers, agree by chance; some of what is explained has to be an array.
    """
    best, hint = 0.0, ""
    for order, mistake in possible:
        shown = facts.effects_of(order, nearest)
        shares, measured = [], False
        for key in shown.keys() | wrong.keys():
            pair = [by[key] for by in (wrong, shown) if key in by]
            if not any(effect.by_value for effect in pair) or any(map(is_degenerate, pair)):
                continue
            right = facts.references[nearest][key[0]].get(key[1])
            mine, made = (by[key].value if key in by else right for by in (wrong, shown))
            shares.append(common(mine, made, right))
            measured = measured or (shares[-1] > 0 and _is_measured(mine))
        if measured and (share := sum(shares) / len(shares)) > best:
            best, hint = share, mistake.hint
    return best, hint


def _is_measured(value: Any) -> bool:
    """Whether a result holds several numbers."""
    if isinstance(value, dict):
        return any(map(_is_measured, value.values())) or len(value) > 2
    array = as_numbers(value)
    return array is not None and array.size > 2
