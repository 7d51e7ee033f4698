"""Times without an offset, which an LMS writes in the zone of the school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from grader.classroom.moments import moment_in, moment_in_order
from grader.problems import Problem


@dataclass(frozen=True)
class Zone:
    """The zone that ``[lms] zone`` states, such as Europe/Berlin; empty: none is stated."""

    name: str

    def utc(self, when: datetime, text: str) -> datetime:
        """A time in UTC; ``text`` is how it was written.

        Raises
        ------
        Problem
            It has no offset, and no zone is stated.
        """
        if when.tzinfo is None:
            if not self.name:
                raise Problem(
                    f"the time {text!r} does not say in which zone it is; write the zone in which "
                    'your LMS shows times into course.toml under [lms]: zone = "Europe/Berlin"'
                )
            return moment_in(ZoneInfo(self.name), when)
        return when.astimezone(UTC)

    def moment_in_order(self, local: datetime) -> datetime:
        """A local time of a zip file as a moment, by which its files are ordered.

        It is in this machine's zone if none is stated. What the clocks show twice, or leave out,
        is one moment, because nothing tells its order.
        """
        return moment_in_order(ZoneInfo(self.name) if self.name else None, local)

    def in_order(self, when: datetime) -> datetime:
        """A moment by which those that were read as local times can be ordered.

        Two moments in the hour that the clocks show twice are the same.
        """
        if not self.name:  # then all times had an offset
            return when
        return self.moment_in_order(when.astimezone(ZoneInfo(self.name)).replace(tzinfo=None))

    def shown(self, when: datetime) -> str:
        """The time as people there read it; "" where it is that in UTC."""
        if not self.name:
            return ""
        local = when.astimezone(ZoneInfo(self.name))
        return f"{local:%Y-%m-%d %H:%M:%S %Z}" if local.utcoffset() else ""
