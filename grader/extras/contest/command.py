"""The command that compares a class's entries to a contest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from grader.cli.console import console, say_problems, show_places
from grader.cli.options import Assignment
from grader.settings import load_settings

if TYPE_CHECKING:
    from grader.classroom.school_class import Class
    from grader.extras.contest.board import Board
    from grader.extras.contest.open_board import OpenBoard


def board(
    assignment: Assignment,
    names: Annotated[
        bool, typer.Option("--names", help="Show names beside the numbers, on a page of its own.")
    ] = False,
    without_points: Annotated[
        bool,
        typer.Option(
            "--open",
            help="The open board instead: train the larger networks that have no points, on a GPU "
            "if there is one. The envelope stays as it is.",
        ),
    ] = False,
) -> None:
    """Compare public and final ranks of a class's entries.

    The first call opens the envelope: it locks all entries, and what is changed later counts as
    late. All submissions must be graded before.

    With --open, each training is kept as soon as it has ended: Ctrl-C stops, and the same command
    goes on from there.

    Example: python -m grader board ps26 --names

    Example: python -m grader board ps26 --open
    """
    from grader.authoring.assignments import require_known
    from grader.classroom.school_class import Class
    from grader.extras.contest.board import open_board, write_board

    with say_problems():
        settings = load_settings()
        require_known(settings, assignment)
        group = Class(settings, settings.classroom)
        if without_points:
            rank_open_entries(group, assignment, names=names)
            return
        opened = open_board(group, assignment)
        page = write_board(opened, group.folder / "results" / assignment, names=names)
        show_board(opened, names=names)
        show_places(settings, board=page)


def rank_open_entries(group: Class, assignment: str, *, names: bool) -> None:
    """Train the open entries and write the open board."""
    from course_lib.backend import choose_device
    from grader.classroom.page_style import plural
    from grader.cli.progress import progress
    from grader.extras.contest.open_board import (
        ranked,
        read_entries,
        train_missing,
        write_open_board,
    )

    with progress() as step:
        item = step("reading", max(len(group.students(assignment)), 1))
        entries = read_entries(group, assignment, item if names else lambda _: item(""))
    count, missing = len(entries.settings), len(entries.missing)
    cost = f", which cost {entries.cost:.2f} times the open budget" if missing else ""
    console.print(
        f"{count} open {plural(count, 'entry', 'entries')}; {missing} of "
        f"{count * len(entries.seeds)} trainings are left{cost}"
    )
    if missing:
        device = choose_device("auto")
        with progress() as step:
            item = step("training", missing)
            train_missing(entries, device, lambda number: item(f"entry {number}"))
    ranking = ranked(entries)
    page = write_open_board(ranking, entries.folder, names=names)
    show_open_board(ranking, names=names)
    if not entries.envelope_open:
        console.print(
            "The envelope is closed: do not show the page before it is opened. The same entry may "
            "be handed in for points, on the same splits."
        )
    show_places(group.settings, board=page)


def show_board(board: Board, *, names: bool) -> None:
    """The ranks, and what is not among them."""
    from rich.table import Table

    from grader.classroom.page_style import plural, shortened
    from grader.wording import one_line

    def who(number: int, student: str) -> str:
        return escape(f"{number} {shortened(student, 30)}") if names else str(number)

    shown = Table(title=board.assignment, title_justify="left")
    for column in ("entry", "final rank", "public rank", "final", "public", "interval"):
        shown.add_column(column, justify="left" if column == "entry" else "right", no_wrap=True)
    for place in board.places:
        entry = place.entry
        shown.add_row(
            who(place.number, one_line(place.student)),
            str(place.final_rank),
            str(place.public_rank),
            f"{entry.reached:.3f}",
            f"{entry.public:.3f}",
            f"{entry.low:.3f} to {entry.high:.3f} {'hit' if entry.hit else 'missed'}",
        )
    console.print(shown)
    n = len(board.places)
    if board.new:
        are = plural(n, "entry is", "entries are")
        console.print(f"The envelope is open: {n} {are} locked.")
    for place in board.late:
        late = who(place.number, one_line(place.student))
        console.print(f"late: {late} ({place.entry.reached:.3f})")
    for number, student, why in board.without:
        console.print(f"without an entry: {who(number, student)} ({escape(shortened(why, 100))})")
    if board.ungraded:
        have = plural(len(board.ungraded), "submission is", "submissions are")
        console.print(f"{len(board.ungraded)} {have} not graded as handed in.")
    if n := len(board.other_points):
        console.print(
            f"{n} {plural(n, 'mark was', 'marks were')} given when the exercises had other points; "
            f"run: python -m grader regrade {board.assignment}"
        )


def show_open_board(board: OpenBoard, *, names: bool) -> None:
    """The ranks of the open entries; who has none, only with names."""
    from rich.table import Table

    from grader.classroom.page_style import plural, shortened
    from grader.wording import one_line

    shown = Table(title=f"{board.assignment}, the open board", title_justify="left")
    for column in ("entry", "rank", "accuracy", "budget used"):
        shown.add_column(column, justify="left" if column == "entry" else "right", no_wrap=True)
    for place in board.places:
        name = f" {shortened(one_line(place.student), 30)}" if names else ""
        shown.add_row(
            escape(f"{place.number}{name}"),
            str(place.rank),
            f"{place.reached:.3f}",
            f"{place.budget:.0%}",
        )
    console.print(shown)
    if board.places:
        console.print(f"Trained on {' and '.join(board.devices)}.")
    if names:
        for number, student, why in board.without:
            who = escape(f"{number} {shortened(student, 30)}")
            console.print(f"without an open entry: {who} ({escape(shortened(why, 100))})")
    elif n := len(board.without):
        console.print(f"{n} {plural(n, 'submission has', 'submissions have')} no open entry.")
