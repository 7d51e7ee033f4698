"""The commands that try this machine: a demo, the isolation of submissions, its image."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.console import (
    console,
    fail,
    say_problems,
    show_places,
    show_table,
    warn_if_unsafe,
)
from grader.cli.options import Unsafe
from grader.grading.process.fault import NoSandbox
from grader.settings import load_settings


def demo(
    assignment: Annotated[str, typer.Argument(metavar="[PS]")] = "ps06",
    unsafe: Unsafe = False,
    or_unsafe: Annotated[
        bool, typer.Option("--or-unsafe", help="Continue without isolation if none is available.")
    ] = False,
) -> None:
    """Build an assignment and grade a sample class of it.

    Example: python -m grader demo ps12
    """
    from grader.classroom.demo import run_demo
    from grader.classroom.gradebook.store import gradebook_url, require_writable
    from grader.cli.progress import progress
    from grader.grading.sandbox.sandbox import choose_wall

    with say_problems():
        settings = load_settings()
        if or_unsafe:
            try:
                choose_wall()
            except NoSandbox as reason:
                console.print(escape(str(reason)))
                unsafe = True
        warn_if_unsafe(unsafe)
        require_writable(settings.build, gradebook_url(settings.build))
        started = time.monotonic()
        with progress() as step:
            made = run_demo(settings, assignment, step, unsafe=unsafe)
        show_table(made.rows, assignment)
        for sample in made.left_out:
            console.print(
                f"left out, because submissions cannot be isolated here: {sample.student}"
            )
        show_places(settings, gradebook=made.gradebook, feedback=made.feedback, report=made.report)
        console.print(f"{time.monotonic() - started:.0f} seconds")


def doctor() -> None:
    """Report how submissions are isolated here.

    Programs try to break the isolation. It also names another version of the course than this
    class is taught from, and a class that began with other notebooks.

    Example: python -m grader doctor
    """
    from grader.authoring.assignments import assignments
    from grader.classroom.as_given import all_kept
    from grader.classroom.gradebook.store import gradebook_of
    from grader.classroom.preconditions import other_course, other_notebook
    from grader.classroom.school_class import Class
    from grader.grading.sandbox.escape_trials import try_to_escape
    from grader.grading.sandbox.sandbox import NOT_SANDBOXED, Sandbox

    with say_problems():
        settings = load_settings()
        sandbox = Sandbox(settings.limits, private=(*settings.private, settings.classroom))
        try:
            sandbox.require()
        except NoSandbox as reason:
            console.print(f"[bold]{NOT_SANDBOXED}[/bold] (only with --unsafe)")
            fail(str(reason))
        console.print(sandbox.isolation)
        try:
            tried = try_to_escape(sandbox, settings)
        except (OSError, ImportError, LookupError) as error:
            fail(f"nothing could be tried: {type(error).__name__}: {error}")
        for attempt in tried:
            mark = "[green]prevented[/green]" if attempt.prevented else "[bold red]POSSIBLE[/]"
            console.print(f"  {mark}  {escape(attempt.title)}")
        real = sum(attempt.works_without for attempt in tried)
        console.print(f"Without the sandbox, {real} of these attempts reach the planted targets.")
        if escaped := [attempt.title for attempt in tried if not attempt.prevented]:
            fail(f"a submission could {', '.join(escaped)}; do not grade here")
        book = gradebook_of(settings, settings.classroom)
        others = [
            other_course(settings),
            *(other_notebook(settings, book, name) for name in assignments(settings.root)),
        ]
        for words in all_kept(Class(settings, settings.classroom)).values():
            console.print(escape(words))
        if problems := [words for words in others if words]:
            fail("; ".join(problems))


def image() -> None:
    """Build the container image in which submissions run.

    Machines without bubblewrap need it (macOS, Windows).

    Example: python -m grader image
    """
    from grader.grading.sandbox.container import IMAGE, build_image

    with say_problems():
        settings = load_settings()
        constraints = settings.course_files / "constraints.txt"
        if not constraints.is_file():
            fail(f"{constraints} does not exist; run this command in a checkout of the course")
        try:
            code = build_image(constraints)
        except FileNotFoundError as error:
            fail(str(error))
        if code:
            fail(f"the engine could not build {IMAGE} (exit code {code}); its messages are above")
        console.print(f"{IMAGE} is built; now try: python -m grader doctor")
