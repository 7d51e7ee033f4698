"""What commands say: a table, places, and in one line what is wrong.

Commands import what they need when they are called, and so does this module: ``--help`` needs
none of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape

from grader.exercises.own_folder import OwnExercisesError
from grader.grading.process.fault import NoSandbox
from grader.problems import AuthoringError, Problem, Stopped
from grader.settings import Settings, SettingsError

if TYPE_CHECKING:
    from grader.classroom.board import Board
    from grader.classroom.open_board import OpenBoard
    from grader.classroom.report import Row

console = Console(highlight=False)


@contextmanager
def say_problems() -> Iterator[None]:
    """Whatever is wrong: one line on standard error, exit code 2; 130 after Ctrl-C."""
    try:
        yield
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
        raise typer.Exit(130) from None
    except (Problem, NoSandbox, OwnExercisesError, SettingsError) as error:
        fail(str(error))
    except AuthoringError as error:
        for problem in error.problems:
            print(f"error: {problem}", file=sys.stderr)
        raise typer.Exit(2) from None
    except OSError as error:
        places = [str(name) for name in (error.filename, error.filename2) if name is not None]
        what = " or ".join(places) or "a file or folder"
        fail(
            f"{what} cannot be written or read: {error.strerror or str(error)[:500]}. Put that "
            "right and run it again. Temporary files lie in the folder that TMPDIR names"
        )
    except KeyboardInterrupt:
        print("stopped by Ctrl-C; the same command can be run again", file=sys.stderr)
        raise typer.Exit(130) from None


def fail(text: str) -> None:
    print(f"error: {' '.join(text.split())}", file=sys.stderr)
    raise typer.Exit(2) from None


def warn_if_unsafe(unsafe: bool) -> None:
    from grader.grading.sandbox.sandbox import NOT_SANDBOXED

    if unsafe:
        console.print(f"[bold red]{NOT_SANDBOXED}[/bold red]")


def show_table(table: list[Row], assignment: str) -> None:
    from rich.table import Table

    from grader.classroom.page_style import plural, shortened

    shown = Table(title=assignment, title_justify="left")
    shown.add_column("submission", no_wrap=True)
    shown.add_column("score", justify="right", no_wrap=True)
    shown.add_column("what was found")
    for row in table:
        shown.add_row(
            escape(shortened(row.student, 30)),
            f"{row.score.score:g} of {row.score.total:g}",
            escape(row.in_brief),
        )
    console.print(shown)
    if waiting := sum(row.score.by_hand > 0 for row in table):
        have = plural(waiting, "submission has", "submissions have")
        console.print(f"{waiting} {have} answers that wait to be graded by hand.")


def show_board(board: Board, *, names: bool) -> None:
    """The ranks, and what is not among them."""
    from rich.table import Table

    from grader.classroom.page_style import plural, shortened
    from grader.grading.submission.results import one_line

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


def show_open_board(board: OpenBoard, *, names: bool) -> None:
    """The ranks of the open entries; who has none, only with names."""
    from rich.table import Table

    from grader.classroom.page_style import plural, shortened
    from grader.grading.submission.results import one_line

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


def show_places(settings: Settings, **places: Path | str) -> None:
    for name, place in places.items():
        console.print(f"{name + ':':<11}{escape(near(settings, place))}")


def near(settings: Settings, place: Path | str) -> str:
    """A place as seen from the course's folder, if it is inside."""
    inside = isinstance(place, Path) and place.is_relative_to(settings.root)
    return str(Path(place).relative_to(settings.root) if inside else place)
