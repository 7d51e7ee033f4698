"""Drawings as small PNG files.

A drawing has few colours. Saved with a palette it takes a quarter of the space, so that an
animation fits into a notebook.
"""

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
