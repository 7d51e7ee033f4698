"""The cells of a problem set: those of its source, and those of the notebook that it becomes.

A source in the class's own folder, own/solutions/psNN/psNN_topic.py, goes before one of that name
in solutions.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.authoring.assignments import assignments, named_solutions
from grader.authoring.boilerplate import complete
from grader.authoring.changes import with_changes
from grader.authoring.chosen import with_chosen, with_points
from grader.authoring.references import titles_left_out, with_references
from grader.authoring.rules import require
from grader.authoring.settings_at import settings_at
from grader.authoring.source import UNCLAIMED, SourceCell, read_source
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
    require(cells)
    shown = [
        replace(cell, text=UNCLAIMED.sub("", cell.text)) if cell.kind == "text" else cell
        for cell in cells
        if claims or cell.kind != "claims"
    ]
    settings = settings_at(root)
    done = complete(shown, settings.course, source_of(assignment, root))
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
