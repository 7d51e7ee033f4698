"""Rules on pictures: said in words, with a title, labelled axes, and the course's look."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

from grader.authoring.lint.draft import Draft, Problems
from grader.authoring.opening import FILE, LARGEST, words_of
from grader.authoring.source import SourceCell, read_source

WORDS = "*In words:"


def in_words(draft: Draft) -> Problems:
    """Below every picture stands what it shows, for readers who cannot see it."""
    drawing = {"plt.show"} | set(plots(draft.cells))
    for cell, below in pairwise(draft.cells):
        if cell.is_markdown or not drawing & set(called(cell)):
            continue
        if not below.is_markdown or not below.text.startswith(WORDS):
            yield cell, f"shows a picture: the next cell starts with '{WORDS} …*'"


def labels(draft: Draft) -> Problems:
    """Every figure has a title and labelled axes (or none), in the course's look."""
    for cell in draft.code():
        if not {"plt.subplots", "plt.figure"} & set(called(cell, everywhere=True)):
            continue
        tree = ast.parse(cell.text)
        said = {
            k.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for k in node.keywords
        }
        said |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        wanted = {
            "a title that says what to see": {"title", "set_title", "suptitle"},
            "a label on the x axis": {"xlabel", "set_xlabel", "supxlabel", "axis", "set_axis_off"},
            "a label on the y axis": {
                *("ylabel", "set_ylabel", "supylabel", "axis", "set_axis_off"),
                *("yticks", "set_yticks"),  # names of bars
            },
            "`with theme.style():` around it": {"style"},
        }
        for what, ways in wanted.items():
            if not said & ways:
                yield cell, f"the figure lacks {what}"


def plots(cells: Sequence[SourceCell]) -> Iterator[str]:
    """Names imported from course_lib.plots that draw."""
    for cell in cells:
        if cell.is_markdown:
            continue
        for node in ast.walk(ast.parse(cell.text)):
            if isinstance(node, ast.ImportFrom) and node.module == "course_lib.plots":
                yield from (a.asname or a.name for a in node.names if a.name != "theme")


def called(cell: SourceCell, *, everywhere: bool = False) -> Iterator[str]:
    """Names of what a cell calls, ``plt.show``; what only stands in a function only if asked."""
    waiting: list[ast.AST] = [ast.parse(cell.text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.Lambda) and not everywhere:
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def opening(draft: Draft) -> Problems:
    """The picture on the first screen, if there is one, is drawn, small, and said in words."""
    marked = [cell for cell in read_source(draft.source) if cell.kind == "opening"]
    file = draft.source.with_name(FILE)
    if not marked:
        return
    for cell in marked[1:]:
        yield cell, "a second opening=true: one picture is on the first screen"
    cell, words = marked[0], words_of(marked[0])
    if not words or "TODO" in words:
        what = words or "none"
        yield cell, f"the opening picture has no words: begin with a docstring (now: {what})"
    elif not file.exists():
        yield cell, f"draw {FILE}: python -m grader notebook opening {draft.assignment}"
    elif file.stat().st_size > LARGEST:
        yield cell, f"{FILE} takes {file.stat().st_size:,} bytes, at most {LARGEST:,}"


RULES = (in_words, labels, opening)
