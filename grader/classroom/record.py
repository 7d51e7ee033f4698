"""Take a class through nbgrader's own steps; nbgrader alone writes scores and feedback."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory

from grader.authoring import AuthoringError, assignments, release, solution_notebook
from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases
from grader.classroom.agreement import Agreement
from grader.classroom.course_config import class_config, find_tools, make_private
from grader.classroom.gradebook import (
    has_assignment,
    notebook_names,
    noted_cells,
    require_sound,
    require_writable,
)
from grader.classroom.nbgrader_adapter import Autograde, GenerateFeedback
from grader.classroom.problem import Problem, Stopped
from grader.classroom.school_class import Class
from grader.classroom.writer import only_writer
from grader.grading.process.fault import described
from grader.grading.sandbox.notebook_process import NotebookProcess
from grader.grading.sandbox.sandbox import NoSandbox, Sandbox
from grader.grading.sandbox.student_tree import student_tree
from grader.grading.submission.handed_in import students_in
from grader.grading.submission.judge_cells import CheckCall, graded_call
from grader.grading.submission.restore import NotedCell
from grader.grading.submission.results import Graded, one_line
from grader.settings import Settings

Progress = Callable[[str, str], None]
MOST_NAMED = 30  # students who are listed in a message


def require_known(settings: Settings, assignment: str) -> None:
    """Raise Problem unless there is a source for ``assignment``."""
    known = assignments(settings.root)
    if assignment not in known:
        raise Problem(f"no assignment {assignment!r}; there are: {', '.join(known) or 'none'}")


def require_gradable(group: Class, assignment: str) -> None:
    """Raise Problem unless it is ours, or the gradebook knows it as other people's."""
    require_sound(group.gradebook)
    ours = assignment in assignments(group.settings.root)
    if not ours and not has_assignment(group.gradebook, assignment):
        require_known(group.settings, assignment)


def autograde(
    group: Class,
    assignment: str,
    progress: Progress = lambda student, why: None,
    *,
    student: str = "",
    force: bool = False,
) -> list[Graded]:
    """Grade what is new or has changed; returns the results of all submitted notebooks.

    Parameters
    ----------
    progress : called with each student who is done, and why they were graded ("": they were not)
    student : grade this one only; "" for all
    force : grade all again

    Raises
    ------
    Problem
        Before anything is written: unknown assignment, no submissions, unknown student, no
        sandbox, no cluster, a gradebook that is damaged or not writable.
    Stopped
        By Ctrl-C.
    NoAgreement
        Afterwards: results, gradebook and pages do not agree, or a submission was not graded.
    """
    require_gradable(group, assignment)
    everybody = group.students(assignment)
    if not everybody:
        where = group.folder / "submitted" / "<student>" / assignment
        raise Problem(f"no submissions of {assignment}; they belong into {where}")
    students = chosen(student, everybody, f"handed in {assignment}")
    require_workers(group)
    require_writable(group.folder, group.gradebook)
    find_tools()
    make_private(group.folder)
    with only_writer(group.folder, group.gradebook), _log(group.folder, assignment) as log:
        note_assignment(group, assignment)
        failed = _run(Autograde, group, assignment, log, progress, student, force)
        agreement = Agreement(group.folder, group.gradebook, assignment)
        notebooks = notebook_names(group.gradebook, assignment)
        for one in students:
            agreement.remove_outdated_pages(one, notebooks)
        found = (agreement.result(one, name) for one in everybody for name in notebooks)
        results = [result for result in found if result is not None]
        require_agreement(agreement, students, notebooks, failed, results)
    return results


def chosen(student: str, everybody: list[str], what: str) -> list[str]:
    """``student`` alone, or all if that is ""; Problem if they are not among them."""
    if student and student not in everybody:
        names = ", ".join(everybody[:MOST_NAMED])
        more = len(everybody) - MOST_NAMED
        others = f" and {more} more" if more > 0 else ""
        raise Problem(f"no student {student!r} has {what}; these have: {names}{others}")
    return [student] if student else everybody


class NoAgreement(Problem):
    """Results, gradebook and pages do not agree; ``results`` are those that there are."""

    def __init__(self, words: str, results: list[Graded]) -> None:
        super().__init__(words)
        self.results = results


def require_agreement(
    agreement: Agreement,
    students: list[str],
    notebooks: list[str],
    failed: dict[str, str],
    results: list[Graded],
) -> None:
    """Raise NoAgreement unless results, gradebook and pages agree for every student."""
    wrong = agreement.disagreements(students, notebooks)
    told = [
        f"{one_line(student)}: {failed.get(student) or '; '.join(wrong[student])}"
        for student in students
        if student in failed or student in wrong
    ]
    if told:
        log = _log_path(agreement.classroom, agreement.assignment)
        raise NoAgreement(
            f"{len(told)} of {len(students)} submissions have no mark that can be relied upon: "
            f"{' | '.join(told[:5])}{' …' if len(told) > 5 else ''}; run the same command again, "
            f"and see {log}",
            results,
        )


