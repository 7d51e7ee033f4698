"""Find in a folder what somebody meant to hand in: the right file under a wrong name, say.

Nothing is renamed or removed; links are never followed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from grader.grading.results import Submission

DEPTH = 2  # folders into which an unpacked archive may have put the file
MOST_FILES, MOST_BYTES = 100, 20 << 20  # of other files, which are kept beside the notebook
SHOWN = 5
TIMESTAMP = "timestamp.txt"  # nbgrader's note of when it was handed in

# What browsers, file managers and Jupyter add to a name.
ADDED = re.compile(
    r"(\.(txt|json|ipynb)$)|(^(copy of|kopie von)\s+)|([\s_-]*\(\d+\)$)"
    r"|([\s_-]+(copy|kopie|final|solution|submission)[\s_-]*\d*$)",
    re.IGNORECASE,
)


def find_submission(folder: Path, name: str, others: Collection[str] = ()) -> Submission:
    """What is to be graded as ``name`` (without its ending), and what lies beside it.

    Parameters
    ----------
    folder : what one student handed in for one assignment
    others : the assignment's other notebooks, which are none of its candidates
    """
    kept, left_out = files_to_keep(folder)
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in kept
        if path.relative_to(folder).as_posix().isprintable() and path.name != TIMESTAMP
    }
    path, told, refused = find_notebook(folder, name, others)
    return Submission(path, files, (*([told] if told else []), *left_out), refused)


def find_notebook(
    folder: Path, name: str, others: Collection[str] = ()
) -> tuple[Path | None, str, str]:
    """The notebook's file and what has to be said about it; or None, and why there is none."""
    files = list(files_in(folder))
    exact = folder / f"{name}.ipynb"
    if os.path.lexists(exact) and exact.name in os.listdir(folder):
        return exact, _not_graded([p for p in files if p != exact], others), ""
    meant = [path for path in files if _core(path.name) == _core(name)]
    known = {f"{other}.ipynb" for other in others}
    notebooks = [p for p in files if p.name.endswith(".ipynb") and p.name not in known]
    candidates = meant or ([] if known else notebooks)
    if len(candidates) > 1 and _all_the_same(candidates):
        candidates = candidates[:1]
    if len(candidates) == 1:
        was = shown(candidates[0].relative_to(folder))
        return candidates[0], f"the file was called {was}, expected {name}.ipynb", ""
    if candidates:
        listed = _list([path.relative_to(folder) for path in candidates])
        reason = f"more than one file could be meant ({listed}); hand in one, {name}.ipynb"
        return None, "", reason
    listed = _list([path.relative_to(folder) for path in files]) or "nothing"
    return None, "", f"no file called {name}.ipynb was handed in (found: {listed})"


def files_in(folder: Path, depth: int = DEPTH) -> Iterator[Path]:
    """Plain files in a folder and the folders in it, without links and hidden ones."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries[:1000]:
        if entry.name.startswith((".", "__")):
            continue
        if entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
        elif depth > 0 and entry.is_dir(follow_symlinks=False):
            yield from files_in(Path(entry.path), depth - 1)


def files_to_keep(folder: Path) -> tuple[list[Path], list[str]]:
    """Other files that are copied along, and what is said about those that are not."""
    kept: list[Path] = []
    left_out, size = [], 0
    for path in files_in(folder):
        if path.suffix == ".ipynb":
            continue
        size += path.lstat().st_size
        if len(kept) >= MOST_FILES or size > MOST_BYTES or not path.name.isprintable():
            left_out.append(path.relative_to(folder))
        else:
            kept.append(path)
    said = [f"files left out (too large or too many): {_list(left_out)}"] if left_out else []
    if links := [p.relative_to(folder) for p in sorted(folder.rglob("*")) if p.is_symlink()]:
        said.append(f"links are not followed: {_list(links)}")
    return kept, said


def _not_graded(files: list[Path], others: Collection[str]) -> str:
    known = {f"{other}.ipynb" for other in others}
    extra = [Path(p.name) for p in files if p.suffix == ".ipynb" and p.name not in known]
    return f"other notebooks were handed in and not graded: {_list(extra)}" if extra else ""


def _core(name: str) -> str:
    """A name without endings, additions, capitals and separators."""
    before = None
    while name != before:
        before, name = name, ADDED.sub("", name.strip())
    return re.sub(r"[\s_-]+", "_", name).casefold()


def _all_the_same(paths: list[Path]) -> bool:
    if max(path.lstat().st_size for path in paths) > MOST_BYTES:
        return False
    return len({path.read_bytes() for path in paths}) == 1


def _list(paths: list[Path]) -> str:
    more = [f"and {len(paths) - SHOWN} more"] if len(paths) > SHOWN else []
    return ", ".join([*map(shown, paths[:SHOWN]), *more])


def shown(path: Path) -> str:
    """A file's name as one line of text: it may hold anything but a slash."""
    text = "".join(c if c.isprintable() else "?" for c in str(path))
    return text if len(text) <= 100 else f"{text[:97]}…"
