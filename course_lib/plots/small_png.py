"""Drawings as small PNG files.

A drawing has few colours. Saved with a palette it takes a quarter of the space, so that an
animation fits into a notebook.
"""

import struct
import zlib
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
    from io import BytesIO

    from matplotlib.image import imread

    return np.round(255 * imread(BytesIO(data), format="png")[..., :3]).astype(np.uint8)


def png(image: np.ndarray) -> bytes:
    """A PNG file with at most 256 colours.

    Parameters
    ----------
    image : (height, width, 3) bytes. Colours that differ little (by up to a sixteenth of the range,
        more in pictures full of colours) become the most frequent one among them.
    """
    palette, indices = _few_colours(image)
    height, width = indices.shape
    lines = np.concatenate([np.zeros((height, 1), np.uint8), indices], axis=1)  # 0: no filter
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits, with a palette
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in [
            (b"IHDR", header),
            (b"PLTE", palette.tobytes()),
            (b"IDAT", zlib.compress(lines.tobytes(), 9)),
            (b"IEND", b""),
        ]
    )


def _few_colours(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Palette (K, 3) with K <= 256, and for each pixel the number of its colour."""
    colours, which, counts = np.unique(
        image.reshape(-1, 3) @ np.array([1 << 16, 1 << 8, 1]),
        return_inverse=True,
        return_counts=True,
    )
    rgb = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    for bits in (8, 4, 3, 2):
        cells = (rgb >> (8 - bits)) @ np.array([1 << 2 * bits, 1 << bits, 1])
        found, cell = np.unique(cells, return_inverse=True)
        if len(found) <= 256:
            break
    palette = np.zeros((len(found), 3), np.uint8)
    rare_first = np.argsort(counts, kind="stable")
    palette[cell[rare_first]] = rgb[rare_first]  # the last one written is the most frequent
    return palette, cell[which].reshape(image.shape[:2]).astype(np.uint8)
