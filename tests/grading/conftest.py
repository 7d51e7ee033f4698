"""Workers to test with: isolated ones, and plain processes that speak the same protocol."""

from collections.abc import Iterator

import pytest

from grader.grading.sandbox import Sandbox
from grader.grading.student import Student
from grader.settings import Limits

LIMITS = Limits(cell_seconds=20, call_seconds=20, memory_megabytes=1024, processes=24)


@pytest.fixture(
    params=[pytest.param(False, marks=pytest.mark.sandbox), True],
    ids=["bubblewrap", "plain"],
)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return Sandbox(LIMITS, unsafe=request.param)


@pytest.fixture
def student(sandbox: Sandbox) -> Iterator[Student]:
    started = Student(sandbox)
    yield started
    started.close()


@pytest.fixture
def isolated() -> Iterator[Student]:
    """For tests marked ``sandbox``."""
    started = Student(Sandbox(LIMITS))
    yield started
    started.close()
