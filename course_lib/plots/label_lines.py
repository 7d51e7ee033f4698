"""The names of lines at their ends, in place of a legend."""

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.plots import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

BESIDE = 5  # points between the end of a line and its name
LED = 15  # the same, for names that stand in a column with lines that lead to them


def label_lines(*axes: "Axes", size: float = 9) -> None:
    """Write the ``label`` of each line beside its last visible place, in the line's colour.

    ``ax.plot(steps, loss, label="training"); label_lines(ax)``. Names that would lie on each other
    move apart, and a thin line leads to each that moved. Names to the right of the axes get the
    space that they need. Colours that are too light for text are darkened.

    Parameters
    ----------
    axes : with their lines, limits and titles: call this last, before ``plt.show()``
    size : of the text, in points

    Raises
    ------
    ValueError
        If no line of the axes has a label. (One that cannot be seen, as all of it is nan, may.)
    """
    figures = dict.fromkeys(ax.figure for ax in axes)

    def lay_out() -> None:
        for figure in figures:
            figure.draw_without_rendering()  # type: ignore[union-attr]

    lay_out()
    written = []
    for ax in axes:
        lines = _named(ax)
        if not lines:
            raise ValueError("label_lines: no line of the axes has a label; plot with label=")
        ends = [(name, line, end) for name, line in lines if (end := _end(line)) is not None]
        written.append([_beside(ax, name, line, end, size) for name, line, end in ends])
    for _ in range(2):  # the space that the names need moves the axes, and with them the ends
        for label in chain(*written):
            label.set_position((BESIDE, 0))
        lay_out()
        for ax, labels in zip(axes, written, strict=True):
            for group in _in_the_same_column(labels):
                _move_apart(group, ax)


def _named(ax: "Axes") -> "list[tuple[str, Line2D]]":
    """Each line that has a label, that of error bars included."""
    from matplotlib.container import ErrorbarContainer
    from matplotlib.lines import Line2D

    found = []
    for handle, name in zip(*ax.get_legend_handles_labels(), strict=True):
        line = handle[0] if isinstance(handle, ErrorbarContainer) else handle
        if isinstance(line, Line2D):
            found.append((name, line))
    return found


def _end(line: "Line2D") -> np.ndarray | None:
    """The last visible place of a line in pixels: its last point, or where it leaves the axes."""
    low, high = line.axes.bbox.get_points()  # type: ignore[union-attr]
    with np.errstate(all="ignore"):
        places = np.asarray(line.get_transform().transform(line.get_xydata()))
    inside = np.flatnonzero(((places > low - 0.5) & (places < high + 0.5)).all(axis=1))
    if len(inside) == 0:
        return None
    last: np.ndarray = places[inside[-1]]
    if inside[-1] + 1 == len(places) or not np.isfinite(places[inside[-1] + 1]).all():
        return last
    way = places[inside[-1] + 1] - last
    edges = np.where(way > 0, high, low)
    with np.errstate(all="ignore"):
        shares = np.where(way == 0, np.inf, (edges - last) / way)
    left: np.ndarray = last + way * shares.min()
    return left


def _beside(ax: "Axes", name: str, line: "Line2D", end: np.ndarray, size: float) -> "Annotation":
    colour = theme.for_text(line.get_color())
    x, y = ax.transData.inverted().transform(end)
    leader: Any = {"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 2}
    look: Any = {"va": "center", "fontsize": size, "color": colour, "annotation_clip": False}
    arrow = {**leader, "alpha": 0.0}
    return ax.annotate(
        name, (x, y), (BESIDE, 0), textcoords="offset points", arrowprops=arrow, **look
    )


def _extent(label: "Annotation") -> "Bbox":
    """Of the text alone, without its leader."""
    from matplotlib.text import Text

    label.get_window_extent()  # an annotation finds its place only when it is asked for this
    return Text.get_window_extent(label)


def _in_the_same_column(labels: "list[Annotation]") -> "list[list[Annotation]]":
    """Groups of labels of which each shares a part of its width with another one, if led there."""
    groups: list[list[Annotation]] = []
    edge = -np.inf
    for label in sorted(labels, key=lambda label: _extent(label).x0):
        if _extent(label).x0 > edge:
            groups.append([])
        groups[-1].append(label)
        edge = max(edge, _extent(label).x1 + LED * label.figure.dpi / 72)
    return groups


def _move_apart(labels: "list[Annotation]", ax: "Axes") -> None:
    """Move labels up and down, as little as possible, until none lies on another."""
    extents = [_extent(label) for label in labels]
    height = max(extent.height for extent in extents)
    middles = np.array([(extent.y0 + extent.y1) / 2 for extent in extents])
    order = np.lexsort((np.array([extent.x0 for extent in extents]), middles.round()))
    point = 72 / ax.figure.dpi  # of a pixel, in points
    low, high = ax.bbox.y0 + height / 2, ax.bbox.y1 - height / 2
    # Minus the room that the labels below need, the places must not fall: isotonic regression.
    room = height * np.arange(len(labels))
    lowest = np.clip(_not_falling(middles[order] - room), low, max(low, high - room[-1]))
    places = lowest + room
    if not np.any(np.abs(places - middles[order]) > height / 2):
        for k, place in zip(order, places, strict=True):
            labels[k].set_position((BESIDE, (place - middles[k]) * point))
        return
    # They stand in one column, and a line leads to each of them.
    column = max(extent.x0 for extent in extents)
    for k, place in zip(order, places, strict=True):
        aside = (column - extents[k].x0) * point
        labels[k].set_position((LED + aside, (place - middles[k]) * point))
        if labels[k].arrow_patch is not None:
            labels[k].arrow_patch.set_alpha(0.7)


def _not_falling(values: np.ndarray) -> np.ndarray:
    """The sequence that does not fall and has the smallest squared distance to ``values``."""
    blocks: list[list[float]] = []
    for value in values:
        blocks.append([value])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    return np.concatenate([np.full(len(block), np.mean(block)) for block in blocks])
