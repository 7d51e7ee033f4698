"""solutions/psNN/psNN_topic.py -> the solution notebook beside it.

A source in the course's own folder, own/solutions/psNN/psNN_topic.py, goes before one of that name
in solutions.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nbformat.notebooknode import NotebookNode

from grader.authoring.boilerplate import complete
from grader.authoring.chosen import with_chosen
from grader.authoring.notebook import to_bytes, to_notebook
from grader.authoring.rules import require
from grader.authoring.settings_at import settings_at
from grader.authoring.source import UNCLAIMED, SourceCell, read_source
from grader.checking.contract.registry import find
from grader.files import write_whole
from grader.problems import AuthoringError
from grader.settings import Settings


def assignments(root: Path) -> list[str]:
    """Names of the problem sets that have a source, the course's and own ones."""
    folders = settings_at(root).all_solutions
    return sorted({path.parent.name for folder in folders for path in folder.glob("*/*.py")})


def named_solutions(settings: Settings) -> str:
    """The folders with sources, as messages name them: ``own/solutions/ and solutions/``."""
    folders = (folder.relative_to(settings.root) for folder in settings.all_solutions)
    return " and ".join(f"{folder.as_posix()}/" for folder in folders)


def source_of(assignment: str, root: Path) -> Path:
    """The one source of ``assignment``.

    Raises
    ------
    AuthoringError
        There is no such problem set, several sources, or a notebook without a source beside it.
    """
    settings = settings_at(root)
    folder = settings.sources_of(assignment)
    named = folder.relative_to(settings.root).as_posix()
    sources = sorted(folder.glob("*.py")) if assignment in assignments(root) else []
    if not sources:
        known = ", ".join(assignments(root)) or "none"
        raise AuthoringError(
            f"{assignment}: no problem set of that name in {named_solutions(settings)} "
            f"(there: {known})"
        )
    if len(sources) > 1:
        names = ", ".join(path.name for path in sources)
        raise AuthoringError(f"{named}: one source expected, found {names}")
    strays = sorted(p.name for p in folder.glob("*.ipynb") if p.stem != sources[0].stem)
    if strays:
        raise AuthoringError(
            f"{named}: {', '.join(strays)} has no source beside it and would be "
            "released with the rest; remove it"
        )
    return sources[0]


def solution_notebook(assignment: str, root: Path) -> NotebookNode:
    """The solution notebook of ``assignment``, not written anywhere."""
    return to_notebook(cells_of(assignment, root), find)


def cells_of(assignment: str, root: Path, *, claims: bool = False) -> list[SourceCell]:
    """The cells of ``assignment``: its source's, and those that all notebooks have alike.

    Parameters
    ----------
    claims : keep the claims cells (:mod:`grader.authoring.claims`), which are in no notebook

    Raises
    ------
    AuthoringError
        The source breaks a rule; all problems are listed.
    """
    cells = source_cells(assignment, root)
    require(cells, find)
    shown = [
        replace(cell, text=UNCLAIMED.sub("", cell.text)) if cell.kind == "text" else cell
        for cell in cells
        if claims or cell.kind != "claims"
    ]
    return complete(shown, find, settings_at(root).course, source_of(assignment, root))


def source_cells(assignment: str, root: Path) -> list[SourceCell]:
    """The cells of the source, in which only the exercises that the course chooses have points."""
    cells = read_source(source_of(assignment, root))
    return with_chosen(cells, settings_at(root).problem_set(assignment).exercises, assignment)


def build(assignment: str, root: Path) -> Path:
    """Write the solution notebook of ``assignment`` beside its source; returns its path.

    Raises
    ------
    AuthoringError
        The source breaks a rule; the notebook that was there before is kept.
    """
    path = source_of(assignment, root).with_suffix(".ipynb")
    write_whole(path, to_bytes(solution_notebook(assignment, root)))
    return path
