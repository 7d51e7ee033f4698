"""What moves in a live figure, as numbers that a page draws."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.backend import Array, to_numpy
from course_lib.plots import theme
from course_lib.plots.pictures import pixels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GAP = -32768  # stands for a place that is not a number
FAR = 30_000  # tenths of a pixel: further away, only the direction is kept
LATE = 0.75  # beyond this share of the axes' width, a label is before its place
FONT = 9  # size of labels, in points


@dataclass(frozen=True, eq=False)
class Trace:
    """A line or points of a live figure, whose places depend on the settings.

    Attributes
    ----------
    axes : where it is drawn; their limits stay as they are
    x, y : places in the units of the axes, (T,) or (values of the first setting, …, T); where one
        is nan, the line has a gap
    color : of all of it
    width : of the line in pixels; 0 for points alone
    marker : diameter of the points in pixels; 0 for a line alone
    dashed : whether the line is
    label : beside the last visible place, in its colour
    """

    axes: "Axes"
    x: Array
    y: Array
    color: str = theme.FORWARD
    width: float = 2.0
    marker: float = 0.0
    dashed: bool = False
    label: str = ""


class Sheet:
    """One figure of a live figure: what stays, and where on it places are in pixels.

    Parameters
    ----------
    figure : its axes keep the limits that they have now
    number : of the figure
    dpi : pixels per inch
    """

    def __init__(self, figure: "Figure", number: int, dpi: float) -> None:
        self.figure = figure
        self.number = number
        self.dpi = dpi
        self.ground = pixels(figure, dpi)  # decides where the axes are and which limits they have
        self.height, self.width = self.ground.shape[:2]
        for axes in figure.axes:
            axes.autoscale(False)

    @staticmethod
    def of(axes: "Axes", sheets: "Sequence[Sheet]") -> "Sheet":
        """The one to which these axes belong."""
        for sheet in sheets:
            if axes in sheet.figure.axes:
                return sheet
        raise ValueError("live: the axes of a trace, or of choose, are not in the figures")

    def part(self, trace: Trace, grid: tuple[int, ...]) -> dict[str, Any]:
        """A trace as the page's script reads it; ``grid``: number of values of each setting."""
        x, y = _places(trace, grid)
        left, top, width, height = self._box(trace.axes)
        centre = 10 * np.array([left + width / 2, top + height / 2])
        with np.errstate(all="ignore"):
            away = 10 * self._pixels(trace.axes, x.ravel(), y.ravel()) - centre
            size = np.abs(away).max(axis=1, keepdims=True)
            seen = np.round(centre + away * np.minimum(1.0, FAR / np.maximum(size, 1.0)))
        seen[~np.isfinite(seen).all(axis=1)] = GAP
        return {
            "sheet": self.number,
            "box": [left, top, width, height],
            "n": x.shape[-1],
            "places": base64.b64encode(seen.astype("<i2").tobytes()).decode(),
            "color": trace.color,
            "width": trace.width,
            "marker": trace.marker,
            "dashed": trace.dashed,
            "label": trace.label,
            "font": round(FONT * self.dpi / 72, 1),
        }

    def field(self, axes: "Axes", first: Any, second: Any) -> dict[str, Any]:
        """Where on the axes each value of the two settings is, in pixels."""
        a, b = (np.asarray(values, dtype=np.float64) for values in (first, second))
        x = self._pixels(axes, a, np.full_like(a, b[0]))[:, 0]
        y = self._pixels(axes, np.full_like(b, a[0]), b)[:, 1]
        places = {"x": x.round(1).tolist(), "y": y.round(1).tolist()}
        return {"sheet": self.number, "box": self._box(axes), **places}

    def draw(self, trace: Trace, grid: tuple[int, ...], at: tuple[int, ...]) -> None:
        """Draw a trace into the figure, at one value of each setting."""
        x, y = (places[at] for places in _places(trace, grid))
        points = 72 / self.dpi  # matplotlib measures in points
        trace.axes.plot(
            x,
            y,
            "--" if trace.dashed else "-",
            color=trace.color,
            linewidth=points * trace.width,
            marker="o",
            markersize=points * trace.marker,
            markeredgewidth=0,
        )
        (left, right), (low, high) = np.sort([trace.axes.get_xlim(), trace.axes.get_ylim()])
        visible = np.flatnonzero((x >= left) & (x <= right) & (y >= low) & (y <= high))
        if trace.label and len(visible):
            end = (x[visible[-1]], y[visible[-1]])
            late = (trace.axes.transData - trace.axes.transAxes).transform(end)[0] > LATE
            offset, side = ((-5, 0), "right") if late else ((5, 0), "left")
            beside: Any = {"textcoords": "offset points", "fontsize": FONT, "va": "center"}
            beside |= {"ha": side, "color": trace.color}
            label = trace.axes.annotate(trace.label, end, offset, **beside)
            label.set_in_layout(False)

    def _pixels(self, axes: "Axes", x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(N, 2): places in pixels from the left and from the top."""
        seen: np.ndarray = axes.transData.transform(np.stack([x, y], axis=1))
        seen[:, 1] = self.height - seen[:, 1]
        return seen

    def _box(self, axes: "Axes") -> list[float]:
        """Left, top, width and height of the axes in pixels."""
        box = axes.get_window_extent()
        return [round(v, 1) for v in (box.x0, self.height - box.y1, box.width, box.height)]


def _places(trace: Trace, grid: tuple[int, ...]) -> list[np.ndarray]:
    """x and y of a trace for each value of the settings: (values of the first setting, …, T)."""
    both = [np.asarray(to_numpy(a), dtype=np.float64) for a in (trace.x, trace.y)]
    for name, a in zip("xy", both, strict=True):
        if a.ndim != 1 and a.shape[:-1] != grid:
            raise ValueError(
                f"live: {name} of a trace has shape {a.shape}, expected (T,) or {(*grid, 'T')}"
            )
    n = max(a.shape[-1] for a in both)
    return [np.broadcast_to(a, (*grid, n)) for a in both]
