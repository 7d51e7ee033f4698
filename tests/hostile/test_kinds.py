"""Every kind of submission earns what it must, and reaches nothing."""

from collections.abc import Iterator

import pytest

from grader.grading.sandbox.notebook_process import NotebookProcesses
from tests.hostile.course import Canaries, Course, to_bytes
from tests.hostile.every_kind import KINDS
from tests.hostile.kinds import EARNS, Kind, tried
from tests.hostile.trying import try_kind


def test_there_are_enough_kinds_with_names_of_their_own() -> None:
    assert len(KINDS) == len({kind.name for kind in KINDS}) >= 200
    assert all(kind.earns in EARNS for kind in KINDS)
    assert {kind.group for kind in KINDS} == {"hostile", "harmful", "broken", "honest"}


@pytest.fixture(scope="module")
def patient(
    course: Course, processes: NotebookProcesses, honest: dict[str, float]
) -> Iterator[NotebookProcesses]:
    """What grades every kind; after all of them the next submission is graded right."""
    yield processes
    graded = course.grade(to_bytes(course.perfect()), processes)
    assert graded.score == honest["everything"]


@pytest.mark.parametrize("kind", [tried(kind, kind.group) for kind in KINDS])
def test_a_kind_earns_what_it_must_and_reaches_nothing(
    kind: Kind,
    course: Course,
    patient: NotebookProcesses,
    honest: dict[str, float],
    planted: Canaries,
) -> None:
    try_kind(kind, course, patient, honest, planted)