def require_workers(group: Class) -> None:
    """Raise Problem unless submissions can be run as asked, and the exercises be loaded."""
    try:
        student_tree()
    except Exception as error:  # an exercise that cannot be imported is nobody's zero
        reason = f"{type(error).__name__}: {error}"
        raise Problem(f"the course's exercises cannot be loaded ({reason})") from None
    if group.cluster:
        return  # its workers say themselves what they lack
    private = (group.settings.root, group.folder)
    try:
        NotebookProcess(Sandbox(group.settings.limits, group.unsafe, private=private)).close()
    except NoSandbox as error:
        raise Problem(str(error)) from None


def note_assignment(group: Class, assignment: str) -> None:
    """Let nbgrader note the assignment's cells and points, unless it knows them as they are."""
    settings, url = group.settings, group.gradebook
    ours = assignment in assignments(settings.root)
    try:
        known = has_assignment(url, assignment)
        if not known or (ours and _has_changed(group, assignment)):
            with tempfile.TemporaryDirectory() as folder:
                release(assignment, settings.root, Path(folder), gradebook=url)
    except AuthoringError as error:
        raise Problem(f"{assignment} cannot be built: {error.problems[0]}") from None
    for name in notebook_names(url, assignment):
        for cell in noted_cells(url, assignment, name):
            _require_cases(cell)


def _has_changed(group: Class, assignment: str) -> bool:
    """Whether graded cells or their points differ between the source and the gradebook."""
    names = notebook_names(group.gradebook, assignment)
    known = {c.name: c for n in names for c in noted_cells(group.gradebook, assignment, n)}
    graded = {name: cell for name, cell in known.items() if cell.grade or cell.task}
    now: dict[str, Any] = {}
    for cell in solution_notebook(assignment, group.settings.root).cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade") or about.get("task"):
            source = cell.source if about.get("locked") else None
            now[about["grade_id"]] = (float(about["points"]), source)
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


def generate_feedback(
    group: Class,
    assignment: str,
    progress: Progress = lambda student, why: None,
    *,
    student: str = "",
    force: bool = False,
) -> Path:
    """Write the feedback pages that have changed; returns the folder of all.

    Parameters
    ----------
    progress, student, force : as for :func:`autograde`
    """
    require_gradable(group, assignment)
    everybody = graded_students(group, assignment)
    if not everybody:
        raise nothing_graded(assignment)
    students = chosen(student, everybody, f"a graded submission of {assignment}")
    require_writable(group.folder, group.gradebook)
    find_tools()
    make_private(group.folder)
    with only_writer(group.folder, group.gradebook), _log(group.folder, assignment) as log:
        failed = _run(GenerateFeedback, group, assignment, log, progress, student, force)
        if failed:
            where = _log_path(group.folder, assignment)
            raise Problem(f"no feedback for {', '.join(map(one_line, failed))}; see {where}")
        agreement = Agreement(group.folder, group.gradebook, assignment)
        notebooks = notebook_names(group.gradebook, assignment)
        handed_in = set(group.students(assignment))
        graded = [
            one
            for one in students
            if one in handed_in and agreement.autograded(one, notebooks[0]).exists()
        ]
        require_agreement(agreement, graded, notebooks, {}, [])
    return group.folder / "feedback"


def nothing_graded(assignment: str) -> Problem:
    """What to say where marks are asked for and there are none."""
    return Problem(
        f"nothing of {assignment} is graded; run: python -m grader autograde {assignment}"
    )


def graded_students(group: Class, assignment: str) -> list[str]:
    """Whose work nbgrader has a graded copy of."""
    return students_in(group.folder / "autograded", assignment)


def _run(
    step: Any,
    group: Class,
    assignment: str,
    log: logging.Logger,
    progress: Progress,
    student: str,
    force: bool,
) -> dict[str, str]:
    """Run a step for all students, or one; those for whom it failed, and why."""
    config = class_config(group.settings, group.folder, unsafe=group.unsafe, batch=True)
    config.Execute.jobs, config.Execute.cluster = group.jobs, group.cluster
    course = CourseDirectory(config=config, log=log)
    course.assignment_id = assignment
    converter = step(coursedir=course, config=config, log=log)
    converter.force, converter.progress, converter.student = force, progress, student
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader's own statements
        try:
            converter.start()
        except KeyboardInterrupt:
            again = "; --force does all of them again" if force else ""
            raise Stopped(
                f"stopped: {converter.done} of {len(converter.assignments)} submissions are done. "
                f"The same command goes on with the others{again}"
            ) from None
        except Problem:
            raise
        except Exception as error:
            log.exception("stopped")
            raise Problem(
                f"grading stopped: {described(error)}; what was recorded before is kept, nobody "
                "got a mark for this. Put it right and run the same command again; see "
                f"{_log_path(group.folder, assignment)}"
            ) from None
    failed: dict[str, str] = converter.failed
    return failed


def _log_path(folder: Path, assignment: str) -> Path:
    return folder / "results" / assignment / "log.txt"


@contextmanager
def _log(folder: Path, assignment: str) -> Iterator[logging.Logger]:
    """What nbgrader has to say goes into a file, not over the progress bar."""
    path = _log_path(folder, assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, "w", encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    log = logging.Logger("nbgrader", logging.INFO)
    log.addHandler(handler)
    try:
        yield log
    finally:
        handler.close()
