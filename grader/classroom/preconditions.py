"""What must hold before a class is graded; what does not is a Problem, and nothing is written."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

import course_lib
from grader.authoring.assignments import assignments, require_known
from grader.authoring.build import solution_notebook
from grader.authoring.cells import source_of
from grader.authoring.release import release
from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases
from grader.classroom.as_given import kept_as_given
from grader.classroom.gradebook.cells import has_assignment, notebook_names, noted_cells
from grader.classroom.gradebook.store import store_of
from grader.classroom.needed_packages import points_here, settle_points
from grader.classroom.school_class import Class
from grader.files import package_folder
from grader.grading.process.fault import NoSandbox
from grader.grading.sandbox.notebook_process import NotebookProcess
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.sandbox.student_tree import student_tree
from grader.grading.submission.graded_call import CheckCall, graded_call
from grader.grading.submission.restore import NotedCell
from grader.problems import AuthoringError, Problem
from grader.settings import DISTRIBUTION, TEACHING, Settings
from grader.wording import first_of

MOST_NAMED = 30  # students who are listed in a message


def require_gradable(group: Class, assignment: str) -> None:
    """Raise Problem unless it is ours, or the gradebook knows it as other people's."""
    store_of(group.gradebook).require_sound()
    in_course = assignment in assignments(group.settings.root)
    if not in_course and not has_assignment(group.gradebook, assignment):
        require_known(group.settings, assignment)


def require_among(student: str, everybody: list[str], what: str) -> None:
    """Raise Problem unless ``student`` is one of them, or "", which means all."""
    if student and student not in everybody:
        names = ", ".join(first_of(everybody, MOST_NAMED))
        raise Problem(f"no student {student!r} has {what}; these have: {names}")


def require_sandbox(group: Class) -> None:
    """Raise Problem unless submissions can be run as asked, and the exercises be loaded."""
    try:
        student_tree()
    except Exception as error:  # an exercise that cannot be imported is nobody's zero
        reason = f"{type(error).__name__}: {error}"
        raise Problem(f"the course's exercises cannot be loaded ({reason})") from None
    if group.cluster:
        return  # its workers say themselves what they lack
    private = (*group.settings.private, group.folder)
    try:
        NotebookProcess(Sandbox(group.settings.limits, group.unsafe, private=private)).close()
    except NoSandbox as error:
        raise Problem(str(error)) from None


def require_course(settings: Settings) -> None:
    """Raise Problem if this is not the version of the course that ``course.toml`` names."""
    if problem := other_course(settings):
        raise Problem(problem)


def other_course(settings: Settings) -> str:
    """What to do if another version is installed than the class is taught from; "" if it is not."""
    asked, there = settings.course.version, course_lib.__version__
    if asked not in (None, there):
        return (
            f"course.toml says {settings.course.course!r}, and version {there} is installed. To "
            f"take over {there}, write {DISTRIBUTION}=={there} there and build again; to stay, run "
            f"python -m pip install '{TEACHING.replace('_', '-')}=={asked}'"
        )
    if settings.course.course and asked is None:
        runs = package_folder("course_lib").parent
        if runs != settings.course_files:
            return (
                f"course.toml says that the course lies in {settings.course_files}, and the "
                f"functions and exercises of {runs} are in use. Install that copy: "
                f"python -m pip install -e '{settings.course_files}[grader,notebooks]'"
            )
    return ""


def require_same_notebook(settings: Settings, url: str, assignment: str) -> None:
    """Raise Problem if the class began this problem set with another notebook."""
    if problem := other_notebook(settings, url, assignment):
        raise Problem(problem)


def other_notebook(settings: Settings, url: str, assignment: str) -> str:
    """What to do if the gradebook knows another notebook as ``assignment``; "" if it does not.

    Versions of the course may give a number to another topic. Grading a class with that one would
    put its cells in the place of those that students have handed in.
    """
    if assignment not in assignments(settings.root) or not has_assignment(url, assignment):
        return ""
    noted = notebook_names(url, assignment)
    now = source_of(assignment, settings.root).stem
    if now in noted:
        return ""
    topic = noted[0].partition("_")[2]
    moved = [
        name
        for name in assignments(settings.root)
        if source_of(name, settings.root).stem.partition("_")[2] == topic
    ]
    where = f" ({topic} is {moved[0]} now)" if moved else ""
    return (
        f"{assignment} of this class is {noted[0]}, and in this version of the course it is {now}"
        f"{where}. Go on with the version of the course that the class began with, or begin a new "
        f"gradebook (`classroom` under [folders] in course.toml)"
    )


def note_assignment(group: Class, assignment: str) -> None:
    """Let nbgrader note the assignment's cells and points, unless it knows them as they are.

    Those that students have handed in stay, where the source has other cells now.
    """
    settings, url = group.settings, group.gradebook
    require_same_notebook(settings, url, assignment)
    in_course = assignment in assignments(settings.root)
    try:
        known = has_assignment(url, assignment)
        solved = solution_notebook(assignment, settings.root) if in_course and known else None
        changed = solved is not None and not kept_as_given(group, assignment, solved)
        if not known or (solved and changed and _has_changed(group, assignment, solved)):
            with tempfile.TemporaryDirectory() as folder:
                release(assignment, settings.root, Path(folder), gradebook=url)
    except AuthoringError as error:
        raise Problem(f"{assignment} cannot be built: {error.problems[0]}") from None
    settle_points(group, assignment)
    for name in notebook_names(url, assignment):
        for cell in noted_cells(url, assignment, name):
            _require_cases(cell)


def _has_changed(group: Class, assignment: str, solved: NotebookNode) -> bool:
    """Whether graded cells or their points differ between the source and the gradebook."""
    names = notebook_names(group.gradebook, assignment)
    known = {c.name: c for n in names for c in noted_cells(group.gradebook, assignment, n)}
    graded = {name: cell for name, cell in known.items() if cell.grade or cell.task}
    now: dict[str, Any] = {}
    for cell in solved.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade") or about.get("task"):
            source = cell.source if about.get("locked") else None
            now[about["grade_id"]] = (float(about["points"]), source)
    worth = points_here(group, {name: source for name, (_, source) in now.items() if source})
    now |= {name: (points, now[name][1]) for name, points in worth.items()}
    return now != {
        name: (cell.points, cell.source if cell.locked else None) for name, cell in graded.items()
    }


def _require_cases(cell: NotedCell) -> None:
    """Raise Problem if a check's exercise cannot make its cases: that would cost everybody."""
    call = graded_call(cell.source) if cell.grade and cell.locked else None
    if not isinstance(call, CheckCall):
        return
    try:
        make_cases(find(call.exercise), 0)
    except Exception as error:
        words = f"{type(error).__name__}: {error}"
        raise Problem(f"the exercise {call.exercise} makes no cases ({words})") from None
