"""Points of several classes that can be told apart without their colours."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_lib.backend import Array, to_numpy
from course_lib.plots import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHAPES = ("o", "x", "s", "+", "^", "*", "D", "1", "v", "$\\circ$")


def class_points(
    axes: "Axes", points: Array, classes: Array, names: Sequence[str] | None = None
) -> None:
    """Draw the points of up to ten classes, each class with a mark and a colour of its own.

    A class whose name is one character, as a digit, is drawn with this character. Other names
    stand in the middle of their points, so neither needs a legend.

    Parameters
    ----------
    axes : the points are added to them
    points : (N, 2)
    classes : (N,) integers from 0
    names : one for each class; 0, 1, … if left out

    Raises
    ------
    ValueError
        If points and classes do not fit together, there are more than ten classes, or one has no
        name.
    """
    points, classes = to_numpy(points), to_numpy(classes)
    if points.shape != (len(classes), 2) or classes.ndim != 1:
        raise ValueError(
            f"class_points: points {points.shape}, classes {classes.shape}; expected (N, 2), (N,)"
        )
    known = list(map(str, range(10))) if names is None else list(names)
    if len(known) > len(SHAPES) or not set(classes.tolist()) <= set(range(len(known))):
        raise ValueError(f"class_points: classes {np.unique(classes)} with {len(known)} names")
    letters = all(len(name) == 1 for name in known)
    for k in np.unique(classes):
        colour = theme.for_text(theme.CYCLE[k % len(theme.CYCLE)])
        mark = f"${known[k]}$" if letters else SHAPES[k]
        its = points[classes == k]
        axes.scatter(
            its[:, 0], its[:, 1], s=32 if letters else 22, marker=mark, color=colour, linewidths=0.6
        )
        if not letters:
            paper = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1, "alpha": 0.8}
            x, y = np.median(its, axis=0)
            axes.text(x, y, known[k], color=colour, weight="bold", ha="center", bbox=paper)
