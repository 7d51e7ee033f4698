"""Which exercises there are, known without importing any of them.

Those of the package stand in ``index.json``, which ``python -m grader build`` writes; in the
students' tree an instructor's own are among them, without a module if their references stay with
the instructor. In a course, own ones are found by their files, ``psNN/<function>.py``, and imported
where their answers are asked for.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from grader import COURSE
from grader.checking.contract.exercise import Exercise
from grader.exercises.own_folder import (
    PACKAGE,
    OwnExercisesError,
    file_of_own,
    load,
    own_folder,
)

FILE = Path(__file__).with_name("index.json")
TAUGHT = FILE.with_name("taught.json")  # in the students' tree alone
Entry = Mapping[str, Any]  # module, below the package, or ""; answers: modules of ``COURSE``


def modules() -> Mapping[str, str]:
    """Name of every exercise -> the module that defines it."""
    return _modules(own_folder())


def without_reference() -> frozenset[str]:
    """The instructor's own exercises whose references this tree for students does not have."""
    return frozenset(name for name, entry in _written().items() if not entry["module"])


@cache
def taught() -> Mapping[str, list[tuple[str, str, str, float]]]:
    """Section, name, kind and points of what is graded, by notebook, in a tree for students."""
    if not TAUGHT.is_file():
        return {}
    return {
        name: [(section, task, kind, points) for section, task, kind, points in tasks]
        for name, tasks in json.loads(TAUGHT.read_text("utf-8")).items()
    }


def answer_modules() -> frozenset[str]:
    """Every module of ``COURSE`` that holds the answer to some exercise."""
    return _answer_modules(own_folder())


def exercise_in(module: str) -> Exercise:
    """The exercise that a module defines."""
    exercise = getattr(load(module), "exercise", None)
    if not isinstance(exercise, Exercise):
        raise TypeError(f"{module} must define `exercise = Exercise(…)`, found {exercise!r}")
    return exercise


def fresh() -> str:
    """The text of ``index.json`` as the exercises of the package have it now."""
    files = FILE.parent.glob("*/[!_]*.py")
    return text_of(_entry(f"{PACKAGE}.{file.parent.name}.{file.stem}") for file in files)


def with_own(*, references: bool = True) -> str:
    """The text for a tree in which the own exercises stand in the package itself, or their names.

    Parameters
    ----------
    references : whether the tree has their modules
    """
    own = dict(_entry(module) for module in _own_modules(own_folder()).values())
    if not references:
        own = {name: {**entry, "module": ""} for name, entry in own.items()}
    return text_of([*_written().items(), *own.items()])


def with_new(text: str, name: str, entry: Entry) -> str:
    """The text of an index, and one exercise more."""
    return text_of([*json.loads(text).items(), (name, entry)])


def text_of(entries: Any) -> str:
    """One line for each exercise, by problem sets."""
    rows = sorted(entries, key=lambda row: (row[1]["module"].split(".")[0], row[0]))
    lines = (f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in rows)
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _entry(module: str) -> tuple[str, Entry]:
    exercise = exercise_in(module)
    answers = [name for name in exercise.answer_modules if name.partition(".")[0] in COURSE]
    return exercise.name, {"module": module.removeprefix(f"{PACKAGE}."), "answers": answers}


@cache
def _written() -> Mapping[str, Entry]:
    found: Mapping[str, Entry] = json.loads(FILE.read_text("utf-8"))
    return found


@cache
def _modules(own: Path | None) -> Mapping[str, str]:
    written = {
        name: f"{PACKAGE}.{entry['module']}"
        for name, entry in _written().items()
        if entry["module"]
    }
    found = _own_modules(own)
    if twice := sorted(written.keys() & found.keys()):
        file = file_of_own(found[twice[0]])
        raise OwnExercisesError(
            f"{file} has the name of an exercise in {written[twice[0]]}; give it another name"
        )
    return written | found


@cache
def _own_modules(own: Path | None) -> dict[str, str]:
    files = [] if own is None else sorted(own.glob("*/[!_]*.py"))
    return {
        file.stem: f"{PACKAGE}.{file.parent.name}.{file.stem}"
        for file in files
        if not file.parent.name.startswith((".", "_"))
    }


@cache
def _answer_modules(own: Path | None) -> frozenset[str]:
    entries = list(_written().values())
    for module in _own_modules(own).values():
        with suppress(OwnExercisesError):  # one that cannot be imported judges nobody
            entries.append(_entry(module)[1])
    return frozenset(answer for entry in entries for answer in entry["answers"])
