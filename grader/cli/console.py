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
    from grader.classroom.report.page import Row
    from grader.classroom.school_class import Class

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
    except BrokenPipeError:  # who reads our output has seen enough: click ends without a word
        raise
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


def say_kept(group: Class, assignment: str) -> None:
    """Which cells wait, because students have handed in."""
    from grader.classroom.as_given import kept_as_given

    if words := kept_as_given(group, assignment):
        console.print(escape(words))


def warn_if_unsafe(unsafe: bool) -> None:
    from grader.grading.sandbox.sandbox import NOT_SANDBOXED

    if unsafe:
        console.print(f"[bold red]{NOT_SANDBOXED}[/bold red]")


def show_table(table: list[Row], assignment: str) -> None:
    from rich.table import Table

    from grader.checking.report.blocks import number
    from grader.classroom.page_style import plural, shortened

    shown = Table(title=assignment, title_justify="left")
    shown.add_column("submission", no_wrap=True)
    shown.add_column("score", justify="right", no_wrap=True)
    shown.add_column("what was found")
    for row in table:
        shown.add_row(
            escape(shortened(row.student, 30)),
            f"{number(row.score.score)} of {number(row.score.total)}",
            escape(row.in_brief),
        )
    console.print(shown)
    if waiting := sum(row.score.by_hand > 0 for row in table):
        have = plural(waiting, "submission has", "submissions have")
        console.print(f"{waiting} {have} answers that wait to be graded by hand.")


def show_places(settings: Settings, **places: Path | str) -> None:
    for name, place in places.items():
        console.print(f"{name + ':':<11}{escape(near(settings, place))}")


def near(settings: Settings, place: Path | str) -> str:
    """A place as seen from the course's folder, if it is inside."""
    inside = isinstance(place, Path) and place.is_relative_to(settings.root)
    return str(Path(place).relative_to(settings.root) if inside else place)
