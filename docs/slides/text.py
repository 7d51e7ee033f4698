"""Markdown of a notebook as HTML, with formulas as MathML."""

from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from docs.site.formulas import mathml


def as_html(markdown: str) -> str:
    """The text as HTML. Links keep their words only: a slide needs no other file."""
    return _reader().render(markdown)


def inline(markdown: str) -> str:
    """A title or another text of one line."""
    return _reader().renderInline(markdown)


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
