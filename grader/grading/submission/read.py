"""What somebody handed in: the file they meant, also under a wrong name, and the notebook in it.

Nothing is renamed or removed, and links are never followed. A file that is not a notebook is
refused with the reason.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import nbformat
import nbformat.reader
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from grader.grading.submission.handed_in import MOST_ENTRIES, Tree, tree_of, why_closed
from grader.grading.submission.page_budget import PageBudget
from grader.grading.submission.results import Submission
from grader.grading.submission.sanitize import (
    MOST_CELLS,
    SURROGATE,
    clean_attachments,
    clean_outputs,
)

DEPTH = 2  # folders into which an unpacked archive may have put the file
MOST_FILES, MOST_BYTES = 100, 20 << 20  # of other files, which are kept beside the notebook
SHOWN = 5
TIMESTAMP = "timestamp.txt"  # nbgrader's note of when it was handed in

# What browsers, file managers and Jupyter add to a name.
ADDED = re.compile(
    r"(\.(txt|json|ipynb)$)|(^(copy of|kopie von)\s+)|([\s_-]*\(\d+\)$)"
    r"|(^notebooks_[a-z\d]+_)"  # JupyterLite writes the folders into the name of a download
    r"|([\s_-]+(copy|kopie|final|solution|submission)[\s_-]*\d*$)",
    re.IGNORECASE,
)

LARGEST = 64 << 20
MOST_PARTS = 3_000_000  # lists, dictionaries and commas: each takes far more memory than a letter
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def find_submission(folder: Path, name: str, others: Collection[str] = ()) -> Submission:
    """What is to be graded as ``name`` (without its ending), and what lies beside it.

    Parameters
    ----------
    folder : what one student handed in for one assignment
    others : the assignment's other notebooks, which are none of its candidates
    """
    if refused := why_closed(folder):
        return Submission(refused=refused)
    kept, left_out = files_to_keep(folder)
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in kept
        if path.relative_to(folder).as_posix().isprintable() and path.name != TIMESTAMP
    }
    path, note, refused = find_notebook(folder, name, others)
    return Submission(path, files, (*([note] if note else []), *left_out), refused)


def find_notebook(
    folder: Path, name: str, others: Collection[str] = ()
) -> tuple[Path | None, str, str]:
    """The notebook's file and what has to be said about it; or None, and why there is none."""
    files = looked_at(folder).files
    exact = folder / f"{name}.ipynb"
    if os.path.lexists(exact) and exact.name in os.listdir(folder):
        return exact, _not_graded([p for p in files if p != exact], others), ""
    core = _core(name)
    meant = [path for path in files if _core(path.name) == core]
    known = {f"{other}.ipynb" for other in others}
    notebooks = [p for p in files if p.name.endswith(".ipynb") and p.name not in known]
    candidates = meant or ([] if known else notebooks)
    if len(candidates) > 1 and _all_the_same(candidates):
        candidates = candidates[:1]
    if len(candidates) == 1:
        was = shown(candidates[0].relative_to(folder))
        return candidates[0], f"the file was called {was}, expected {name}.ipynb", ""
    if candidates:
        listed = _inside(folder, candidates)
        reason = f"more than one file could be meant ({listed}); hand in one, {name}.ipynb"
        return None, "", reason
    listed = _inside(folder, files) or "nothing"
    return None, "", f"no file called {name}.ipynb was handed in (found: {listed})"


def files_to_keep(folder: Path) -> tuple[list[Path], list[str]]:
    """Other files that are copied along, and what is said about those that are not."""
    tree = looked_at(folder)
    kept: list[Path] = []
    left_out, kept_bytes = [], 0
    for path in tree.files:
        if path.suffix == ".ipynb":
            continue
        size = path.lstat().st_size
        fits = len(kept) < MOST_FILES and kept_bytes + size <= MOST_BYTES
        if fits and path.name.isprintable():
            kept.append(path)
            kept_bytes += size
        else:
            left_out.append(path)
    said = []
    if left_out:
        said.append(f"files left out (too large or too many): {_inside(folder, left_out)}")
    if tree.links:
        said.append(f"links are not followed: {_inside(folder, tree.links)}")
    if tree.deeper:
        said.append(f"folders that were not looked into: {_inside(folder, tree.deeper)}")
    if tree.too_many:
        said.append(f"only the first {MOST_ENTRIES:,} files and folders were looked at")
    return kept, said


