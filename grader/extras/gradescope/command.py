"""The command that makes an autograder for Gradescope."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.console import console, say_problems
from grader.cli.options import Assignment
from grader.settings import load_settings


def gradescope(
    assignment: Assignment,
    wheels: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Put the wheels of this folder into it; they are installed, and nothing else.",
        ),
    ] = None,
) -> None:
    """Make an autograder for Gradescope.

    It is a zip file to upload there. It judges each submission as the command check does, and holds
    solutions and references: keep it from students.

    Example: python -m grader gradescope ps06
    """
    from grader.extras.gradescope.bundle import write_bundle

    with say_problems():
        settings = load_settings()
        target = settings.build / "gradescope" / f"{assignment}.zip"
        write_bundle(settings, assignment, target, wheels)
        size = target.stat().st_size
        console.print(f"{settings.near(target)}: {size:,} bytes", soft_wrap=True)
