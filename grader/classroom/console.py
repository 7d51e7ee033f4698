"""What commands say: progress, a table, places, and in one line what is wrong."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from grader.authoring import AuthoringError
from grader.classroom.problem import Problem, Stopped
from grader.classroom.report import Row, shortened
from grader.grading.sandbox.sandbox import NOT_SANDBOXED, NoSandbox
from grader.grading.submission.results import one_line
from grader.settings import Settings, SettingsError

console = Console(highlight=False)


@contextmanager
def say_problems() -> Iterator[None]:
    """Whatever is wrong: one line on standard error, exit code 2; 130 after Ctrl-C."""
    try:
        yield
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
        raise typer.Exit(130) from None
    except (Problem, NoSandbox, SettingsError) as error:
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


Step = Callable[[str, int], Callable[[str], None]]
LOG_SECONDS = 5.0


@contextmanager
def progress() -> Iterator[Step]:
    """Progress of a command's steps: ``step(title, total)`` -> call per item.

    A bar on a terminal; elsewhere, as in a log, a line now and then.
    """
    with bars() if console.is_terminal else lines() as step:
        yield step


@contextmanager
def lines() -> Iterator[Step]:
    """Lines such as ``grading 12 of 200: ada``, the first at once, then every few seconds."""
    counted = Progress(*COLUMNS, disable=True)  # for its rate and the time that is left

    def step(title: str, total: int) -> Callable[[str], None]:
        number, told = counted.add_task(title, total=total, item=""), -LOG_SECONDS
        task = counted.tasks[number]

        def item(name: str) -> None:
            nonlocal told
            counted.advance(number)
            if time.monotonic() - told >= LOG_SECONDS or task.completed == total:
                told = time.monotonic()
                words = f"{title} {task.completed:g} of {total}: {one_line(name)}".rstrip(": ")
                print(", ".join(filter(None, (words, rate(task)))), flush=True)

        return item

    yield step


def rate(task: Task) -> str:
    """Such as "190 a minute, 3 minutes left"; "" where there is nothing to judge by."""
    if not task.speed or not task.remaining:
        return ""
    left = task.remaining / task.speed
    words = f"{left / 60:.0f} minutes" if left >= 90 else f"{left:.0f} seconds"
    return f"{60 * task.speed:.0f} a minute, {words} left"


class Rate(ProgressColumn):
    """The rate and the time that is left."""

    def render(self, task: Task) -> Text:
        return Text(rate(task))


COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
    Rate(),
    TextColumn("{task.fields[item]}"),
)


@contextmanager
def bars() -> Iterator[Step]:
    """Bars that stay, with the time each step took."""
    with Progress(*COLUMNS, console=console) as shown:
        current: list[tuple[TaskID, int]] = []

        def finish() -> None:
            for task, total in current:
                shown.update(task, completed=total, item="")
            current.clear()

        def step(title: str, total: int) -> Callable[[str], None]:
            finish()
            task = shown.add_task(title, total=total, item="")
            current.append((task, total))

            def item(name: str) -> None:
                shown.update(task, advance=1, item=name)

            return item

        yield step
        finish()


def warn_if_unsafe(unsafe: bool) -> None:
    if unsafe:
        console.print(f"[bold red]{NOT_SANDBOXED}[/bold red]")


def show_table(table: list[Row], assignment: str) -> None:
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
        console.print(f"{waiting} submissions have answers that wait to be graded by hand.")


def show_places(settings: Settings, **places: Path | str) -> None:
    for name, place in places.items():
        inside = isinstance(place, Path) and place.is_relative_to(settings.root)
        near = Path(place).relative_to(settings.root) if inside else place
        console.print(f"{name + ':':<11}{escape(str(near))}")
