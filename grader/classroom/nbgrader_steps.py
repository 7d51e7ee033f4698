"""Steps that nbgrader takes with a graded notebook, in place of its own or beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute as KernelExecute
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution, parse_utc
from traitlets import Bool, Unicode

from grader.grading.find_submission import TIMESTAMP
from grader.grading.results import result_path
from grader.grading.sandbox import NOT_SANDBOXED
from grader.grading.test_cells import visible
from grader.settings import load_settings


class Execute(KernelExecute):
    """The graded notebook in place of the one that a kernel would have executed.

    The name is nbgrader's, so ``c.Execute.timeout`` and its other options keep their meaning as
    far as there is no kernel.
    """

    course = Unicode("", help="Folder of course.toml; empty: found upwards from here").tag(
        config=True
    )
    classroom = Unicode("", help="Folder of .secret and results; empty: course.toml's").tag(
        config=True
    )
    unsafe = Bool(False, help="Grade without isolation where there is none").tag(config=True)
    rerun_all = Bool(False, help="Run practice cells too").tag(config=True)
    batch = Bool(False, help="Start the next submission's worker early").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        about = resources["nbgrader"]
        classroom = Path(self.classroom) if self.classroom else load_settings().classroom
        names = (about["assignment"], about["student"], about["notebook"])
        path = result_path(classroom, *names).with_suffix(".ipynb")
        return nbformat.read(path, as_version=4), resources


class CommentIsolation(NbGraderPreprocessor):
    """Says in the gradebook that a submission was graded without isolation."""

    unsafe = Bool(False).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        about = resources["nbgrader"]
        answers = [cell for cell in nb.cells if is_solution(cell)]
        if self.unsafe and answers:
            with Gradebook(about["db_url"]) as gradebook:
                comment = gradebook.find_comment(
                    answers[0].metadata.nbgrader["grade_id"],
                    about["notebook"],
                    about["assignment"],
                    about["student"],
                )
                comment.auto_comment = f"{NOT_SANDBOXED}."
                gradebook.db.commit()
        return nb, resources


class HideKeys(NbGraderPreprocessor):
    """Leaves hidden tests and keys out of graded cells; other cells are shown whole."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if is_grade(cell) and not is_solution(cell):
            cell.source = visible(cell.source)
        return cell, resources


def timestamp_of(course: Any, folder: str) -> Any:
    """When a submission was handed in, by nbgrader's own note; None if there is none to be read."""
    path = Path(folder) / TIMESTAMP
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 100:
        return None
    try:
        return parse_utc(path.read_text(encoding="utf-8").strip())
    except (ValueError, OverflowError):
        return None


def submitted_timestamp(formgrader: Any, assignment_id: str, student_id: str) -> Any:
    course = formgrader.coursedir
    folder = course.format_path(course.submitted_directory, student_id, assignment_id)
    return timestamp_of(course, folder)
