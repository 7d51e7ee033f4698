"""What has to be known of a mark wherever it is given, seen or exported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader.classroom.agreement import Agreement
from grader.classroom.collect.attempts import Attempts, Origins
from grader.classroom.collect.choice import LATE

COSTS_NOTHING = "its time is not known, so it counts as in time; collect --times gives it"
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
    students = set(students)
    mixed = under_other_points(classroom, url, assignment, students)
    again = f"{OTHER_POINTS}; run: python -m grader regrade {assignment}"
    found: dict[str, tuple[str, ...]] = dict.fromkeys(mixed, (again,))
    for student, facts in collected_facts(classroom, assignment).items():
        if student in students:
            found[student] = (*found.get(student, ()), *facts)
    return found


def collected_facts(classroom: Path, assignment: str) -> dict[str, tuple[str, ...]]:
    """What ``collect`` has noted of each student's latest attempt, where it has noted something."""
    found = {}
    for student, facts in noted_on(classroom, assignment).items():
        unknown = LATE in facts and not Attempts(classroom, assignment, student).stamp
        found[student] = (facts, *([COSTS_NOTHING] if unknown else []))
    return found


def noted_on(classroom: Path, assignment: str) -> dict[str, str]:
    """The facts of each student's latest attempt alone, which its feedback says as well."""
    latest = Origins(classroom, assignment).latest()
    return {student: row[6] for student, row in latest.items() if row[6]}
