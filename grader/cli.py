"""``python -m grader``: the instructor's commands."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from grader.authoring import AuthoringError, assignments, compare, release
from grader.authoring.lint import lint
from grader.authoring.new import new_notebook
from grader.authoring.publish import publish
from grader.classroom.agreement import Agreement
from grader.classroom.backup import backup_class, restore_class
from grader.classroom.course_config import find_tools
from grader.classroom.demo import run_demo
from grader.classroom.gradebook import (
    gradebook_path,
    gradebook_url,
    notebook_names,
    require_sound,
    require_writable,
    scores,
)
from grader.classroom.problem import Problem
from grader.classroom.record import (
    Class,
    NoAgreement,
    generate_feedback,
    require_gradable,
    require_known,
)
from grader.classroom.record import autograde as autograde_class
from grader.classroom.report import Row, one_line, rows, shortened, write_report
from grader.grading.container import IMAGE, build_image
from grader.grading.escape_trials import try_to_escape
from grader.grading.sandbox import NOT_SANDBOXED, NoSandbox, Sandbox, choose_wall
from grader.settings import Settings, SettingsError, load_settings

app = typer.Typer(
    help="Build the course's notebooks, grade a class, give feedback.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
notebooks = typer.Typer(help="Start a notebook, or say what is to repair in one.")
app.add_typer(notebooks, name="notebook", no_args_is_help=True)
console = Console(highlight=False)

Assignment = Annotated[str, typer.Argument(metavar="PS", help="an assignment, such as ps04")]
Force = Annotated[bool, typer.Option("--force", help="Do again what has not changed.")]
BackupFile = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="default: the newest in class/backups")
]
Unsafe = Annotated[
    bool, typer.Option("--unsafe", help="Grade without isolation, where there is none.")
]


@contextmanager
def say_problems() -> Iterator[None]:
    """Whatever is wrong: one line on standard error, exit code 2."""
    try:
        yield
    except (Problem, NoSandbox, SettingsError) as error:
        fail(str(error))
    except AuthoringError as error:
        for problem in error.problems:
            print(f"error: {problem}", file=sys.stderr)
        raise typer.Exit(2) from None
    except PermissionError as error:
        fail(f"{error.filename} cannot be written or read: {error.strerror}")


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

    def step(title: str, total: int) -> Callable[[str], None]:
        count, told = 0, -LOG_SECONDS

        def item(name: str) -> None:
            nonlocal count, told
            count += 1
            if time.monotonic() - told >= LOG_SECONDS or count == total:
                told = time.monotonic()
                print(f"{title} {count} of {total}: {one_line(name)}".rstrip(": "), flush=True)

        return item

    yield step


@contextmanager
def bars() -> Iterator[Step]:
    """Bars that stay, with the time each step took."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[item]}"),
    )
    with Progress(*columns, console=console) as shown:
        current: list[tuple[TaskID, int]] = []

        def finish() -> None:
            for task, total in current:
                shown.update(task, completed=total, item="")
            current.clear()

        def step(title: str, total: int) -> Callable[[str], None]:
            finish()
            task = shown.add_task(title, total=total, item="")
            current.append((task, total))
            started = [-1]

            def item(name: str) -> None:
                started[0] += 1
                shown.update(task, completed=started[0], item=name)

            return item

        yield step
        finish()


@app.command()
def build(
    sets: Annotated[list[str] | None, typer.Argument(metavar="[PS…]")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what differs; exit code 1 then.")
    ] = False,
) -> None:
    """Make notebooks/ from solutions/ (all problem sets, if none is named)."""
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
            console.print(f"notebooks/ is what its sources give ({', '.join(known) or 'none'})")
            return
        find_tools()
        for name in sets or known:
            book = gradebook_path(settings.classroom)
            require_sound(book)
            url = gradebook_url(settings.classroom) if book.exists() else None
            path = release(name, settings.root, gradebook=url)
            console.print(f"{name}: {path.relative_to(settings.root)}")


@notebooks.command()
def new(
    assignment: Assignment,
    title: Annotated[str, typer.Argument(help='what it is about, such as "Momentum"')],
) -> None:
    """Write a source with every section, and every exercise of the problem set, in its place."""
    with say_problems():
        settings = load_settings()
        path = new_notebook(assignment, title, settings.root)
        for problem in lint(assignment, settings.root):
            console.print(escape(problem))
        console.print(f"{path.relative_to(settings.root)}: write what is said above")


@notebooks.command("lint")
def lint_notebooks(
    sets: Annotated[list[str] | None, typer.Argument(metavar="[PS…]")] = None,
) -> None:
    """Say what is to repair in a notebook (in all, if none is named); exit code 1 then."""
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
        console.print(f"nothing to repair in {', '.join(sets or known) or 'none'}")


@app.command()
def autograde(
    assignment: Assignment,
    unsafe: Unsafe = False,
    force: Force = False,
) -> None:
    """Grade the submissions in class/submitted; scores go into class/gradebook.db."""
    with say_problems():
        settings = load_settings()
        require_known(settings, assignment)
        group = Class(settings, settings.classroom, unsafe)
        warn_if_unsafe(unsafe)
        again: dict[str, str] = {}
        with progress() as step:
            handed_in = len(group.students(assignment))
            item = step("grading", max(handed_in, 1))

            def graded(student: str, why: str) -> None:
                item(student)
                if why not in ("", "not graded yet"):
                    again[student] = why

            doubtful = ""
            try:
                results = autograde_class(group, assignment, graded, force=force)
            except NoAgreement as error:
                results, doubtful = error.results, str(error)
        table = rows(results, scores(group.gradebook, assignment))
        page = write_report(table, assignment, group.folder / "results" / assignment)
        show_table(table, assignment)
        for student, why in again.items():
            console.print(f"graded again: {escape(one_line(student))} ({escape(why)})")
        show_places(settings, gradebook=group.folder / "gradebook.db", report=page)
        if doubtful:
            raise Problem(doubtful)
        refused = [row for row in table if row.refused]
        if refused:
            raise Problem(
                f"{len(refused)} of {len(table)} submissions got 0 because they could not be read: "
                + "; ".join(f"{row.student}: {row.refused}" for row in refused)
            )


