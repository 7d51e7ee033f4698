"""Moments: all times of a class, in UTC, where no hour occurs twice and each day has 24 hours.

What comes as a local time (from an LMS, a zip file, a note of nbgrader) becomes a moment here, and
moments alone are compared.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

STAMP = "%Y-%m-%d %H:%M:%S UTC"
# Where abbreviations such as CEST, which nbgrader writes for a course's own zone, are known.
ABBREVIATED = ("CET", "WET", "EET", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT")
SECOND = timedelta(seconds=1)


def stamp_of(when: datetime | None) -> str:
    """A moment as nbgrader notes it in ``timestamp.txt``; "" if it is not known."""
    return when.astimezone(UTC).strftime(STAMP) if when else ""


def now_stamp() -> str:
    """The present moment, as :func:`stamp_of` writes it."""
    return stamp_of(datetime.now(UTC))


def moment_of(stamp: str) -> datetime | None:
    """The moment that a ``timestamp.txt`` notes; None if it notes none.

    It has a zone as nbgrader writes it ("UTC", "CEST", "+0200", "Europe/Berlin"), or is in UTC.
    """
    date, _, rest = stamp.strip().partition(" ")
    time, _, zone = rest.strip().partition(" ")
    with suppress(ValueError, OverflowError):
        read = datetime.fromisoformat(f"{date} {time}{zone if zone[:1] in '+-' else ''}".strip())
        if read.tzinfo is None:
            read = _in_zone_called(read, zone or "UTC")
        return read.astimezone(UTC)
    return None


def _in_zone_called(local: datetime, zone: str) -> datetime:
    """A local time with the offset that ``zone``, a name or an abbreviation, has then."""
    found = []
    for name in (zone, *ABBREVIATED):
        with suppress(ValueError, OSError, LookupError):
            found += [local.replace(tzinfo=ZoneInfo(name), fold=fold) for fold in (0, 1)]
    named = [one for one in found if one.tzname() == zone]
    if not (named or (found and str(found[0].tzinfo) == zone)):
        raise ValueError(f"no zone is called {zone!r}")
    return (named or found)[0]


def as_nbgrader_has_it(when: datetime) -> datetime:
    """A moment as the gradebook holds it: in UTC, and without saying so."""
    return when.astimezone(UTC).replace(tzinfo=None)


def moment_in(zone: tzinfo | None, local: datetime) -> datetime:
    """The moment of a local time: the first one, where the clocks show it twice.

    Parameters
    ----------
    zone : None for that of this machine
    local : without a zone. A time that the clocks leave out becomes the moment when they are set
    """
    first, second = _both(zone, local)
    return first if first <= second else _change(zone, second, first)


def moment_in_order(zone: tzinfo | None, local: datetime) -> datetime:
    """As :func:`moment_in`; the whole hour that occurs twice becomes one moment.

    So nothing in it seems to be earlier than anything else in it.
    """
    first, second = _both(zone, local)
    return first if first == second else _change(zone, *sorted((first, second)))


def _both(zone: tzinfo | None, local: datetime) -> tuple[datetime, datetime]:
    first, second = (
        local.replace(tzinfo=zone, fold=fold).astimezone(UTC)  # without a zone: this machine's
        for fold in (0, 1)
    )
    return first, second


def _change(zone: tzinfo | None, before: datetime, after: datetime) -> datetime:
    """The moment between two at which the clocks are set, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
