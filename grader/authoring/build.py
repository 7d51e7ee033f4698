"""solutions/psNN/psNN_topic.py -> build/solved/psNN/psNN_topic.ipynb, the solved notebook."""

from __future__ import annotations

from pathlib import Path

from nbformat.notebooknode import NotebookNode

from grader.authoring.cells import cells_of, source_of
from grader.authoring.notebook import to_bytes, to_notebook
from grader.authoring.settings_at import settings_at
from grader.files import visible_files, write_whole


def solution_notebook(assignment: str, root: Path) -> NotebookNode:
    """The solution notebook of ``assignment``, not written anywhere."""
    return to_notebook(cells_of(assignment, root))


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
