"""The command that judges one file, without a class."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from grader.cli.console import console, say_problems, warn_if_unsafe
from grader.cli.options import Unsafe
from grader.settings import load_settings


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a notebook that was handed in")],
    assignment: Annotated[
        str,
        typer.Option("--ps", metavar="PS", help="What it answers; default: as its name says."),
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, for other programs.")
    ] = False,
    unsafe: Unsafe = False,
) -> None:
    """Judge one notebook, without a class.

    It runs as in autograding, and nothing is recorded. The exit code is 0 if it gets all points
    that a person has no say in, 1 if it does not, and 2 if it could not be judged.

    Example: python -m grader check ps06_backpropagation.ipynb --json
    """
    from grader.classroom.one_file import judge_file

    with say_problems():
        if not as_json:
            warn_if_unsafe(unsafe)
        found = judge_file(load_settings(), file, assignment, unsafe=unsafe)
        if as_json:
            print(json.dumps(found, indent=1, ensure_ascii=False))
        else:
            _show(found)
        if found["refused"] or found["score"] < found["max_score"]:
            raise typer.Exit(1)


def _show(found: dict[str, Any]) -> None:
    from grader.checking.report.blocks import number
    from grader.classroom.one_file import words_of

    score = f"{number(found['score'])} of {number(found['max_score'])}"
    console.print(f"[bold]{escape(found['problem_set'])}[/bold]: {score}")
    for words in filter(None, (found["refused"], *found["repairs"])):
        console.print(f"  {escape(words)}", soft_wrap=True)
    for one in found["tasks"]:
        score = f"{number(one['score'])} of {number(one['max_score'])}"
        console.print(f"{escape(one['name'])}: {score}")
        for words in words_of(one):
            console.print(f"  {escape(words)}", soft_wrap=True)
    for one in found["by_hand"]:
        console.print(f"{escape(one['name'])}: a person gives up to {number(one['max_score'])}")
