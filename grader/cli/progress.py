"""How far a command is: a bar on a terminal, lines in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
from rich.text import Text

from grader.cli.console import console
from grader.wording import one_line

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
        number, reported = counted.add_task(title, total=total, item=""), -LOG_SECONDS
        task = counted.tasks[number]

        def item(name: str) -> None:
            nonlocal reported
            counted.advance(number)
            if time.monotonic() - reported >= LOG_SECONDS or task.completed == total:
                reported = time.monotonic()
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
