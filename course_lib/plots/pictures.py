"""Pictures: figures as small PNG files with alternative text, dark on a dark page of a notebook.

A drawing has few colours. Saved with a palette it takes a quarter of the space, so that an
animation fits into a notebook.
"""

import base64
import os
import sys
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.plots import theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


# --- A figure with an alternative text, for readers who cannot see it -----------------------------


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


# --- Figures in a notebook that somebody reads ----------------------------------------------------


def register() -> None:
    """Show every figure of this session by :func:`as_picture`, however it was made.

    Where nobody reads the page, as during grading, figures stay plain PNG files: half the size.
    """
    shell = _shell()
    read = "JPY_SESSION_NAME" in os.environ or "google.colab" in sys.modules
    if shell is not None and (read or "__vsc_ipynb_file__" in shell.user_ns):
        formatter = shell.display_formatter.ipython_display_formatter
        formatter.for_type_by_name("matplotlib.figure", "Figure", _show)


def as_picture(figure: "Figure") -> Picture:
    """The figure cut to its contents; its titles are the alternative text."""
    titles = [figure.get_suptitle()]
    for ax in figure.axes:
        titles += [ax.get_title("left"), ax.get_title("center"), ax.get_title("right")]
    said = "; ".join(" ".join(title.split()) for title in titles if title.strip())
    file = BytesIO()
    figure.savefig(file, format="png", dpi="figure", bbox_inches="tight")
    data = file.getvalue()
    image = read_png(data)
    drawing = not has_images(figure)
    alt = f"Figure: {said}" if said else "Figure without a title"
    return Picture(png(image) if drawing else data, alt, image.shape[1], drawing=drawing)


def _show(figure: "Figure") -> None:
    shell = _shell()
    if figure.axes and shell is not None:
        shell.display_pub.publish(as_picture(figure)._repr_mimebundle_())


def _shell() -> Any:
    ipython = sys.modules.get("IPython")  # code that runs in IPython has it loaded
    return None if ipython is None else ipython.get_ipython()


# --- Drawings as small PNG files ------------------------------------------------------------------


def pixels(figure: "Figure", dpi: float) -> np.ndarray:
    """The figure as (height, width, 3) bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(figure)  # matplotlib leaves its methods without types
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def read_png(data: bytes) -> np.ndarray:
    """A PNG file as (height, width, 3) bytes."""
    from PIL import Image

    return np.array(Image.open(BytesIO(data)).convert("RGB"))


def png(image: np.ndarray) -> bytes:
    """A PNG file with a palette.

    Parameters
    ----------
    image : (height, width, 3) bytes. Up to 256 colours are kept; of more, 64 that differ most stand
        for those that are near.
    """
    from PIL import Image  # matplotlib brings it

    picture, file = Image.fromarray(image), BytesIO()
    few = picture.getcolors(256)
    small = picture.quantize(
        len(few) if few else 64, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )
    small.save(file, "PNG", optimize=True)
    return file.getvalue()
