"""Find an exercise by the name of its function.

This is the one place of ``checking`` that knows the exercises, which are written with it and stand
above it. It imports their index when it is asked for the first time; where submissions are graded,
they are not there, and nothing is found.
"""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec

from grader.checking.contract.exercise import Exercise


def available() -> bool:
    """Whether the exercises are installed; they are absent where submissions are graded."""
    return find_spec("grader.exercises") is not None


def find(name: str) -> Exercise:
    """The exercise ``name``; LookupError with the nearest names if there is none."""
    from grader.exercises.index import exercise_in

    exercise = exercise_in(module_of(name))
    if exercise.name != name:
        raise LookupError(
            f"{module_of(name)} defines the exercise {exercise.name!r}; call the file "
            f"{exercise.name}.py"
        )
    return exercise


def is_exercise(name: str) -> bool:
    """Whether an exercise is called ``name``; none is imported."""
    return name in _modules()


def is_kept_back(name: str) -> bool:
    """Whether it is an exercise of an instructor who gives its reference to nobody."""
    if not available():
        return False
    from grader.exercises import index

    return name in index.without_reference()


def counts_here(name: str) -> bool:
    """Whether an exercise can be judged here: the package that it needs is there."""
    return not is_exercise(name) or not find(name).lacks


def names(problem_set: str = "") -> list[str]:
    """Names of all exercises, or of one problem set's (``"ps06"``), sorted."""
    return sorted(
        name
        for name, module in _modules().items()
        if not problem_set or module.split(".")[2] == problem_set
    )


def taught() -> Mapping[str, Sequence[tuple[str, str, str, float]]]:
    """Section, name, kind and points of what is graded in each notebook that a class is taught.

    Empty where no class has said it: in the course itself.
    """
    from grader.exercises import index

    return index.taught()


def problem_set(name: str) -> str:
    """The problem set that an exercise belongs to, such as ``"ps06"``."""
    return module_of(name).split(".")[2]


def module_of(name: str) -> str:
    """The module that defines an exercise: ``"grader.exercises.ps06.linear_forward"``."""
    if not is_exercise(name):
        from difflib import get_close_matches

        near = ", ".join(get_close_matches(name, names(), cutoff=0.4))
        raise LookupError(
            f"no exercise is called {name!r}; "
            + (f"the nearest names are {near}" if near else "there is none with a similar name")
        )
    return _modules()[name]


def answer_modules() -> frozenset[str]:
    """Every module of ``COURSE`` that holds the answer to some exercise."""
    if not available():
        return frozenset()
    from grader.exercises import index

    return index.answer_modules()


def _modules() -> Mapping[str, str]:
    if not available():
        return {}
    from grader.exercises import index

    return index.modules()
