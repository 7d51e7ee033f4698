"""The notebooks that students were given, and which of them a file that came back is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.classroom.collect.reading import READ_MEMORY, READ_SECONDS
from grader.grading.process.fault import GraderFault
from grader.grading.process.limited_process import Answer
from grader.grading.process.limits import TimeLimit, limited_memory, time_limit
from grader.grading.submission.handed_in import NoNotebook
from grader.grading.submission.read import parse_notebook
from grader.grading.submission.restore import NotedCell

SHORT = 40  # letters: a text of fewer may stand in any notebook


@dataclass(frozen=True)
class Released:
    """A notebook as students were given it."""

    assignment: str
    name: str
    notebook: NotebookNode

    @cached_property
    def cells(self) -> list[NotedCell]:
        """Its cells that nbgrader knows, as far as students can see them."""
        return [
            NotedCell(
                name=about["grade_id"],
                cell_type=cell.cell_type,
                source=cell.source,
                locked=about["locked"],
                grade=about["grade"],
                solution=about["solution"],
                task=about["task"],
                points=about.get("points"),
                checksum=about.get("checksum"),
            )
            for cell in self.notebook.cells
            if (about := cell.metadata.get("nbgrader"))
        ]

    @cached_property
    def texts(self) -> frozenset[str]:
        return frozenset(cell.source.strip() for cell in self.notebook.cells)

    @cached_property
    def marks(self) -> frozenset[str]:
        """What a notebook is recognised by: names of cells, and longer texts."""
        return frozenset({*(f"={cell.name}" for cell in self.cells), *map(str, self._long)})

    @property
    def _long(self) -> Iterator[str]:
        return (text for text in self.texts if len(text) >= SHORT)


class ReleasedNotebooks:
    """All notebooks of a course as students were given them.

    Parameters
    ----------
    places : assignment and file of each notebook
    assignment : the one that is collected

    Raises
    ------
    GraderFault
        One cannot be read.
    """

    def __init__(self, places: Iterable[tuple[str, str]], assignment: str) -> None:
        self.all = [Released(one, Path(path).stem, _given(Path(path))) for one, path in places]
        self.of_assignment = [one for one in self.all if one.assignment == assignment]
        count = Counter(mark for one in self.all for mark in one.marks)
        self._own = {
            (one.assignment, one.name): {mark for mark in one.marks if count[mark] == 1}
            for one in self.all
        }

    def which(self, notebook: NotebookNode) -> tuple[str, str]:
        """Assignment and name of the notebook that has the most in common with this one.

        ("", "") if none has anything that only one of them has.
        """
        marks = {cell.source.strip() for cell in notebook.cells}
        for cell in notebook.cells:
            marks.add(f"={cell.metadata.get('nbgrader', {}).get('grade_id', '')}")
        common = {key: len(own & marks) for key, own in self._own.items()}
        best = max(common, key=lambda key: common[key])
        return best if common[best] else ("", "")


def _given(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, 4)  # type: ignore[no-any-return]
    except Exception:  # nbformat raises many kinds of errors
        raise GraderFault(
            f"{path} cannot be read as a notebook; run: python -m grader build {path.parent.name}"
        ) from None


def parsed(content: bytes) -> NotebookNode:
    """The notebook in ``content``, as far as the grader reads it.

    Raises
    ------
    NoNotebook
        With the reason, and what to do.
    """
    try:
        with time_limit(READ_SECONDS), limited_memory(READ_MEMORY):
            return parse_notebook(content)
    except (TimeLimit, MemoryError):
        raise NoNotebook(
            "a notebook that takes too long or too much memory to read; clear its outputs"
        ) from None


# --- In the limited process -----------------------------------------------------------------------


def released_of(request: Mapping[str, Any]) -> ReleasedNotebooks:
    """The notebooks that a request names, read once."""
    places = tuple((assignment, path) for assignment, path in request["places"])
    return _released(places, request["assignment"])


_released = cache(ReleasedNotebooks)


def answer_which(request: Mapping[str, Any]) -> Answer:
    """Which notebook the file ``path`` is, and how many of its cells are not as they were given."""
    released = released_of(request)
    try:
        notebook = parsed(Path(request["path"]).read_bytes())
    except NoNotebook as error:
        return {"none": str(error)}, b""
    assignment, name = released.which(notebook)
    texts = {cell.source.strip() for cell in notebook.cells if cell.cell_type == "code"}
    written = {given.name: len(texts - given.texts) for given in released.of_assignment}
    return {"none": "", "assignment": assignment, "name": name, "written": written}, b""
