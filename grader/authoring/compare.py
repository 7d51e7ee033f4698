"""Whether the committed notebooks are what their sources give."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path

from grader.authoring.assignments import assignments, named_solutions
from grader.authoring.build import solution_notebook, solved_at
from grader.authoring.notebook import to_bytes
from grader.authoring.release import release
from grader.authoring.settings_at import settings_at
from grader.files import visible_files
from grader.problems import AuthoringError
from grader.settings import Settings


def outdated(root: Path) -> list[str]:
    """Problem sets to build: one of their notebooks is missing or not what the source gives."""
    notebooks = f"{settings_at(root).folders.notebooks}/"
    stale = {
        line.removeprefix(notebooks).split("/")[0]
        for line in compare(root)
        if line.startswith(notebooks)
    }
    for assignment in assignments(root):
        built = solved_at(assignment, root)
        fresh = to_bytes(solution_notebook(assignment, root))
        if not built.exists() or built.read_bytes() != fresh:
            stale.add(assignment)
    return sorted(stale & set(assignments(root)))


def compare(root: Path, kept: Collection[str] = ()) -> list[str]:
    """Rebuild all notebooks elsewhere and name every released file that differs.

    Parameters
    ----------
    kept : problem sets that stay as they were given, whatever their sources are now

    Returns
    -------
    One line per difference, each with what to do; empty if all is as its source gives it.
    """
    differences: list[str] = []
    settings = settings_at(root)
    with tempfile.TemporaryDirectory() as folder:
        out, solved = Path(folder) / "notebooks", Path(folder) / "solved"
        for assignment in assignments(root):
            if assignment in kept:
                continue
            try:
                release(assignment, root, out, solved=solved)
            except AuthoringError as error:
                differences += error.problems
                continue
            differences += _differences(settings, assignment, out / assignment)
    released = {path.parent.name for path in settings.notebooks.glob("*/*.ipynb")}
    for stray in sorted(released - set(assignments(root))):
        differences.append(
            f"{settings.folders.notebooks}/{stray}: has no source in "
            f"{named_solutions(settings)}; remove it"
        )
    return differences


def _differences(settings: Settings, assignment: str, fresh: Path) -> list[str]:
    found = []
    new, old = _files(fresh), _files(settings.notebooks / assignment)
    for name in sorted(new.keys() | old.keys()):
        if new.get(name) != old.get(name):
            what = "is missing" if name not in old else "is not what its source gives"
            if name not in new:
                what = "is not made by any source"
            found.append(
                f"{settings.folders.notebooks}/{assignment}/{name}: {what}; "
                f"run python -m grader build {assignment}"
            )
    return found


def _files(folder: Path) -> dict[str, str]:
    """Contents by name; line ends do not count, so that Windows checkouts compare equal."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().replace(b"\r\n", b"\n").hex()
        for path in visible_files(folder)
    }
