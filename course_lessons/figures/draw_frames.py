"""The frames of a player, drawn one after the other, and its still picture."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from course_lessons.figures.page import label_of
from course_lessons.figures.player import Player
from course_lib.plots import theme
from course_lib.plots.pictures import Picture, has_images, pixels, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

T = TypeVar("T")
STILLS = 3  # number of frames in the still picture, if nothing else is asked for
TITLE = 28  # height of a frame's title in it, in pixels


def draw_frames(
    where: str,
    draw: "Callable[[T], Figure]",
    values: list[T],
    alt: str,
    name: str,
    seconds: float | None,
    dpi: float,
    limit: int,
    stills: int = STILLS,
    start: T | None = None,
) -> Player:
    """Draw a frame for each value; the arguments are those of `animation`.

    Raises
    ------
    ValueError
        If there are no values, start is not among them, alt is empty, or the frames take more than
        the limit.
    """
    if not values:
        raise ValueError(f"{where}: there is nothing to draw; give at least one value")
    if start is not None and start not in values:
        raise ValueError(f"{where}: start is {start!r}, expected one of {values}")
    import matplotlib.pyplot as plt

    labels, images, drawing = [], [], True
    for value in values:
        figure = draw(value)
        images.append(pixels(figure, dpi))
        drawing = drawing and not has_images(figure)
        labels.append(label_of(value))
        plt.close(figure)
    frames = tuple((label, png(image)) for label, image in zip(labels, images, strict=True))
    still = _still(images, labels, name, alt, stills, drawing)
    first = 0 if start is None else values.index(start)
    player = Player(frames, still, name, seconds, images[0].shape[1], first)
    size = len(player.html())
    if size > limit:
        raise ValueError(
            f"{where}: {len(values)} frames take {size:,} bytes, the limit is {limit:,}; draw "
            "fewer or smaller ones, or pass a lower dpi"
        )
    return player


def _still(
    images: Sequence[np.ndarray],
    labels: Sequence[str],
    name: str,
    alt: str,
    stills: int,
    drawing: bool,
) -> Picture:
    """Frames from the first to the last, evenly spaced, below each other in full size."""
    # Backwards, so that a single one is the last, which shows how it ends.
    chosen = sorted({round(k) for k in np.linspace(len(images) - 1, 0, stills)})
    width = max(images[k].shape[1] for k in chosen)
    parts = []
    for k in chosen:
        parts += [_title(f"{name} {labels[k]}", width), images[k]]
    white = [((0, 0), (0, width - part.shape[1]), (0, 0)) for part in parts]
    image = np.concatenate(
        [np.pad(part, w, constant_values=255) for part, w in zip(parts, white, strict=True)]
    )
    return Picture(png(image), alt, width, drawing=drawing)


def _title(text: str, width: int) -> np.ndarray:
    """One line of text, as wide as the frames."""
    import matplotlib.pyplot as plt

    dpi = 100
    with theme.style():
        figure = plt.figure(figsize=(width / dpi, TITLE / dpi), layout="none")
        figure.text(0.5, 0.5, text, ha="center", va="center", fontsize=9)
    image = pixels(figure, dpi)
    plt.close(figure)
    return image
