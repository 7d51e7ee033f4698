"""``python -m grader``: the instructor's commands.

A command imports what it needs when it is called; nbgrader and Dask take seconds. Guests have
commands of their own (:mod:`grader.guests`), which stand behind those of the core.
"""

from collections.abc import Callable
from functools import wraps

import typer

from grader.cli.check import check
from grader.cli.classes import autograde, backup, feedback, forget, restore, verify
from grader.cli.collect import collect, precheck, repair, roster
from grader.cli.console import fail
from grader.cli.machine import demo, doctor, image
from grader.cli.marks import export, feedback_zip, regrade
from grader.cli.notebooks import (
    budget,
    build,
    claims,
    draw_openings,
    lint_notebooks,
    release,
    start_class,
    start_exercise,
    start_notebook,
    student_release,
    try_notebooks,
)
from grader.cli.replay import replay
from grader.find_tools import find_tools
from grader.guests import COMMANDS, guests, lacking, load


def of_guest(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose guest may need a package that is not installed."""

    @wraps(command)
    def call(*given: object, **named: object) -> None:
        try:
            command(*given, **named)
        except ModuleNotFoundError as error:
            fail(str(lacking(error)))

    return call


app = typer.Typer(
    help="Build the course's notebooks, grade a class, give feedback.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # its boxes would cost half of the time that --help takes
    pretty_exceptions_enable=False,
)
new = typer.Typer(help="Start a class, an exercise or a notebook.")
notebooks = typer.Typer(help="Check a notebook, draw its picture.")
app.add_typer(new, name="new", no_args_is_help=True)
app.add_typer(notebooks, name="notebook", no_args_is_help=True)
app.callback()(find_tools)  # before every command
collecting = (roster, collect, precheck, repair)
grading = (autograde, regrade, replay, check, feedback)
returning = (export, feedback_zip)
keeping = (verify, backup, restore, forget)
making = (build, demo, student_release, release, doctor, image)
for command in (*collecting, *grading, *returning, *keeping, *making):
    app.command()(command)
new.command("class")(start_class)
new.command("exercise")(start_exercise)
new.command("notebook")(start_notebook)
notebooks.command("lint")(lint_notebooks)
notebooks.command("budget")(budget)
notebooks.command("try")(try_notebooks)
notebooks.command()(claims)
notebooks.command("opening")(draw_openings)
for name in guests(COMMANDS):
    app.command(name)(of_guest(load(COMMANDS, name)))
