"""The index of the package's exercises, written from them and held against them."""

from __future__ import annotations

from pathlib import Path

from grader.exercises import index
from grader.files import write_whole


def write_index(root: Path) -> None:
    """Write the index, if the package lies in the course ``root``."""
    if index_problems(root):
        write_whole(index.FILE, index.fresh().encode("utf-8"))


def index_problems(root: Path) -> list[str]:
    """What to do about an index that is not what the exercises give."""
    if not index.FILE.is_relative_to(root) or index.FILE.read_text("utf-8") == index.fresh():
        return []
    where = index.FILE.relative_to(root).as_posix()
    return [f"{where}: is not what the exercises give; run python -m grader build"]
