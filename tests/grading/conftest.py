"""Processes to test with: isolated ones, and plain ones that speak the same protocol."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_notebook

from grader.grading.sandbox.notebook_process import NotebookProcesses
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.submission.grade_notebook import grade_notebook
from grader.grading.submission.notebook_session import NotebookSession
from grader.grading.submission.results import CellResult
from grader.settings import Limits

LIMITS = Limits(cell_seconds=20, call_seconds=20, memory_megabytes=1024, processes=24)
SHORT = Limits(cell_seconds=2, call_seconds=2, submission_seconds=60)

Grade = Callable[..., tuple[dict[str, CellResult], Any]]


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


def graded(source: str, name: str, points: float) -> Any:
    about = {"grade_id": name, "grade": True, "solution": False, "locked": True, "points": points}
    return new_code_cell(source, metadata={"nbgrader": about})


def graded_notebook(
    cells: Sequence[Any], sandbox: Sandbox, **options: Any
) -> tuple[list[CellResult], Any]:
    """What the graded cells of a notebook came to, and the notebook."""
    notebook = new_notebook(
        cells=[new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    processes = NotebookProcesses(sandbox)
    session = NotebookSession(processes, sandbox.limits)
    try:
        return grade_notebook(notebook, session, lambda name: 7, **options), notebook
    finally:
        session.close()
        processes.close()


def text_in(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text()


@pytest.fixture
def grade(sandbox: Sandbox) -> Grade:
    def run(*cells: Any, **options: Any) -> tuple[dict[str, CellResult], Any]:
        judged, notebook = graded_notebook(cells, Sandbox(SHORT, sandbox.unsafe), **options)
        return {one.cell: one for one in judged}, notebook

    return run
