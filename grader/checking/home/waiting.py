"""Cells that have waited in this session, so that a check that passes can name them.

A check knows nothing of the notebook. But a cell that waits has asked ``ready`` for functions, and
the first line of a folded cell is its title.
"""

import linecache
import re
from collections.abc import Callable
from types import FrameType

from grader.checking.language import _

TITLE = re.compile(r"# @title (.+)")
MOST = 4  # titles in one sentence

_waiting: dict[str, tuple[str, ...]] = {}  # title -> the exercises that its cell asks for


def note(cell: FrameType, names: tuple[str, ...], *, done: bool) -> None:
    """Remember that a cell waits for the exercises ``names``, or no longer does."""
    found = TITLE.match(linecache.getline(cell.f_code.co_filename, 1))
    if found and done:
        _waiting.pop(found[1].strip(), None)
    elif found:
        _waiting[found[1].strip()] = names


def what_to_run(name: str, is_ready: Callable[[str], bool]) -> str:
    """A sentence on the cells that waited for ``name`` and have all they need; "" for none.

    Parameters
    ----------
    is_ready : whether another exercise is written as well
    """
    titles = [
        f"“{title}”"
        for title, names in _waiting.items()
        if name in names and all(is_ready(other) for other in names if other != name)
    ]
    if not titles:
        return ""
    listed = ", ".join(titles[:MOST])
    if len(titles) > MOST:
        listed = _("{titles} and {n} more").format(titles=listed, n=len(titles) - MOST)
    return _("Now run again the cells that waited for it: {titles}.").format(titles=listed)
