"""An entry beside stored ones, for those who have no class to be compared with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from grader.checking.contract.registry import available, find
from grader.checking.home.blocked_library import outcomes_without_library
from grader.checking.home.show import show
from grader.checking.judging.judge import make_cases
from grader.checking.report.of_contest import report_on_contest, report_without_entry

BEST = 5  # places of the public list that the table shows beside your own


@dataclass(frozen=True)
class Place:
    """The two accuracies of an entry, and its rank by each of them; equal ones share a rank."""

    yours: bool
    public: float
    final: float
    public_rank: int
    final_rank: int


def contest(name: str, function: Callable[..., Any]) -> list[Place]:
    """Compare your entry with stored ones, which the same splits have judged.

    Parameters
    ----------
    name : an exercise whose entries are compared in a class, such as ``"configuration"``
    function : your function

    Returns
    -------
    a place for each entry, best first; none if your function gives no entry

    Raises
    ------
    LookupError : no exercise is called ``name``
    ValueError : the exercise has no stored entries
    """
    if not available():
        return []
    exercise = find(name)
    if exercise.contest is None or exercise.contest.stored is None:
        raise ValueError(f"contest({name!r}, …): there are no stored entries for it")
    stored = exercise.contest.stored()
    case = make_cases(exercise, stored["seed"])[0]
    (outcome,) = outcomes_without_library(exercise, [function], [case])
    entry: Mapping[str, Any] = {}
    if outcome.outputs is not None:
        entry = exercise.recorded(case, outcome.outputs)
    if not entry:
        show(report_without_entry(name))
        return []
    places = ranked(entry, stored["entries"])
    (mine,) = (place for place in places if place.yours)
    best = [place for place in places if not place.yours and place.public_rank <= BEST]
    rows = [(_row("you", mine), True)]
    rows += [(_row("a stored entry", place), False) for place in best]
    inside = entry["low"] <= mine.final <= entry["high"]
    show(
        report_on_contest(
            mine.public_rank,
            mine.final_rank,
            len(places),
            sorted(rows, key=lambda row: row[0][1], reverse=True),
            (entry["low"], entry["high"], inside),
        )
    )
    return places


def ranked(entry: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[Place]:
    """The places of your entry and the others, best first."""
    found = [(one is entry, one["public"], mean(one["final"])) for one in (entry, *others)]
    places = [
        Place(
            yours,
            public,
            final,
            1 + sum(other[1] > public for other in found),
            1 + sum(other[2] > final for other in found),
        )
        for yours, public, final in found
    ]
    return sorted(places, key=lambda place: (place.final_rank, place.public_rank))


def _row(who: str, place: Place) -> tuple[str, float, int, float, int]:
    return who, place.public, place.public_rank, place.final, place.final_rank