def files_read(folder: Path, names: Sequence[str]) -> tuple[list[Path], list[str]]:
    """Files whose content decides what a submission of notebooks ``names`` comes to.

    Returns
    -------
    The files, 20 MB of them and 64 MB for each notebook at most, and why there is no notebook.
    """
    if closed := why_closed(folder):
        return [], [closed]
    plain = set(looked_at(folder).files)
    files, refused = files_to_keep(folder)[0], []
    for name in names:
        path, _, reason = find_notebook(folder, name, set(names) - {name})
        files += [path] if path in plain else []
        refused += [reason] if reason else []
    files += plain & {folder / TIMESTAMP}
    return [path for path in files if path.lstat().st_size <= LARGEST], refused


def digest_of_submission(folder: Path, names: Sequence[str]) -> str:
    """Changes with what was handed in, as far as it is read; of other files, names and sizes count.

    Parameters
    ----------
    names : the assignment's notebooks
    """
    files, refused = files_read(folder, names)
    digest, read = hashlib.sha256("\0".join(refused).encode("utf-8")), set(files)
    for path in looked_at(folder).files:
        size = path.lstat().st_size
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\0{size}\0".encode("utf-8", "surrogatepass"))
        if path in read:
            with contextlib.suppress(PermissionError):  # it may not be read when graded, either
                digest.update(path.read_bytes())
    return digest.hexdigest()


def looked_at(folder: Path) -> Tree:
    """What lies in a student's folder for an assignment, as far as the grader looks."""
    return Tree() if why_closed(folder) else tree_of(folder, DEPTH)


def _inside(folder: Path, paths: list[Path]) -> str:
    return listed([path.relative_to(folder) for path in paths])


def _not_graded(files: list[Path], others: Collection[str]) -> str:
    known = {f"{other}.ipynb" for other in others}
    extra = [Path(p.name) for p in files if p.suffix == ".ipynb" and p.name not in known]
    return f"other notebooks were handed in and not graded: {listed(extra)}" if extra else ""


def _core(name: str) -> str:
    """A name without endings, additions, capitals and separators."""
    before, name = None, re.sub(r"([\s_-])[\s_-]+", r"\1", name)  # long runs cost much below
    while name != before:
        before, name = name, ADDED.sub("", name.strip())
    return re.sub(r"[\s_-]+", "_", name).casefold()


def _all_the_same(paths: list[Path]) -> bool:
    sizes = [path.lstat().st_size for path in paths]
    if len(set(sizes)) > 1 or sizes[0] > MOST_BYTES or sum(sizes) > LARGEST:
        return False
    return len({path.read_bytes() for path in paths}) == 1


def listed(paths: list[Path]) -> str:
    """The first of some names, and how many more there are."""
    more = [f"and {len(paths) - SHOWN} more"] if len(paths) > SHOWN else []
    return ", ".join([*map(shown, paths[:SHOWN]), *more])


def shown(path: Path) -> str:
    """A file's name as one line of text: it may hold anything but a slash."""
    text = "".join(c if c.isprintable() else "?" for c in str(path))
    return text if len(text) <= 100 else f"{text[:97]}…"


class NoNotebook(Exception):
    """The file is not a notebook; the text says what it is, and what to do."""


def read_notebook(path: Path) -> NotebookNode:
    """The notebook in ``path`` with nothing in it but cells as they should be.

    Raises
    ------
    NoNotebook
        It cannot be read as one.
    """
    if path.is_symlink() or not path.is_file():
        raise NoNotebook("not a file but a link or a folder; hand in the notebook itself")
    if path.stat().st_size > LARGEST:
        raise NoNotebook("larger than 64 MB; clear its outputs and hand it in again")
    with path.open("rb") as file:
        return parse_notebook(file.read(LARGEST))


