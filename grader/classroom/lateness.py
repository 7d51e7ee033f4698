"""What lateness costs, and how it is said."""

from __future__ import annotations

from math import ceil

from grader.checking.judging.judge import PLACES
from grader.settings import Late

MINUTE, HOUR, DAY = 60, 3600, 86_400


def in_points(value: float) -> float:
    """A number of points, with as many digits as a score has."""
    return round(value, PLACES)


def share_lost(late: Late, seconds: float) -> float:
    """Share of the reached points that is lost.

    Parameters
    ----------
    seconds : between the deadline and the time of handing in
    """
    if seconds <= late.grace_minutes * MINUTE:
        return 0.0
    if late.none_after_days and seconds > late.none_after_days * DAY:
        return 1.0
    return min(late.per_day * ceil(seconds / DAY), 1.0)


def how_late(seconds: float) -> str:
    """The time in words, in the two largest units, rounded up to a minute: "2 days 3 hours"."""
    minutes = ceil(seconds / MINUTE)
    days, hours = divmod(minutes // 60, 24)
    parts = {"day": days, "hour": hours, "minute": minutes % 60}
    parts_in_words = [f"{n} {unit}{'s' * (n != 1)}" for unit, n in parts.items() if n]
    return " ".join(parts_in_words[:2])
