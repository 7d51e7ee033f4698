"""The frames of a player, drawn one after the other, and its still picture."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from course_lib.plots import theme
from course_lib.plots.player import Player
from course_lib.plots.small_png import pixels, png
from course_lib.plots.with_alt import Picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

T = TypeVar("T")
STILLS = 6  # number of frames in the still picture


def draw_frames(
    where: str,
    draw: "Callable[[T], Figure]",
    values: list[T],
    alt: str,
    name: str,
    seconds: float | None,
    dpi: float,
    limit: int,
) -> Player:
    """Draw a frame for each value; the arguments are those of `animation`.

    Raises
    ------
    ValueError
        If there are no values, alt is empty, or the frames take more than the limit.
    """
    if not values:
        raise ValueError(f"{where}: there is nothing to draw; give at least one value")
    import matplotlib.pyplot as plt

    labels, images = [], []
    for value in values:
        figure = draw(value)
        images.append(pixels(figure, dpi))
        labels.append(f"{value:.4g}" if isinstance(value, float) else str(value))
        plt.close(figure)
    frames = tuple((label, png(image)) for label, image in zip(labels, images, strict=True))
    player = Player(frames, _still(images, labels, name, alt), name, seconds, images[0].shape[1])
    size = len(player.html())
    if size > limit:
        raise ValueError(
            f"{where}: {len(values)} frames take {size:,} bytes, the limit is {limit:,}; draw "
            "fewer or smaller ones, or pass a lower dpi"
        )
    return player


def _still(images: Sequence[np.ndarray], labels: Sequence[str], name: str, alt: str) -> Picture:
    """The first frame, the last one and some between them, side by side."""
    chosen = sorted({round(k) for k in np.linspace(0, len(images) - 1, STILLS)})
    columns = min(3, len(chosen))
    rows = math.ceil(len(chosen) / columns)
    height, width = images[0].shape[:2]
    import matplotlib.pyplot as plt

    with theme.style():
        size = (9.0, 9.0 / columns * rows * (height / width + 0.08))
        figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
        for ax in axes.flat:
            ax.axis("off")
        for ax, k in zip(axes.flat, chosen, strict=False):
            ax.imshow(images[k], interpolation="antialiased")
            ax.set_title(f"{name} {labels[k]}", fontsize="small")
    image = pixels(figure, 90)
    plt.close(figure)
    return Picture(png(image), alt, image.shape[1])
