"""Guests: parts that the grader can do without, found by entry points.

A guest (:mod:`grader.extras`, or a package of somebody else's) imports the grader, which knows it
only by an entry point in one of these groups:

``grader.commands``
    a command of ``python -m grader``, by its name
``grader.gradebook_stores``
    a :class:`grader.classroom.gradebook.store.Store`, by how the addresses of its gradebooks begin
``grader.executors``
    other workers than this machine's cores (:func:`grader.classroom.walk.workers_of`)
``grader.personal_data``
    what it keeps of students in a class (:class:`grader.classroom.personal_data.PersonalData`)
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grader.files import PACKAGES
from grader.problems import Problem

COMMANDS, STORES = "grader.commands", "grader.gradebook_stores"
EXECUTORS, PERSONAL_DATA = "grader.executors", "grader.personal_data"
TREE = Path(__file__).parents[1] / "pyproject.toml"  # not there in an installation


@cache
def guests(group: str) -> dict[str, EntryPoint]:
    """The entry points of a group by name, in the order of the names, without guests left out.

    A source tree need not be installed, or installed again after a change: its ``pyproject.toml``
    is read, which is what an installation has its entry points from.
    """
    found = {point.name: point for point in entry_points(group=group)}
    declared = _in_tree().get(group, {})
    found |= {name: EntryPoint(name, value, group) for name, value in declared.items()}
    return {name: point for name, point in sorted(found.items()) if _is_there(point)}


def _is_there(point: EntryPoint) -> bool:
    try:
        return find_spec(point.module) is not None
    except ModuleNotFoundError:  # its folder
        return False


@cache
def _in_tree() -> dict[str, dict[str, str]]:
    if not TREE.is_file():
        return {}
    project = tomllib.loads(TREE.read_text("utf-8")).get("project", {})
    declared: dict[str, dict[str, str]] = project.get("entry-points", {})
    return declared


def load(group: str, name: str) -> Any:
    """What an entry point stands for.

    Raises
    ------
    Problem
        The guest, or a package that it needs, is not installed; the message says which.
    """
    if name not in guests(group):
        raise Problem(
            f"this installation of the grader has no {name} ({group}); install all of the course"
        )
    try:
        return guests(group)[name].load()
    except ModuleNotFoundError as error:
        raise lacking(error) from None


def lacking(error: ModuleNotFoundError) -> Problem:
    """What to do about a package that an import did not find; an error of ours is raised again."""
    package = (error.name or "").partition(".")[0]
    if package in ("", *PACKAGES):
        raise error
    return Problem(
        f"this needs the package {package}, which is not installed; run: pip install {package}"
    )
