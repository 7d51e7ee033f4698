"""Processes to test with: isolated ones, and plain ones that speak the same protocol."""

from collections.abc import Iterator
from typing import Any

import pytest

from grader.grading.sandbox.notebook_process import NotebookProcesses
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.submission.notebook_session import NotebookSession
from grader.settings import Limits

LIMITS = Limits(cell_seconds=20, call_seconds=20, memory_megabytes=1024, processes=24)


def sessions(sandbox: Sandbox) -> Iterator[NotebookSession]:
    processes = NotebookProcesses(sandbox)
    session = NotebookSession(processes, sandbox.limits)
    yield session
    session.close()
    processes.close()


def succeeded(outputs: list[Any]) -> bool:
    return all(output["output_type"] != "error" for output in outputs)


@pytest.fixture(
    params=[pytest.param(False, marks=pytest.mark.sandbox), True],
    ids=["bubblewrap", "plain"],
)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return Sandbox(LIMITS, unsafe=request.param)


@pytest.fixture
def student(sandbox: Sandbox) -> Iterator[NotebookSession]:
    yield from sessions(sandbox)


@pytest.fixture
def isolated() -> Iterator[NotebookSession]:
    """For tests marked ``sandbox``."""
    yield from sessions(Sandbox(LIMITS))
