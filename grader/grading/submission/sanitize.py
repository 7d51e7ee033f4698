r"""Let nothing of a student's outputs or texts become active in the page an instructor opens.

Outputs are rebuilt from known parts with bounded sizes. Markdown is cleaned after it has been
rendered, by a filter that nbconvert uses for feedback and formgrader alike, so that its formulas
(``a < b``) stay as they are. :class:`PageBudget` bounds how much of all that is shown.

MathJax also has commands that set links, styles, classes and ids (``\href``, ``\style``, ``\bbox``,
``\mmlToken``), that load scripts (``\require``), change what later formulas mean (``\def``) or move
what they print (``\raise``, ``\kern``). New versions bring new ones, so the commands that a formula
may use are listed; all others are taken apart.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import nh3
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_output

from grader.grading.process.limits import TimeLimit, time_limit

TAGS = """
    a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre s samp small span strike strong sub summary
    sup table tbody td tfoot th thead tr tt u ul var wbr
"""
ATTRIBUTES = """
    alt align border cite colspan height lang open rowspan scope span start style title valign
    width
"""
STYLES = """
    background-color border border-bottom border-collapse border-left border-right border-top color
    display font-family font-size font-style font-weight line-height list-style-type margin
    margin-bottom margin-left margin-right margin-top max-width overflow-wrap padding padding-bottom
    padding-left padding-right padding-top text-align text-decoration vertical-align white-space
    width
"""
FORMULAS = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi
    varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega
    Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    sum prod coprod int iint iiint oint bigcup bigcap bigvee bigwedge bigoplus bigotimes bigodot
    frac dfrac tfrac cfrac sqrt root binom dbinom tbinom over choose
    arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf
    limsup ln log max min Pr sec sin sinh sup tan tanh operatorname mod bmod pmod limits nolimits
    le leq leqslant ge geq geqslant lt gt ne neq ll gg equiv sim simeq approx cong propto doteq
    prec succ preceq succeq subset supset subseteq supseteq in ni notin not mid nmid parallel perp
    models vdash top bot asymp bowtie
    pm mp times div cdot ast star circ bullet oplus ominus otimes oslash odot dagger ddagger wedge
    vee land lor lnot neg cap cup setminus smallsetminus sqcap sqcup uplus amalg wr diamond
    to gets mapsto leftarrow rightarrow leftrightarrow Leftarrow Rightarrow Leftrightarrow
    longleftarrow longrightarrow longleftrightarrow Longleftarrow Longrightarrow Longleftrightarrow
    longmapsto hookleftarrow hookrightarrow uparrow downarrow updownarrow Uparrow Downarrow nearrow
    searrow swarrow nwarrow implies impliedby iff xrightarrow xleftarrow rightharpoonup
    rightleftharpoons leadsto
    partial nabla infty forall exists nexists emptyset varnothing ell hbar imath jmath Re Im aleph
    wp angle triangle square Box blacksquare checkmark therefore because prime degree
    dots ldots cdots vdots ddots dotsb dotsc dotsm dotsi
    left right middle big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm
    langle rangle lfloor rfloor lceil rceil lvert rvert lVert rVert vert Vert lbrace rbrace lbrack
    rbrack backslash
    hat widehat bar tilde widetilde vec dot ddot dddot acute grave breve check mathring overline
    underline overbrace underbrace overrightarrow overleftarrow overset underset stackrel substack
    mathrm mathbf mathit mathsf mathtt mathcal mathscr mathfrak mathbb boldsymbol bm pmb rm bf it sf
    tt cal text textrm textbf textit textsf texttt mbox displaystyle textstyle scriptstyle
    scriptscriptstyle
    quad qquad enspace thinspace space begin end hline cr newline tag nonumber notag phantom boxed
    cancel color textcolor
"""
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
# Of a style's values: words, colours, quoted names, and sizes that are neither negative nor huge.
STYLE_VALUE = re.compile(
    r"(?<![\w.#-])("
    r"[a-z]+(-[a-z]+)*|#[0-9a-f]{3,8}|rgba?\([\d\s.,%/]*\)|'[\w -]*'|\"[\w -]*\"|!important"
    r"|\d{1,3}(\.\d{1,9})?(px|pt|%)?|(\d{1,2}|\d{0,2}\.\d{1,9})(r?em|ex|ch)?"
    r")(?![\w.%(-])",
    re.IGNORECASE,
)
# Of classes those of coloured code, tables and our reports: the page has scripts for others.
CLASS = re.compile(r"[a-z][a-z0-9]{0,2}|highlight|hl-\w+|dataframe|check-report")
FORMULA_COMMANDS = frozenset(FORMULAS.split())
# A single letter sets nothing active, and is often a line break in code: "\n".
COMMAND = re.compile(r"\\([A-Za-z]{2,})")
APART = "\\\u200b"  # a blank without width: MathJax sees no command, a reader sees no difference
MAX_TEXT = 2 << 20  # more than any picture may have
MAX_TAGS = 6_000  # the cleaner's time grows with the square of how many stand in each other
RENDER_SECONDS, RENDER_ALL_SECONDS = 1.0, 15.0  # for one text, for all of a notebook
SHORT = 500  # letters, which are rendered at once whatever they are
SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no file can hold
MOST_CELLS = 2000
LEFT_OUT = "… the rest is left out of this page: too much of it"
LONGEST_PROSE = 50_000  # characters of one text cell
_marks = re.compile(r"[<>&\"'\x1b]")
_signs = re.compile(r"[^\w\s]|\b\w")


