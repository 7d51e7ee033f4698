"""Start a class: a folder of its own, which is taught from an installed course or from a copy.

The course itself is never written into, so its next version is an update of a package. Its own
``course.toml``, which explains all entries, is what that of the class begins with.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import course_lib
from grader.files import write_whole
from grader.problems import AuthoringError
from grader.settings import DISTRIBUTION, FILE, TEACHING, installed_course

IGNORED = "/.venv/\n/build/\n/class/\n/exchange/\n/notebooks/\n.ipynb_checkpoints/\n__pycache__/\n"
NBGRADER = '''\
"""nbgrader's own commands and formgrader, run from this folder, read this."""

from pathlib import Path

from grader.classroom.nbgrader_adapter import adapted_config
from grader.settings import load_settings

c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.merge(adapted_config(load_settings(Path(__file__).resolve().parent)))
'''
FOLDERS = ("own/solutions", "own/exercises", "class")


def new_class(folder: Path, notebooks: Sequence[str] = ()) -> list[Path]:
    """Write the files of a new class into ``folder``; returns them.

    Parameters
    ----------
    notebooks : those that are taught, in their order; empty: all

    Raises
    ------
    AuthoringError
        The folder is not empty, or the course has no notebook of a name. Nothing is written then.
    """
    course = installed_course()
    there = sorted({path.parent.name for path in course.glob("solutions/*/*.py")})
    problems = []
    for place, name in enumerate(notebooks):
        if name not in there:
            near = get_close_matches(name, there, n=1)
            known = f"did you mean {near[0]}?" if near else f"it has {', '.join(there)}"
            problems.append(f"{name!r} is no notebook of the course; {known}")
        elif name in notebooks[:place]:
            problems.append(f"{name} is named twice; name each notebook once")
    if folder.exists() and (not folder.is_dir() or any(p.name != ".git" for p in folder.iterdir())):
        problems.append(f"{folder} is there already; name a new or an empty folder for the class")
    if folder.resolve().is_relative_to(course):
        problems.append(f"{folder} lies in the course ({course}); name a folder outside of it")
    if problems:
        raise AuthoringError(problems)
    own = {
        "id": folder.resolve().name,
        "course": _named(course, folder.resolve()),
        "notebooks": list(notebooks),
        "own": "own",
    }
    files = {
        FILE: with_entries((course / FILE).read_text("utf-8"), own),
        ".gitignore": IGNORED,
        "nbgrader_config.py": NBGRADER,
    }
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_whole(folder / name, text.encode("utf-8"))
    return [folder / name for name in files]


def with_entries(text: str, entries: Mapping[str, object]) -> str:
    """The text of a ``course.toml`` with other values; what stands behind them stays."""
    for name, value in entries.items():
        before = re.search(rf"^{name} = (?:\"[^\"\n]*\"|\[[^\]]*\])(?: *(?=#))?", text, re.M)
        if before is not None:
            shown = f"{name} = {json.dumps(value, ensure_ascii=False)}"
            if before[0].endswith(" "):  # its comment stays in its column, if there is room
                shown = f"{shown}  ".ljust(len(before[0]))
            text = text[: before.start()] + shown + text[before.end() :]
    return text


def _named(course: Path, folder: Path) -> str:
    """The course as ``course.toml`` names it: a version that is installed, or a copy's folder."""
    if course.name == TEACHING:
        return f"{DISTRIBUTION}=={course_lib.__version__}"
    return Path(os.path.relpath(course, folder)).as_posix()
