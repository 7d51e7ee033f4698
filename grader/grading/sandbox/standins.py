"""What stands in the sandbox where an answer is in library or lessons: the names, no formula."""

from __future__ import annotations

import ast

from grader.checking.contract.registry import is_exercise
from grader.checking.home.blocked_library import LIBRARY_BLOCKED


def stand_in(source: str, module: str) -> str:
    """Source of a module with the public face of ``source``, whose functions raise when called.

    Imports and plain constants stay, because other modules may use them. A class stays if it is not
    an exercise, because it holds only the state and calls a function for the formula. Functions,
    classes that are exercises, and every assignment that could hold a formula become stand-ins.
    """
    kept: list[str] = [f'"""Stands for {module} while work is graded."""']
    for statement in ast.parse(source).body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            kept.append(ast.unparse(statement))
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            kept.append(_function(statement.name))
        elif isinstance(statement, ast.ClassDef):
            exercise = is_exercise(statement.name)
            kept.append(_class(statement) if exercise else ast.unparse(statement))
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            kept += _assignment(statement)
    return "\n\n".join(kept) + "\n"


def _function(name: str) -> str:
    words = LIBRARY_BLOCKED.format(name=name)
    return f"def {name}(*args, **kwargs):\n    raise NotImplementedError({words!r})\n"


def _class(node: ast.ClassDef) -> str:
    """The class's name, ready to be subclassed; making an instance raises."""
    words = LIBRARY_BLOCKED.format(name=node.name)
    return (
        f"class {node.name}:\n    def __init__(self, *args, **kwargs):\n"
        f"        raise NotImplementedError({words!r})\n"
    )


def _assignment(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    if node.value is None:
        return []
    if _is_constant(node.value):
        return [" = ".join([*names, ast.unparse(node.value)])] if names else []
    return [_function(name) for name in names]


def _is_constant(value: ast.expr) -> bool:
    """Literals, and types as in ``Cache = tuple[Array, Array]``: no calls, no lambdas."""
    shown = (ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List, ast.Dict)
    parts = (*shown, ast.BinOp, ast.UnaryOp, ast.expr_context, ast.operator, ast.unaryop)
    return all(isinstance(part, parts) for part in ast.walk(value))
