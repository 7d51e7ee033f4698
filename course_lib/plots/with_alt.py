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


class Picture:
    """A figure as a picture with alternative text; a notebook shows it as a cell's result.

    Parameters
    ----------
    png : the file's bytes
    alt : what the figure shows
    width : in pixels of the page
    """

    def __init__(self, png: bytes, alt: str, width: int) -> None:
        if not alt.strip():
            raise ValueError("with_alt: alt is empty; say in a sentence what the figure shows")
        self.png = png
        self.alt = alt
        self.width = width

    def html(self) -> str:
        """The picture on its card, as an HTML element that needs nothing else."""
        return f'<div style="{CARD}">{self.image()}</div>'

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
    return Picture(png(image), alt, image.shape[1])
