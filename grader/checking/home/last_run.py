"""Whether a check tests what the student wrote last: a cell with a syntax error defines nothing.

Then Python keeps the function of an earlier run, and the check would judge it without a word.
"""

import ast
import inspect
import linecache
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FunctionType
from typing import Any

from grader.checking.home.local_store import ipython
from grader.checking.report.blocks import Report, Text

DEFINES = r"^(?:async +)?(?:def|class) +{name}\b"
LONGEST = 80  # letters of a line of code in a sentence


def tests_an_earlier_run(names: Sequence[str], functions: Sequence[Callable[..., Any]]) -> str:
    """In words, that a later cell was to define one of the functions; "" if all are the last."""
    history = getattr(ipython(), "history_manager", None)
    cells: Sequence[str] = getattr(history, "input_hist_parsed", ())
    for name, function in zip(names, functions, strict=True):
        if failed := _later_definition(name, function, cells):
            return _in_words(name, failed)
    return ""


def with_earlier_run_warning(report: Report, words: str) -> Report:
    """The report on the function of an earlier run, which says so first of all."""
    # Advice for an empty page is of no use to somebody who has written something.
    rest = () if report.status == "not written" else report.blocks
    first = Text(words, "Attention")
    says = "this is not what you wrote last"
    return replace(report, tone="wrong", symbol="!", says=says, blocks=(first, *rest))


def _later_definition(name: str, function: Callable[..., Any], cells: Sequence[str]) -> str:
    """The last cell that was to define the function, if the function came from one before it."""
    pattern = re.compile(DEFINES.format(name=re.escape(name)), re.M)
    own = _cell_of(function)
    for source in reversed(cells):
        if own and source.strip() == own:
            return ""
        if pattern.search(source) and _defines(_parsed(source), name):
            return source if own and any(one.strip() == own for one in cells) else ""
    return ""


def _defines(parsed: ast.Module | SyntaxError, name: str) -> bool:
    """Whether it is a statement and no part of a text; where nothing can be parsed, it is."""
    if isinstance(parsed, SyntaxError):
        return True
    found = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return any(isinstance(s, found) and s.name == name for s in parsed.body)


def _cell_of(function: Any) -> str:
    """The source of the cell in which a function, or a class with methods, was defined."""
    if isinstance(function, type):
        function = next((m for m in vars(function).values() if isinstance(m, FunctionType)), None)
    if not isinstance(function, FunctionType):
        return ""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return "".join(linecache.getlines(code.co_filename)).strip() if code else ""


def _parsed(source: str) -> ast.Module | SyntaxError:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        return error


def _in_words(name: str, failed: str) -> str:
    words = (
        "The last time you ran the cell with `def {name}`, it stopped with {what}. It defined "
        "nothing, so this check tests the function of an earlier run. Repair that cell, run it, "
        "then run this check again."
    )
    error, lines = _parsed(failed), failed.splitlines()
    if not isinstance(error, SyntaxError):
        return words.format(name=name, what="an error above that line")
    kind = type(error).__name__
    what = f"an {kind}" if kind.startswith("I") else f"a {kind}"
    if error.lineno and error.lineno <= len(lines):
        line = lines[error.lineno - 1].strip().replace("`", "")[:LONGEST]
        what = f"{what} in line {error.lineno}, `{line}`"
    return words.format(name=name, what=what)
