"""Start an exercise: its file and its catalogue of programs, with TODO for what is missing."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from string import Template

from grader.authoring.settings_at import settings_at
from grader.checking.contract.registry import is_exercise, problem_set
from grader.exercises import index
from grader.exercises.own_folder import EXERCISES
from grader.files import write_whole
from grader.problems import AuthoringError

EXERCISE = Template('''\
"""``$signature``: TODO: what it computes."""

import numpy as np

from grader.checking.contract import Case, $imports


def $name($parameters):
    raise NotImplementedError  # TODO: the textbook version, in plain NumPy


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """From small to large, because students see the smallest one that fails. TODO: every number is
    drawn, so that two draws differ in every output; a limit of the task has a group of its own.
    """
    return {
        "TODO: what these cases show": [
            case("one row", $one_row),
            case("several rows", $several_rows),
        ],
        "TODO: a limit": [case($several_rows)],
    }


exercise = $family(
    $references,
    returns="$returns",
    points=2,
    cases=cases,$observe
    judge=[
        $judge
    ],
$answers    hints="""
    TODO: a question that leads on.

    TODO: the formula.

    TODO: a smaller example, worked out.
    """,
    mistakes=slips("""
TODO = the wrong line, which begins like a line of the reference
    TODO: the hint: what the result shows, then a question or the next step.
"""),
)
''')

PROGRAMS = Template('''\
"""Programs for ``$signature``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue($given)
right, form, wrong, open_ = programs.kinds


@right
def textbook($parameters):
    raise NotImplementedError  # TODO: three right ones with different methods


@right
def with_loops($parameters):
    raise NotImplementedError  # TODO


@right
def in_another_way($parameters):
    raise NotImplementedError  # TODO


@form
def one_result_as_a_row($parameters):
    raise NotImplementedError  # TODO, or leave it out: right values in a form of its own


@wrong
def something_kept_between_calls($parameters):
    raise NotImplementedError  # TODO, or leave it out


