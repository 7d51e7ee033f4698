"""Let nothing of a student's outputs or texts become active in the page an instructor opens.

Outputs are rebuilt from known parts with bounded sizes. Markdown is cleaned after it has been
rendered, by a filter that nbconvert uses for feedback and formgrader alike, so that its formulas
(``a < b``) stay as they are. :class:`PageBudget` bounds how much of all that is shown.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from html import escape
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbformat import NotebookNode
from nbformat.v4 import new_output

from grader.grading.process.limits import TimeLimit, time_limit
from grader.grading.submission.clean_html import clean_html, harmless
from grader.grading.submission.page_budget import LEFT_OUT, LONGEST_PROSE, PageBudget

BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
MAX_TEXT = 2 << 20  # more than any picture may have
RENDER_SECONDS = 1.0  # for one text
SHORT = 500  # letters, which are rendered at once whatever they are
SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no file can hold
MOST_CELLS = 2000


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
    attachments = (context.get("cell") or {}).get("attachments")
    return _rendered(source, attachments) if attachments else rendered_text(source)


def as_it_is(text: str) -> str:
    """In place of nbconvert's ``strip_files_prefix``.

    That looks for links to files, which a clean text does not have, in a time that grows with the
    square of the brackets.
    """
    return text


FILTERS = {"markdown2html": safe_markdown, "strip_files_prefix": as_it_is}


@lru_cache(1000)
def rendered_text(source: str) -> str:
    """A text without pictures, rendered once for all students who have it alike."""
    return _rendered(source, None)


def _rendered(source: str, attachments: Any) -> str:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

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
    cut, budget = 0, PageBudget()
    for cell in notebook.cells:
        if cell.cell_type == "code" or cell.source.strip() in given or len(cell.source) < SHORT:
            continue
        if _rendered_in_time(cell.source, cell.get("attachments"), budget) is None:
            cell.source = f"{cell.source[:SHORT]}\n{LEFT_OUT}"
            cut += 1
    return cut


def _rendered_in_time(source: str, attachments: Any, budget: PageBudget) -> str | None:
    """The text as HTML; None if that takes too long. Its time is taken from the budget."""
    import nbconvert.filters.markdown_mistune  # noqa: F401  # its half second is nobody's

    started = time.process_time()
    try:
        with time_limit(min(RENDER_SECONDS, max(budget.seconds, 0.001))):
            return _rendered(source, attachments)
    except TimeLimit:
        return None
    finally:
        budget.seconds -= time.process_time() - started


def clean_text(text: Any) -> str:
    """Text that can be written to any file; "" for anything else."""
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    return SURROGATE.sub("\ufffd", text[:MAX_TEXT]) if isinstance(text, str) else ""


def clean_line(text: str) -> str:
    """The text without what steers a terminal or the direction of writing; line ends stay."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)


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
    shown = {"text/plain": text(data["text/plain"])} if "text/plain" in data else {}
    if html := _as_html(data, budget):
        shown["text/html"] = html
    elif source := clean_text(data.get("text/markdown", data.get("text/latex"))):
        shown["text/plain"] = text(f"{source[:SHORT]}\n{LEFT_OUT}")
    for kind in ("image/png", "image/jpeg"):
        picture = clean_text(data.get(kind))
        if picture and BASE64.match(picture):
            if budget.takes_picture(picture):
                shown[kind] = picture
            else:
                shown["text/plain"] = shown.get("text/plain", "") + " (picture left out: too large)"
    return shown


def _as_html(data: dict[Any, Any], budget: PageBudget) -> str:
    """The HTML, Markdown or LaTeX of an output as clean HTML; "" if there is none or too much.

    Markdown is rendered here, where that has a limit, and never again when pages are made.
    """
    html: str | None
    if html := clean_text(data.get("text/html")):
        return clean_html(html) if budget.takes_html(html) else ""
    if source := clean_text(data.get("text/markdown")):
        short = len(source) <= LONGEST_PROSE and budget.seconds > 0
        html = _rendered_in_time(source, None, budget) if short else None
    else:
        html = harmless(escape(clean_text(data.get("text/latex"))))
    return html if html and budget.takes_html(html) else ""
