"""The commands that grade a class, give feedback, and keep its marks safe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.console import (
    console,
    near,
    say_kept,
    say_problems,
    show_places,
    show_table,
    warn_if_unsafe,
)
from grader.cli.options import Assignment, BackupFile, Cluster, Force, JobsAtOnce, Student, Unsafe
from grader.problems import Problem
from grader.settings import load_settings


def number_of(jobs: int | None, cluster: str) -> int:
    """Jobs at once on this machine; Problem if a cluster is asked for as well."""
    from grader.classroom.jobs import all_cores

    if jobs is not None and cluster:
        raise Problem(
            f"--jobs {jobs} is for this machine's cores, --cluster {cluster} for a cluster's "
            "workers, which do as many jobs at once as they have threads; give one of the two"
        )
    return jobs or all_cores()


def autograde(
    assignment: Assignment,
    student: Student = "",
    jobs: JobsAtOnce = None,
    cluster: Cluster = "",
    unsafe: Unsafe = False,
    force: Force = False,
) -> None:
    """Grade the submissions in class/submitted.

    Scores go into the gradebook. Only what is new or has changed is graded. Ctrl-C stops; the same
    command goes on from there.

    Example: python -m grader autograde ps06
    """
    from grader.authoring.assignments import require_known
    from grader.classroom.gradebook.store import store_of
    from grader.classroom.record import NoAgreement
    from grader.classroom.record import autograde as autograde_class
    from grader.classroom.report.page import report_on
    from grader.classroom.school_class import Class
    from grader.cli.progress import progress
    from grader.wording import one_line

    with say_problems():
        settings = load_settings()
        require_known(settings, assignment)
        group = Class(settings, settings.classroom, unsafe, number_of(jobs, cluster), cluster)
        warn_if_unsafe(unsafe)
        again: dict[str, str] = {}
        with progress() as step:
            handed_in = 1 if student else len(group.students(assignment))
            item = step("grading", max(handed_in, 1))

            def graded(who: str, why: str) -> None:
                item(who)
                if why not in ("", "not graded yet"):
                    again[who] = why

            doubtful = ""
            try:
                results = autograde_class(group, assignment, graded, student=student, force=force)
            except NoAgreement as error:
                results, doubtful = error.results, str(error)
        say_kept(group, assignment)
        table, page = report_on(group, assignment, results)
        shown = [row for row in table if not student or row.student == one_line(student)]
        show_table(shown, assignment)
        for who, why in again.items():
            console.print(f"graded again: {escape(one_line(who))} ({escape(why)})")
        show_places(settings, gradebook=store_of(group.gradebook).place, report=page)
        if doubtful:
            raise Problem(doubtful)
        refused = [row for row in shown if row.refused]
        if refused:
            raise Problem(
                f"{len(refused)} of {len(shown)} submissions got 0 because they could not be read: "
                + "; ".join(f"{row.student}: {row.refused}" for row in refused)
            )


def feedback(
    assignment: Assignment,
    student: Student = "",
    jobs: JobsAtOnce = None,
    cluster: Cluster = "",
    force: Force = False,
) -> None:
    """Write a page for each graded submission.

    The pages go into class/feedback; only those that have changed are written.

    Example: python -m grader feedback ps06
    """
    from grader.authoring.assignments import require_known
    from grader.classroom.record import generate_feedback, graded_students, kept_results
    from grader.classroom.report.page import report_on
    from grader.classroom.school_class import Class
    from grader.cli.progress import progress

    with say_problems():
        settings = load_settings()
        require_known(settings, assignment)
        group = Class(settings, settings.classroom, jobs=number_of(jobs, cluster), cluster=cluster)
        written: list[str] = []
        with progress() as step:
            graded = 1 if student else len(graded_students(group, assignment))
            item = step("writing feedback", max(graded, 1))

            def page(who: str, why: str) -> None:
                item(who)
                written.extend([who] if why else [])

            place = generate_feedback(group, assignment, page, student=student, force=force)
        console.print(f"{len(written)} of {graded} pages written, the others had not changed")
        results = kept_results(group, assignment)  # the report's links lead to pages that are there
        _, report = report_on(group, assignment, results)
        show_places(settings, feedback=place, report=report)


def verify(assignment: Assignment) -> None:
    """Check that records, gradebook and pages agree.

    Example: python -m grader verify ps06
    """
    from grader.classroom.agreement import Agreement
    from grader.classroom.gradebook.cells import has_assignment, notebook_names
    from grader.classroom.preconditions import require_gradable
    from grader.classroom.record import nothing_graded
    from grader.classroom.school_class import Class
    from grader.classroom.writer import only_writer
    from grader.wording import one_line

    with say_problems():
        settings = load_settings()
        group = Class(settings, settings.classroom)
        require_gradable(group, assignment)
        if not has_assignment(group.gradebook, assignment):
            raise nothing_graded(assignment)
        with only_writer(group.folder, group.gradebook, ""):
            students = group.students(assignment)
            agreement = Agreement(group.folder, group.gradebook, assignment)
            wrong = agreement.disagreements(students, notebook_names(group.gradebook, assignment))
            others = agreement.without_submission(students)
        for student, problems in wrong.items():
            print(f"{one_line(student)}: {'; '.join(problems)}", file=sys.stderr)
        for student in others:
            console.print(f"{escape(one_line(student))} has a mark, and nothing is handed in")
        if wrong:
            raise typer.Exit(1)
        console.print(f"{len(students)} submissions: records, gradebook and pages agree")


def backup(
    file: BackupFile = None,
) -> None:
    """Keep the class in one file.

    Gradebook and submissions are in it.

    Example: python -m grader backup
    """
    from grader.classroom.backup.backup import backup_class
    from grader.classroom.gradebook.store import gradebook_of, store_of

    with say_problems():
        settings = load_settings()
        gradebook = gradebook_of(settings, settings.classroom)
        store_of(gradebook).require_sound()
        made = backup_class(settings.classroom, gradebook, settings.course.id, file)
        for what in made.left_out:
            console.print(f"not in the backup: {escape(what)}")
        show_places(settings, backup=made.file)


def restore(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="default: the newest")
    ] = None,
) -> None:
    """Bring a class back from a backup.

    What was there is kept beside it.

    Example: python -m grader restore class/backups/2026-11-20.tar.gz
    """
    from grader.classroom.backup.backup import restore_class
    from grader.classroom.gradebook.store import gradebook_of

    with say_problems():
        settings = load_settings()
        gradebook = gradebook_of(settings, settings.classroom)
        restored, previous = restore_class(settings.classroom, gradebook, settings.course.id, file)
        show_places(settings, restored=restored, before=previous)


def forget(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="the folder in submitted")],
    write: Annotated[bool, typer.Option("--write", help="Delete; without it, only list.")] = False,
) -> None:
    """Delete one student everywhere in the class.

    Submissions, marks, feedback, results, and the rows in the class's tables are deleted. Pages
    that name the student are deleted, too, and can be made again. Backups are listed. Nothing is
    deleted without --write.

    Example: python -m grader forget ada --write
    """
    from rich.table import Table

    from grader.classroom.forget.forget import forget as forget_student
    from grader.classroom.preconditions import MOST_NAMED
    from grader.classroom.school_class import Class
    from grader.wording import first_of, one_line

    with say_problems():
        settings = load_settings()
        group = Class(settings, settings.classroom)
        done = forget_student(group, student, write=write)
        name = escape(one_line(student))
        if done.found:
            shown = Table(title="deleted" if write else "to be deleted", title_justify="left")
            shown.add_column("what")
            shown.add_column("where", overflow="fold")
            for trace in done.found:
                shown.add_row(escape(trace.what), escape(one_line(near(settings, trace.place))))
            console.print(shown)
            if not write:
                console.print("Nothing was deleted. With --write, this is deleted.")
        else:
            console.print(f"The class holds nothing of {name}.")
            if done.known:
                names = ", ".join(first_of([*map(one_line, done.known)], MOST_NAMED))
                console.print(f"It has: {escape(names)}")
        for backup in done.backups:
            console.print(f"still in the backup {escape(near(settings, backup))}")
        if done.backups:
            console.print("Delete these files too; restoring one would bring the student back.")
        for other in done.others:
            console.print(f"look at it yourself: {escape(one_line(near(settings, other)))}")
