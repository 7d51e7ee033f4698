r"""The TeX commands that a student's formula may use; all others are taken apart.

MathJax also has commands that set links, styles, classes and ids (``\href``, ``\style``, ``\bbox``,
``\mmlToken``), that load scripts (``\require``), change what later formulas mean (``\def``) or move
what they print (``\raise``, ``\kern``). New versions bring new ones, so the list names what is
allowed.
"""

from __future__ import annotations

import re

ALLOWED = """
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
COMMANDS = frozenset(ALLOWED.split())
# A single letter sets nothing active, and is often a line break in code: "\n".
COMMAND = re.compile(r"\\([A-Za-z]{2,})")
APART = "\\\u200b"  # a blank without width: MathJax sees no command, a reader sees no difference


def harmless(text: str) -> str:
    """The text with every command apart that is not in ``COMMANDS``, be it in a formula or not."""
    return COMMAND.sub(lambda m: m[0] if m[1] in COMMANDS else f"{APART}{m[1]}", text)
