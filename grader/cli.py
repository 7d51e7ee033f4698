"""``python -m grader``: the instructor's commands."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.authoring import assignments, compare, release, run_solved
from grader.authoring.lint.run import lint
from grader.authoring.new_exercise import new_exercise
from grader.authoring.new_notebook import new_notebook
from grader.authoring.publish import publish
from grader.authoring.unclaimed import unclaimed
from grader.classroom.commands import (
    Assignment,
    Unsafe,
    autograde,
    backup,
    feedback,
    restore,
    verify,
)
from grader.classroom.console import (
    console,
    fail,
    progress,
    say_problems,
    show_places,
    show_table,
    warn_if_unsafe,
)
from grader.classroom.course_config import find_tools, gradebook_of
from grader.classroom.demo import run_demo
from grader.classroom.gradebook import exists, gradebook_url, require_sound, require_writable
from grader.classroom.record import require_known
from grader.grading.sandbox.container import IMAGE, build_image
from grader.grading.sandbox.escape_trials import try_to_escape
from grader.grading.sandbox.sandbox import NOT_SANDBOXED, NoSandbox, Sandbox, choose_wall
from grader.settings import load_settings

app = typer.Typer(
    help="Build the course's notebooks, grade a class, give feedback.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
new = typer.Typer(help="Start an exercise or a notebook.")
notebooks = typer.Typer(help="Check a notebook's layout and the claims in its text.")
app.add_typer(new, name="new", no_args_is_help=True)
app.add_typer(notebooks, name="notebook", no_args_is_help=True)
app.callback()(find_tools)  # before every command
for command in (autograde, feedback, verify, backup, restore):
    app.command()(command)


@app.command()
def build(
    sets: Annotated[list[str] | None, typer.Argument(metavar="[PS…]")] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Only report differences; the exit code is 1 if there are any."
        ),
    ] = False,
) -> None:
    """Build notebooks/ from solutions/ (all problem sets by default)."""
    with say_problems():
        settings = load_settings()
        known = assignments(settings.root)
        for name in sets or []:
            require_known(settings, name)
        if check:
            differences = compare(settings.root)
            for line in differences:
                print(line, file=sys.stderr)
            if differences:
                raise typer.Exit(1)
            console.print(
                f"{settings.folders.notebooks}/ is up to date with {settings.folders.solutions}/ "
                f"({', '.join(known) or 'none'})"
            )
            return
        book = gradebook_of(settings, settings.classroom)
        require_sound(book)
        noted = book if exists(book) else None
        for name in sets or known:
            path = release(name, settings.root, gradebook=noted)
            console.print(f"{name}: {path.relative_to(settings.root)}")


@new.command("exercise")
def start_exercise(
    assignment: Assignment,
    signature: Annotated[
        str, typer.Argument(help='such as "linear_backward(du, cache) -> (dx, dW, db)"')
    ],
) -> None:
    """Write the files of a new exercise and of its test programs; TODO marks what is missing."""
    with say_problems():
        settings = load_settings()
        for path in new_exercise(assignment, signature, settings.root):
            console.print(f"{path.relative_to(settings.root)}: complete the lines marked TODO")


@new.command("notebook")
def start_notebook(
    assignment: Assignment,
    title: Annotated[str, typer.Argument(help='title of the notebook, such as "Momentum"')],
) -> None:
    """Write the source of a new notebook with all sections and exercises of the problem set."""
    with say_problems():
        settings = load_settings()
        path = new_notebook(assignment, title, settings.root)
        for problem in lint(assignment, settings.root):
            console.print(escape(problem))
        console.print(f"{path.relative_to(settings.root)}: repair the problems listed above")


@notebooks.command("lint")
def lint_notebooks(
    sets: Annotated[list[str] | None, typer.Argument(metavar="[PS…]")] = None,
) -> None:
    """List problems in notebooks (in all by default); exit code 1 if there are any."""
    with say_problems():
        settings = load_settings()
        known = assignments(settings.root)
        for name in sets or []:
            require_known(settings, name)
        problems = [problem for name in sets or known for problem in lint(name, settings.root)]
        for problem in problems:
            print(problem)
        if problems:
            raise typer.Exit(1)
        console.print(f"no problems in {', '.join(sets or known) or 'none'}")


@notebooks.command()
def claims(
    sets: Annotated[list[str] | None, typer.Argument(metavar="[PS…]")] = None,
    slow: Annotated[bool, typer.Option("--slow", help="Measure slow claims, too.")] = False,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only list sentences that need a claim; run nothing.")
    ] = False,
) -> None:
    """Compare the claims in a notebook's text with its results; exit code 1 if one is false."""
    with say_problems():
        settings = load_settings()
        for name in sets or []:
            require_known(settings, name)
        if missing:
            for name in sets or assignments(settings.root):
                for sentence in unclaimed(name, settings.root):
                    print(f"{name}: line {sentence.line}: {sentence.text}")
            return
        false = 0
        for name in sets or assignments(settings.root):
            solved = run_solved(name, settings.root, slow=slow)
            for error in solved.errors:
                print(error)
            for claim, problem in solved.claims:
                problem = problem or claim.weakness()
                print(f"{name}: {'FALSE' if problem else 'true'}: {claim.quote}")
                print(f"    {problem or f'measured {claim.shown()}'}")
                false += bool(problem)
            false += len(solved.errors)
        if false:
            raise typer.Exit(1)


@app.command()
def demo(
    assignment: Annotated[str, typer.Argument(metavar="[PS]")] = "ps04",
    unsafe: Unsafe = False,
    or_unsafe: Annotated[
        bool, typer.Option("--or-unsafe", help="Continue without isolation if none is available.")
    ] = False,
) -> None:
    """Build an assignment, make a sample class, grade it, and show the results."""
    with say_problems():
        settings = load_settings()
        if or_unsafe:
            try:
                choose_wall()
            except NoSandbox as reason:
                console.print(str(reason))
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


@app.command("student-release")
def student_release(
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="folder for the students' files")],
) -> None:
    """Write the files for students: the course without solutions, keys and grading."""
    with say_problems():
        settings = load_settings()
        published = publish(settings.root, folder)
        console.print(f"{folder}: {len(published)} problem sets, {', '.join(published)}")
        if not settings.course.repository:
            console.print(
                "The notebooks have no Colab badge. Set repository in course.toml to the address "
                "of the students' repository, and build again."
            )


@app.command()
def doctor() -> None:
    """Report how submissions are isolated here, and try to break the isolation."""
    with say_problems():
        settings = load_settings()
        sandbox = Sandbox(settings.limits, private=(settings.root, settings.classroom))
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
            console.print(f"  {mark}  {attempt.title}")
        real = sum(attempt.works_without for attempt in tried)
        console.print(f"Without the sandbox, {real} of these attempts reach the planted targets.")
        if escaped := [attempt.title for attempt in tried if not attempt.prevented]:
            fail(f"a submission could {', '.join(escaped)}; do not grade here")


@app.command()
def image() -> None:
    """Build the container image for machines without bubblewrap (macOS, Windows)."""
    with say_problems():
        settings = load_settings()
        constraints = settings.root / "constraints.txt"
        if not constraints.is_file():
            fail(f"{constraints} does not exist; run this command in a checkout of the course")
        try:
            code = build_image(constraints)
        except FileNotFoundError as error:
            fail(str(error))
        if code:
            fail(f"the engine could not build {IMAGE} (exit code {code}); its messages are above")
        console.print(f"{IMAGE} is built; now try: python -m grader doctor")
