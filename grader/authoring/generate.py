"""nbgrader's release of a folder, and answers made of exercises."""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from nbgrader.converters import GenerateAssignment as NbgraderGenerate
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from traitlets.config import Config

from grader.authoring.clear import configure
from grader.authoring.marks import unmarked
from grader.authoring.reference import student_source
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.mistakes import Mistake
from grader.checking.contract.registry import available, find, names
from grader.find_tools import find_tools
from grader.problems import AuthoringError


class GenerateAssignment(NbgraderGenerate):
    """nbgrader's, also where the path of the course looks like a pattern, as ``course [2]`` does.

    The name is nbgrader's, so that ``c.GenerateAssignment`` keeps its meaning.
    """

    def init_notebooks(self) -> None:
        course = self.coursedir
        folder = Path(self._format_source(course.assignment_id, course.student_id))
        names = sorted(path.name for path in folder.glob(f"{course.notebook_id}.ipynb"))
        # Not Path's own joining, which would take out the "." that nbgrader looks for.
        place = self._format_source(course.assignment_id, course.student_id)
        self.assignments = {place: [os.path.join(place, name) for name in names]}
        self.notebooks: list[str] = []
        if not names:  # nbgrader has words for that
            super().init_notebooks()


def generate(source: Path, out: Path, gradebook: str | None = None) -> Path:
    """Make the students' version of the assignment folder ``source`` in ``out/<its name>``.

    Parameters
    ----------
    gradebook : database URL in which nbgrader notes the cells, if any

    Raises
    ------
    AuthoringError
        nbgrader refuses, or ``out`` has that assignment already; what nbgrader said is listed.
    """
    name = source.name
    if (out / name).exists():
        raise AuthoringError(f"{out / name}: is there already; generate into an empty folder")
    config = Config()
    configure(config)
    if gradebook:
        config.CourseDirectory.db_url = gradebook
        # nbgrader notes no course without an id, and PostgreSQL no assignment without its course.
        config.CourseDirectory.course_id = "default_course"
    else:  # opening a new database takes nbgrader two seconds, all else a tenth of one
        steps = [s for s in config.GenerateAssignment.preprocessors if s is not SaveCells]
        config.GenerateAssignment.preprocessors = steps
        config.GenerateAssignment.no_database = True
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        shutil.copytree(source, course / "solutions" / name)
        config.CourseDirectory.root = str(course)
        config.CourseDirectory.source_directory = "solutions"
        config.CourseDirectory.release_directory = "notebooks"
        config.CourseDirectory.assignment_id = name
        _run(config, name)
        shutil.copytree(course / "notebooks" / name, out / name)
    return out / name


def _run(config: Config, name: str) -> None:
    said = _Errors()
    log = logging.Logger("generate_assignment", logging.ERROR)
    log.addHandler(said)
    find_tools()
    course = CourseDirectory(config=config, log=log)
    try:
        GenerateAssignment(coursedir=course, config=config, log=log).start()
    except NbGraderException:
        book = config.CourseDirectory.get("db_url")
        which = f" (gradebook {book})" if book else ""
        causes = said.causes or ["stopped without a reason"]
        raise AuthoringError([f"{name}: nbgrader: {one}{which}" for one in causes]) from None


class _Errors(logging.Handler):
    """Keeps what nbgrader logs instead of printing it; of a traceback only the exception."""

    def __init__(self) -> None:
        super().__init__()
        self.causes: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if "Traceback (most recent call last)" in message:
            raised = re.findall(r"^[\w.]+(?:Error|Exception|Warning)\b.*$", message, re.MULTILINE)
            self.causes += raised[-1:]
        elif not re.match("There was an error|Please see|.*Please see", message):
            self.causes.append(message.splitlines()[0])


def reference_answers(exercises: Sequence[Exercise]) -> dict[str, str]:
    """Cell name -> the reference's source, as :func:`grader.authoring.fill` takes it."""
    absent = _absent(exercises)
    taken = {name for exercise in exercises for name in exercise.takes}
    return {
        name: student_source(name, reference, absent, present=taken)
        for exercise in exercises
        for name, reference in zip(exercise.takes, exercise.reference, strict=True)
    }


def mistake_answers(
    exercise: Exercise, mistake: Mistake, present: Collection[str] = ()
) -> dict[str, str]:
    """What a student hands in who makes ``mistake``, as :func:`grader.authoring.fill` takes it.

    Parameters
    ----------
    present : names of functions that the notebook defines in other cells

    Raises
    ------
    AuthoringError
        The mistake is a wrapper around the reference: its source alone would be the right answer.
    """
    texts: dict[str, str] = {}
    functions = exercise.reference
    if mistake.edits:
        texts = dict(zip(exercise.takes, exercise.sources.edited_texts(mistake.edits), strict=True))
    else:
        functions = exercise.with_mistakes(mistake)
    if wrapped := [f for f in functions if f not in exercise.reference and _wraps(f)]:
        raise AuthoringError(f"{exercise.name}: {mistake} has no source to write down ({wrapped})")
    absent, there = _absent([exercise]), {*present, *exercise.takes}
    return {
        name: unmarked(
            student_source(name, function, absent, present=there, text=texts.get(name, ""))
        )
        for name, function in zip(exercise.takes, functions, strict=True)
    }


def _wraps(function: object) -> bool:
    return hasattr(function, "__wrapped__")


def _absent(exercises: Sequence[Exercise]) -> set[str]:
    """Modules that are not there while submissions are graded."""
    known = [find(name) for name in names()] if available() else []
    return {module for exercise in [*known, *exercises] for module in exercise.answer_modules}
