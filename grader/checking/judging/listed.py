"""Listed mistakes that explain a student's results, or most of them."""

from collections.abc import Collection, Sequence

from grader.checking.contract.exercise import Case, Mistake
from grader.checking.judging.diagnosis import Certainty, Diagnosis
from grader.checking.judging.effects import (
    ENOUGH,
    Beside,
    Effect,
    Effects,
    Key,
    agree,
    common,
    how_many,
    quantity,
)
from grader.checking.judging.search import Search

MOST = 0.6  # the share of the departures that a mistake has to explain


def exact_cover(search: Search) -> tuple[list[Diagnosis], set[Key]]:
    """Listed mistakes whose effects all show, those that explain most first, and what is left."""
    explaining = {
        i: explained
        for i in search.possible
        if (shown := _shown(search, i))
        and not (search.values and all(map(_is_form, shown.items())))
        and (explained := _explained(shown, search.wrong))
        and _is_enough(explained, search.wrong, search.cases, search.groups)
    }
    chosen: list[int] = []
    left = set(search.wrong)
    while explaining and left:
        best = min(
            explaining, key=lambda i: (len(left - explaining[i].keys()), -len(explaining[i]), i)
        )
        if chosen and left.isdisjoint(explaining[best]):
            break
        chosen.append(best)
        left -= explaining.pop(best).keys()
    return [Diagnosis(search.known.mistakes[i], _certainty(search, i, left)) for i in chosen], left


def _certainty(search: Search, mistake: int, left: Collection[Key]) -> Certainty:
    """A mistake is stated if it explains most, or leaves nothing open in the quantities it changes.

    In a few cases of a quantity another mistake may look the same.
    """
    wrong, shown = search.values, search.values_in(search.of(mistake))
    open_ones = {quantity(name) for i, name in wrong if (i, name) in left}
    if len(shown) >= MOST * len(wrong) or open_ones.isdisjoint(quantity(n) for _i, n in shown):
        return Certainty.SURE
    return Certainty.ASKED


def most(search: Search) -> tuple[float, Mistake | None]:
    """The largest share of the departures that one mistake explains, and this mistake.

    Results that are not finite do not count, because a guard may have prevented them. Texts and a
    few numbers can agree by chance, so the mistake has to explain more than that.
    """
    best: tuple[float, Mistake | None] = 0.0, None
    for order in search.possible:
        shown = search.of(order)
        shares, measured = [], 0.0
        for key in shown.keys() | search.wrong.keys():
            pair = [by[key] for by in (search.wrong, shown) if key in by]
            if not any(e.by_value for e in pair) or any(e.is_degenerate for e in pair):
                continue
            right = search.right[key[0]].shown.get(key[1])
            mine, made = (by[key].value if key in by else right for by in (search.wrong, shown))
            shares.append(common(mine, made, right))
            if shares[-1]:
                measured += shares[-1] * how_many(mine)
        if measured >= ENOUGH and (share := sum(shares) / len(shares)) > best[0]:
            best = share, search.known.mistakes[order]
    return best


def _shown(search: Search, mistake: int) -> Effects:
    """The effects of a mistake that can be compared with the results of a program."""
    made = search.known.made[mistake]
    found = {
        (i, name): effect
        for (i, name), effect in search.of(mistake).items()
        if i not in search.raised or made[i].error
    }
    # A mistake in the values shows whatever form the student's results have.
    by_value = {key: effect for key, effect in found.items() if effect.by_value}
    return by_value or found


def _is_form(shown: tuple[Key, Effect]) -> bool:
    """Whether it is a form, or an input that was changed.

    Beside wrong values the properties tell it, because its hint may say that the values are right.
    """
    (_i, name), effect = shown
    return name is Beside.CHANGED or not effect.by_value


def _explained(shown: Effects, wrong: Effects) -> Effects:
    """What a mistake explains, if the student's results show every effect of it; else nothing.

    That both raise the same kind of error says little by itself: where a mistake shows in nothing
    else, the message must be the same too.
    """
    values = {key: effect for key, effect in shown.items() if key[1] is not Beside.SAYS}
    # If the student's numbers are not finite and the mistake's are, something else is wrong, too.
    finite = {
        key: effect
        for key, effect in values.items()
        if key not in wrong or effect.is_degenerate or not wrong[key].is_degenerate
    }
    values = finite or values
    if not all(key in wrong and agree(wrong[key], effect) for key, effect in values.items()):
        return {}
    said = {key: effect for key, effect in shown.items() if key[1] is Beside.SAYS}
    # The same error also in a case where the mistake raises none: it has another cause.
    words = {wrong[key].value for key in said if key in wrong}
    if any(
        key[1] is Beside.SAYS and effect.value in words and key not in said
        for key, effect in wrong.items()
    ):
        return {}
    if any(key[1] is not Beside.RAISES and e.value is not None for key, e in values.items()):
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
    if any(name is Beside.RAISES for _i, name in explained):
        return True
    raised = {i for i, name in wrong if name is Beside.RAISES}
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
