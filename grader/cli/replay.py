"""The command that shows what the grader saw of one student's work, and runs it again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from grader.cli.console import console, near, say_problems, show_places, warn_if_unsafe
from grader.cli.options import Assignment, Unsafe
from grader.settings import Settings, load_settings

if TYPE_CHECKING:
    from grader.classroom.replay import LostPoints, Replay

DIGEST = 12  # letters of a digest that tell it from another one


def replay(
    assignment: Assignment,
    student: Annotated[str, typer.Argument(metavar="NAME", help="whose work")],
    notebook: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the student's code and the failing cases as a notebook, for teachers.",
        ),
    ] = None,
    unsafe: Unsafe = False,
) -> None:
    """Show how one student's work was graded, and do it again.

    For the question why it worked at home. Marks and files of the class stay as they are. The exit
    code is 1 if something else comes of it than what is recorded.

    Example: python -m grader replay ps06 ada
    """
    from grader.classroom.replay import replay as replayed
    from grader.classroom.replay_notebook import write_replay
    from grader.classroom.school_class import Class

    with say_problems():
        settings = load_settings()
        group = Class(settings, settings.classroom, unsafe)
        warn_if_unsafe(unsafe)
        replays = replayed(group, assignment, student)
        for one in replays:
            _show_work(settings, one)
            _show_made_from(one)
            for task in one.lost:
                _show_task(task)
            _show_differences(one)
        if notebook is not None:
            write_replay(notebook, replays, settings.root)
            show_places(settings, notebook=notebook)
            console.print("It holds the seeds of the cases: keep it from students.")
        if any(one.differences for one in replays):
            raise typer.Exit(1)


def _show_work(settings: Settings, one: Replay) -> None:
    from grader.wording import one_line

    handed_in, recorded = one.handed_in, one.recorded
    about = {
        "student": recorded.student,
        "file": near(settings, handed_in.path) if handed_in.path else "none that could be graded",
        "SHA-256": handed_in.digest,
        "attempt": f"{handed_in.attempt}, {handed_in.original}" if handed_in.attempt else "",
        "handed in": handed_in.when or "the time is not known",
        "sandbox": f"{recorded.isolation}, {recorded.seconds:g} s",
        "gradebook": one.doubt,
        "refused": recorded.refused,
    }
    console.print(f"[bold]{escape(recorded.assignment)}[/bold] {escape(recorded.notebook)}")
    for name, words in about.items():
        if words:
            console.print(f"  {name + ':':<11}{escape(one_line(words))}", soft_wrap=True)
    for repair in recorded.repairs:
        console.print(f"  repaired:  {escape(one_line(repair))}", soft_wrap=True)
    if one.other_work:
        console.print("  Other work lies there now than what was graded; it is what runs again.")


def _show_made_from(one: Replay) -> None:
    from rich.table import Table

    from grader.classroom.staleness.staleness import what_changed

    before, now = one.recorded.made_from, one.again.made_from
    changed = what_changed(before, now)
    versions = {name: (words, words) for name, words in now.items() if words[:1].isdigit()}
    versions = {name: pair for name, pair in versions.items() if len(pair[0]) <= DIGEST}
    table = Table()
    for column in ("made from", "when graded", "now"):
        table.add_column(column)
    for name, pair in (versions | changed).items():
        table.add_row(escape(name), *(escape(words[:DIGEST]) for words in pair))
    console.print(table)
    if same := [name for name in before if name not in versions and name not in changed]:
        console.print(f"The same as when it was graded: {escape(', '.join(same))}")


def _show_task(task: LostPoints) -> None:
    from grader.checking.report.as_text import plain
    from grader.checking.report.blocks import number
    from grader.grading.submission.results import short
    from grader.wording import one_line

    one = task.recorded or task.again
    points = f"{number(one.score)} of {number(one.points)}"
    console.print(f"[bold]{escape(short(one.cell))}[/bold]: {points}")
    said = dict.fromkeys([one.found, one.mistake, one.example])
    for words in filter(None, said):
        console.print(f"  {escape(plain(one_line(words)))}", soft_wrap=True)
    if inputs := task.again.inputs:
        console.print("  The smallest input that fails:")
        for line in inputs.splitlines():
            console.print(f"    {escape(line)}", soft_wrap=True)
    if task.seed is not None:
        console.print(f"  seed of the cases: {task.seed}", soft_wrap=True)


def _show_differences(one: Replay) -> None:
    from grader.wording import one_line

    if not one.differences:
        console.print("Graded again with the same seeds: the same points and findings.")
        return
    console.print("Graded again, something else came of it:")
    for words in one.differences:
        console.print(f"  {escape(one_line(words))}", soft_wrap=True)