@app.command()
def feedback(
    assignment: Assignment,
    force: Force = False,
) -> None:
    """Write a page for each graded submission into class/feedback; only pages that have changed."""
    with say_problems():
        settings = load_settings()
        require_known(settings, assignment)
        group = Class(settings, settings.classroom)
        written: list[str] = []
        with progress() as step:
            graded = len(list((group.folder / "autograded").glob(f"*/{assignment}")))
            item = step("writing feedback", max(graded, 1))

            def page(student: str, why: str) -> None:
                item(student)
                written.extend([student] if why else [])

            place = generate_feedback(group, assignment, page, force=force)
        console.print(f"{len(written)} of {graded} pages written, the others had not changed")
        show_places(settings, feedback=place)


@app.command()
def verify(assignment: Assignment) -> None:
    """Check that records, gradebook and feedback pages agree for every student."""
    with say_problems():
        settings = load_settings()
        group = Class(settings, settings.classroom)
        require_gradable(group, assignment)
        students = group.students(assignment)
        agreement = Agreement(group.folder, group.gradebook, assignment)
        wrong = agreement.disagreements(students, notebook_names(group.gradebook, assignment))
        for student, problems in wrong.items():
            print(f"{one_line(student)}: {'; '.join(problems)}", file=sys.stderr)
        for student in agreement.without_submission(students):
            console.print(f"{escape(one_line(student))} has a mark, and nothing is handed in")
        if wrong:
            raise typer.Exit(1)
        console.print(f"{len(students)} submissions: records, gradebook and pages agree")


@app.command()
def backup(
    file: BackupFile = None,
) -> None:
    """Keep the class, gradebook and submissions included, in one file."""
    with say_problems():
        settings = load_settings()
        require_sound(gradebook_path(settings.classroom))
        show_places(settings, backup=backup_class(settings.classroom, file))


@app.command()
def restore(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="default: the newest")
    ] = None,
) -> None:
    """Bring a class back from a backup; what was there is kept beside it."""
    with say_problems():
        settings = load_settings()
        taken, aside = restore_class(settings.classroom, file)
        show_places(settings, restored=taken, before=aside)


@app.command()
def demo(
    assignment: Annotated[str, typer.Argument(metavar="[PS]")] = "ps04",
    unsafe: Unsafe = False,
    or_unsafe: Annotated[
        bool, typer.Option("--or-unsafe", help="Go on without isolation where there is none.")
    ] = False,
) -> None:
    """Build an assignment, make a sample class, grade it, and show what came of it."""
    with say_problems():
        settings = load_settings()
        if or_unsafe:
            try:
                choose_wall()
            except NoSandbox as reason:
                console.print(str(reason))
                unsafe = True
        warn_if_unsafe(unsafe)
        require_writable(settings.build)
        started = time.monotonic()
        with progress() as step:
            made = run_demo(settings, assignment, step, unsafe=unsafe)
        show_table(made.rows, assignment)
        for sample in made.left_out:
            console.print(f"left out, because nothing isolates it here: {sample.student}")
        show_places(settings, gradebook=made.gradebook, feedback=made.feedback, report=made.report)
        console.print(f"{time.monotonic() - started:.0f} seconds")


@app.command("student-release")
def student_release(
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="where the students' tree goes")],
) -> None:
    """Write the tree that students get: the course without solutions, keys and grading."""
    with say_problems():
        settings = load_settings()
        find_tools()
        published = publish(settings.root, folder)
        console.print(f"{folder}: {len(published)} problem sets, {', '.join(published)}")
        if not settings.course.repository:
            console.print(
                "The notebooks have no Colab badge: set repository in course.toml to where this "
                "will lie, and build again."
            )


@app.command()
def doctor() -> None:
    """Say how submissions are isolated here, and try to get out."""
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
            tried = try_to_escape(sandbox, settings.root)
        except (OSError, ImportError, LookupError) as error:
            fail(f"nothing could be tried: {type(error).__name__}: {error}")
        for attempt in tried:
            mark = "[green]prevented[/green]" if attempt.prevented else "[bold red]POSSIBLE[/]"
            console.print(f"  {mark}  {attempt.title}")
        real = sum(attempt.works_without for attempt in tried)
        console.print(f"{real} of them reach for what was planted, and get it without the sandbox.")
        if escaped := [attempt.title for attempt in tried if not attempt.prevented]:
            fail(f"a submission could {', '.join(escaped)}; do not grade here")


@app.command()
def image() -> None:
    """Build the container image for machines without bubblewrap (macOS, Windows)."""
    with say_problems():
        settings = load_settings()
        constraints = settings.root / "constraints.txt"
        if not constraints.is_file():
            fail(f"{constraints} is not there; say this in a checkout of the course")
        try:
            code = build_image(constraints)
        except FileNotFoundError as error:
            fail(str(error))
        if code:
            fail(f"the engine could not build {IMAGE} (exit code {code}); its words are above")
        console.print(f"{IMAGE} is built; now try: python -m grader doctor")


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


def show_places(settings: Settings, **places: Path) -> None:
    for name, path in places.items():
        near = path.relative_to(settings.root) if path.is_relative_to(settings.root) else path
        console.print(f"{name + ':':<11}{near}")
