"""A notebook out of exercises alone, for those whose problem set is not written yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nbformat.notebooknode import NotebookNode

from grader.authoring.errors import AuthoringError
from grader.authoring.notebook import to_notebook
from grader.authoring.reference import student_source
from grader.authoring.source import SourceCell
from grader.checking.exercise import Exercise, Mistake
from grader.checking.registry import available, find, names


def exercise_notebook(exercises: Sequence[Exercise]) -> NotebookNode:
    """A solution notebook with one solution cell per function and one check per exercise.

    The functions are the references', as a student would write them: no annotations, the body
    between BEGIN and END SOLUTION, and above it the imports it needs. It goes through the same
    rules and gates as a written notebook.

    Parameters
    ----------
    exercises : a pair's forward comes before its backward, else the check would precede it

    Raises
    ------
    AuthoringError
        A reference has no readable source, or an exercise's functions are not all there.
    """
    by_name = {exercise.name: exercise for exercise in exercises}
    absent = _absent(exercises)
    cells = [
        _cell("text", "", "# Test notebook\n\nOne cell and one check for each exercise."),
        _cell("setup", "", "from grader.checking import check"),
    ]
    written: set[str] = set()
    for exercise in exercises:
        for name, reference in zip(exercise.takes, exercise.reference, strict=True):
            if name not in written:
                source = student_source(name, reference, absent, present=written)
                written.add(name)
                cells.append(_cell("solution", name, source))
        call = f'check("{exercise.name}", {", ".join(exercise.takes)})'
        cells.append(_cell("check", exercise.name, call))
    return to_notebook(cells, by_name.__getitem__)


def reference_answers(exercises: Sequence[Exercise]) -> dict[str, str]:
    """Cell name -> the reference's source, as :func:`grader.authoring.fill` takes it."""
    absent = _absent(exercises)
    taken = {name for exercise in exercises for name in exercise.takes}
    return {
        name: student_source(name, reference, absent, present=taken)
        for exercise in exercises
        for name, reference in zip(exercise.takes, exercise.reference, strict=True)
    }


def mistake_answers(
    exercise: Exercise, mistake: Mistake, present: Collection[str] = ()
) -> dict[str, str]:
    """What a student hands in who makes ``mistake``, as :func:`grader.authoring.fill` takes it.

    Parameters
    ----------
    present : names of functions that the notebook defines in other cells

    Raises
    ------
    AuthoringError
        The mistake is a wrapper around the reference: its source alone would be the right answer.
    """
    edit = (mistake.old, mistake.new) if mistake.old else None
    functions = exercise.reference if edit else exercise.with_mistake(mistake)
    if wrapped := [f for f in functions if f not in exercise.reference and _wraps(f)]:
        raise AuthoringError(f"{exercise.name}: {mistake} has no source to write down ({wrapped})")
    absent, there = _absent([exercise]), {*present, *exercise.takes}
    return {
        name: student_source(name, function, absent, present=there, edit=edit)
        for name, function in zip(exercise.takes, functions, strict=True)
    }


def _wraps(function: object) -> bool:
    return hasattr(function, "__wrapped__")


def _absent(exercises: Sequence[Exercise]) -> set[str]:
    """Modules that are not there while submissions are graded."""
    known = [find(name) for name in names()] if available() else []
    return {module for exercise in [*known, *exercises] for module in exercise.answers}


def _cell(kind: str, name: str, text: str) -> SourceCell:
    where = f"generated notebook, {kind} {name}".rstrip()
    return SourceCell(kind, name, {}, text, kind == "text", where)