programs.beside_the_point = ["return TODO"]  # bodies that ignore what the function is for
''')

NAME = r"[a-z][a-z0-9_]{1,39}"  # of a notebook, and of the folder with its exercises
NOWHERE = "course_lib.TODO"  # the module of a function that the library does not have yet
OBSERVE = "\n    observe=lambda case, outputs: outputs,  # TODO: what does not depend on the draw"


def new_exercise(assignment: str, signature: str, root: Path) -> tuple[Path, ...]:
    """Write the skeletons of an exercise and of its catalogue; returns their paths.

    An exercise in the course's own folder has no catalogue, because the course's tests do not know
    it.

    Parameters
    ----------
    signature : as in ``"linear_backward(du, cache) -> (dx, dW, db)"``

    Raises
    ------
    AuthoringError
        The signature cannot be read, or one of the files is there already.
    """
    found = _read(assignment, signature)
    own = settings_at(root).writable_own
    exercises = own / EXERCISES if own else root / "grader/exercises"
    paths = [exercises / assignment / f"{found.name}.py"]
    if own is None:
        paths.append(root / "tests/programs" / assignment / f"{found.name}.py")
    elsewhere = exercises.glob(f"*/{found.name}.py")
    if path := next((path for path in (*paths, *elsewhere) if path.exists()), None):
        raise AuthoringError(f"{path.relative_to(root)} is there already; edit that")
    if own and is_exercise(found.name):
        raise AuthoringError(
            f"{found.name}: the course has an exercise of that name in "
            f"{problem_set(found.name)}; choose another name"
        )
    texts = _texts(assignment, found, own=own is not None)
    if own and not (package := exercises / assignment / "__init__.py").exists():
        write_whole(package, b"")
    for path, text in zip(paths, texts, strict=False):
        write_whole(path, text.encode("utf-8"))
    if own is None and (known := exercises / index.FILE.name).exists():
        answers = [module for module in [module_of(found.name)] if module != NOWHERE]
        entry = {"module": f"{assignment}.{found.name}", "answers": answers}
        text = index.with_new(known.read_text("utf-8"), found.name, entry)
        write_whole(known, text.encode("utf-8"))
    return tuple(paths)


@dataclass(frozen=True)
class Signature:
    """A signature in its parts; ``settings`` are those of ``inputs`` that are given by name."""

    text: str
    name: str
    parameters: str
    inputs: list[str]
    settings: list[str]
    outputs: list[str]


def _read(assignment: str, signature: str) -> Signature:
    example = '"linear_forward(x, W, b) -> (u, cache)"'
    found = re.fullmatch(r"\s*(\w+)\((.*)\)\s*->\s*\(?([\w, ]+?)\)?\s*", signature)
    if not re.fullmatch(NAME, assignment):
        raise AuthoringError(
            f"{assignment!r} is no name of a notebook: expected small letters, digits and _, such "
            "as knn or ps26"
        )
    if not found:
        raise AuthoringError(f"{signature!r}: expected a signature such as {example}")
    name, parameters, returns = found.groups()
    try:
        definition = f"def {name}({parameters}): pass"
        compile(definition, "<signature>", "exec")  # refuses what parses, such as f(x, x)
        arguments = ast.parse(definition).body[0].args  # type: ignore[attr-defined]
    except SyntaxError as error:
        raise AuthoringError(
            f"{signature!r}: {error.msg}; expected a signature such as {example}"
        ) from None
    return Signature(
        " ".join(signature.split()),
        name,
        parameters.strip(),
        inputs=[a.arg for a in (*arguments.args, *arguments.kwonlyargs)],
        settings=[a.arg for a in arguments.kwonlyargs],
        outputs=[output.strip() for output in returns.split(",")],
    )


def _texts(assignment: str, signature: Signature, *, own: bool) -> tuple[str, str]:
    """The exercise's file and that of its catalogue."""
    name = signature.name
    module = module_of(name)
    family = family_of(name, signature.inputs)
    forward = name.removesuffix("_backward") + "_forward"
    values = {
        "signature": signature.text,
        "name": name,
        "parameters": signature.parameters,
        "family": family,
        "returns": ", ".join(signature.outputs),
        "references": f"{forward},\n    {name}" if family == "pair" else name,
        "imports": ", ".join(sorted(["case", family, "slips", "values"])),
        "judge": "\n        ".join(
            f'values("{o}", weight=4, help="TODO: a question, or the next step"),'
            for o in signature.outputs
            if o != "cache"
        ),
        "observe": OBSERVE if family == "random" else "",
        "answers": "" if own and module == NOWHERE else f'    answers=("{module}",),\n',
        "given": forward if family == "pair" else "",
        "one_row": _drawn(signature, 1),
        "several_rows": _drawn(signature, 5),
    }
    exercise, programs = EXERCISE.substitute(values), PROGRAMS.substitute(values)
    if family == "pair":
        exercise = exercise.replace(
            "\n\n\ndef",
            f"\nfrom grader.exercises.{assignment}.{forward} import {forward}\n\n\ndef",
            1,
        )
        programs = programs.replace(
            "\n\nprograms =",
            f"\n\n\ndef {forward}(x):\n    raise NotImplementedError  # TODO: returns what the "
            "backward functions below need\n\n\nprograms =",
            1,
        )
    return exercise, programs


def _drawn(signature: Signature, rows: int) -> str:
    """Arguments of a case, each with what draws it."""
    return ", ".join(
        f"{name}=float(rng.uniform(0.5, 1.5))"
        if name in signature.settings
        else "seed=int(rng.integers(2**32))"
        if name == "rng"
        else f"{name}=rng.normal(size=({rows}, 3))"
        for name in signature.inputs
        if name != "cache"
    )


def family_of(name: str, inputs: list[str]) -> str:
    """The family that a function of this name and with these parameters belongs to."""
    if name.endswith("_backward"):
        return "pair"
    if name.endswith("_step"):
        return "steps"
    if "rng" in inputs:
        return "random"
    return "schedule" if inputs[:1] == ["t"] else "function"


def module_of(name: str) -> str:
    """The module of course_lib that defines ``name``, as far as one does."""
    library = import_module("course_lib")
    parts = {part.name for part in iter_modules(library.__path__)}
    for part in sorted(parts - {"course", "datasets", "plots"}):
        found = getattr(import_module(f"course_lib.{part}"), name, None)
        module = str(getattr(found, "__module__", ""))
        if module.startswith("course_lib."):
            return module
    return NOWHERE
