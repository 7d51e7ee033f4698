"""A deck: slides as one HTML file that needs no network and no other file."""

import base64
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from docs.site.formulas import font_for
from docs.slides.slides_of import Slide
from docs.slides.text import as_html, inline

TEMPLATES = Path(__file__).parent / "templates"
SIZES = ((1200, "longer"), (600, "long"))  # a text with so many characters is set smaller


def deck(slides: list[Slide], course: str) -> bytes:
    """The file of a deck; the first slide has its title."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "markdown": lambda text: Markup(as_html(text)),
        "inline": lambda text: Markup(inline(text)),
        "size": _size,
    }
    template = environment.get_template("deck.html")
    written = template.render(slides=slides, course=course, font="")
    if "<math" in written:
        font = base64.b64encode(font_for([written])).decode()
        written = template.render(slides=slides, course=course, font=font)
    return written.encode()


def _size(html: str) -> str:
    """The name of a text's size in the style sheet."""
    length = len(re.sub(r"<[^>]*>", "", html))
    return next((name for least, name in SIZES if length >= least), "")
