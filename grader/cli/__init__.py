"""``python -m grader``: the instructor's commands.

A command imports what it needs when it is called; nbgrader and Dask take seconds.
"""

import typer

from grader.cli.classes import autograde, backup, board, feedback, restore, verify
from grader.cli.collect import collect, precheck, repair
from grader.cli.machine import demo, doctor, image
from grader.cli.marks import export, feedback_zip, regrade
from grader.cli.notebooks import (
    build,
    claims,
    draw_openings,
    lint_notebooks,
    release,
    start_exercise,
    start_notebook,
    student_release,
)
from grader.cli.term import forget, term
from grader.find_tools import find_tools

app = typer.Typer(
    help="Build the course's notebooks, grade a class, give feedback.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # its boxes would cost half of the time that --help takes
    pretty_exceptions_enable=False,
)
new = typer.Typer(help="Start an exercise or a notebook.")
notebooks = typer.Typer(help="Check a notebook, draw its picture.")
app.add_typer(new, name="new", no_args_is_help=True)
app.add_typer(notebooks, name="notebook", no_args_is_help=True)
app.callback()(find_tools)  # before every command
grading = (autograde, regrade, feedback, feedback_zip, export, board, verify, backup, restore)
collecting = (collect, precheck, repair)
whole_term = (term, forget)
building = (build, demo, student_release, release, doctor, image)
for command in (*collecting, *grading, *whole_term, *building):
    app.command()(command)
new.command("exercise")(start_exercise)
new.command("notebook")(start_notebook)
notebooks.command("lint")(lint_notebooks)
notebooks.command()(claims)
notebooks.command("opening")(draw_openings)
