"""Draw the opening picture of a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from grader.authoring.cells import source_of
from grader.authoring.opening import FILE, LARGEST, opening_cell
from grader.authoring.settings_at import settings_at
from grader.authoring.source import read_source
from grader.files import write_whole
from grader.problems import AuthoringError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = (100, 80, 64)  # the first with which the picture is small enough
# Half as wide, as on a phone, the letters are still 9 pixels high or more.
LOOK = {"figure.figsize": (6.4, 3.2), "font.size": 14, "axes.titlesize": 16, "axes.grid": False}


def draw_opening(assignment: str, root: Path) -> Path:
    """Write ``opening.png`` beside the source of ``assignment``; returns its path.

    Raises
    ------
    AuthoringError
        There is no such cell, it does not run, or the picture is too large.
    """
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    from course_lib.plots import theme

    source = source_of(assignment, root)
    if not source.is_relative_to(settings_at(root).root):
        raise AuthoringError(f"{assignment}: {source} is the course's, which is not written into")
    if (cell := opening_cell(read_source(source))) is None:
        raise AuthoringError(f"{assignment}: no cell is marked with opening=true")
    drawn: list[list[bytes]] = []

    def keep(*_arguments: Any, **_options: Any) -> None:
        drawn.append([on_card(plt.gcf(), dpi) for dpi in DPI])

    try:
        with theme.style(), mpl.rc_context(LOOK), patch.object(plt, "show", keep):  # type: ignore[arg-type]
            exec(compile(cell.text, cell.where, "exec"), {"__name__": "__main__"})
    except Exception as error:
        raise AuthoringError(f"{cell.where}: {type(error).__name__}: {error}") from error
    finally:
        plt.close("all")
    if not drawn:
        raise AuthoringError(f"{cell.where}: nothing is drawn; end with plt.show()")
    small = [picture for picture in drawn[-1] if len(picture) <= LARGEST]
    if not small:
        raise AuthoringError(f"{cell.where}: the picture takes more than {LARGEST:,} bytes")
    path = source.with_name(FILE)
    write_whole(path, small[0])
    return path


def on_card(figure: Figure, dpi: float) -> bytes:
    """A PNG file of the figure on a card with round corners, which are clear on a dark page."""
    from io import BytesIO

    import numpy as np
    from PIL import Image, ImageDraw

    from course_lib.plots.pictures import pixels

    image = Image.fromarray(pixels(figure, dpi))
    edge = round(0.14 * dpi)
    card = Image.new("RGBA", (image.width + 2 * edge, image.height + 2 * edge), "white")
    card.paste(image, (edge, edge))
    large = Image.new("L", (4 * card.width, 4 * card.height))
    box = (0, 0, large.width - 1, large.height - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, radius=4 * edge, fill=255)
    clear = np.asarray(large.resize(card.size)) < 128
    few = card.convert("RGB").quantize(255, dither=Image.Dither.NONE)
    indices = np.asarray(few).copy()
    colours = few.getpalette() or []  # as many as there are, 255 at most
    no_colour = len(colours) // 3  # an index beyond the palette would be refused by strict readers
    indices[clear] = no_colour
    shown = Image.fromarray(indices, "P")
    shown.putpalette([*colours, 255, 255, 255])
    file = BytesIO()
    shown.save(file, "PNG", optimize=True, transparency=no_colour)
    return file.getvalue()
