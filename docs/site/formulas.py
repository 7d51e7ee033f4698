"""Formulas as MathML, written while the site is built: pages need no script for them.

The font with the large brackets and roots comes from the package ziamath (STIX Two Math, SIL Open
Font License) and is copied into the site, reduced to what formulas need.
"""

import logging
import re
from collections.abc import Iterable
from html import escape, unescape
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

from docutils import nodes
from fontTools.subset import Options, Subsetter, load_font, save_font
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

MATH = re.compile("<math.*?</math>", re.S)
ITALIC = range(0x1D434, 0x1D468)  # browsers write single letters with these
ROOT_SIGN = 0x221A  # browsers draw it, no formula contains it
# Importing ziamath warns on some Python; only its file is needed.
FONT = distribution("ziamath").locate_file("ziamath/fonts/STIXTwoMath-Regular.ttf")
# latex2mathml leaves these as they are.
SPELLED = {r"\\[bB]igg?[lr]?\\langle": "⟨", r"\\[bB]igg?[lr]?\\rangle": "⟩"}


def mathml(latex: str, display: str) -> str:
    """A formula as MathML. Its LaTeX is kept for those who copy it.

    Raises
    ------
    ValueError
        A command is unknown, so the formula would show it.
    """
    written = latex
    for pattern, sign in SPELLED.items():
        written = re.sub(pattern, sign, written)
    written = re.sub(r"\\texttt\{[^}]*\}", lambda found: found[0].replace(r"\_", "_"), written)
    try:
        found = convert(written, display=display)
    except Exception as problem:
        raise ValueError(f"{latex!r}: {problem!r}") from problem
    if "\\" in found:
        raise ValueError(f"{latex!r}: a command in it is unknown")
    return found.replace("<math ", f'<math alttext="{escape(latex)}" ', 1)


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    # A wide formula scrolls, by keyboard too.
    start = '<div class="formula" role="group" aria-label="formula" tabindex="0">'
    translator.body.append(f"{start}{mathml(node.astext(), 'block')}</div>")
    raise nodes.SkipNode


def font_for(pages: Iterable[str]) -> bytes:
    """The font (WOFF), reduced to the letters of the formulas in these pages."""
    formulas = [formula for page in pages for formula in MATH.findall(page)]
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of each table
    options = Options(flavor="woff", layout_features=["ssty", "dtls", "flac"])
    options.name_IDs = ["*"]  # with the licence
    letters = Subsetter(options)
    letters.populate(text=unescape("".join(formulas)), unicodes=[*ITALIC, ROOT_SIGN])
    written = BytesIO()
    with load_font(str(FONT), options) as font:
        letters.subset(font)
        save_font(font, written, options)
    return written.getvalue()


def _write_font(app: Sphinx, problem: Exception | None) -> None:
    if problem:
        return
    pages = (file.read_text("utf-8") for file in Path(app.outdir).rglob("*.html"))
    Path(app.outdir, "_static", "math.woff").write_bytes(font_for(pages))


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("build-finished", _write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
