"""What lies in a folder that somebody handed in, as far as anybody looks at it.

A zip file can hold anything: links, a thousand folders in each other, a million names. So this walk
follows no link and has limits on depth, number and time.
"""

from __future__ import annotations

import os
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

MOST_ENTRIES = 5_000
SECONDS = 60.0


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
