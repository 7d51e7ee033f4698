"""The source of a notebook's function with all that it needs, so that it runs in a file."""

import ast
import builtins
import contextlib
import linecache
import symtable
import sys
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

PLAIN = (int, float, complex, str, bytes, tuple, list, dict, set, type(None))
LONGEST = 1000  # letters of a value that is written down
Namespace = Mapping[str, Any]


class NotKept(Exception):
    """A function cannot stand in a file; the message says why and what to do."""


@dataclass
class Sources:
    """What a file needs.

    Attributes
    ----------
    imports : name -> statement
    definitions : name -> statement, in an order in which they can be executed
    """

    imports: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)


def sources_of(names: tuple[str, ...], namespace: Namespace) -> Sources:
    """The functions ``names`` of a notebook, after the helpers and plain values that they use."""
    found, begun = Sources(), set[str]()

    def add(name: str) -> None:
        if name in begun:  # functions may call each other
            return
        begun.add(name)
        value = namespace[name]
        if statement := _import_of(name, value):
            found.imports[name] = statement
            return
        source = _defining(name, value)
        for used in free_names(source):
            if used in namespace and (used not in vars(builtins) or used in names):
                add(used)
        found.definitions[name] = source

    for name in names:
        add(name)
    return found


def free_names(source: str) -> set[str]:
    """The names that code looks up outside of itself, or that it defines at its top."""

    def within(table: symtable.SymbolTable) -> Iterator[str]:
        top = table.get_type() == "module"
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (top or symbol.is_global()):
                yield symbol.get_name()
        for inner in table.get_children():
            yield from within(inner)

    return set(within(symtable.symtable(source, "a cell", "exec")))


def statements(text: str) -> dict[str, str]:
    """Name -> the statement at the top of a text that defines it: whole lines, decorators too."""
    lines, found = text.splitlines(), dict[str, str]()
    for node in ast.parse(text).body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        for name in _defined_by(node):
            found[name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found


def _defined_by(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            return [name]
        case ast.Assign(targets=[ast.Name(name)]) | ast.AnnAssign(ast.Name(name)):
            return [name]
        case ast.Import(names) | ast.ImportFrom(names=names):
            return [(one.asname or one.name).partition(".")[0] for one in names]
    return []


def _import_of(name: str, value: Any) -> str:
    """The statement that imports a module, or what a module holds; "" for what is neither."""
    if isinstance(value, ModuleType):
        return f"import {value.__name__}" + ("" if name == value.__name__ else f" as {name}")
    parts = str(getattr(value, "__module__", "")).split(".")
    known = str(getattr(value, "__name__", name))
    for module in (".".join(parts[: i + 1]) for i in range(len(parts))):  # a package shows it first
        if module != "__main__" and getattr(sys.modules.get(module), known, None) is value:
            return f"from {module} import {known}" + ("" if name == known else f" as {name}")
    return ""


def _defining(name: str, value: Any) -> str:
    """The statement that defines a function, a class, a plain value or a table of functions."""
    if not callable(value) and (shown := _plain(value)):
        return f"{name} = {shown}"
    inner = [value, *getattr(value, "__dict__", {}).values()]
    files = [one.__code__.co_filename for one in inner if isinstance(one, FunctionType)]
    # A notebook's cells are here, the last one at the end; they are no files.
    cells = [file for file, entry in linecache.cache.items() if len(entry) == 4 and not entry[1]]
    for file in [*files, *reversed(cells)]:
        with contextlib.suppress(SyntaxError):
            there = statements("".join(linecache.getlines(file)))
            if name in there and (callable(value) or _is_table(there[name])):
                return there[name]
    raise NotKept(
        f"The source of `{name}` is not known. Run its cell again, then this one."
        if callable(value)
        else f"It uses `{name}`, which your notebook sets and which is no function, no module and "
        "no plain value. Make it an argument, or compute it inside."
    )


def _plain(value: Any) -> str:
    """How a number, a text, or a few of them are written; "" for anything else."""
    if isinstance(value, PLAIN) and (not isinstance(value, Sized) or len(value) < LONGEST):
        with contextlib.suppress(ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            if len(shown := repr(value)) < LONGEST and ast.literal_eval(shown) == value:
                return shown
    return ""


def _is_table(statement: str) -> bool:
    match ast.parse(statement).body:
        case [ast.Assign(value=ast.Dict() | ast.List() | ast.Tuple())]:
            return True
    return False
