"""The open entry of a submission: a dictionary that is read and never run.

A student writes ``open_entry = {"channels": [64, 128], "epochs": 60}`` into any cell. The cells are
parsed, and the last assignment counts. Its value must be written out: a dictionary with names,
numbers and lists.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.checking.contract.compare import described
from grader.checking.contract.wire import plain
from grader.exercises import capstone
from grader.exercises.settings_readers import ConfigurationError
from grader.grading.process.fault import NotDone, SubmissionFault, charged_to_submission
from grader.grading.process.limited_process import LimitedProcess
from grader.grading.submission.handed_in import NoNotebook, find_submission, shown
from grader.grading.submission.read import read_notebook

NAME = "open_entry"
LONGEST = 10_000  # characters of a cell that is parsed
SECONDS = 60.0  # of processor time for one submission
# What IPython runs instead of Python: a line of a cell that would not parse.
FOR_IPYTHON = re.compile(r"^[%!].*$", re.MULTILINE)
ASSIGNED = re.compile(rf"\b{NAME}\b\s*(:[^=\n]*)?=(?!=)")
CHANGING = {"clear", "pop", "popitem", "setdefault", "update"}


class NoEntry(Exception):
    """There is nothing to train; the text says why."""


def open_entry_in(
    process: LimitedProcess, folder: Path, notebooks: Sequence[str]
) -> tuple[capstone.Settings, str]:
    """The settings of a submission's open entry; if there are none, {} and why.

    Parameters
    ----------
    process : reads it, with limits on time and memory
    folder : what the student handed in
    notebooks : the assignment's, without their ending
    """
    request = {
        "do": f"{__name__}.answer_open_entry",
        "folder": str(folder),
        "notebooks": list(notebooks),
    }
    try:
        head, _ = process.ask(request, SECONDS)
    except (NotDone, SubmissionFault) as error:
        return {}, str(error)
    return head["settings"], head["why"]


def answer_open_entry(request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """In the process with limits: what a request of :func:`open_entry_in` asks for."""
    names, folder = request["notebooks"], Path(request["folder"])
    with charged_to_submission():
        try:
            sources = [source for name in names for source in _sources(folder, name, names)]
            return {"settings": entry_of(sources), "why": ""}, b""
        except NoEntry as reason:
            return {"settings": {}, "why": str(reason)}, b""


def _sources(folder: Path, name: str, names: Sequence[str]) -> list[str]:
    """The code cells of one notebook that was handed in."""
    submission = find_submission(folder, name, set(names) - {name})
    if submission.path is None:
        raise NoEntry(submission.refused)
    try:
        cells = read_notebook(submission.path).cells
    except NoNotebook as error:
        raise NoEntry(f"{shown(Path(submission.path.name))} is {error}") from None
    return [cell.source for cell in cells if cell.cell_type == "code"]


def entry_of(sources: Iterable[str]) -> capstone.Settings:
    """The settings of the last open entry in these cells.

    Raises
    ------
    NoEntry
        There is none, it is not written out, or it cannot be trained.
    """
    found: ast.expr | str | None = None
    for source in sources:
        if NAME in source:
            found = _last(source) or found
    if found is None:
        raise NoEntry(f"there is no cell with {NAME}")
    if isinstance(found, str):
        raise NoEntry(found)
    try:
        value = plain(ast.literal_eval(found))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise NoEntry(_computed(found.lineno)) from None
    if not isinstance(value, dict):
        raise NoEntry(f"{NAME} is {described(value)}; expected a dictionary")
    if not value:
        raise NoEntry(f"{NAME} is empty")
    try:
        settings = capstone.read(value, NAME, capstone.OPEN)
        return capstone.within_budget(settings, limits=capstone.OPEN)
    except ConfigurationError as problem:
        raise NoEntry(str(problem)) from None


def _last(source: str) -> ast.expr | str | None:
    """The last value that a cell gives the name, or why it cannot be read; None: it gives none."""
    assigned = ASSIGNED.search(source)
    if len(source) > LONGEST:
        long = f"the cell with {NAME} has {len(source):,} characters; {LONGEST:,} are read at most"
        return long if assigned else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a student's text, in the instructor's terminal
            statements = ast.parse(FOR_IPYTHON.sub("", source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f" (line {error.lineno})" if isinstance(error, SyntaxError) else ""
        return f"the cell with {NAME} is not Python{line}" if assigned else None
    found: ast.expr | str | None = None
    for statement in statements:
        value = _written_out(statement)
        if value is not None:
            found = value
        elif _changes(statement):
            found = _computed(statement.lineno)
    return found


def _written_out(statement: ast.stmt) -> ast.expr | None:
    """The value of a plain assignment to the name."""
    if isinstance(statement, ast.Assign):
        targets: list[ast.expr] = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return None
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return statement.value if NAME in names and len(names) == len(targets) else None


def _changes(statement: ast.stmt) -> bool:
    """Whether a statement gives the name a value, or changes what it has, in some other way."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return statement.name == NAME
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return False  # it names a type only
    return any(map(_is_change, ast.walk(statement)))


def _is_change(node: ast.AST) -> bool:
    match node:
        case ast.Name(id="open_entry", ctx=ast.Store() | ast.Del()):
            return True
        case ast.Subscript(value=ast.Name(id="open_entry"), ctx=ast.Store() | ast.Del()):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="open_entry"), attr=method)):
            return method in CHANGING
    return False


def _computed(line: int) -> str:
    return (
        f"{NAME} is computed (line {line} of its cell), and nothing of a notebook runs here; write "
        "its settings out in one dictionary"
    )
