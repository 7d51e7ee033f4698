"""The students' version, made by nbgrader's own generate_assignment."""

from __future__ import annotations

import tempfile
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.utils import compute_checksum, is_solution

from grader.authoring.build import build
from grader.authoring.generate import generate
from grader.authoring.leaks import leaks
from grader.authoring.notebook import to_bytes
from grader.authoring.settings_at import settings_at
from grader.files import write_whole
from grader.problems import AuthoringError


def release(
    assignment: str,
    root: Path,
    out: Path | None = None,
    *,
    gradebook: str | None = None,
    solved: Path | None = None,
) -> Path:
    """Build ``assignment`` and write what students get to ``out``; returns the notebook's path.

    Parameters
    ----------
    root : the course's folder
    out : where the release goes: into ``out/<assignment>``; not given: the course's notebooks
    gradebook : database URL in which nbgrader notes the cells and their points, as autograding
        needs it. Without one they are noted nowhere; the release has the same bytes.
    solved : where the solved notebook goes; not given: where those of the course are

    Raises
    ------
    AuthoringError
        The source breaks a rule, nbgrader refuses, a solution would leak, or the notebook in
        ``out`` holds somebody's work. Nothing is changed then, not even in part.
    """
    solution = build(assignment, root, solved)
    target = (out or settings_at(root).notebooks) / assignment
    if work := _work_in(target / solution.name):
        raise AuthoringError(f"{target / solution.name}: {work}; move it away and build again")
    with tempfile.TemporaryDirectory() as folder:
        made = generate(solution.parent, Path(folder), gradebook)
        _require_no_leak(made / solution.name, solution)
        files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
        for file in files:
            write_whole(target / file, (made / file).read_bytes())
    for stale in target.glob("*.ipynb"):
        if stale.relative_to(target) not in files and not _work_in(stale):
            stale.unlink()
    return target / solution.name


def released(solution: NotebookNode) -> NotebookNode:
    """The release of a solution notebook that lies in no folder."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "solutions" / "generated"
        write_whole(source / "generated.ipynb", to_bytes(solution))
        made = generate(source, Path(folder) / "notebooks")
        return _read(made / "generated.ipynb")


def _require_no_leak(released: Path, solution: Path) -> None:
    found = leaks(_read(released).cells, _read(solution).cells)
    if found:
        raise AuthoringError([f"{solution.name}: the release would show {leak}" for leak in found])


def _work_in(path: Path) -> str:
    """What shows that a student has worked in the released notebook ``path``; "" if nothing."""
    if not path.exists():
        return ""
    try:
        cells = _read(path).cells
    except Exception:
        return "it is there already and cannot be read as a notebook"
    for cell in cells:
        grading = cell.metadata.get("nbgrader", {})
        name = grading.get("grade_id", "")
        if is_solution(cell) and grading.get("checksum") != compute_checksum(cell):
            return f"somebody has worked in it (the cell {name} was edited)"
        if cell.get("outputs") or cell.get("execution_count"):
            return "somebody has worked in it (its cells have been run)"
    return ""


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)  # type: ignore[no-any-return]
