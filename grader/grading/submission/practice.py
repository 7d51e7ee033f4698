"""Practice cells: training and animation that is not run again while grading.

At home they are cells like any other, and a student's function may use a helper from one of them.
So what other cells use and none of them defines is taken from there: functions, classes, imports
and plain numbers, lists and texts, which takes no time. Nothing else of them runs.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

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
    parts = {at: _definitions(cell.source) for at, cell in enumerate(code) if is_practice(cell)}
    others = [_names(cell.source) for cell in code if not is_practice(cell)]
    there = set(dir(builtins)).union(*(names.bound for names in others))
    used = _reached(set().union(*(names.used for names in others)), parts.values(), there)
    running = []
    for at, cell in enumerate(code):
        if at not in parts:
            running.append(cell)
        elif needed := [one.source for one in parts[at] if one.bound & used]:
            running.append(new_code_cell("\n\n".join(needed)))
    return running


@dataclass(frozen=True)
class Names:
    """A source, the names that it binds at its top level, and those that it takes from there."""

    source: str
    bound: frozenset[str]
    used: frozenset[str]


def _names(source: str) -> Names:
    try:
        table = symtable.symtable(source, "cell", "exec")
    except NOT_PARSED:
        return Names(source, frozenset(), frozenset())
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    return Names(source, frozenset(bound), frozenset(_global_names(table)))


def _global_names(table: symtable.SymbolTable) -> Iterator[str]:
    waiting = [table]
    while waiting:
        one = waiting.pop()
        top = one.get_type() == "module"
        referenced = (symbol for symbol in one.get_symbols() if symbol.is_referenced())
        yield from (symbol.get_name() for symbol in referenced if top or symbol.is_global())
        waiting += one.get_children()


def _definitions(source: str) -> list[Names]:
    """The statements of a cell that define something and run nothing."""
    try:
        return [_names(ast.unparse(one)) for one in ast.parse(source).body if _only_defines(one)]
    except NOT_PARSED:
        return []


def _only_defines(statement: ast.stmt) -> bool:
    match statement:
        case ast.FunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Assign(value=ast.Lambda()) | ast.AnnAssign(value=ast.Lambda()):
            return True
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            try:
                ast.literal_eval(value)
            except (*NOT_PARSED, TypeError):
                return False
            return True
    return False


def _reached(used: set[str], parts: Iterable[list[Names]], there: set[str]) -> set[str]:
    """The names that are used and not there, with those that their definitions use in turn."""
    by_name: dict[str, set[str]] = {}
    for one in (one for definitions in parts for one in definitions):
        for name in one.bound:
            by_name.setdefault(name, set()).update(one.used)
    reached: set[str] = set()
    waiting = list(used)
    while waiting:
        name = waiting.pop()
        if name in by_name and name not in there and name not in reached:
            reached.add(name)
            waiting += by_name[name]
    return reached
