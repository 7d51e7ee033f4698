"""The notebooks that students were given, and which of them a file that came back is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode

from grader.authoring import assignments
from grader.classroom.collect.download import File
from grader.grading.process.limits import TimeLimit, limited_memory, time_limit
from grader.grading.submission.read import NoNotebook, parse_notebook
from grader.grading.submission.restore import NotedCell
from grader.problems import Problem
from grader.settings import Settings

READ_SECONDS, READ_MEMORY = 30.0, 2 << 30
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

    Raises
    ------
    Problem
        One cannot be read, or ``assignment`` has none.
    """

    def __init__(self, settings: Settings, assignment: str) -> None:
        self._root = settings.root
        self.all = [
            Released(one, path.stem, _given(path))
            for one in assignments(settings.root)
            for path in sorted((settings.notebooks / one).glob("*.ipynb"))
        ]
        self.of_assignment = [one for one in self.all if one.assignment == assignment]
        if not self.of_assignment:
            raise Problem(
                f"{settings.notebooks / assignment} has no notebook; "
                f"run: python -m grader build {assignment}"
            )
        count = Counter(mark for one in self.all for mark in one.marks)
        self._own = {
            (one.assignment, one.name): {mark for mark in one.marks if count[mark] == 1}
            for one in self.all
        }

    def is_of_the_course(self, path: PurePosixPath, file: File) -> bool:
        """Whether a student's file is one of the course's, as in a copy of its repository."""
        if set(path.parts[:-1]) & {"course_lib", "grader"}:
            return True
        for place in range(len(path.parts)):
            own = self._root.joinpath(*path.parts[place:])
            if own.is_file() and own.stat().st_size == file.size:
                return own.read_bytes() == file.content()
        return False

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
        raise Problem(
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
