"""Listed mistakes that explain a student's results, or most of them."""

from collections.abc import Collection

from grader.checking.contract.mistakes import Mistake
from grader.checking.judging.diagnosis import Certainty, Diagnosis
from grader.checking.judging.effects import (
    ENOUGH,
    Beside,
    Effect,
    Effects,
    Key,
    Suspect,
    agree,
    common,
    how_many,
)
from grader.checking.judging.search import Search

MOST = 0.6  # the share of the departures that a mistake has to explain


def exact_cover(search: Search) -> tuple[list[Diagnosis], set[Key]]:
    """Listed mistakes whose effects all show, those that explain most first, and what is left."""
    explaining = {
        one: explained
        for one in search.suspects
        if (shown := _shown(search, one))
        and not (search.values and all(map(_is_form, shown.items())))
        and (explained := _explained(shown, search.wrong))
        and _is_enough(search, explained)
    }
    chosen: list[Suspect] = []
    left = set(search.wrong)

    def leaves(one: Suspect) -> tuple[int, int]:
        return len(left - explaining[one].keys()), -len(explaining[one])

    while explaining and left:
        best = min(explaining, key=leaves)  # of several, the one that is listed first
        if chosen and left.isdisjoint(explaining[best]):
            break
        chosen.append(best)
        left -= explaining.pop(best).keys()
    return [Diagnosis(one.mistake, _certainty(search, one, left)) for one in chosen], left


def _certainty(search: Search, one: Suspect, left: Collection[Key]) -> Certainty:
    """A mistake is stated if it explains most, or leaves nothing open in the quantities it changes.

    In a few cases of a quantity another mistake may look the same.
    """
    wrong, shown = search.values, search.values_in(one.effects)
    open_ones = {key.quantity for key in wrong if key in left}
    if len(shown) >= MOST * len(wrong) or open_ones.isdisjoint(key.quantity for key in shown):
        return Certainty.SURE
    return Certainty.ASKED


def most(search: Search) -> tuple[float, Mistake | None]:
    """The largest share of the departures that one mistake explains, and this mistake.

    Results that are not finite do not count, because a guard may have prevented them. Texts and a
    few numbers can agree by chance, so the mistake has to explain more than that.
    """
    best: tuple[float, Mistake | None] = 0.0, None
    for one in search.suspects:
        shown = one.effects
        shares, measured = [], 0.0
        for key in shown.keys() | search.wrong.keys():
            pair = [by[key] for by in (search.wrong, shown) if key in by]
            if not any(e.by_value for e in pair) or any(e.is_degenerate for e in pair):
                continue
            right = search.known.right[key.case].shown.get(key.name)
            mine, made = (by[key].value if key in by else right for by in (search.wrong, shown))
            shares.append(common(mine, made, right))
            if shares[-1]:
                measured += shares[-1] * how_many(mine)
        if measured >= ENOUGH and (share := sum(shares) / len(shares)) > best[0]:
            best = share, one.mistake
    return best


def _shown(search: Search, one: Suspect) -> Effects:
    """The effects of a mistake that can be compared with the results of a program."""
    found = {
        key: effect
        for key, effect in one.effects.items()
        if key.case not in search.raised or one.results[key.case].error
    }
    # A mistake in the values shows whatever form the student's results have.
    by_value = {key: effect for key, effect in found.items() if effect.by_value}
    return by_value or found


def _is_form(shown: tuple[Key, Effect]) -> bool:
    """Whether it is a form, or an input that was changed.

    Beside wrong values the properties tell it, because its hint may say that the values are right.
    """
    key, effect = shown
    return key.name is Beside.CHANGED or not effect.by_value


def _explained(shown: Effects, wrong: Effects) -> Effects:
    """What a mistake explains, if the student's results show every effect of it; else nothing.

    That both raise the same kind of error says little by itself: where a mistake shows in nothing
    else, the message must be the same too.
    """
    values = {key: effect for key, effect in shown.items() if key.name is not Beside.SAYS}
    # If the student's numbers are not finite and the mistake's are, something else is wrong, too.
    finite = {
        key: effect
        for key, effect in values.items()
        if key not in wrong or effect.is_degenerate or not wrong[key].is_degenerate
    }
    values = finite or values
    if not all(key in wrong and agree(wrong[key], effect) for key, effect in values.items()):
        return {}
    said = {key: effect for key, effect in shown.items() if key.name is Beside.SAYS}
    # The same error also in a case where the mistake raises none: it has another cause.
    words = {wrong[key].value for key in said if key in wrong}
    if any(
        key.name is Beside.SAYS and effect.value in words and key not in said
        for key, effect in wrong.items()
    ):
        return {}
    if any(key.name is not Beside.RAISES and e.value is not None for key, e in values.items()):
        return values | said
    same_words = all(key in wrong and wrong[key].value == e.value for key, e in said.items())
    return values | said if same_words else {}


def _is_enough(search: Search, explained: Effects) -> bool:
    """Whether a mistake explains most, or all of one quantity, if only in one group of cases.

    Cases that raised an error do not count beside others: they show one thing, whatever else is.
    A mistake that raises the same error explains enough.
    """
    if any(key.name is Beside.RAISES for key in explained):
        return True
    values = {key for key, effect in search.wrong.items() if effect.by_value}
    departures = {key for key in values if key.case not in search.raised}
    departures = departures or values or set(search.wrong)
    left = departures - explained.keys()
    if len(left) <= (1 - MOST) * len(departures):
        return True
    cases = search.known.cases
    for group in [None, *search.groups]:
        complete, incomplete = (
            {key.name for key in keys if group is None or cases[key.case]["about"] in group}
            for keys in (departures, left)
        )
        if complete - incomplete:
            return True
    return False
