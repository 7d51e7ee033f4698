"""The statements of a notebook's cells: which names each one sets, changes and uses.

They are read and never run. Scopes are those of Python's own symbol tables, so a parameter or a
local variable is not taken for a name of the notebook.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

NOT_PARSED = (SyntaxError, ValueError, RecursionError, MemoryError)
COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}
RUNS_ITS_BODY = re.compile(r"\s*%%(?:time|capture|prun)\b.*\n")  # these run the cell's other lines
WRITES_MODULE = re.compile(r"\s*%%(?:writefile|file)\s+(?:-a\s+)?(\w+)\.py\s*\n")
EVERY_NAME = "*"


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a cell.

    Attributes
    ----------
    sets : names that get a value, perhaps under a condition, or whose items or attributes do
    ends : names that get a new value for certain, so that an earlier one does not matter
    fixed : of these, functions, classes and modules, which calls do not change
    given : names that a call may change whose result is not used: its object and its arguments
    uses : names that are looked up when it runs
    later : names that are looked up when a function of it is called
    later_sets : names that are set when a function of it is called
    quick : it takes no time: a function, a class, an import, or values that nothing computes
    waits_for : the course's ``ready(…)`` or ``revealed(…)`` that its condition calls; else ""
    """

    source: str
    sets: frozenset[str]
    ends: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    later_sets: frozenset[str] = frozenset()
    quick: bool = False
    waits_for: str = ""


@lru_cache(512)
def statements_of(source: str) -> tuple[Statement, ...]:
    """The statements of a cell, also of one with IPython's own lines; none if it has no syntax."""
    if module := WRITES_MODULE.match(source):
        return (Statement(source, frozenset({as_module(module[1])})),)
    try:
        body = ast.parse(source).body
    except NOT_PARSED:
        body = _as_ipython_reads_it(RUNS_ITS_BODY.sub("", source, count=1))
    return tuple(one for node in body if (one := _statement(node)) is not None)


def as_module(name: str) -> str:
    """What stands for a module among names: a cell may write its file, another one import it."""
    return f"{name}."


def _as_ipython_reads_it(source: str) -> list[ast.stmt]:
    """With its lines for IPython (``%``, ``!``, ``?``) as the calls that they stand for."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source)).body
    except NOT_PARSED:
        return []


def _statement(node: ast.stmt) -> Statement | None:
    try:
        source = ast.unparse(node)
        table = symtable.symtable(source, "<cell>", "exec")
    except NOT_PARSED:
        return None
    sets, uses, later, later_sets = set[str](), set[str](), set[str](), set[str]()
    for symbol in table.get_symbols():
        name = symbol.get_name()
        sets |= {name} if symbol.is_assigned() or symbol.is_imported() else set()
        uses |= {name} if symbol.is_referenced() else set()
    for inner in _inner(table):
        at_once = inner.get_name() in COMPREHENSIONS
        for symbol in inner.get_symbols():
            if symbol.is_global():
                (uses if at_once else later).add(symbol.get_name())
                if symbol.is_assigned():
                    (sets if at_once else later_sets).add(symbol.get_name())
    given = set[str]()
    for part in _without_functions(node):
        match part:
            case (
                ast.Attribute(ctx=ast.Store() | ast.Del())
                | ast.Subscript(ctx=ast.Store() | ast.Del())
            ):
                sets |= _root(part)
            case ast.AugAssign(target=ast.Name(name)):
                uses.add(name)
            case ast.Expr(value=ast.Call(ast.Name("print" | "display"))):
                pass
            case ast.Expr(value=ast.Call(func, args, keywords)):
                for value in (*args, *(keyword.value for keyword in keywords)):
                    given |= _root(value) if isinstance(value, ast.Name) else set()
                given |= _root(func) if isinstance(func, ast.Attribute) else set()
            case ast.Import(names) | ast.ImportFrom(names=names):
                module = getattr(part, "module", None)
                uses |= {as_module((module or alias.name).partition(".")[0]) for alias in names}
                sets |= {EVERY_NAME} if names[0].name == EVERY_NAME else set()
    ends = sets & _set_for_certain(node)
    return Statement(
        source,
        frozenset(sets),
        frozenset(ends),
        frozenset(ends if not isinstance(node, ast.Assign | ast.AnnAssign) else ()),
        frozenset(given),
        frozenset(uses),
        frozenset(later),
        frozenset(later_sets),
        _is_quick(node),
        _waits_for(node),
    )


def _inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inner(child)


def _without_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The node and its parts, but for what only runs when a function is called."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        for part in ast.iter_child_nodes(node):
            yield from _without_functions(part)


def _root(node: ast.AST) -> set[str]:
    """The name that an expression such as ``net.layers[0].W`` begins with, if it does."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _set_for_certain(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            return {name}
        case ast.Import(names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name.partition(".")[0] for alias in names}
        case ast.Assign(targets):
            parts = [part for target in targets for part in ast.walk(target)]
            return {part.id for part in parts if isinstance(part, ast.Name)} - set().union(
                *(_root(p) for p in parts if isinstance(p, ast.Attribute | ast.Subscript))
            )
        case ast.AnnAssign(target=ast.Name(name), value=ast.expr()):
            return {name}
    return set()


def _is_quick(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
        return True
    slow = ast.Await | ast.BinOp | ast.Call | ast.comprehension
    assigns = isinstance(node, ast.Assign | ast.AnnAssign)
    return assigns and not any(isinstance(part, slow) for part in _without_functions(node))


def _waits_for(node: ast.stmt) -> str:
    """The call in the condition of a cell that waits for a function or for a guess."""
    if isinstance(node, ast.If):
        for part in ast.walk(node.test):
            match part:
                case ast.Call(func=ast.Name("ready" | "revealed" as name)):
                    return f"{name}(…)"
    return ""
