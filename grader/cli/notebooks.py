"""The commands that build, start, check and publish notebooks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.console import console, say_problems
from grader.cli.options import Assignment
from grader.settings import load_settings


def build(
    sets: Annotated[list[str] | None, typer.Argument(metavar="[PS…]")] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Only report differences; the exit code is 1 if there are any."
        ),
    ] = False,
) -> None:
    """Build notebooks/ and the index of exercises.

    Without names all are built. Their sources are in solutions/ and in the own folder that
    course.toml names.

    Example: python -m grader build ps06
    """
    from grader.authoring.assignments import assignments, named_solutions, require_known
    from grader.authoring.chosen import about_choice
    from grader.authoring.compare import compare
    from grader.authoring.exercise_index import index_problems, write_index
    from grader.authoring.release import release
    from grader.classroom.as_given import all_kept, kept_as_given
    from grader.classroom.gradebook.store import gradebook_of, store_of
    from grader.classroom.preconditions import require_course, require_same_notebook
    from grader.classroom.school_class import Class

    with say_problems():
        settings = load_settings()
        require_course(settings)
        known = assignments(settings.root)
        for name in sets or []:
            require_known(settings, name)
        if check:
            kept = all_kept(Class(settings, settings.classroom))
            differences = [*index_problems(settings.root), *compare(settings.root, kept)]
            for line in differences:
                print(line, file=sys.stderr)
            if differences:
                raise typer.Exit(1)
            console.print(
                f"{settings.folders.notebooks}/ is up to date with {named_solutions(settings)} "
                f"({', '.join(known) or 'none'})"
            )
            return
        write_index(settings.root)
        book = gradebook_of(settings, settings.classroom)
        store_of(book).require_sound()
        noted = book if store_of(book).exists() else None
        for name in sets or known:
            require_same_notebook(settings, book, name)
            if words := kept_as_given(Class(settings, settings.classroom), name):
                console.print(escape(words))
                continue
            path = release(name, settings.root, gradebook=noted)
            console.print(f"{name}: {path.relative_to(settings.root)}")
            if chosen := settings.problem_set(name).exercises:
                for line in about_choice(chosen):
                    console.print(f"{name}: {escape(line)}")


def start_class(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="a new folder for the class")],
    sets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PS…]", help="the notebooks that are taught, in their order"),
    ] = None,
) -> None:
    """Write the settings of a new class into a folder of its own.

    The course stays where it is installed. Without names all its notebooks are taught.

    Example: python -m grader new class ../my-class ps00 ps02 ps06
    """
    from grader.authoring.new_class import new_class

    with say_problems():
        for path in new_class(folder, sets or []):
            console.print(str(path))
        console.print(f"Edit course.toml, then: cd {folder} && python -m grader build")


def start_exercise(
    assignment: Assignment,
    signature: Annotated[
        str, typer.Argument(help='such as "linear_backward(du, cache) -> (dx, dW, db)"')
    ],
) -> None:
    """Write the files of a new exercise and its programs.

    TODO marks what is missing.

    Example: python -m grader new exercise ps06 "leaky_relu(u, slope) -> z"
    """
    from grader.authoring.new_exercise import NOWHERE, module_of, new_exercise

    with say_problems():
        settings = load_settings()
        for path in new_exercise(assignment, signature, settings.root):
            console.print(f"{path.relative_to(settings.root)}: complete the lines marked TODO")
        if (module := module_of(path.stem)) != NOWHERE:
            console.print(
                f"{module} holds {path.stem} already: it is the answer, write no second one"
            )
        elif settings.own is None:
            console.print(
                f"Write {path.stem} in a module of course_lib, and name the module in answers="
            )
        if settings.own is not None:
            console.print(
                f"Then write the cells of its task in a notebook of {assignment}, and run:\n"
                f"      python -m grader notebook lint {assignment}"
            )
            return
        console.print(
            f"Then: python -m grader build {assignment}\n"
            f"      python -m pytest tests/gates -k {path.stem}",
            markup=False,
        )


def start_notebook(
    assignment: Assignment,
    title: Annotated[str, typer.Argument(help='title of the notebook, such as "Momentum"')],
) -> None:
    """Write the source of a new notebook.

    It has all sections, and the exercises of the problem set.

    Example: python -m grader new notebook ps30 "Sparse networks"
    """
    from grader.authoring.lint.run import lint
    from grader.authoring.new_notebook import new_notebook

    with say_problems():
        settings = load_settings()
        path = new_notebook(assignment, title, settings.root)
        for problem in lint(assignment, settings.root):
            console.print(escape(problem))
        console.print(f"{path.relative_to(settings.root)}: repair the problems listed above")


def lint_notebooks(
    sets: Annotated[list[str] | None, typer.Argument(metavar="[PS…]")] = None,
) -> None:
    """List problems in notebooks, in all by default.

    The exit code is 1 if there are any.

    Example: python -m grader notebook lint ps06
    """
    from grader.authoring.assignments import assignments, require_known
    from grader.authoring.budget import budget_of
    from grader.authoring.cells import source_cells
    from grader.authoring.lint.draft import draft_of
    from grader.authoring.lint.run import lint_draft

    with say_problems():
        settings = load_settings()
        known = assignments(settings.root)
        for name in sets or []:
            require_known(settings, name)
        drafts = [draft_of(name, settings.root) for name in sets or known]
        problems = [problem for draft in drafts for problem in lint_draft(draft)]
        if not problems and settings.own is None:
            for draft in drafts:
                name = draft.assignment
                if not settings.problem_set(name).exercises:  # the whole notebook is taught
                    rows = budget_of(draft.cells, source_cells(name, settings.root))
                    problems += [f"{name}: {row}" for row in rows if not row.kept]
        for problem in problems:
            print(problem)
        if problems:
            raise typer.Exit(1)
        console.print(f"no problems in {', '.join(sets or known) or 'none'}")


def try_notebooks(
    sets: Annotated[list[str] | None, typer.Argument(metavar="[PS…]")] = None,
) -> None:
    """Run solved notebooks and expect full marks, of all by default.

    What a class has written or changed must pass before it is given to students. The exit code is 1
    if anything is wrong.

    Example: python -m grader notebook try ps06
    """
    from grader.authoring.assignments import assignments, require_known
    from grader.authoring.trial import try_solved

    with say_problems():
        settings = load_settings()
        for name in sets or []:
            require_known(settings, name)
        wrong = 0
        for name in sets or assignments(settings.root):
            problems = try_solved(name, settings.root)
            for problem in problems:
                print(problem)
            if not problems:
                console.print(f"{name}: the model answers get full marks")
            wrong += len(problems)
        if wrong:
            raise typer.Exit(1)


def budget(
    sets: Annotated[list[str] | None, typer.Argument(metavar="[PS…]")] = None,
) -> None:
    """Count what a notebook holds beside what one evening holds.

    Example: python -m grader notebook budget ps10
    """
    from grader.authoring.assignments import assignments, require_known
    from grader.authoring.budget import budget as rows_of

    with say_problems():
        settings = load_settings()
        for name in sets or []:
            require_known(settings, name)
        for name in sets or assignments(settings.root):
            console.print(f"[bold]{name}[/bold]")
            for row in rows_of(name, settings.root):
                console.print(f"  {'✓' if row.kept else '✗'} {row}")


def claims(
    sets: Annotated[list[str] | None, typer.Argument(metavar="[PS…]")] = None,
    slow: Annotated[bool, typer.Option("--slow", help="Measure slow claims, too.")] = False,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only list sentences that need a claim; run nothing.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Measure again with every seed moved, in many runs.")
    ] = False,
    runs: Annotated[int, typer.Option(help="With --fresh: how many runs.", min=2)] = 20,
    minutes: Annotated[
        float, typer.Option(help="With --fresh: for one notebook, from the fourth run on.", min=0)
    ] = 10,
    write: Annotated[
        bool, typer.Option("--write", help="With --fresh: put the rows into docs/fresh_seeds.md.")
    ] = False,
) -> None:
    """Compare the claims in a notebook's text with results.

    The exit code is 1 if a claim is false; with --fresh, if one does not hold in nine of ten runs.

    Example: python -m grader notebook claims ps06
    """
    from grader.authoring.assignments import assignments, require_known
    from grader.authoring.claims import run_solved
    from grader.authoring.unclaimed import unclaimed

    with say_problems():
        settings = load_settings()
        for name in sets or []:
            require_known(settings, name)
        if missing:
            for name in sets or assignments(settings.root):
                for sentence in unclaimed(name, settings.root):
                    print(f"{name}: line {sentence.line}: {sentence.text}")
            return
        if fresh:
            names = sets or assignments(settings.root)
            fallen = [_measure_again(n, settings.root, runs, minutes, slow, write) for n in names]
            raise typer.Exit(any(fallen))
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


def _measure_again(
    name: str, root: Path, runs: int, minutes: float, slow: bool, write: bool
) -> int:
    """Print the claims of a notebook on moved seeds; how many do not stand."""
    from grader.authoring.fresh import tried_claims
    from grader.authoring.fresh_page import write_rows

    tried, done = tried_claims(name, root, runs=runs, seconds=60 * minutes, slow=slow)
    for one in tried:
        print(f"{name}: {one.shown()}: {' '.join(one.quote.split())}")
        for line in one.failures():
            print(f"    {line}")
        if word := one.needs_a_decision:
            print(f"    “{word}”: no seed moves this; give varied= values, or () if none are meant")
    moved = sum(not one.is_own and not one.is_fact for one in tried)
    fallen = sum(not one.stands for one in tried)
    in_all = sum(one.held == len(one.runs) for one in tried if not one.is_own and not one.is_fact)
    cut = f", {runs - done} runs cut" if moved and done < runs else ""
    print(
        f"{name}: {done} runs{cut}; of {moved} that seeds move {in_all} hold in all, {fallen} fall"
    )
    if write:
        write_rows(name, root, tried, done)
    return fallen


def draw_openings(
    sets: Annotated[list[str], typer.Argument(metavar="PS…")],
) -> None:
    """Draw the picture on a notebook's first screen anew.

    Its cell has opening=true.

    Example: python -m grader notebook opening ps06
    """
    from grader.authoring.assignments import require_known
    from grader.authoring.draw_opening import draw_opening

    with say_problems():
        settings = load_settings()
        for name in sets:
            require_known(settings, name)
            path = draw_opening(name, settings.root)
            console.print(f"{path.relative_to(settings.root)}: {path.stat().st_size:,} bytes")


def student_release(
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="folder for the students' files")],
    self_study: Annotated[
        bool,
        typer.Option(
            "--self-study",
            help="For those who study alone: answers are explained, and solutions unfold after "
            "an attempt.",
        ),
    ] = False,
) -> None:
    """Write the files for students.

    They have no solutions, keys and grading.

    Example: python -m grader student-release ../students
    """
    from grader.authoring.publish import INSTEAD, publish
    from grader.authoring.setup import RELEASE
    from grader.classroom.as_given import all_kept
    from grader.classroom.school_class import Class

    with say_problems():
        settings = load_settings()
        kept = all_kept(Class(settings, settings.classroom))
        for words in kept.values():
            console.print(escape(words))
        published = publish(settings.root, folder, self_study=self_study, kept=kept)
        console.print(f"{folder}: {len(published)} problem sets, {', '.join(published)}")
        for name, other in INSTEAD.items():
            if (folder / other).exists():
                console.print(f"{name} is yours and stays; that of the course is {other}")
        if not settings.course.repository:
            console.print(
                "The notebooks have no Colab badge. Set repository in course.toml to the address "
                "of the students' repository, and build again."
            )
            return
        console.print(
            f"Give its commit in the students' repository the tag {RELEASE}: badges and setup "
            "cells name it."
        )


def release(
    no_site: Annotated[
        bool, typer.Option("--no-site", help="Leave out the site, which takes minutes to build.")
    ] = False,
) -> None:
    """Build the files of a release.

    Packages, trees for students, site, checksums.

    Example: python -m grader release
    """
    from grader.authoring.distribution import distribute

    with say_problems():
        settings = load_settings()
        for path in distribute(settings.root, site=not no_site):
            console.print(f"{path.relative_to(settings.root)}: {path.stat().st_size:,} bytes")
