"""A class of its own in a folder of its own, with the assignment that is graded fastest."""

import shutil
from pathlib import Path

from grader.classroom.school_class import Class
from grader.settings import load_settings
from tests.hostile.course import FASTEST, ROOT

ASSIGNMENT = FASTEST
# What earns everything must do so also where its own processes and those of other tests keep every
# core busy: its calls get the time that they have in a class.
PATIENT = "cell_seconds = 2\nmemory_megabytes = 1024\nprocesses = 24\n"
LIMITS = f"{PATIENT}call_seconds = 1\n"


def make_class(root: Path) -> tuple[Class, str]:
    """The class, and the name of its notebook without ending."""
    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder / ASSIGNMENT, root / folder / ASSIGNMENT)
    (root / "course.toml").write_text(f"[limits]\n{LIMITS}", encoding="utf-8")
    (notebook,) = (root / "notebooks" / ASSIGNMENT).glob("*.ipynb")
    return Class(load_settings(root), root / "class"), notebook.stem


def hand_in(group: Class, student: str, name: str, content: bytes) -> None:
    folder = group.folder / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / f"{name}.ipynb").write_bytes(content)
