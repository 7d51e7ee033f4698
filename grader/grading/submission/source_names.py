"""The names that a cell's source defines, of a source that may not be Python, too."""

from __future__ import annotations

import ast
import re


def defined(source: str) -> set[str]:
    """Functions, classes and values that a cell's top level defines."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return guessed(source)
    names = {s.name for s in body if isinstance(s, (ast.FunctionDef, ast.ClassDef))}
    for statement in body:
        if isinstance(statement, ast.Assign):
            names |= {t.id for t in statement.targets if isinstance(t, ast.Name)}
    return names


def guessed(source: str) -> set[str]:
    """Functions and classes of a source that is not parsed."""
    return set(re.findall(r"^(?:def|class)[ \t]+(\w+)", source, re.M))
