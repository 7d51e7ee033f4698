"""A figure with an alternative text, for readers who cannot see it."""

import base64
from html import escape
from typing import TYPE_CHECKING, Any

from course_lib.plots import theme
from course_lib.plots.small_png import pixels, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# On a dark page a figure lies on a light card with round corners, and so do the controls of a
# player; on a light page the card is not seen.
CARD = (
    "width: fit-content; padding: 10px; "
    f"border-radius: 10px; background: {theme.PAPER}; color: {theme.INK}; color-scheme: light"
)
# JupyterLab, Colab, the course's pages, VS Code.
DARK_PAGES = (
    '[data-jp-theme-light="false"], html[theme="dark"], html[data-theme="dark"], .vscode-dark'
)
# A drawing needs no card: its lightness is turned over, and its hues stay. Where styles do not
# count (an untrusted notebook), and in print, the card remains.
DARK = (
    f"@media screen {{ :is({DARK_PAGES}) .course-drawing {{ background: none !important; "
    "color: inherit !important; color-scheme: dark !important } "
    f":is({DARK_PAGES}) .course-drawing :is(img, svg) {{ filter: {theme.ON_DARK} }} "
    f":is({DARK_PAGES}) .course-drawing img {{ mix-blend-mode: screen }} }}"
)


def has_images(figure: "Figure") -> bool:
    """Whether the figure has images or maps, whose colours are the data."""
    from matplotlib.collections import QuadMesh
    from matplotlib.contour import ContourSet

    return any(
        ax.images
        or any(
            isinstance(part, QuadMesh) or (isinstance(part, ContourSet) and part.filled)
            for part in ax.collections
        )
        for ax in figure.axes
    )


def card(drawing: bool, content: str, attributes: str = "") -> str:
    """An HTML element around a figure; a `drawing` becomes dark on a dark page."""
    style = f"<style>{DARK}</style>" if drawing else ""
    named = ' class="course-drawing"' if drawing else ""
    return f'<div{attributes}{named} style="{CARD}">{content}{style}</div>'


class Picture:
    """A figure as a picture with alternative text; a notebook shows it as a cell's result.

    Parameters
    ----------
    png : the file's bytes
    alt : what the figure shows
    width : in pixels of the page
    drawing : lines and text on paper, whose lightness may be turned over on a dark page; False if
        colours are the data
    """

    def __init__(self, png: bytes, alt: str, width: int, *, drawing: bool = True) -> None:
        if not alt.strip():
            raise ValueError("with_alt: alt is empty; say in a sentence what the figure shows")
        self.png = png
        self.alt = alt
        self.width = width
        self.drawing = drawing

    def html(self) -> str:
        """The picture on its card, as an HTML element that needs nothing else."""
        return card(self.drawing, self.image())

    def image(self) -> str:
        """The picture alone."""
        data = base64.b64encode(self.png).decode()
        return (
            f'<img alt="{escape(self.alt)}" width="{self.width}" '
            f'style="max-width: 100%; height: auto" src="data:image/png;base64,{data}">'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        data = base64.b64encode(self.png).decode()
        return {"text/html": self.html(), "image/png": data, "text/plain": self.alt}

    def __repr__(self) -> str:
        return f"Picture({self.alt!r})"


def with_alt(figure: "Figure", alt: str, *, dpi: float = 100) -> Picture:
    """Give a figure an alternative text: ``with_alt(training_curves(history), "Both losses …")``.

    Parameters
    ----------
    figure : drawn and then closed, so that a notebook does not show it a second time
    alt : what the figure shows, in one or two sentences; screen readers read it aloud
    dpi : pixels per inch

    Raises
    ------
    ValueError
        If alt is empty.
    """
    import matplotlib.pyplot as plt

    image = pixels(figure, dpi)
    plt.close(figure)
    return Picture(png(image), alt, image.shape[1], drawing=not has_images(figure))
