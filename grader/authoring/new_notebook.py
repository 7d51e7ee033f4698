"""Start a notebook: every section in its place, every exercise with its function and check."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

from grader.authoring.lint.text import SCREEN
from grader.authoring.new_exercise import NAME
from grader.authoring.reference import student_source
from grader.authoring.settings_at import settings_at
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.registry import find, names
from grader.files import write_whole
from grader.problems import AuthoringError

HEAD = Template("""\
# %% [markdown]
# # $title
#
# TODO: the one question of this notebook, and why anybody should care.
#
# **You need** TODO: what is needed, and from which notebook.

# %% setup=true minutes=1
import numpy as np

from course_lib.backend import choose_device
from grader.checking import check, check_choice, guess, reveal

device = choose_device("auto")

# %% [markdown]
# ## 1 TODO: a surprise
#
# TODO: what is run, and the question.

# %% guess="TODO: what it is about"
guess("${assignment}_first", None)  # TODO: what kind of answer

# %% practice=true
result = np.zeros(3).sum()  # TODO: the demonstration
reveal("${assignment}_first", result)

# %% [markdown]
# ## 2 TODO: the topic
#
# TODO: the derivation that the first function needs, then what to write.

""")

TAIL = Template("""\
# %% [markdown]
# ## 3 TODO: the ending
#
# TODO: a task that only this topic can ask, on material that the check draws.

# %% practice=true
print($last)  # TODO: your functions on real data

# %% [markdown]
# ## 4 Questions
#
# **TODO.** A question.
#
# - a: TODO
# - b: TODO

# %% solution="answer_first"
answer_first = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_first = "a"  # TODO
### END SOLUTION

# %% choice="first" key="a" points=1
check_choice("first", answer_first)
# a: TODO: what speaks for it, or against it.
# b: TODO.

# %% [markdown]
# **TODO.** A question to be answered in words. (Read by a person, 2 points.)

# %% [markdown] manual="second" points=2
# ### BEGIN SOLUTION
# TODO: what a good answer says, and what earns how much.
# ### END SOLUTION

# %% [markdown]
# ## To keep
#
# TODO: half a page, and its name and call in PyTorch.

# %% [markdown]
# ## Sources
#
# TODO: S0 to S4 by slide or section title, with author and institution.
""")


def new_notebook(assignment: str, title: str, root: Path) -> Path:
    """Write the source of a new notebook; returns its path, such as ``knn/knn.py``.

    It builds at once and passes the lint but for its TODOs.

    Raises
    ------
    AuthoringError
        The problem set has a source already, or no exercises yet, or the title has no words.
    """
    topic = "_".join(re.findall(r"[a-z0-9]+", title.lower()))
    settings = settings_at(root)
    own = settings.writable_own
    folder = (own / "solutions" if own else settings.solutions) / assignment
    if not re.fullmatch(NAME, assignment) or not topic:
        raise AuthoringError(
            f"{assignment!r} {title!r}: expected a name of small letters, digits and _, and a "
            'title: knn "Nearest neighbours"'
        )
    if there := sorted(folder.glob("*.py")):
        raise AuthoringError(f"{assignment}: {there[0].name} is there already; edit that")
    if not names(assignment):
        raise AuthoringError(
            f"{assignment}: it has no exercises; write one first: "
            f'python -m grader new exercise {assignment} "name(x, W) -> y"'
        )
    exercises = _in_order(sorted((find(name) for name in names(assignment)), key=_forward_first))
    last = exercises[-1].name
    text = HEAD.substitute(title=title, assignment=assignment)
    text += "".join(_cells(exercises)) + TAIL.substitute(last=last)
    numbered = re.fullmatch(r"ps\d\d", assignment)
    path = folder / (f"{assignment}_{topic}.py" if numbered else f"{assignment}.py")
    write_whole(path, text.encode("utf-8"))
    if importlib.util.find_spec("ruff") is not None:
        command = [sys.executable, "-m", "ruff", "format", "--quiet", str(path)]
        subprocess.run(command, cwd=root, check=False)
    return path


def _forward_first(exercise: Exercise) -> tuple[str, bool]:
    stem = re.sub(r"_(forward|backward)$", "", exercise.name)
    return stem, exercise.name.endswith("_backward")


def _in_order(exercises: list[Exercise]) -> list[Exercise]:
    """The exercises as given, but each behind those whose functions it takes."""
    by_name = {exercise.name: exercise for exercise in exercises}
    ordered: dict[str, Exercise] = {}

    def place(exercise: Exercise) -> None:
        for name in exercise.takes[:-1]:
            if name in by_name and name not in ordered:
                place(by_name[name])
        ordered[exercise.name] = exercise

    for exercise in exercises:
        place(exercise)
    return list(ordered.values())


def _cells(exercises: list[Exercise]) -> list[str]:
    written: set[str] = set()
    cells = []
    for exercise in exercises:
        functions = exercise.in_library() if exercise.answers else exercise.reference
        for name, function in zip(exercise.takes, functions, strict=True):
            if name not in written:
                cells.append(f'# %% solution="{name}"\n{_started(name, function)}\n\n\n')
                written.add(name)
        call = f'check("{exercise.name}", {", ".join(exercise.takes)})'
        cells.append(f'# %% check="{exercise.name}"\n{call}\n\n')
    return cells


def _started(name: str, function: Callable[..., Any]) -> str:
    """The library's function without its tests of arguments, for the author to replace."""
    known = set(vars(inspect.getmodule(inspect.unwrap(function))))
    source = student_source(name, function, (), present=known)
    source = _without_tests(source)
    if len(source.splitlines()) > SCREEN - 5:  # the formatter divides lines
        source = _with_short_docstrings(source)
    return source.replace("BEGIN SOLUTION", "BEGIN SOLUTION  TODO: plain NumPy")


def _without_tests(source: str) -> str:
    """Leave out ``require_…(…)`` and ``if …: raise …``; a block of nothing else gets a ``pass``."""
    source = re.sub(r"^( +)if not .*:\n\1    require_.*\n", "", source, flags=re.M)
    for instead in ("", r"\1pass\n"):
        shorter = re.sub(r"^( +)require_\w+\(.*\)\n", instead, source, flags=re.M)
        shorter = re.sub(r"^( +)if .*:\n\1    raise .*\n(?!\1el)", instead, shorter, flags=re.M)
        with contextlib.suppress(SyntaxError):
            ast.parse(shorter)
            return shorter
    return source


def _with_short_docstrings(source: str) -> str:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            whole = ast.get_docstring(node, clean=False) or ""
            source = source.replace(whole, whole.partition("\n\n")[0])
    return source
