"""Exercises that need a package, such as torch, have points only where submissions can import it.

What students were given is the same everywhere. The gradebook alone says what a cell is worth here:
0 of 0 where the package is missing, and the exercise's points once it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from grader.checking.contract.registry import find
from grader.classroom.gradebook.cells import notebook_names, noted_cells, set_points
from grader.classroom.school_class import Class
from grader.grading.sandbox.packages import can_import
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.submission.graded_call import CheckCall, graded_call, package_of
from grader.grading.submission.restore import NotedCell


def settle_points(group: Class, assignment: str) -> None:
    """Let the gradebook say of such cells what they are worth here."""
    for notebook in notebook_names(group.gradebook, assignment):
        cells = noted_cells(group.gradebook, assignment, notebook)
        before = {cell.name: cell.points for cell in cells}
        worth = points_here(group, {cell.name: cell.source for cell in cells if is_check(cell)})
        changed = {name: points for name, points in worth.items() if points != before[name]}
        if changed:
            set_points(group.gradebook, assignment, notebook, changed)


def is_check(cell: NotedCell) -> bool:
    """Whether a person has no say in its points."""
    return cell.grade and cell.locked


def points_here(group: Class, sources: Mapping[str, str]) -> dict[str, float]:
    """What each of the cells that need a package is worth; the others are left out.

    Parameters
    ----------
    sources : of graded cells, by their names
    """
    found = {}
    for name, source in sources.items():
        package, call = package_of(source), graded_call(source)
        if package and isinstance(call, CheckCall):
            counts = not call.practice and _can_import(group, package)
            found[name] = find(call.exercise).points if counts else 0.0
    return found


def _can_import(group: Class, package: str) -> bool:
    if group.cluster:  # its workers say themselves what they lack
        return find_spec(package) is not None
    private = (*group.settings.private, group.folder)
    return can_import(package, Sandbox(group.settings.limits, group.unsafe, private=private))
