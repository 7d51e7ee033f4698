"""solutions/psNN/psNN_topic.py -> build/solved/psNN/psNN_topic.ipynb, the solved notebook.

A source in the class's own folder, own/solutions/psNN/psNN_topic.py, goes before one of that name
in solutions.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nbformat.notebooknode import NotebookNode

from grader.authoring.assignments import assignments, named_solutions
from grader.authoring.boilerplate import complete
from grader.authoring.changes import with_changes
from grader.authoring.chosen import with_chosen, with_points
from grader.authoring.notebook import to_bytes, to_notebook
from grader.authoring.references import titles_left_out, with_references
from grader.authoring.rules import require
from grader.authoring.settings_at import settings_at
from grader.authoring.source import UNCLAIMED, SourceCell, read_source
from grader.checking.contract.registry import find
from grader.files import visible_files, write_whole
from grader.problems import AuthoringError


def source_of(assignment: str, root: Path) -> Path:
    """The one source of ``assignment``.

    Raises
    ------
    AuthoringError
        There is no such problem set, several sources, or a notebook without a source beside it.
    """
    settings = settings_at(root)
    folder = settings.sources_of(assignment)
    named = settings.near(folder)
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
    settings = settings_at(root)
    done = complete(shown, find, settings.course, source_of(assignment, root))
    return with_references(done, titles_left_out(settings), settings.course.site)


def source_cells(assignment: str, root: Path) -> list[SourceCell]:
    """The cells of the source with the changes, the choice and the points of the class."""
    settings = settings_at(root)
    cells = read_source(source_of(assignment, root))
    if changes := settings.changes_of(assignment):
        cells = with_changes(cells, changes)
    section = settings.problem_set(assignment)
    chosen = with_chosen(cells, section.exercises, assignment)
    return with_points(chosen, section.points, assignment)


def build(assignment: str, root: Path, out: Path | None = None) -> Path:
    """Write the solved notebook, with what lies beside its source; returns its path.

    Parameters
    ----------
    out : the folder of the folder ``assignment``; not given: that of all solved notebooks

    Raises
    ------
    AuthoringError
        The source breaks a rule; the notebook that was there before is kept.
    """
    source = source_of(assignment, root)
    path = solved_at(assignment, root, out)
    files = {Path(path.name): to_bytes(solution_notebook(assignment, root))}
    for file in visible_files(source.parent):
        if file.suffix not in (".py", ".ipynb"):
            files[file.relative_to(source.parent)] = file.read_bytes()
    for name, content in files.items():
        write_whole(path.parent / name, content)
    for stale in visible_files(path.parent):
        if stale.relative_to(path.parent) not in files:
            stale.unlink()
    return path


def solved_at(assignment: str, root: Path, out: Path | None = None) -> Path:
    """Where the solved notebook of ``assignment`` is written."""
    stem = source_of(assignment, root).stem
    return (out or settings_at(root).solved) / assignment / f"{stem}.ipynb"
