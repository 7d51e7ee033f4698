"""Submissions that take what they can get: every second of them."""

import pytest

from grader.grading.sandbox.notebook_process import NotebookProcesses
from tests.hostile.course import Canaries, Course, to_bytes
from tests.hostile.every_kind import KINDS
from tests.hostile.kinds import Kind
from tests.hostile.trying import try_kind

pytestmark = pytest.mark.sandbox

CHOSEN = [kind for kind in KINDS if kind.group == "harmful"][::2]


@pytest.mark.parametrize("kind", CHOSEN, ids=lambda kind: f"{kind.group}-{kind.name}")
def test_a_kind_earns_what_it_must_and_reaches_nothing(
    kind: Kind,
    course: Course,
    processes: NotebookProcesses,
    honest: dict[str, float],
    planted: Canaries,
) -> None:
    try_kind(kind, course, processes, honest, planted)


def test_the_next_submission_is_graded_right(
    course: Course, processes: NotebookProcesses, honest: dict[str, float]
) -> None:
    """After all of them."""
    assert course.grade(to_bytes(course.perfect()), processes).score == honest["everything"]
