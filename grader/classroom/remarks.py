"""What has to be known of a mark wherever it is given, seen or exported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader.classroom.agreement import Agreement

OTHER_POINTS = "graded when the exercises had other points"


def under_other_points(
    classroom: Path, url: str, assignment: str, students: Iterable[str]
) -> list[str]:
    """Those of these students whose marks were given for other points than the exercises have now.

    Beside the marks of all others they would say something wrong.
    """
    agreement = Agreement(classroom, url, assignment)
    return [student for student in sorted(students) if agreement.under_other_points(student)]


def remarks_on(
    classroom: Path, url: str, assignment: str, students: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """What a person who reads marks should know of each student's, if there is anything."""
    mixed = under_other_points(classroom, url, assignment, students)
    again = f"{OTHER_POINTS}; run: python -m grader regrade {assignment}"
    return dict.fromkeys(mixed, (again,))
