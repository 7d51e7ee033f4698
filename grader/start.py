"""``training-neural-networks start FOLDER``: the notebooks, from an installed release.

A release's wheel brings them along (``grader/authoring/distribution.py``); a copy of the repository
has them beside the package.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.files import write_whole

IN_WHEEL = "student_files"  # the folder of the package with what `start` writes
PACKAGE = Path(__file__).parent
PAGES = ("docs/conventions.md", "docs/glossary.md", "docs/one_batch.md", "LICENSE")


class CannotStart(Exception):
    """Nothing was written; the message says why and what to do."""


def main(words: Sequence[str] | None = None) -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(
        prog="training-neural-networks",
        description="A Jupyter course on how neural networks are trained.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("start", help="write the notebooks into a folder")
    start.add_argument("folder", type=Path, help="a new folder, or one that has notebooks already")
    asked = parser.parse_args(words)
    try:
        written, kept = write_files(asked.folder, files())
    except (CannotStart, OSError) as error:
        print(f"training-neural-networks: {error}", file=sys.stderr)
        return 1
    print(f"{asked.folder}: files written: {len(written)}")
    if kept:
        print(f"Left as they are, because they are there already: {', '.join(kept)}")
    print(f"Now: cd {asked.folder} && jupyter lab, then open notebooks/ps00.")
    return 0


def files() -> dict[str, bytes]:
    """Path in the folder and content of everything that ``start`` writes.

    Raises
    ------
    CannotStart
        This installation has no notebooks.
    """
    for top in (PACKAGE / IN_WHEEL, PACKAGE.parent):
        notebooks = sorted(top.glob("notebooks/*/*.ipynb"))
        pages = [top / page for page in PAGES if (top / page).is_file()]
        if notebooks:
            return {p.relative_to(top).as_posix(): p.read_bytes() for p in [*notebooks, *pages]}
    raise CannotStart(
        "this installation has no notebooks. Install the wheel of a release of the course, or "
        "copy its repository and work in its folder notebooks/"
    )


def write_files(folder: Path, content: dict[str, bytes]) -> tuple[list[str], list[str]]:
    """Write what is not there yet; returns what was written and what was there with other content.

    Nothing that is there is changed, so a folder with somebody's work can be filled up.
    """
    if folder.exists() and not folder.is_dir():
        raise CannotStart(f"{folder} is a file; name a new folder")
    written, kept = [], []
    for name, new in content.items():
        path = folder / name
        if not path.exists():
            write_whole(path, new)
            written.append(name)
        elif path.read_bytes() != new:
            kept.append(name)
    return written, kept
