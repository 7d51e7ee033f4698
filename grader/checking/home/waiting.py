"""Cells that have waited in this session, so that a check that passes can name them.

A cell that waits has asked ``ready`` for functions, itself or by a function of the notebook that it
calls. The first line of a folded cell is its title; for any other the saved notebook tells the
section.
"""

import json
import linecache
import re
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from grader.checking.home.notebook_file import (
    begins_with,
    code_cells,
    find_notebook,
    place_of,
)

TITLE = re.compile(r"# @title (.+)")
MOST = 4  # cells in one sentence

# The title of a cell, or else its source, and exercises that it asks for; a dict keeps the order.
_waiting: dict[tuple[str, tuple[str, ...]], None] = {}


def note(asks: FrameType, names: tuple[str, ...], *, done: bool) -> None:
    """Remember that a cell waits for the exercises ``names``, or no longer does.

    Parameters
    ----------
    asks : what called ``ready``: a cell, or a function of the notebook, maybe of another cell
    """
    cell, outer = asks, asks.f_back
    while outer is not None:
        if outer.f_globals is asks.f_globals:
            cell = outer
        outer = outer.f_back
    source = "".join(linecache.getlines(cell.f_code.co_filename)).strip()
    found = TITLE.match(source)
    key = found[0].strip() if found else source
    if done:
        _waiting.pop((key, names), None)
    elif key:
        _waiting[key, names] = None


def what_to_run(name: str, is_ready: Callable[[str], bool]) -> str:
    """A sentence on the cells that waited for ``name`` and have all they need; "" for none.

    Parameters
    ----------
    is_ready : whether another exercise is written as well
    """
    cells = [
        cell
        for cell, names in _waiting
        if name in names and all(is_ready(other) for other in names if other != name)
    ]
    cells = list(dict.fromkeys(cells))  # one may ask twice
    if not (called := _called(cells)):
        return ""
    listed = "; ".join(called[:MOST])
    if len(called) > MOST:
        listed = f"{listed} and {len(called) - MOST} more"
    return f"Now run these cells again, with your function: {listed}."


def _called(cells: list[str]) -> list[str]:
    """How a reader finds each of the cells; one that is in the notebook no more is left out."""
    called = {cell: f"“{found[1]}”" for cell in cells if (found := TITLE.fullmatch(cell))}
    if len(called) < len(cells):
        places = _places()
        for cell in cells:
            if cell not in called and (places is None or cell in places):
                called[cell] = places[cell] if places else begins_with(cell)
    return [called[cell] for cell in cells if cell in called]


def _places() -> dict[str, str] | None:
    """Source of a cell -> its place in the saved notebook; None if that cannot be read."""
    try:
        file = find_notebook()
        if not isinstance(file, Path):
            return None
        notebook = json.loads(file.read_text("utf-8"))
        return {
            source.strip(): place_of(notebook, number)
            for number, _cell, source in code_cells(notebook)
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
