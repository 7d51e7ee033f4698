"""In the middle of a term: a problem set that students have handed in keeps its cells.

nbgrader cannot add or remove cells then, and nobody should lose or get points for a cell that the
notebook did not have. Checks and hints of a new version are code, so they count at once.
"""

from __future__ import annotations

from nbformat import NotebookNode

from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.cells import source_of
from grader.classroom.gradebook.cells import has_assignment, notebook_names, noted_cells
from grader.classroom.gradebook.marks import scores
from grader.classroom.gradebook.store import store_of
from grader.classroom.school_class import Class
from grader.grading.submission.handed_in import students_in


def kept_as_given(group: Class, assignment: str, solved: NotebookNode | None = None) -> str:
    """Which cells of ``assignment`` wait for the next class, in words; "" if none does.

    Parameters
    ----------
    solved : the solved notebook as its source gives it now; not given: it is built

    Raises
    ------
    Problem
        The gradebook is damaged.
    """
    root, url = group.settings.root, group.gradebook
    store_of(url).require_sound()
    if assignment not in assignments(root) or not has_assignment(url, assignment):
        return ""
    if not students_in(group.folder / "submitted", assignment) and not scores(url, assignment):
        return ""
    names = notebook_names(url, assignment)
    if names != [source_of(assignment, root).stem]:
        return ""  # another notebook, which is told elsewhere
    noted = {cell.name for name in names for cell in noted_cells(url, assignment, name)}
    cells = (solution_notebook(assignment, root) if solved is None else solved).cells
    now = {cell.metadata["nbgrader"]["grade_id"] for cell in cells if "nbgrader" in cell.metadata}
    parts = {"has the new": sorted(now - noted), "does not have": sorted(noted - now)}
    if not any(parts.values()):
        return ""
    said = " and ".join(f"{what} {', '.join(cells)}" for what, cells in parts.items() if cells)
    return (
        f"{assignment} stays as students were given it, because they have handed in: its source "
        f"{said}. New checks and hints count at once; cells and points wait for the next class, "
        "which begins a new gradebook (`classroom` under [folders] in course.toml)"
    )


def all_kept(group: Class) -> dict[str, str]:
    """The problem sets of which cells wait, with the words for each."""
    found = {name: kept_as_given(group, name) for name in assignments(group.settings.root)}
    return {name: words for name, words in found.items() if words}
