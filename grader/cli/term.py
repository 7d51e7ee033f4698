"""The commands about the whole term: its report, and what to delete about one student."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.console import console, near, say_problems, show_places
from grader.settings import load_settings


def term(
    anonymous: Annotated[
        bool,
        typer.Option("--anonymous", help="Numbers in place of names, in a folder of its own."),
    ] = False,
) -> None:
    """Report on all graded problem sets together.

    Writes class/results/term: a page with the problem sets, the exercises, the students and who may
    need help; a table; and a sheet for each student.

    Example: python -m grader term --anonymous
    """
    import random

    from grader.classroom.course_config import make_private
    from grader.classroom.page_style import plural
    from grader.classroom.school_class import Class
    from grader.classroom.term.pages import write_term
    from grader.classroom.term.term import anonymous as without_names
    from grader.classroom.term.term import read_term

    with say_problems():
        settings = load_settings()
        group = Class(settings, settings.classroom)
        make_private(group.folder)
        found = read_term(group)
        if anonymous:
            found = without_names(found, random.SystemRandom())
        page = write_term(found, group.folder / "results")
        console.print(
            f"{len(found.sets)} {plural(len(found.sets), 'problem set', 'problem sets')}, "
            f"{len(found.lines)} {plural(len(found.lines), 'student', 'students')}; "
            f"{len(found.in_need)} may need help"
        )
        show_places(settings, term=page, table=page.with_suffix(".csv"))


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
    from grader.grading.submission.results import first_of, one_line

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
