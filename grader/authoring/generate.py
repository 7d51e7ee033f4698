"""Run nbgrader's generate_assignment on one folder, away from everything else."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from traitlets.config import Config

from grader.authoring.clear import configure
from grader.authoring.errors import AuthoringError


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
    with _tools_of_this_python():
        course = CourseDirectory(config=config, log=log)
        try:
            GenerateAssignment(coursedir=course, config=config, log=log).start()
        except NbGraderException:
            book = config.CourseDirectory.get("db_url")
            which = f" (gradebook {book})" if book else ""
            told = said.causes or ["stopped without a reason"]
            raise AuthoringError([f"{name}: nbgrader: {cause}{which}" for cause in told]) from None


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


@contextmanager
def _tools_of_this_python() -> Iterator[None]:
    """Find the ``alembic`` beside this interpreter first, which nbgrader calls by name."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
