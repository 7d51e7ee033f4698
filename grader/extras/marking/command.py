"""The command with which a person marks answers."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.console import console, say_problems
from grader.cli.options import Assignment
from grader.settings import load_settings


def mark(
    assignment: Assignment,
    names: Annotated[
        bool, typer.Option("--names", help="Show who wrote an answer. Otherwise it has a number.")
    ] = False,
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="Port; 0: one that is free.")
    ] = 0,
    markers: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="Who marks, such as ada,ben. Each gets an address, and marks under this name.",
        ),
    ] = "",
    host: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Answer under this name, too: that of a hub, for jupyter-server-proxy.",
        ),
    ] = "",
    browse: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser as well.")
    ] = False,
) -> None:
    """Mark the answers that a person grades.

    It opens a page for the browser. All answers to a question stand side by side, with the model
    answer. Points and comments are saved in the gradebook at once. Until you end the marking, no
    other command touches this assignment.

    Example: python -m grader mark ps06

    Example: python -m grader mark ps06 --markers ada,ben --host hub.uni.example
    """
    from grader.classroom.page_style import plural
    from grader.classroom.school_class import Class
    from grader.extras.marking.server import PREFIX, behind_proxy, name_of_hub, serve
    from grader.extras.marking.session import marked, marking, named, waiting
    from grader.wording import one_line

    opened = ExitStack()

    def started(addresses: dict[str, str]) -> None:
        where = f"at {host}" if host else "on this computer"
        several = len(addresses) > 1
        print(
            f"Open this address in a browser {where}:"
            if not several
            else f"Each opens an address of their own in a browser {where}:"
        )
        for marker, address in addresses.items():
            # Not wrapped, so that a terminal opens all of it.
            print(f"{marker}: " * several + (behind_proxy(address, host) if host else address))
        sys.stdout.flush()
        if host and PREFIX not in os.environ:
            console.print(
                f"{PREFIX} is not set: this is no terminal of a hub's server. These addresses hold "
                "for a Jupyter server without a hub.",
                soft_wrap=True,
            )
        console.print(f"End the marking {'' if several else 'on the page, or '}by Ctrl-C here.")
        if browse:
            address = next(iter(addresses.values()))
            # A program's arguments can be read by all users of a machine, this file cannot.
            page = settings.classroom / "marking.html"
            page.touch(0o600)
            opened.callback(page.unlink, missing_ok=True)
            page.write_text(f'<meta http-equiv="refresh" content="0; url={address}">', "utf-8")
            typer.launch(page.as_uri())

    with say_problems(), opened:
        host = name_of_hub(host)
        settings = load_settings()
        group = Class(settings, settings.classroom)
        with marking(group, assignment, names=names, markers=named(markers)) as session:
            for student, why in session.left_out.items():
                console.print(f"left out: {escape(one_line(student))} ({escape(one_line(why))})")
            for student in session.newer:
                console.print(f"handed in again since grading: {escape(one_line(student))}")
            serve(session, started, port, host)
            for number, question in enumerate(session.questions):
                counts = session.counts(number)
                left = waiting(counts)
                console.print(
                    f"{escape(question.name)}: {marked(counts)} marked, {left} "
                    f"{plural(left, 'waits', 'wait')}"
                )
        console.print(f"For new feedback pages: python -m grader feedback {escape(assignment)}")
