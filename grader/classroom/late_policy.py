"""What lateness costs, as nbgrader's plugin, so that its own commands ask the same function."""

from __future__ import annotations

from math import ceil

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float, Int
from traitlets.config import Config

from grader.checking.judging.judge import PLACES
from grader.settings import Late

MINUTE, HOUR, DAY = 60, 3600, 86_400


class LatePolicy(LateSubmissionPlugin):
    """``[late]`` in ``course.toml``; where that says nothing, nbgrader's ``penalty_method``."""

    per_day = Float(0.0, help="Share of the points lost per begun day").tag(config=True)
    grace_minutes = Int(0, help="So much later costs nothing").tag(config=True)
    none_after_days = Int(0, help="Later than this gets no points; 0: no limit").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        late = Late(self.per_day, self.grace_minutes, self.none_after_days)
        if late == Late(grace_minutes=self.grace_minutes):
            penalty: float | None = super().late_submission_penalty(
                student_id, score, total_seconds_late
            )
            return None if penalty is None else in_points(penalty)
        return in_points(score * share_lost(late, total_seconds_late))


def configure_late(config: Config, late: Late) -> None:
    """Tell nbgrader's step that assigns penalties to ask :class:`LatePolicy`."""
    config.AssignLatePenalties.plugin_class = LatePolicy
    config.LatePolicy.update(vars(late))


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
