"""The commands before grading: collect what was handed in, look at it, put back what was given."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from grader.cli.console import console, say_problems
from grader.cli.options import Assignment
from grader.settings import load_settings

if TYPE_CHECKING:
    from datetime import datetime

    from grader.classroom.collect.plan import Plan, Row

MOST_NAMED = 10
Write = Annotated[
    bool, typer.Option("--write", help="Do it; without this, only show what would be done.")
]


def collect(
    assignment: Assignment,
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="the folder or zip file that the LMS gave you")
    ],
    write: Write = False,
) -> None:
    """Put a download of submissions into class/submitted.

    [lms] in course.toml says which system it comes from, and class/roster.csv who is in the class.
    Students are found by id, id in the LMS, e-mail address or name; class/collect_names.csv
    (name,student) settles the others. Each attempt is kept in class/collected, and the latest one
    counts. Nothing is written without --write. The exit code is 1 if something cannot be collected.

    Example: python -m grader collect ps04 downloads/submissions.zip --write
    """
    from grader.classroom.collect.carry_out import carry_out
    from grader.classroom.collect.download import opened
    from grader.classroom.collect.plan import make_plan
    from grader.classroom.collect.released import ReleasedNotebooks
    from grader.classroom.course_config import gradebook_of, make_private
    from grader.classroom.preconditions import require_known
    from grader.classroom.writer import only_writer

    with say_problems():
        settings = load_settings()
        require_known(settings, assignment)
        classroom = settings.classroom
        released = ReleasedNotebooks(settings, assignment)
        if write:
            make_private(classroom)
        held = only_writer(classroom, gradebook_of(settings, classroom)) if write else nullcontext()
        with held, opened(path) as download:
            plan = make_plan(download, settings.lms.kind, classroom, released)
            if write:
                carry_out(plan, classroom, assignment)
        _show_plan(plan, assignment)
        _say_what_next(plan, assignment, write=write)
        if plan.unsettled:
            raise typer.Exit(1)


def _show_plan(plan: Plan, assignment: str) -> None:
    from grader.classroom.page_style import plural

    if plan.rows:
        _show(assignment, plan.rows, "what happens")
    if plan.unsettled:
        _show("Not collected", plan.unsettled, "why, and what to do")
    if plan.missing:
        names = ", ".join(plan.missing[:MOST_NAMED])
        more = len(plan.missing) - MOST_NAMED
        have = plural(len(plan.missing), "student has", "students have")
        others = f" and {more} more" if more > 0 else ""
        console.print(f"{len(plan.missing)} {have} no submission yet: {escape(names)}{others}")


def _show(title: str, rows: Iterable[Row], last: str) -> None:
    from rich.table import Table

    from grader.classroom.page_style import shortened
    from grader.grading.submission.results import one_line

    shown = Table(title=title, title_justify="left")
    for column in ("student", "file"):
        shown.add_column(column, overflow="fold")
    shown.add_column("handed in (UTC)", no_wrap=True)
    shown.add_column(last, overflow="fold")
    for row in rows:
        told = "; ".join((row.happens, *row.told))
        cells = (shortened(row.student, 30), shortened(one_line(row.file), 100))
        shown.add_row(*map(escape, cells), _time(row.when), escape(one_line(told)))
    console.print(shown)


def _time(when: datetime | None) -> str:
    from grader.classroom.collect.attempts import stamp_of

    return stamp_of(when).removesuffix(" UTC") or "not known"


def _say_what_next(plan: Plan, assignment: str, *, write: bool) -> None:
    if not plan.changes:
        console.print(
            "Nothing to do: class/submitted has all of this already."
            if plan.rows
            else "Nothing to do."
        )
    elif write:
        changed = sum(decision.changes for decision in plan.decisions)
        console.print(
            f"Collected from {changed} of {len(plan.decisions)} students. "
            f"Next: python -m grader precheck {assignment}"
        )
    else:
        console.print("Nothing was written. The same command with --write does this.")
