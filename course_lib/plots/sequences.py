"""Animations, and figures with a slider."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from course_lib.plots import theme
from course_lib.plots.alternative_text import Picture
from course_lib.plots.player import LIMIT, Player
from course_lib.plots.small_png import pixels, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

T = TypeVar("T")
STILLS = 6  # number of frames in the still picture


def animation(
    draw: "Callable[[T], Figure]",
    steps: Iterable[T],
    *,
    alt: str,
    name: str = "step",
    seconds: float = 0.2,
    dpi: float = 80,
    limit: int = LIMIT,
) -> Player:
    """Draw a figure for each step and play them.

    ``animation(lambda k: landscape_paths(loss, paths, steps=k), range(30), alt="…")``

    The page has a play button and a slider. Where no scripts run, six of the frames are shown side
    by side.

    Parameters
    ----------
    draw : takes a step, returns a figure; all of them should have the same size and limits
    steps : numbers or anything else that draw takes
    alt : what the figures show, for readers who cannot see them
    name : name of a step, beside the slider
    seconds : between two frames
    dpi : pixels per inch
    limit : bytes that the HTML may take

    Returns
    -------
    player : shows itself as a cell's result; ``player.save("name.html")`` writes a page

    Raises
    ------
    ValueError
        If there are no steps, alt is empty, or the frames take more than the limit.
    """
    return _player("animation", draw, list(steps), alt, name, seconds, dpi, limit)


def slider(
    draw: "Callable[[T], Figure]",
    values: Iterable[T],
    *,
    name: str,
    alt: str,
    dpi: float = 80,
    limit: int = LIMIT,
) -> Player:
    """Draw a figure for each value and let the reader move through them.

    ``slider(lambda lr: landscape_paths(loss, {"path": descend(lr)}), rates, name="rate", alt="…")``

    The figures are drawn beforehand, so the slider also moves where no Python runs: in a saved
    notebook, on a page. Where no scripts run, six of them are shown side by side.

    Parameters
    ----------
    draw : takes a value, returns a figure; all of them should have the same size and limits
    values : numbers or anything else that draw takes; a dozen is plenty
    name : name of the value, beside the slider
    alt, dpi, limit : as for `animation`

    Returns
    -------
    player : shows itself as a cell's result; ``player.save("name.html")`` writes a page

    Raises
    ------
    ValueError
        As `animation`.
    """
    return _player("slider", draw, list(values), alt, name, None, dpi, limit)


def _player(
    where: str,
    draw: "Callable[[T], Figure]",
    values: list[T],
    alt: str,
    name: str,
    seconds: float | None,
    dpi: float,
    limit: int,
) -> Player:
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
