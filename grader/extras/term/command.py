"""The command that reports on the whole term."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.console import console, say_problems, show_places
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

    from grader.classroom.page_style import plural
    from grader.classroom.private import make_private
    from grader.classroom.school_class import Class
    from grader.extras.term.pages import write_term
    from grader.extras.term.term import anonymous as without_names
    from grader.extras.term.term import read_term

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
        for one in found.sets:
            if n := one.other_points:
                console.print(
                    f"{n} {plural(n, 'mark', 'marks')} of {one.name} {plural(n, 'was', 'were')} "
                    f"given for other points; run: python -m grader regrade {one.name}"
                )
        show_places(settings, term=page, table=page.with_suffix(".csv"))
