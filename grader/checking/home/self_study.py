"""What a tree for self-study has beside the notebooks: keys with reasons, and solutions.

They lie in ``grader/self_study``, one file for each problem set, which
``python -m grader student-release --self-study`` writes. Every other tree has no such folder, and
then nothing here finds anything. The files are plain text: no notebook shows them unasked, and
nothing keeps anybody from reading them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "self_study"
PUBLISHED = "published.txt"  # lies at the top of every tree that was made for students
FEWEST_WORDS = 5  # of a written answer

Task = tuple[str, str, str, float]  # section; name; "check", "choice" or "manual"; points


@dataclass(frozen=True)
class Choice:
    """The right letter, what it is worth, and what there is to say of each option."""

    key: str
    points: float
    why: Mapping[str, str]


@dataclass(frozen=True)
class Lesson:
    """A problem set: everything graded in it, in order, with the solutions by name."""

    name: str
    title: str
    graded: tuple[Task, ...]
    choices: Mapping[str, Choice]
    functions: Mapping[str, str]
    written: Mapping[str, str]


def lessons() -> tuple[Lesson, ...]:
    """All problem sets of a tree for self-study; none elsewhere."""
    return _read(FOLDER)


def here() -> bool:
    """Whether this is a tree for self-study."""
    return bool(lessons())


def top() -> Path | None:
    """The folder of the tree; None elsewhere, and where only its packages are installed."""
    folder = FOLDER.parents[1]
    return folder if here() and (folder / PUBLISHED).is_file() else None


def choice_of(question: str) -> Choice | None:
    """What is known of a multiple-choice question."""
    return next((one.choices[question] for one in lessons() if question in one.choices), None)


def solution_of(name: str) -> str:
    """The solution of a graded function; empty if there is none."""
    return next((one.functions[name] for one in lessons() if name in one.functions), "")


def model_answer(question: str) -> str:
    """The model answer to a written question; empty if there is none."""
    return next((one.written[question] for one in lessons() if question in one.written), "")


def is_attempt(text: str) -> bool:
    """Whether a written answer is more than a word or two."""
    return len(text.split()) >= FEWEST_WORDS


@cache
def _read(folder: Path) -> tuple[Lesson, ...]:
    found = []
    for file in sorted(folder.glob("*.json")):
        try:
            found.append(_understood(file.stem, json.loads(file.read_text("utf-8"))))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            continue  # a damaged file takes its own solutions away, and no check with them
    return tuple(found)


def _understood(name: str, data: dict[str, Any]) -> Lesson:
    return Lesson(
        name,
        str(data["title"]),
        tuple((str(s), str(n), str(kind), float(points)) for s, n, kind, points in data["graded"]),
        {
            question: Choice(str(one["key"]), float(one["points"]), dict(one["why"]))
            for question, one in data["choices"].items()
        },
        {str(function): str(text) for function, text in data["functions"].items()},
        {str(question): str(text) for question, text in data["written"].items()},
    )
