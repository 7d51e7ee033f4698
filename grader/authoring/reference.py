"""The source of a reference as a student would write it, complete in itself."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Collection, Mapping
from types import ModuleType
from typing import Any

from grader.problems import AuthoringError

EXERCISES = "grader.exercises."
PLAIN = (bool, int, float, complex, str, type(None))
BEGIN, END = "__begin_solution__", "__end_solution__"
MARKS = {BEGIN: "### BEGIN SOLUTION", END: "### END SOLUTION"}


def student_source(
    name: str,
    function: Callable[..., Any],
    absent: Collection[str],
    present: Collection[str] = (),
    text: str = "",
) -> str:
    """Source of ``function``, called ``name``, with the imports and functions that it needs.

    Parameters
    ----------
    absent : modules that cannot be imported where the notebook runs; what ``function`` uses of
        them (and of ``grader``) is written out
    present : names that the notebook defines in cells of their own
    text : what takes the place of the function's source

    Returns
    -------
    Imports, then what had to be written out, then the function (or class) without annotations;
    all but imports, signatures and docstrings stands between BEGIN and END SOLUTION.

    Raises
    ------
    AuthoringError
        The function has no source (a lambda, a partial) or uses a global that cannot be written.
    """
    needs = _Needs(absent, present)
    node = needs.definition(function, text)
    node.name = name
    written = _unparse(_marked(node))
    parts = ["\n".join(sorted(needs.imports))] if needs.imports else []
    if needs.inlined:
        parts.append("\n".join([MARKS[BEGIN], *needs.inlined, MARKS[END]]))
    return "\n\n\n".join([*parts, written])


class _Needs:
    """Collects, over a function and all it uses, the imports and the definitions to write out."""

    def __init__(self, absent: Collection[str], present: Collection[str]) -> None:
        self.absent = set(absent)
        self.imports: set[str] = set()
        self.inlined: list[str] = []
        self.seen = set(present)

    def definition(self, thing: Any, text: str = "") -> ast.FunctionDef | ast.ClassDef:
        thing = inspect.unwrap(thing)
        try:
            node = ast.parse(text or textwrap.dedent(inspect.getsource(thing))).body[0]
        except (OSError, TypeError, SyntaxError) as error:
            raise AuthoringError(f"{thing!r} has no source to write down ({error})") from None
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            raise AuthoringError(f"{thing!r}: write it with def or class, found {type(node)}")
        _WithoutAnnotations().visit(node)
        module = inspect.getmodule(thing)
        known = getattr(thing, "__globals__", None) or vars(module)
        if str(getattr(module, "__name__", "")).startswith(EXERCISES):
            _without_docstring(node)  # that of a mistake is its hint
        self.seen.add(node.name)
        self.resolve_all(node, known)
        return node

    def resolve_all(self, node: ast.AST, known: Mapping[str, Any]) -> None:
        """Everything of ``known``, a module's globals, that ``node`` uses and does not define."""
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
        own = {n.id for n in names if isinstance(n.ctx, ast.Store)}
        own |= {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
        for used in dict.fromkeys(n.id for n in names):
            if used in known and used not in self.seen | own:
                self.resolve(used, known[used], known)

    def resolve(self, name: str, value: Any, known: Mapping[str, Any]) -> None:
        self.seen.add(name)
        home = getattr(value, "__module__", None)
        own = getattr(value, "__name__", name)
        alias = "" if own == name else f" as {name}"
        if isinstance(value, ModuleType):
            self.imports.add(f"import {own}{alias}")
        elif isinstance(value, PLAIN) or (
            isinstance(value, tuple) and all(isinstance(item, PLAIN) for item in value)
        ):
            self.inlined.append(f"{name} = {value!r}")
        elif isinstance(home, str) and home not in self.absent and not home.startswith("grader"):
            self.imports.add(f"from {home} import {own}{alias}")
        elif (written := _assigned(name, known.get("__name__", ""))) is not None:
            self.resolve_all(written.value, known)
            self.inlined.append(f"{name} = {_unparse(written.value)}")
        else:
            node = self.definition(value)
            node.name = name
            self.inlined.append(_unparse(node))


def _without_docstring(node: ast.FunctionDef | ast.ClassDef) -> None:
    if ast.get_docstring(node) is not None and node.body[1:]:
        del node.body[0]


def _assigned(name: str, module: str) -> ast.Assign | None:
    """The statement of a module that gives ``name`` a value, such as a table of functions."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (KeyError, OSError, TypeError):
        return None
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            node = ast.Assign([node.target], node.value)
        if isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == [name]:
            return node
    return None


class _WithoutAnnotations(ast.NodeTransformer):
    """Takes the types out of functions; fields of a class keep theirs, a dataclass needs them."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        args = node.args
        for arg in [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]:
            if arg is not None:
                arg.annotation = None
        node.body = [line for child in node.body for line in self._statement(child)]
        return node

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        if isinstance(node, ast.AnnAssign):
            if node.value is None:
                return []
            return [ast.copy_location(ast.Assign([node.target], node.value), node)]
        return [self.visit(node)]


def _marked(node: ast.FunctionDef | ast.ClassDef) -> ast.FunctionDef | ast.ClassDef:
    """Put the marks around the body of a function, or of every method of a class."""
    if isinstance(node, ast.ClassDef):
        for child in node.body:
            if isinstance(child, ast.FunctionDef):
                _marked(child)
        return node
    start = 1 if ast.get_docstring(node, clean=False) is not None else 0
    begin, end = (ast.Expr(ast.Name(mark, ast.Load())) for mark in (BEGIN, END))
    node.body = [*node.body[:start], begin, *node.body[start:], end]
    return node


def _unparse(node: ast.AST) -> str:
    text = ast.unparse(ast.fix_missing_locations(node))
    for mark, comment in MARKS.items():
        text = text.replace(mark, comment)
    return text
