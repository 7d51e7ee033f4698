"""Files that anybody can hand in, read in the limited process that grading uses as well.

The command itself parses none of them: a small file can need a thousand times its size.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from grader.authoring.assignments import assignments
from grader.classroom.collect.download import File
from grader.files import PACKAGES
from grader.grading.process.fault import GraderFault, NotDone, SubmissionFault
from grader.grading.process.limited_process import Answer, LimitedProcess
from grader.grading.submission.handed_in import NoNotebook
from grader.problems import Problem
from grader.settings import Settings

READ_SECONDS, READ_MEMORY = 30.0, 2 << 30  # for one file
SECONDS = 2 * READ_SECONDS  # of processor time; the steps inside have limits of their own
TOO_MUCH = "too long or too much memory"


@dataclass
class Mended:
    """What came of one file.

    Attributes
    ----------
    content : of the file with everything put back; empty if it is not to be written
    repairs : what was put back; empty if nothing was to be
    look : what a person should look at
    refused : why it cannot be graded; "" if it can
    """

    content: bytes = b""
    repairs: list[str] = field(default_factory=list)
    look: list[str] = field(default_factory=list)
    refused: str = ""


def too_large() -> Mended:
    """What is said of a file that reaches a limit."""
    return Mended(look=[f"it takes {TOO_MUCH} to look at; its outputs may be too large"])


class Reader:
    """Reads files that should be notebooks of one assignment.

    Attributes
    ----------
    assignment : its name
    names : its notebooks, as students were given them

    Raises
    ------
    Problem
        The assignment has none.
    """

    def __init__(self, settings: Settings, assignment: str, process: LimitedProcess) -> None:
        places = [
            (one, str(path))
            for one in assignments(settings.root)
            for path in sorted((settings.notebooks / one).glob("*.ipynb"))
        ]
        self._about = {"places": places, "assignment": assignment}
        self._root = settings.root
        self.assignment = assignment
        self.names = [Path(path).stem for of, path in places if of == assignment]
        if not self.names:
            raise Problem(
                f"{settings.notebooks / assignment} has no notebook; "
                f"run: python -m grader build {assignment}"
            )
        self._process = process

    def which(self, content: bytes) -> tuple[str, str, dict[str, int]]:
        """Assignment and name of a notebook, and how many of its cells differ from what was given.

        These are counted for each notebook of the assignment, by its name.

        Raises
        ------
        NoNotebook
            With the reason, and what to do.
        """
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            try:
                found, _ = self._ask("released.answer_which", path=file.name)
            except SubmissionFault:
                raise NoNotebook(
                    f"a notebook that takes {TOO_MUCH} to read; clear its outputs"
                ) from None
        if found["none"]:
            raise NoNotebook(found["none"])
        return found["assignment"], found["name"], found["written"]

    def mended(self, path: Path, name: str, *, misnamed: bool) -> Mended:
        """What is wrong with a submitted file, which should be the notebook ``name``.

        Parameters
        ----------
        misnamed : it is to be written anew even if nothing in it has to be repaired
        """
        try:
            found, body = self._ask(
                "mend.answer_mended", path=str(path), name=name, misnamed=misnamed
            )
        except SubmissionFault:
            return too_large()
        return Mended(body, **found)

    def is_of_the_course(self, path: PurePosixPath, file: File) -> bool:
        """Whether a student's file is one of the course's, as in a copy of its repository."""
        if set(path.parts[:-1]).intersection(PACKAGES):
            return True
        for place in range(len(path.parts)):
            own = self._root.joinpath(*path.parts[place:])
            if own.is_file() and own.stat().st_size == file.size:
                return own.read_bytes() == file.content()
        return False

    def _ask(self, what: str, **request: Any) -> Answer:
        try:
            request = {"do": f"grader.classroom.collect.{what}", **self._about, **request}
            return self._process.ask(request, SECONDS)
        except (NotDone, GraderFault) as error:
            raise Problem(f"a submission could not be read: {error}") from None


@contextmanager
def reader_of(settings: Settings, assignment: str) -> Iterator[Reader]:
    """A reader, whose process ends with the block."""
    process = LimitedProcess()
    try:
        yield Reader(settings, assignment, process)
    finally:
        process.close()
