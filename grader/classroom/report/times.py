"""When submissions were handed in, how long before their deadline, and the score beside it.

Both times are those of nbgrader's gradebook, by which it takes points off for being late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean

from nbgrader.api import MissingEntry

from grader.classroom.gradebook.session import opened
from grader.classroom.report.separation import Correlation, rank_correlated

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Where the figure has its vertical lines, from left to right; times between two are interpolated.
TICKS = (
    (7 * DAY, "7 d"),
    (3 * DAY, "3 d"),
    (DAY, "1 d"),
    (6 * HOUR, "6 h"),
    (HOUR, "1 h"),
    (0 * HOUR, "deadline"),
    (-DAY, "+1 d"),
    (-3 * DAY, "+3 d"),
)
# What the table counts: from the first time, included, to that of the line below.
BANDS = (
    ("3 days before or earlier", 3 * DAY),
    ("1 to 3 days before", DAY),
    ("1 to 24 hours before", HOUR),
    ("in the last hour", 0 * HOUR),
    ("late", timedelta.min),
)


@dataclass(frozen=True)
class Times:
    """When an assignment is due, and how long before it each student handed it in.

    Attributes
    ----------
    due : None if the gradebook has no deadline
    lead_times : negative for late; with a student's own extension. Students whose time is unknown
        are not in it
    """

    due: datetime | None = None
    lead_times: Mapping[str, timedelta] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether the deadline has passed; without one, it has."""
        return self.due is None or self.due < datetime.now(UTC)


NO_TIMES = Times()


def times_of(url: str, assignment: str) -> Times:
    """The times that the gradebook has for an assignment."""
    with opened(url) as gradebook:
        try:
            found = gradebook.find_assignment(assignment)
        except MissingEntry:
            return NO_TIMES
        if found.duedate is None:
            return NO_TIMES
        lead_times = {
            one.student_id: found.duedate + (one.extension or timedelta()) - one.timestamp
            for one in found.submissions
            if one.timestamp is not None
        }
        return Times(found.duedate.replace(tzinfo=UTC), lead_times)  # nbgrader's are UTC, unsaid


def lead_time_in_words(lead_time: timedelta) -> str:
    """How long before the deadline, in words."""
    size, late = abs(lead_time), lead_time < timedelta()
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (timedelta(minutes=1), "minute")):
        if size >= unit:
            count = size // unit
            words = f"{count} {name}{'s' * (count > 1)}"
            return f"{words} late" if late else f"{words} before"
    return "less than a minute late" if late else "in the last minute"


@dataclass(frozen=True)
class Band:
    """Submissions of one stretch of time; ``share`` is the mean of their scores, from 0 to 1."""

    words: str
    count: int
    share: float


@dataclass(frozen=True)
class TimesAndScores:
    """Time before the deadline against the score, as a figure and as a table.

    Attributes
    ----------
    points : of the figure, each from 0 (left, bottom) to 1
    ranks : Spearman's correlation of time and score
    """

    points: tuple[tuple[float, float], ...]
    bands: tuple[Band, ...]
    ranks: Correlation

    @property
    def ticks(self) -> list[str]:
        """Words below the figure's vertical lines."""
        return [words for _, words in TICKS]

    @property
    def deadline(self) -> float:
        """Where the deadline stands in the figure, from 0 to 1."""
        return place(timedelta())

    @property
    def count(self) -> int:
        return len(self.points)


def times_and_scores(found: Sequence[tuple[timedelta, float]]) -> TimesAndScores:
    """Bring times and scores (as shares from 0 to 1) together."""
    by_band: dict[str, list[float]] = {words: [] for words, _ in BANDS}
    for before, share in found:
        words = next(words for words, least in BANDS if before >= least)
        by_band[words].append(share)
    return TimesAndScores(
        tuple((place(before), min(max(share, 0.0), 1.0)) for before, share in found),
        tuple(Band(w, len(shares), mean(shares)) for w, shares in by_band.items() if shares),
        rank_correlated([(before.total_seconds(), share) for before, share in found]),
    )


def place(before: timedelta) -> float:
    """Where a time stands on the figure's axis, from 0 to 1; what is outside stands at the end."""
    times = [time for time, _ in TICKS]
    before = min(max(before, times[-1]), times[0])
    for number, (left, right) in enumerate(pairwise(times)):
        if before >= right:
            return (number + (left - before) / (left - right)) / (len(times) - 1)
    raise AssertionError("the last tick is the smallest time")
