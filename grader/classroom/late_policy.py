"""What lateness costs, as nbgrader's plugin, so that its own commands ask the same function."""

from __future__ import annotations

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float, Int
from traitlets.config import Config

from grader.classroom.lateness import in_points, share_lost
from grader.settings import Late


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
