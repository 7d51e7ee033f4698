"""Let nothing of a student's outputs or texts become active in the page an instructor opens.

Outputs are rebuilt from known parts with bounded sizes. Markdown is cleaned after it has been
rendered, by a filter that nbconvert uses for feedback and formgrader alike, so that its formulas
(``a < b``) stay as they are.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable
from html import escape
from typing import Any

import nh3
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_output

from grader.grading.page_budget import LEFT_OUT, PageBudget
from grader.grading.time_limit import TimeLimit, time_limit

TAGS = """
    a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre s samp small span strike strong sub summary
    sup table tbody td tfoot th thead tr tt u ul var
"""
ATTRIBUTES = """
    alt align border cite colspan height lang open rowspan scope span start style title valign
    width
"""
STYLES = """
    background-color border border-bottom border-collapse border-left border-right border-top color
    display font-family font-size font-style font-weight line-height list-style-type margin
    margin-bottom margin-left margin-right margin-top max-width padding padding-bottom padding-left
    padding-right padding-top text-align text-decoration vertical-align white-space width
"""
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
# Of classes those of coloured code, tables and our reports: the page has scripts for others.
CLASS = re.compile(r"[a-z][a-z0-9]{0,2}|highlight|hl-\w+|dataframe|check-report")
MAX_TEXT = 2 << 20  # more than any picture may have
MAX_TAGS = 6_000  # the cleaner's time grows with the square of how many stand in each other
# What MathJax would do beyond setting formulas: links, styles, ids, loading extensions.
ACTIVE_TEX = re.compile(r"\\(?=(href|url|style|class|cssId|require|unicode|data)\b)", re.IGNORECASE)
RENDER_SECONDS, RENDER_ALL_SECONDS = 1.0, 15.0  # for one text, for all of a notebook
SHORT = 500  # letters, which are rendered at once whatever they are
SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no file can hold


def _allowed(tag: str, name: str, value: str) -> str | None:
    """What is kept of an attribute's value; None drops the attribute."""
    if name == "class":
        return " ".join(word for word in value.split() if CLASS.fullmatch(word)) or None
    pattern = {"href": LINK, "src": PICTURE}.get(name)
    return value if pattern is None or pattern.match(value) else None


_cleaner = nh3.Cleaner(
    tags=set(TAGS.split()),
    attributes={"*": {*ATTRIBUTES.split(), "class"}, "a": {"href"}, "img": {"src"}},
    attribute_filter=_allowed,
    filter_style_properties=set(STYLES.split()),
    url_schemes={"http", "https", "mailto", "data"},
    link_rel=None,
)


def clean_html(html: str) -> str:
    """The HTML without anything that runs, loads or leaves the page by itself."""
    if html.count("<") > MAX_TAGS:
        return "<p>(left out: too many tags)</p>"
    # The cleaner writes characters, not their names: "&#92;href" is seen as what the browser sees.
    return ACTIVE_TEX.sub("\\\\\u200b", _cleaner.clean(html))


def clean_attachments(given: Any, budget: PageBudget) -> dict[str, dict[str, str]]:
    """Pictures that a text cell carries along; everything else is left out."""
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in given.items() if isinstance(given, dict) else ():
        for kind, data in bundle.items() if isinstance(bundle, dict) else ():
            picture = clean_text(data)
            known = kind in ("image/png", "image/jpeg") and BASE64.match(picture)
            if known and budget.takes_picture(picture):
                kept.setdefault(clean_text(name), {})[kind] = picture
    return kept


@pass_context
def safe_markdown(context: Context, source: str) -> str:
    """nbconvert's ``markdown2html`` with a clean result."""
    return _rendered(source, (context.get("cell") or {}).get("attachments"))


def _rendered(source: str, attachments: Any) -> str:
    kept = clean_attachments(attachments, PageBudget())
    renderer = IPythonRenderer(escape=False, attachments=kept, exclude_anchor_links=True)
    try:
        html = MarkdownWithMath(renderer=renderer).render(source)
    except Exception:  # a broken attachment, or text that upsets the renderer
        html = f"<pre>{escape(source)}</pre>"
    return clean_html(html)


def shorten_slow_texts(notebook: NotebookNode, given: Collection[str]) -> int:
    """Cut the texts that take too long to render, so that every page can be made in time.

    Parameters
    ----------
    given : texts that students were given; those are not tried

    Returns
    -------
    How many were cut.
    """
    cut, until = 0, time.monotonic() + RENDER_ALL_SECONDS
    for cell in notebook.cells:
        if cell.cell_type == "code" or cell.source.strip() in given or len(cell.source) < SHORT:
            continue
        try:
            with time_limit(min(RENDER_SECONDS, max(until - time.monotonic(), 0.001))):
                _rendered(cell.source, cell.get("attachments"))
        except TimeLimit:
            cell.source = f"{cell.source[:SHORT]}\n{LEFT_OUT}"
            cut += 1
    return cut


def clean_text(text: Any) -> str:
    """Text that can be written to any file; "" for anything else."""
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    return SURROGATE.sub("\ufffd", text[:MAX_TEXT]) if isinstance(text, str) else ""


def clean_outputs(raw: Iterable[Any], budget: PageBudget) -> list[NotebookNode]:
    """Outputs out of untrusted data; what is unknown, too large or active is left out.

    Parameters
    ----------
    raw : what claims to be a list of nbformat outputs
    budget : how much the notebook can still show; taken from
    """
    outputs = []
    for item in raw:
        if budget.text <= 0:
            break
        output = _clean(item, budget)
        if output is not None:
            outputs.append(output)
            budget.text -= 200  # what surrounds even an empty one
    return outputs


def _clean(item: Any, budget: PageBudget) -> Any:
    def text(value: Any) -> str:
        return budget.shortened(clean_text(value))

    match item:
        case {"output_type": "stream", "name": "stdout" | "stderr" as name, "text": said}:
            return new_output("stream", name=name, text=text(said))
        case {"output_type": "error", "ename": str(ename), "evalue": str(evalue)}:
            lines = item.get("traceback")
            lines = [text(line) for line in lines[:100]] if isinstance(lines, list) else []
            return new_output(
                "error", ename=text(ename[:200]), evalue=text(evalue[:2000]), traceback=lines
            )
        case {"output_type": "display_data" | "execute_result" as kind, "data": dict(data)}:
            shown = _bundle(data, text, budget)
            return new_output(kind, data=shown) if shown else None
    return None


def _bundle(data: dict[Any, Any], text: Callable[[Any], str], budget: PageBudget) -> dict[str, str]:
    shown = {}
    for kind in ("text/plain", "text/latex", "text/markdown"):
        if kind in data:
            shown[kind] = text(data[kind])
    if "text/latex" in shown:
        shown["text/latex"] = ACTIVE_TEX.sub("\\\\\u200b", shown["text/latex"])
    if (html := clean_text(data.get("text/html"))) and budget.takes_html(html):
        shown["text/html"] = clean_html(html)
    for kind in ("image/png", "image/jpeg"):
        picture = clean_text(data.get(kind))
        if picture and BASE64.match(picture):
            if budget.takes_picture(picture):
                shown[kind] = picture
            else:
                shown["text/plain"] = shown.get("text/plain", "") + " (picture left out: too large)"
    return shown