@dataclass
class PageBudget:
    """How much of a notebook can still be shown, in characters of the page that is made of it.

    A mark such as ``<`` takes several there, and each sign of code that is coloured a tag.
    ``seconds`` are for rendering the Markdown of outputs.
    """

    text: int = 700_000
    html: int = 300_000
    pictures: int = 2_000_000
    code: int = 1_200_000
    prose: int = 250_000
    seconds: float = RENDER_ALL_SECONDS

    def shortened(self, text: str) -> str:
        """Printed text as far as the budget goes, which is taken from."""
        cost = len(text) + 5 * len(_marks.findall(text))
        if cost <= self.text:
            self.text -= cost
            return text
        kept = text[: max(self.text // 6, 0)]
        self.text = 0
        return f"{kept}\n{LEFT_OUT}\n"

    def takes_html(self, html: str) -> bool:
        return self._takes("html", len(html))

    def takes_picture(self, data: str) -> bool:
        return self._takes("pictures", len(data))

    def _takes(self, kind: str, size: int) -> bool:
        left = getattr(self, kind) - size
        if left < 0:
            return False
        setattr(self, kind, left)
        return True

    def takes_shown(self, cell: NotebookNode) -> None:
        """Count outputs that are kept as they are."""
        for output in cell.get("outputs", []):
            self.text -= len(output.get("text", ""))
            for kind, data in output.get("data", {}).items():
                if kind.startswith("image/"):
                    self.pictures -= len(data)
                elif kind == "text/html":
                    self.html -= len(data)

    def shorten_sources(self, notebook: NotebookNode) -> int:
        """Cut the texts of cells that are too long to be shown; returns how many were."""
        cut = 0
        for cell in notebook.cells:
            if cell.cell_type == "code":
                fits = self._takes("code", len(cell.source) + 30 * len(_signs.findall(cell.source)))
            else:
                fits = len(cell.source) <= LONGEST_PROSE and self._takes("prose", len(cell.source))
            if not fits:
                cell.source = f"{cell.source[:500]}\n{LEFT_OUT}"
                cut += 1
        return cut


def _allowed(tag: str, name: str, value: str) -> str | None:
    """What is kept of an attribute's value; None drops the attribute."""
    if name == "style":
        return ";".join(part for part in value.split(";") if _keeps_inside(part)) or None
    if name == "class":
        return " ".join(word for word in value.split() if CLASS.fullmatch(word)) or None
    pattern = {"href": LINK, "src": PICTURE}.get(name)
    return value if pattern is None or pattern.match(value) else None


def _keeps_inside(declaration: str) -> bool:
    """Whether a style's ``name: value`` moves nothing out of its place."""
    return not STYLE_VALUE.sub("", declaration.partition(":")[2]).strip(" ,")


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
    return harmless(_cleaner.clean(html))


def harmless(text: str) -> str:
    """The text with every TeX command apart that is not listed, be it in a formula or not."""
    return COMMAND.sub(lambda m: m[0] if m[1] in FORMULA_COMMANDS else f"{APART}{m[1]}", text)


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
