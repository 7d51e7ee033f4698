"""Find an exercise by the name of its function."""

import pkgutil
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from grader.checking.contract.exercise import Exercise

PACKAGE = "grader.exercises"  # it may not be there, so that it is never imported by name


def available() -> bool:
    """Whether the exercises are installed; they are absent where submissions are graded."""
    return find_spec(PACKAGE) is not None


def folders() -> tuple[str, ...]:
    """The folders of all exercises, an instructor's own among them."""
    if not available():
        return ()
    return tuple(_own_folder().folders())


def _own_folder() -> Any:
    return import_module(f"{PACKAGE}.own_folder")


def _modules() -> dict[str, str]:
    """Key of every exercise (its name without underscores and capitals) -> its module."""
    return _modules_in(folders())


@cache
def _modules_in(places: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for sub in pkgutil.iter_modules(places):
        if sub.ispkg:
            package = f"{PACKAGE}.{sub.name}"
            for module in pkgutil.iter_modules(import_module(package).__path__):
                found[_key(module.name)] = f"{package}.{module.name}"
    return found


def _key(name: str) -> str:
    return name.replace("_", "").lower()


def find(name: str) -> Exercise:
    """The exercise ``name``; LookupError with the nearest names if there is none."""
    module = _modules().get(_key(name))
    exercise = None if module is None else _load(module)
    if exercise is None or exercise.name != name:
        from difflib import get_close_matches

        near = get_close_matches(name, names()) or names()
        raise LookupError(
            f"no exercise is called {name!r}; the nearest names are {', '.join(near)}"
        )
    return exercise


def is_exercise(name: str) -> bool:
    """Whether an exercise is called ``name``; no other exercise is imported."""
    return _key(name) in _modules() and _load(_modules()[_key(name)]).name == name


def _load(module: str) -> Exercise:
    exercise = getattr(_own_folder().load(module), "exercise", None)
    if not isinstance(exercise, Exercise):
        raise TypeError(f"{module} must define `exercise = Exercise(…)`, found {exercise!r}")
    return exercise


def names(problem_set: str = "") -> list[str]:
    """Names of all exercises, or of one problem set's (``"ps04"``), sorted."""
    chosen = [m for m in _modules().values() if not problem_set or m.split(".")[2] == problem_set]
    return sorted(_load(module).name for module in chosen)


def problem_set(name: str) -> str:
    """The problem set that an exercise belongs to, such as ``"ps04"``."""
    return module_of(name).split(".")[2]


def module_of(name: str) -> str:
    """The module that defines an exercise: ``"grader.exercises.ps04.linear_forward"``."""
    find(name)
    return _modules()[_key(name)]
