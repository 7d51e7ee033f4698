r"""HTML reduced to allowed lists: of tags, attributes, styles, and of the commands of formulas.

MathJax also has commands that set links, styles, classes and ids (``\href``, ``\style``, ``\bbox``,
``\mmlToken``), that load scripts (``\require``), change what later formulas mean (``\def``) or move
what they print (``\raise``, ``\kern``). New versions bring new ones, so the commands that a formula
may use are listed; all others are taken apart.
"""

from __future__ import annotations

import re

import nh3

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
MAX_TAGS = 6_000  # the cleaner's time grows with the square of how many stand in each other


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
