"""Whether the committed notebooks are what their sources give."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from grader.authoring.build import assignments, solution_notebook, source_of
from grader.authoring.errors import AuthoringError
from grader.authoring.notebook import to_bytes
from grader.authoring.release import release
from grader.files import visible_files
from grader.settings import FILE


def outdated(root: Path) -> list[str]:
    """Problem sets to build: one of their notebooks is missing or not what the source gives."""
    stale = {line.split("/")[1] for line in compare(root) if line.startswith("notebooks/")}
    for assignment in assignments(root):
        built = source_of(assignment, root).with_suffix(".ipynb")
        fresh = to_bytes(solution_notebook(assignment, root))
        if not built.exists() or built.read_bytes() != fresh:
            stale.add(assignment)
    return sorted(stale & set(assignments(root)))


def compare(root: Path) -> list[str]:
    """Rebuild all notebooks elsewhere and name every file under ``notebooks/`` that differs.

    Returns
    -------
    One line per difference, each with what to do; empty if all is as its source gives it.
    """
    differences: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for assignment in assignments(root):
            course = Path(folder) / "course"
            shutil.copytree(root / "solutions" / assignment, course / "solutions" / assignment)
            if (root / FILE).exists():
                shutil.copy(root / FILE, course)
            try:
                release(assignment, course)
            except AuthoringError as error:
                differences += error.problems
                continue
            differences += _differences(assignment, course / "notebooks", root / "notebooks")
    released = {path.parent.name for path in (root / "notebooks").glob("*/*.ipynb")}
    for stray in sorted(released - set(assignments(root))):
        differences.append(f"notebooks/{stray}: has no source in solutions/{stray}; remove it")
    return differences


def _differences(assignment: str, fresh: Path, kept: Path) -> list[str]:
    found = []
    new, old = _files(fresh / assignment), _files(kept / assignment)
    for name in sorted(new.keys() | old.keys()):
        if new.get(name) != old.get(name):
            what = "is missing" if name not in old else "is not what its source gives"
            if name not in new:
                what = "is not made by any source"
            found.append(
                f"notebooks/{assignment}/{name}: {what}; run python -m grader build {assignment}"
            )
    return found


def _files(folder: Path) -> dict[str, str]:
    """Contents by name; line ends do not count, so that Windows checkouts compare equal."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().replace(b"\r\n", b"\n").hex()
        for path in visible_files(folder)
    }
