"""What a graded cell asks for: read from its trusted source, which is not run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.checking.contract.registry import find, is_exercise


@dataclass(frozen=True)
class CheckCall:
    """``check("linear_backward", linear_forward, linear_backward)``, and what stands before it.

    ``practice`` is the call with ``points=0``.
    """

    exercise: str
    functions: tuple[str, ...]
    setup: str = ""
    practice: bool = False


@dataclass(frozen=True)
class ChoiceCall:
    """``check_choice("which", answer_which, key="b", points=1, why={"a": "…"})``."""

    question: str
    variable: str
    key: str
    points: float
    why: Mapping[str, str] = field(default_factory=dict)


def graded_call(source: str) -> CheckCall | ChoiceCall | None:
    """The call that a graded cell ends with; None if it ends otherwise.

    Parameters
    ----------
    source : from the gradebook, never from the submission
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not body or not isinstance(body[-1], ast.Expr) or not isinstance(body[-1].value, ast.Call):
        return None
    call = body[-1].value
    if not isinstance(call.func, ast.Name):
        return None
    if call.func.id == "check":
        setup = "\n".join(ast.unparse(statement) for statement in body[:-1])
        return _check(call, setup)
    return _choice(call) if call.func.id == "check_choice" else None


def package_of(source: str) -> str:
    """The package that the exercise of a graded cell needs; "" for none, and for other cells."""
    call = graded_call(source)
    if isinstance(call, CheckCall) and is_exercise(call.exercise):
        return find(call.exercise).run.needs
    return ""


def _says_no_more(call: ast.Call) -> bool:
    """Whether nothing but points stands beside the functions; the gradebook has them, too."""
    return all(keyword.arg == "points" for keyword in call.keywords)


def _is_practice(call: ast.Call) -> bool:
    """Whether its points are 0; those of a class may be others than the exercise's."""
    return any(isinstance(k.value, ast.Constant) and k.value.value == 0 for k in call.keywords)


def _check(call: ast.Call, setup: str) -> CheckCall | None:
    match call.args:
        case [ast.Constant(value=str(name)), *functions] if _says_no_more(call):
            given = [f.id for f in functions if isinstance(f, ast.Name)]
            if given and len(given) == len(functions):
                return CheckCall(name, tuple(given), setup, practice=_is_practice(call))
    return None


def _choice(call: ast.Call) -> ChoiceCall | None:
    keywords = {k.arg: k.value for k in call.keywords}
    match call.args, keywords.get("key"), keywords.get("points", ast.Constant(1.0)):
        case (
            [ast.Constant(value=str(question)), ast.Name(id=variable)],
            ast.Constant(value=str(key)),
            ast.Constant(value=int() | float() as points),
        ):
            why = ast.literal_eval(keywords.get("why", ast.Dict([], [])))
            return ChoiceCall(question, variable, key, float(points), why)
    return None
