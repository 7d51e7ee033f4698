"""The cells of a file in the percent format: what its marker says of each, and the text below."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

START = re.compile(r"# %%(?:\s+(.*))?")
TEXT = re.compile(r"\[(?:markdown|md)\](.*)")
ENTRY = re.compile(r"""(\w+)(?:=("[^"]*"|'[^']*'|[^\s"']+))?(?:\s+|$)""")
QUOTES = ('"""', "'''")
PLAIN = {"true": True, "false": False}


class PercentCell(NamedTuple):
    """``line`` is that of the marker, from 1 on; ``entries_of`` reads what the marker says."""

    line: int
    marker: str
    is_markdown: bool
    text: str


def percent_cells(text: str) -> Iterator[PercentCell]:
    """The cells in their order; a text before the first marker is a cell of code."""
    lines = text.split("\n")
    starts = [n for n, line in enumerate(lines) if START.fullmatch(line.rstrip())]
    for begin, end in zip([-1, *starts], [*starts, len(lines)], strict=True):
        marker = START.fullmatch(lines[begin].rstrip()) if begin >= 0 else None
        named = marker[1] or "" if marker else ""
        is_text = TEXT.fullmatch(named)
        body = "\n".join(lines[begin + 1 : end]).rstrip("\n")
        if marker or body.strip("\n"):
            said, source = (is_text[1], uncommented(body)) if is_text else (named, body)
            yield PercentCell(max(begin, 0) + 1, said, bool(is_text), source)


def entries_of(marker: str) -> dict[str, Any]:
    """What a marker says: ``'key="b" points=1'`` is ``{"key": "b", "points": 1}``.

    Raises
    ------
    ValueError
        Something in it is no entry.
    """
    found: dict[str, Any] = {}
    place, marker = 0, marker.strip()
    while place < len(marker):
        if not (entry := ENTRY.match(marker, place)):
            raise ValueError(f"{marker[place:]!r} is no entry of a marker, such as points=1")
        name, value = entry.groups()
        try:
            found[name] = PLAIN[value] if value in PLAIN else value and ast.literal_eval(value)
        except (SyntaxError, ValueError):
            wanted = f'expected true, false, a number, or {name}="{value}"'
            raise ValueError(f"the marker has {name}={value}; {wanted}") from None
        place = entry.end()
    return found


def uncommented(body: str) -> str:
    """A text cell's lines without their comment marks, or what stands between three quotes."""
    if body.startswith(QUOTES) and body.endswith(body[:3]) and len(body) > 5:
        return body[3:-3].strip("\n")
    return "\n".join(re.sub("^# ?", "", line) for line in body.split("\n"))
