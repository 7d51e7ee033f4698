"""Figures with a slider."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from course_lessons.figures.draw_frames import STILLS, draw_frames
from course_lessons.figures.page import LIMIT
from course_lessons.figures.player import Player

if TYPE_CHECKING:
    from matplotlib.figure import Figure

T = TypeVar("T")


def slider(
    draw: "Callable[[T], Figure]",
    values: Iterable[T],
    *,
    name: str,
    alt: str,
    dpi: float = 80,
    limit: int = LIMIT,
    stills: int = STILLS,
    start: T | None = None,
) -> Player:
    """Draw a figure for each value and let the reader move through them.

    ``slider(lambda lr: landscape_paths(loss, {"path": descend(lr)}), rates, name="rate", alt="…")``

    The figures are drawn beforehand, so the slider also moves where no Python runs: in a saved
    notebook, on a page. Where no scripts run, ``stills`` of them are shown.

    Parameters
    ----------
    draw : takes a value, returns a figure; all of them should have the same size and limits
    values : numbers or anything else that draw takes; a dozen is plenty
    name : name of the value, beside the slider
    alt, dpi, limit : as for `animation`
    stills : number of figures where no scripts run, from the first to the last; 1: the last one
    start : the value shown first; the first one if left out

    Returns
    -------
    player : shows itself as a cell's result; ``player.save("name.html")`` writes a page

    Raises
    ------
    ValueError
        As `animation`.
    """
    return draw_frames("slider", draw, list(values), alt, name, None, dpi, limit, stills, start)