def parse_notebook(content: bytes) -> NotebookNode:
    """The notebook in ``content``; raises NoNotebook with a reason otherwise."""
    if sum(map(content.count, (b"[", b"{", b","))) > MOST_PARTS:
        raise NoNotebook("too much to be a notebook; clear its outputs and hand it in again")
    try:
        data = json.loads(decoded(content))
    except (ValueError, RecursionError, MemoryError):
        raise NoNotebook(_what_instead(content)) from None
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise NoNotebook("JSON, but no notebook: it has no cells; save it in Jupyter again")
    try:
        if "cells" not in data:
            data = nbformat.convert(nbformat.reader.reads(decoded(content)), 4)
        if not isinstance(data["cells"], list):
            raise NoNotebook("a damaged notebook (no list of cells); save it in Jupyter again")
        cells = [cell for cell in data["cells"] if isinstance(cell, dict)]
        if len(cells) > MOST_CELLS:
            much = f"a notebook with {len(cells):,} cells ({MOST_CELLS:,} at most)"
            raise NoNotebook(f"{much}; remove those that you do not need")
        budget = PageBudget()
        notebook: NotebookNode = new_notebook(
            cells=[_cell(cell, budget) for cell in cells],
            metadata={"kernelspec": KERNEL, "language_info": _language(data)},
        )
        return notebook
    except NoNotebook:
        raise
    except Exception as error:  # damaged in a way that none of the above foresaw
        reason = f"a damaged notebook ({type(error).__name__})"
        raise NoNotebook(f"{reason}; open it in Jupyter, save it and hand it in again") from None


def _language(data: dict[str, Any]) -> dict[str, str]:
    """That it is Python, and the version that it was written with, if it says so."""
    try:
        version = data["metadata"]["language_info"]["version"]
    except (KeyError, TypeError):
        version = ""
    known = isinstance(version, str) and re.fullmatch(r"\d{1,3}(\.\d{1,3}){1,2}\w{0,8}", version)
    return {"name": "python"} | ({"version": version} if known else {})


def decoded(content: bytes) -> str:
    """The text of a file that should be JSON."""
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":  # saved by an editor in an older encoding: some letters may be off
            return content.decode("cp1252", "replace")
        raise


def _what_instead(content: bytes) -> str:
    start = content[:400].lstrip().lower()
    if not start:
        return "an empty file; save the notebook and hand it in again"
    if start.startswith((b"<!doctype", b"<html", b"<head")):
        return "a web page; download the notebook itself (File > Download, ending .ipynb)"
    if start.startswith(b"pk\x03\x04"):
        return "a zip file; unpack it and hand in the .ipynb inside"
    if b"<<<<<<< " in content:
        return "a notebook with merge conflicts; resolve them and hand it in again"
    if start.startswith(b"{"):
        return "a damaged or incomplete notebook; open it in Jupyter, save it and hand it in again"
    return "no notebook; hand in the file that ends in .ipynb"


def _cell(cell: dict[str, Any], budget: PageBudget) -> Any:
    """The cell with known parts only; practice cells, which are not run again, keep outputs."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        raise NoNotebook("a damaged notebook (a cell without text); save it in Jupyter again")
    source = SURROGATE.sub("\ufffd", source)
    given = cell.get("metadata")
    metadata: dict[str, Any] = {}
    if isinstance(given, dict):
        tags, grading = given.get("tags"), given.get("nbgrader")
        if isinstance(tags, list) and "practice" in tags:
            metadata["tags"] = ["practice"]
        if isinstance(grading, dict) and isinstance(grading.get("grade_id"), str):
            metadata["nbgrader"] = {"grade_id": grading["grade_id"]}
    if cell.get("cell_type") == "code":
        outputs = cell.get("outputs")
        made = new_code_cell(source, metadata=metadata)
        if isinstance(outputs, list) and "tags" in metadata:
            made.outputs = clean_outputs(outputs, budget)
        return made
    if cell.get("cell_type") != "markdown":
        return new_raw_cell(source, metadata=metadata)
    made = new_markdown_cell(source, metadata=metadata)
    if attachments := clean_attachments(cell.get("attachments"), budget):
        made.attachments = attachments
    return made
