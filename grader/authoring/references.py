"""Links to notebooks of the course that a class does not teach: they say the title in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.authoring.source import SourceCell
from grader.settings import Settings

LINK = re.compile(r"\[([^\]]*)\]\(\.\./(\w+)/(\w+)\.ipynb\)")
TITLE = re.compile(r"^# # (.+)$", re.MULTILINE)


def with_references(
    cells: Sequence[SourceCell], titles: Mapping[str, str], site: str
) -> list[SourceCell]:
    """The cells, in which no link leads to a notebook that students do not have.

    Parameters
    ----------
    titles : of the notebooks that are not taught
    site : the address of the course's site, to whose pages the links lead; empty: no links
    """

    def words(found: re.Match[str]) -> str:
        text, name, stem = found.groups()
        return reference(text, name, stem, titles[name], site) if name in titles else found[0]

    return [
        replace(cell, text=LINK.sub(words, cell.text)) if cell.is_markdown else cell
        for cell in cells
    ]


def reference(text: str, name: str, stem: str, title: str, site: str) -> str:
    """What stands for the link ``text`` to a notebook that is not taught."""
    shown = f"[{text}]({site.rstrip('/')}/notebooks/{name}/{stem}.html)" if site else text
    title = "" if title in text else f"“{title}”, which is "
    return f"{shown} ({title}not in this course)"


def titles_left_out(settings: Settings) -> dict[str, str]:
    """Titles of the course's notebooks that ``course.toml`` does not choose."""
    chosen = settings.course.notebooks
    if not chosen:
        return {}
    files = {file.parent.name: file for file in settings.solutions.glob("*/*.py")}
    return {name: title_in(file) for name, file in files.items() if name not in chosen}


def title_in(source: Path) -> str:
    """The first heading of a source."""
    found = TITLE.search(source.read_text("utf-8"))
    return found[1] if found else source.stem
