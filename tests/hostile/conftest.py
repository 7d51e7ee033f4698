"""What every kind of submission is tried with."""

import secrets
from collections.abc import Iterator

import pytest

from grader.authoring.assignments import assignments
from grader.checking.contract.registry import find, names
from grader.grading.sandbox.notebook_process import NotebookProcesses
from grader.grading.sandbox.sandbox import Sandbox
from tests.hostile.by_request import Grader, grader_in
from tests.hostile.course import (
    FASTEST,
    LIMITS,
    ROOT,
    Canaries,
    Course,
    canaries,
    of_this_course,
    to_bytes,
)
from tests.sizes import mostly_long

ALL_JUDGED = [one for one in assignments(ROOT) if not any(find(n).run.needs for n in names(one))]


@pytest.fixture(scope="module", params=mostly_long(ALL_JUDGED, (FASTEST,)))
def course(request: pytest.FixtureRequest) -> Course:
    return of_this_course(request.param)


@pytest.fixture(scope="module")
def processes() -> Iterator[NotebookProcesses]:
    made = NotebookProcesses(Sandbox(LIMITS))
    yield made
    made.close()


@pytest.fixture(scope="module")
def honest(course: Course, processes: NotebookProcesses) -> dict[str, float]:
    """What the three honest submissions earn."""
    notebooks = {
        "nothing": course.untouched(),
        "half": course.half(),
        "everything": course.perfect(),
    }
    earned = {name: course.grade(to_bytes(n), processes).score for name, n in notebooks.items()}
    assert earned["nothing"] == 0 < earned["half"] < earned["everything"] == course.points
    return earned | {"refused": 0.0}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canaries]:
    with canaries(tmp_path_factory.mktemp("class"), secrets.token_hex(8)) as made:
        yield made


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    with grader_in(tmp_path_factory.mktemp("course")) as made:
        yield made
