"""One assignment, as those who attack it know it, and as it is graded."""

import copy
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.utils import is_grade, is_solution

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.authoring.release import released
from grader.grading.sandbox.notebook_process import NotebookProcesses
from grader.grading.submission.grade_notebook import grade_notebook
from grader.grading.submission.graded_call import CheckCall, graded_call
from grader.grading.submission.handed_in import NoNotebook
from grader.grading.submission.notebook_session import NotebookSession
from grader.grading.submission.page_budget import PageBudget
from grader.grading.submission.read import parse_notebook
from grader.grading.submission.restore import NotedCell, restore_cells
from grader.grading.submission.results import CellResult
from grader.settings import Limits

ROOT = Path(__file__).parents[2]
FASTEST = "ps00"  # to be graded
# A call has the time that it has in a class: on a busy machine right answers must earn all points.
LIMITS = Limits(cell_seconds=2, submission_seconds=40, memory_megabytes=1024, processes=24)
IMPATIENT = replace(LIMITS, call_seconds=1)  # for those who lose points anyway


@dataclass(frozen=True)
class Graded:
    """What came of one submission."""

    score: float
    judged: tuple[CellResult, ...] = ()
    notebook: NotebookNode | None = None
    repairs: tuple[str, ...] = ()
    refused: str = ""

    @property
    def shown(self) -> str:
        """All that the graded notebook says."""
        return "" if self.notebook is None else json.dumps(self.notebook, ensure_ascii=False)


class Course:
    """An assignment: its solution, its release, the answers, and what the gradebook knows."""

    def __init__(self, name: str, solution: NotebookNode) -> None:
        self.name = name
        self.solution = solution
        self.release = released(solution)
        self.answers = answers_of(solution)
        sources = {c.metadata.nbgrader.grade_id: c.source for c in solution.cells if is_locked(c)}
        self.known = [
            _known(cell, sources) for cell in self.release.cells if "nbgrader" in cell.metadata
        ]
        calls = [graded_call(source) for source in sources.values()]
        checks = [call for call in calls if isinstance(call, CheckCall)]
        self.functions = sorted({name for call in checks for name in call.functions})
        self.points = sum(k.points or 0 for k in self.known if k.locked)

    def untouched(self) -> NotebookNode:
        return copy.deepcopy(self.release)

    def perfect(self) -> NotebookNode:
        return fill(copy.deepcopy(self.release), self.answers)

    def half(self) -> NotebookNode:
        """Every other answer is written."""
        return fill(copy.deepcopy(self.release), dict(list(self.answers.items())[::2]))

    def grade(
        self, content: bytes, processes: NotebookProcesses, limits: Limits = LIMITS
    ) -> Graded:
        """What nbgrader's steps do with ours, without its database."""
        try:
            notebook = parse_notebook(content)
        except NoNotebook as error:
            return Graded(0.0, refused=str(error))
        repairs = restore_cells(
            notebook, self.known, {c.source.strip() for c in self.release.cells}
        )
        session = NotebookSession(processes, limits)
        try:
            judged = grade_notebook(notebook, session, lambda name: 20_26)
        finally:
            session.close()
        PageBudget().shorten_sources(notebook)
        return Graded(sum(j.score for j in judged), tuple(judged), notebook, tuple(repairs))


def is_locked(cell: NotebookNode) -> bool:
    return bool(is_grade(cell) and not is_solution(cell))


def _known(cell: NotebookNode, sources: dict[str, str]) -> NotedCell:
    about = cell.metadata.nbgrader
    name, points = about.grade_id, about.get("points") if about.grade else None
    source = sources.get(name, cell.source)
    locked = is_locked(cell)
    return NotedCell(
        name, cell.cell_type, source, locked, about.grade, about.solution, False, points
    )


def of_this_course(assignment: str) -> Course:
    return Course(assignment, solution_notebook(assignment, ROOT))


def with_cell(notebook: NotebookNode, source: str, at: int | None = None) -> bytes:
    """The notebook with a code cell more: behind the setup, or at a place."""
    place = at if at is not None else _behind_setup(notebook)
    notebook.cells.insert(place, new_code_cell(source))
    return to_bytes(notebook)


def at_the_end(notebook: NotebookNode, source: str) -> bytes:
    return with_cell(notebook, source, len(notebook.cells))


def _behind_setup(notebook: NotebookNode) -> int:
    return next(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code") + 1


def to_bytes(notebook: Any) -> bytes:
    """As Jupyter would save it, without checking: students' files are not checked either."""
    return json.dumps(notebook, ensure_ascii=False).encode("utf-8")


@dataclass(frozen=True)
class Canaries:
    """What is worth reaching for, planted; :meth:`touched` tells whether somebody did."""

    word: str
    home: Path
    gradebook: Path
    root: Path
    port: int
    process: subprocess.Popen[bytes]
    visitors: list[object]

    def fill_in(self, source: str) -> str:
        """A source with the addresses of all this in it, which attackers know."""
        for name in ("home", "gradebook", "root", "port"):
            source = source.replace(f"<{name}>", str(getattr(self, name)))
        return source.replace("<pid>", str(self.process.pid)).replace("<grader>", str(os.getpid()))

    def touched(self) -> list[str]:
        files = [
            path
            for path in (self.home, self.gradebook)
            if path.read_text() != f"content {self.word}"
        ]
        found = [str(path) for path in files]
        found += ["the server was reached"] if self.visitors else []
        found += ["the process was ended"] if self.process.poll() is not None else []
        return found


@contextmanager
def canaries(folder: Path, word: str) -> Iterator[Canaries]:
    home = Path.home() / f".canary-{word}"
    gradebook = folder / "gradebook.db"
    for path in (home, gradebook):
        path.write_text(f"content {word}")
    visitors: list[object] = []
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        thread = threading.Thread(target=_note, args=(server, visitors), daemon=True)
        thread.start()
        try:
            yield Canaries(word, home, gradebook, folder, port, process, visitors)
        finally:
            process.kill()
            process.wait()
            home.unlink()
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _note(server: socket.socket, visitors: list[object]) -> None:
    try:
        while True:
            connection, _ = server.accept()
            visitors.append(connection)
            connection.close()
    except OSError:
        return
