"""What somebody handed in: the files, and the one they meant, also under a wrong name.

A zip file can hold anything: links, a thousand folders in each other, a million names. So this walk
follows no link and has limits on depth, number and time. Nothing is renamed or removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

MOST_ENTRIES = 5_000
SECONDS = 60.0
LARGEST = 64 << 20  # bytes of a notebook
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


@dataclass
class Tree:
    """What was found, each in the order of its path.

    Attributes
    ----------
    files, folders, links : plain files, folders, and links to whatever
    special : pipes, sockets and the like
    deeper : folders that were not looked into, because they lie too deep or may not be read
    too_many : there is more, which was not looked at
    """

    files: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)
    special: list[Path] = field(default_factory=list)
    deeper: list[Path] = field(default_factory=list)
    too_many: bool = False


def tree_of(folder: Path, depth: int, *, hidden: bool = False, most: int | None = None) -> Tree:
    """What lies in ``folder``, the nearest first; nothing if it is a link itself.

    Parameters
    ----------
    depth : how many folders in each other are looked into besides ``folder``
    hidden : look also at names that begin with "." or "__"
    most : so many entries are looked at; not given: those of a student

    Raises
    ------
    TimeoutError
        It took too long, which may be the machine's fault.
    """
    tree, left, until = Tree(), most or MOST_ENTRIES, time.monotonic() + SECONDS
    waiting = deque([] if folder.is_symlink() else [(folder, depth)])
    while waiting:
        place, further = waiting.popleft()
        try:
            with os.scandir(place) as entries:
                found = list(islice(entries, left + 1))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError:
            tree.deeper.append(place)
            continue
        if len(found) > left:
            tree.too_many = True
            found.pop()
        left -= len(found)
        for entry in sorted(found, key=lambda entry: entry.name):
            if time.monotonic() > until:
                raise TimeoutError(f"looking through {folder} took longer than {SECONDS:g} seconds")
            path = Path(entry.path)
            if entry.is_symlink():
                tree.links.append(path)
            elif entry.name.startswith((".", "__")) and not hidden:
                continue
            elif entry.is_file(follow_symlinks=False):
                tree.files.append(path)
            elif entry.is_dir(follow_symlinks=False):
                tree.folders.append(path)
                if further > 0:
                    waiting.append((path, further - 1))
                else:
                    tree.deeper.append(path)
            else:
                tree.special.append(path)
    for paths in (tree.files, tree.folders, tree.links, tree.special, tree.deeper):
        paths.sort()
    return tree


def students_in(folder: Path, assignment: str) -> list[str]:
    """Who has something called ``assignment`` in a folder of students, whatever it is."""
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(
        name
        for name in names
        if not name.startswith(".") and os.path.lexists(folder / name / assignment)
    )


def why_closed(folder: Path) -> str:
    """Why nothing of ``submitted/ada/ps06`` is looked at; "" if it is a folder as it should be."""
    for place, of in ((folder.parent, "the student's folder"), (folder, "the folder handed in")):
        if place.is_symlink():
            return f"{of} is a link, and links are not followed; put the files themselves there"
    if not folder.is_dir():
        return "a file was handed in where a folder is expected; put the notebook into a folder"
    return ""


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one notebook.

    Attributes
    ----------
    path : the notebook's file; None if there is none that could be meant
    files : what lies beside it, by its path from there
    notes : what has to be said about it: another name, files that were left out
    refused : why there is nothing to grade; "" if there is
    """

    path: Path | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    refused: str = ""


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
