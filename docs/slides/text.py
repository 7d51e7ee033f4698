"""Markdown of a notebook as HTML, with formulas as MathML."""

import re
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from docs.site.formulas import mathml

EMPTY = re.compile(r"<th([^>]*)></th>")  # above the names of rows: no heading


def as_html(markdown: str) -> str:
    """The text as HTML. Links keep their words only: a slide needs no other file."""
    return EMPTY.sub(r"<td\1></td>", _reader().render(markdown))


def inline(markdown: str) -> str:
    """A title or another text of one line."""
    return str(_reader().renderInline(markdown))


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    dollarmath_plugin(reader, allow_labels=False, renderer=_formula)
    for rule in ("link_open", "link_close"):
        reader.add_render_rule(rule, _nothing)
    return reader


def _formula(latex: str, options: dict[str, Any]) -> str:
    return mathml(latex, "block" if options["display_mode"] else "inline")


def _nothing(*_: object) -> str:
    return ""
