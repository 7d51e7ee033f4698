"""Practice cells: training and animation that is not run again while grading.

At home they are cells like any other, and a student's function may use a helper from one of them.
So what other cells use and none of them defines is taken from there: functions, classes, imports
and plain numbers, lists, ranges and texts, which takes no time. Nothing else of them runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

NOT_PARSED = (SyntaxError, ValueError, RecursionError, MemoryError)


def is_practice(cell: NotebookNode) -> bool:
    """Whether the cell does not run while grading; a graded cell never is practice."""
    about = cell.metadata.get("nbgrader", {})
    graded = about.get("grade", False) or about.get("solution", False)
    return "practice" in cell.metadata.get("tags", []) and not graded


def running_cells(code: Sequence[NotebookNode]) -> list[NotebookNode]:
    """The code cells without practice, in whose place stands what the others use of it."""
    parts = {
        at: list(filter(_only_defines, _parsed(cell.source).body))
        for at, cell in enumerate(code)
        if is_practice(cell)
    }
    if not any(parts.values()):
        return [cell for at, cell in enumerate(code) if at not in parts]
    others = [_parsed(cell.source) for at, cell in enumerate(code) if at not in parts]
    there = set(_bound(others))
    needed = _reached(_used(others), [one for part in parts.values() for one in part], there)
    running = []
    for at, cell in enumerate(code):
        if at not in parts:
            running.append(cell)
        elif taken := [one for one in parts[at] if not needed.isdisjoint(_bound([one]))]:
            running.append(new_code_cell("\n\n".join(map(_text, taken))))
    return running


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except NOT_PARSED:
        return ast.Module([], [])


def _text(statement: ast.stmt) -> str:
    try:
        return ast.unparse(statement)
    except RecursionError:
        return ""


def _only_defines(statement: ast.stmt) -> bool:
    """Whether the statement defines something and runs nothing."""
    match statement:
        case ast.FunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Assign(value=ast.Lambda()) | ast.AnnAssign(value=ast.Lambda()):
            return True
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            try:
                return _plain(value)
            except RecursionError:
                return False
    return False


def _plain(value: ast.expr) -> bool:
    """Whether it is numbers, texts, lists and ranges alone."""
    match value:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return all(map(_plain, parts))
        case ast.Call(func=ast.Name("range"), args=parts, keywords=[]):
            return all(map(_plain, parts))
    try:
        ast.literal_eval(value)
    except (*NOT_PARSED, TypeError):
        return False
    return True


def _used(trees: Iterable[ast.AST]) -> Iterator[str]:
    """Each name that is looked up, wherever it comes from."""
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


def _bound(trees: Iterable[ast.AST]) -> Iterator[str]:
    """Each name that is bound at the top level."""
    waiting = list(trees)
    while waiting:
        match waiting.pop():
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.alias(name=name, asname=alias):
                yield alias or name.partition(".")[0]
            case (
                ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp()
            ):
                pass
            case node:
                waiting += ast.iter_child_nodes(node)


def _reached(used: Iterable[str], definitions: Sequence[ast.stmt], there: set[str]) -> set[str]:
    """The names that are used and not there, with those that their definitions use in turn."""
    by_name: dict[str, list[ast.stmt]] = {}
    for one in definitions:
        for name in _bound([one]):
            by_name.setdefault(name, []).append(one)
    reached: set[str] = set()
    waiting = set(used) & by_name.keys()
    while waiting:
        name = waiting.pop()
        if name not in there and name not in reached:
            reached.add(name)
            waiting |= set(_used(by_name[name])) & by_name.keys()
    return reached
