"""Times without an offset, which an LMS writes in the zone of the school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

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
            when = when.replace(tzinfo=ZoneInfo(self.name))
        return when.astimezone(UTC)

    def shown(self, when: datetime) -> str:
        """The time as people there read it; "" where it is that in UTC."""
        if not self.name:
            return ""
        local = when.astimezone(ZoneInfo(self.name))
        return f"{local:%Y-%m-%d %H:%M:%S %Z}" if local.utcoffset() else ""
