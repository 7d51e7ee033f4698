"""Let nothing of a student's outputs or texts become active in the page an instructor opens.

Outputs are rebuilt from known parts with bounded sizes. Markdown is cleaned after it has been
rendered, by a filter that nbconvert uses for feedback and formgrader alike, so that its formulas
(``a < b``) stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_output

TAGS = """
    a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre s samp small span strike strong sub summary
    sup table tbody td tfoot th thead tr tt u ul var
"""
PLAIN_ATTRIBUTES = """
    alt align border cite class colspan height id lang name open rowspan scope span start style
    title valign width
"""
STYLES = """
    background-color border border-bottom border-collapse border-left border-right border-top color
    display font-family font-size font-style font-weight line-height list-style margin
    margin-bottom margin-left margin-right margin-top max-width padding padding-bottom padding-left
    padding-right padding-top text-align text-decoration vertical-align white-space width
"""
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
MAX_TEXT = 1 << 20
MAX_HTML = 200_000


_tags, _attributes = frozenset(TAGS.split()), frozenset(PLAIN_ATTRIBUTES.split())
_styles = CSSSanitizer(allowed_css_properties=STYLES.split())


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and bool(LINK.match(value))
    if name == "src":
        return tag == "img" and bool(PICTURE.match(value))
    return name in _attributes


def clean_html(html: str) -> str:
    """The HTML without anything that runs, loads or leaves the page by itself."""
    return str(
        bleach.clean(
            html,
            tags=_tags,
            attributes=_allowed,
            protocols=("http", "https", "mailto", "data"),
            css_sanitizer=_styles,
            strip=True,
        )
    )


@pass_context
def safe_markdown(context: Context, source: str) -> str:
    """nbconvert's ``markdown2html`` with a clean result."""
    attachments = {
        name: {kind: data for kind, data in bundle.items() if kind in ("image/png", "image/jpeg")}
        for name, bundle in (context.get("cell") or {}).get("attachments", {}).items()
        if isinstance(bundle, dict)
    }
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    try:
        html = MarkdownWithMath(renderer=renderer).render(source)
    except Exception:  # a broken attachment, or text that upsets the renderer
        html = f"<pre>{escape(source)}</pre>"
    return clean_html(html)


def clean_outputs(raw: Iterable[Any], pictures: int) -> list[NotebookNode]:
    """Outputs out of untrusted data; what is unknown, too large or active is left out.

    Parameters
    ----------
    raw : what claims to be a list of nbformat outputs
    pictures : characters that may go into pictures
    """
    outputs = []
    text_left = MAX_TEXT
    for item in raw:
        output = _clean(item, pictures)
        if output is None:
            continue
        text_left -= sum(len(str(v)) for k, v in output.get("data", {}).items() if "image" not in k)
        text_left -= len(output.get("text", "")) + len("".join(output.get("traceback", [])))
        pictures -= sum(len(v) for k, v in output.get("data", {}).items() if "image" in k)
        if text_left < 0:
            break
        outputs.append(output)
    return outputs


def _clean(item: Any, pictures: int) -> Any:
    match item:
        case {"output_type": "stream", "name": "stdout" | "stderr" as name, "text": text}:
            return new_output("stream", name=name, text=_joined(text))
        case {"output_type": "error", "ename": str(ename), "evalue": str(evalue)}:
            lines = item.get("traceback")
            lines = [str(line) for line in lines] if isinstance(lines, list) else []
            return new_output("error", ename=ename, evalue=evalue, traceback=lines)
        case {"output_type": "display_data" | "execute_result" as kind, "data": dict(data)}:
            shown = _bundle(data, pictures)
            return new_output(kind, data=shown) if shown else None
    return None


def _bundle(data: dict[Any, Any], pictures: int) -> dict[str, str]:
    shown = {}
    for kind in ("text/plain", "text/latex", "text/markdown"):
        if kind in data:
            shown[kind] = _joined(data[kind])
    if len(html := _joined(data.get("text/html", ""))) in range(1, MAX_HTML):
        shown["text/html"] = clean_html(html)
    for kind in ("image/png", "image/jpeg"):
        picture = _joined(data.get(kind, ""))
        if picture and BASE64.match(picture):
            if len(picture) <= pictures:
                shown[kind] = picture
                pictures -= len(picture)
            else:
                shown.setdefault("text/plain", "")
                shown["text/plain"] += " (picture left out: too large)"
    return shown


def _joined(text: Any) -> str:
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    return text[:MAX_TEXT] if isinstance(text, str) else ""
