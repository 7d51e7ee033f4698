"""Own changes of a course's notebook: ``own/changes/ps06.toml``, laid over its source.

Each change names what it changes: a cell, or a text that stands there exactly once. What is not
there (any more) is an error of the build, so a change of the course cannot pass unseen.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from grader.authoring.marks import BEGIN, END
from grader.authoring.source import SourceCell, read_cells
from grader.problems import AuthoringError

NAMES, TABLES = ("given", "drop"), {"replace": ("text", "by"), "add": ("after", "cells")}
KINDS = ("check", "solution", "manual", "choice", "guess")
MARKS = re.compile(rf"^[ \t]*### ({BEGIN}|{END})[ \t]*\n?", re.M)


def with_changes(cells: Sequence[SourceCell], file: Path) -> list[SourceCell]:
    """The cells with the changes in ``file``.

    Raises
    ------
    AuthoringError
        The file cannot be read, or a change does not find its place; all of them are listed.
    """
    asked = _read(file)
    problems: list[str] = []
    done = list(cells)
    for name in asked.get("given", ()):
        done = _given(done, name, problems)
    for anchor in asked.get("drop", ()):
        if (place := _place(done, anchor, "drop", problems)) is not None:
            del done[place]
    for one in asked.get("replace", ()):
        _replace(done, one["text"], one["by"], problems)
    for one in asked.get("add", ()):
        if (place := _place(done, one["after"], "add", problems)) is not None:
            done[place + 1 : place + 1] = read_cells(one["cells"].strip() + "\n", file.name)
    if problems:
        raise AuthoringError([f"{file.name}: {problem}" for problem in problems])
    return done


def _read(file: Path) -> dict[str, Any]:
    try:
        asked = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AuthoringError(f"{file.name}: is no valid TOML: {error}") from None
    problems = []
    for key, value in asked.items():
        if key in NAMES:
            if not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
                problems.append(f'{key} is {value!r}; expected a list: {key} = ["…"]')
        elif key in TABLES:
            wanted = TABLES[key]
            lines = " and ".join(f'{name} = "…"' for name in wanted)
            for one in value if isinstance(value, list) else [value]:
                if not (isinstance(one, dict) and sorted(one) == sorted(wanted)):
                    problems.append(f"{key}: expected [[{key}]] with {lines}, found {one!r}")
                elif not all(isinstance(text, str) and text.strip() for text in one.values()):
                    problems.append(f"{key}: each of {lines} needs a text, found {one!r}")
        else:
            known = ", ".join((*NAMES, *TABLES))
            problems.append(f"unknown entry {key}; known are: {known}")
    if problems:
        raise AuthoringError([f"{file.name}: {problem}" for problem in problems])
    return asked


def _given(cells: list[SourceCell], name: str, problems: list[str]) -> list[SourceCell]:
    """The function stands in the notebook as given, and is not checked: later cells still run."""
    solved = [cell.name for cell in cells if cell.kind == "solution"]
    if name not in solved:
        problems.append(
            f"given: no solution cell is called {name!r}; there are {', '.join(solved)}"
        )
    return [
        replace(cell, kind="code", name="", text=MARKS.sub("", cell.text))
        if (cell.kind, cell.name) == ("solution", name)
        else cell
        for cell in cells
        if (cell.kind, cell.name) != ("check", name)
    ]


def _replace(cells: list[SourceCell], old: str, new: str, problems: list[str]) -> None:
    words = re.compile(r"\s+".join(map(re.escape, old.split())))
    at = [place for place, cell in enumerate(cells) for _ in words.finditer(cell.text)]
    if len(at) == 1:
        cell = cells[at[0]]
        cells[at[0]] = replace(cell, text=words.sub(lambda _: new, cell.text))
        return
    problems.append(f"replace: {old[:60]!r} stands there {_times(at)}, not once{_near(cells, old)}")


def _place(cells: list[SourceCell], anchor: str, what: str, problems: list[str]) -> int | None:
    """The cell that an anchor means: ``kind:name``, or how its text begins."""
    kind, _, name = anchor.partition(":")
    start = " ".join(anchor.split())
    at = [
        place
        for place, cell in enumerate(cells)
        if ((cell.kind, cell.name) == (kind, name) if kind in KINDS else _begin(cell, start))
    ]
    if len(at) == 1:
        return at[0]
    found = f"a cell that begins with {anchor!r} is there {_times(at)}"
    problems.append(f"{what}: {found}, not once{_near(cells, anchor)}")
    return None


def _begin(cell: SourceCell, start: str) -> bool:
    return " ".join(cell.text.lstrip("# ").split()).startswith(start)


def _times(places: list[int]) -> str:
    return f"{len(places)} times"


def _near(cells: list[SourceCell], old: str) -> str:
    """What stands there in place of ``old``, if anything does."""
    named = [f"{cell.kind}:{cell.name}" for cell in cells if cell.kind in KINDS]
    said = [*named, *(one for cell in cells for one in _sentences(cell.text))]
    likeness = {one: SequenceMatcher(None, one, old).ratio() for one in said}
    best = max(said, key=likeness.__getitem__, default="")
    return f". The nearest: {best[:100]!r}" if likeness.get(best, 0) > 0.6 else ""


def _sentences(text: str) -> list[str]:
    parts = re.split(r"\n\s*\n", re.sub(r"^(#.*)$", r"\n\1\n", text, flags=re.M))
    lines = [" ".join(part.split()) for part in parts]
    return [one for line in lines for one in re.split(r"(?<=[.?!:])\s+", line)]
