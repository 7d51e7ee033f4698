"""Animations."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from course_lessons.figures.draw_frames import STILLS, draw_frames
from course_lessons.figures.page import LIMIT
from course_lessons.figures.player import Player

if TYPE_CHECKING:
    from matplotlib.figure import Figure

T = TypeVar("T")


def animation(
    draw: "Callable[[T], Figure]",
    steps: Iterable[T],
    *,
    alt: str,
    name: str = "step",
    seconds: float = 0.2,
    dpi: float = 80,
    limit: int = LIMIT,
    stills: int = STILLS,
    start: T | None = None,
) -> Player:
    """Draw a figure for each step and play them.

    ``animation(lambda k: landscape_paths(loss, paths, steps=k), range(30), alt="…")``

    The page has a play button and a slider. Where no scripts run, ``stills`` of the frames are
    shown.

    Parameters
    ----------
    draw : takes a step, returns a figure; all of them should have the same size and limits
    steps : numbers or anything else that draw takes
    alt : what the figures show, for readers who cannot see them
    name : name of a step, beside the slider
    seconds : between two frames
    dpi : pixels per inch
    limit : bytes that the HTML may take
    stills : number of frames where no scripts run, from the first to the last; 1: the last one
    start : the step shown first; the first one if left out

    Returns
    -------
    player : shows itself as a cell's result; ``player.save("name.html")`` writes a page

    Raises
    ------
    ValueError
        If there are no steps, start is not among them, alt is empty, or the frames take more than
        the limit.
    """
    return draw_frames(
        "animation", draw, list(steps), alt, name, seconds, dpi, limit, stills, start
    )
