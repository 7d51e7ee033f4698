"""The commands that grade a class, give feedback, and keep its marks safe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.classroom.agreement import Agreement
from grader.classroom.backup import backup_class, restore_class
from grader.classroom.console import (
    console,
    progress,
    say_problems,
    show_places,
    show_table,
    warn_if_unsafe,
)
from grader.classroom.course_config import gradebook_of
from grader.classroom.gradebook import notebook_names, place_of, require_sound, scores
from grader.classroom.problem import Problem
from grader.classroom.record import (
    Class,
    NoAgreement,
    generate_feedback,
    require_gradable,
    require_known,
)
from grader.classroom.record import autograde as autograde_class
from grader.classroom.report import one_line, rows, write_report
from grader.settings import load_settings

Assignment = Annotated[str, typer.Argument(metavar="PS", help="an assignment, such as ps04")]
Force = Annotated[bool, typer.Option("--force", help="Do again what has not changed.")]
BackupFile = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="default: the newest in class/backups")
]
Unsafe = Annotated[
    bool, typer.Option("--unsafe", help="Grade without isolation, where there is none.")
]


def autograde(
    assignment: Assignment,
    unsafe: Unsafe = False,
    force: Force = False,
) -> None:
    """Grade the submissions in class/submitted; scores go into the gradebook."""
    with say_problems():
        settings = load_settings()
        require_known(settings, assignment)
        group = Class(settings, settings.classroom, unsafe)
        warn_if_unsafe(unsafe)
        again: dict[str, str] = {}
        with progress() as step:
            handed_in = len(group.students(assignment))
            item = step("grading", max(handed_in, 1))

            def graded(student: str, why: str) -> None:
                item(student)
                if why not in ("", "not graded yet"):
                    again[student] = why

            doubtful = ""
            try:
                results = autograde_class(group, assignment, graded, force=force)
            except NoAgreement as error:
                results, doubtful = error.results, str(error)
        table = rows(results, scores(group.gradebook, assignment))
        page = write_report(table, results, assignment, group.folder / "results" / assignment)
        show_table(table, assignment)
        for student, why in again.items():
            console.print(f"graded again: {escape(one_line(student))} ({escape(why)})")
        show_places(settings, gradebook=place_of(group.gradebook), report=page)
        if doubtful:
            raise Problem(doubtful)
        refused = [row for row in table if row.refused]
        if refused:
            raise Problem(
                f"{len(refused)} of {len(table)} submissions got 0 because they could not be read: "
                + "; ".join(f"{row.student}: {row.refused}" for row in refused)
            )


def feedback(
    assignment: Assignment,
    force: Force = False,
) -> None:
    """Write a page for each graded submission into class/feedback; only pages that have changed."""
    with say_problems():
        settings = load_settings()
        require_known(settings, assignment)
        group = Class(settings, settings.classroom)
        written: list[str] = []
        with progress() as step:
            graded = len(list((group.folder / "autograded").glob(f"*/{assignment}")))
            item = step("writing feedback", max(graded, 1))

            def page(student: str, why: str) -> None:
                item(student)
                written.extend([student] if why else [])

            place = generate_feedback(group, assignment, page, force=force)
        console.print(f"{len(written)} of {graded} pages written, the others had not changed")
        show_places(settings, feedback=place)


def verify(assignment: Assignment) -> None:
    """Check that records, gradebook and feedback pages agree for every student."""
    with say_problems():
        settings = load_settings()
        group = Class(settings, settings.classroom)
        require_gradable(group, assignment)
        students = group.students(assignment)
        agreement = Agreement(group.folder, group.gradebook, assignment)
        wrong = agreement.disagreements(students, notebook_names(group.gradebook, assignment))
        for student, problems in wrong.items():
            print(f"{one_line(student)}: {'; '.join(problems)}", file=sys.stderr)
        for student in agreement.without_submission(students):
            console.print(f"{escape(one_line(student))} has a mark, and nothing is handed in")
        if wrong:
            raise typer.Exit(1)
        console.print(f"{len(students)} submissions: records, gradebook and pages agree")


def backup(
    file: BackupFile = None,
) -> None:
    """Keep the class, gradebook and submissions included, in one file."""
    with say_problems():
        settings = load_settings()
        gradebook = gradebook_of(settings, settings.classroom)
        require_sound(gradebook)
        show_places(settings, backup=backup_class(settings.classroom, gradebook, file))


def restore(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="default: the newest")
    ] = None,
) -> None:
    """Bring a class back from a backup; what was there is kept beside it."""
    with say_problems():
        settings = load_settings()
        gradebook = gradebook_of(settings, settings.classroom)
        taken, aside = restore_class(settings.classroom, gradebook, file)
        show_places(settings, restored=taken, before=aside)
