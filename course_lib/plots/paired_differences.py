"""Differences of paired runs with their spread."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.backend import Array, to_numpy
from course_lib.plots import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE = 0.16  # height of a line of the key, in inches
WIDE = 3.5  # axes of this width have it on one line


def paired_differences(axes: "Axes", differences: Mapping[str, Array]) -> None:
    """Draw a row for each comparison: each pair a dot, their mean a bar, ± a standard deviation.

    A line at the top says so.

    Two methods that ran on the same seeds or splits differ far less from each other than the seeds
    do. So draw what one has more than the other on the same seed, not two error bars.

    Parameters
    ----------
    axes : give them a title and a label along x, with its unit: what was subtracted from what
    differences : name -> (S,), for seeds 0, 1, …; rows from the top down

    Raises
    ------
    ValueError
        If there are no rows, or one has fewer than two differences.
    """
    rows = {name: to_numpy(values) for name, values in differences.items()}
    if not rows or any(values.ndim != 1 or len(values) < 2 for values in rows.values()):
        shapes = {name: values.shape for name, values in rows.items()}
        raise ValueError(f"paired_differences: {shapes}; each row needs two differences or more")
    axes.axvline(0, color=theme.QUIET, linewidth=1)
    said = []
    for row, (name, values) in enumerate(rows.items()):
        mean, deviation = values.mean(), values.std(ddof=1)
        axes.plot([mean - deviation, mean + deviation], [row, row], color=theme.INK, linewidth=1.2)
        axes.plot([mean, mean], [row - 0.28, row + 0.28], color=theme.INK, linewidth=2.5)
        apart = row + np.linspace(-0.18, 0.18, len(values))
        axes.plot(values, apart, "o", color=theme.FORWARD, markersize=4.5, alpha=0.75)
        # One significant digit of the deviation, two below 3: ±0.1 says too little about 0.14.
        decimals = max(0, -math.floor(math.log10(deviation / 3))) if deviation > 0 else 2
        rounded = theme.with_minus(f"{mean:+.{decimals}f}")
        said.append(f"{name}\n{rounded} ± {deviation:.{decimals}f}")
    axes.set_yticks(range(len(rows)), said)
    box = axes.get_window_extent()
    wide, high = box.width / axes.figure.dpi, box.height / axes.figure.dpi  # before the layout
    key = "dot: one pair · bar: mean" + (" · " if wide > WIDE else "\n")
    key += "line: ± one standard deviation"
    share = LINE * (1 + key.count("\n")) / high  # of the axes, above the rows
    axes.set_ylim(len(rows) - 0.5, -0.5 - len(rows) * share / (1 - share))
    paper = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1}
    place: Any = {"xycoords": "axes fraction", "ha": "right", "va": "top", "size": 8}
    axes.annotate(key, (1, 1), (0, -1), textcoords="offset points", bbox=paper, **place)
    axes.grid(visible=False, axis="y")
