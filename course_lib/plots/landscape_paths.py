"""The paths of optimizers on a loss of two weights."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.backend import Array, to_numpy
from course_lib.plots import theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GRID = 61  # points a side
COLOURS = [colour for colour in theme.CYCLE if colour != theme.GRADIENT]
MARKERS = "os^Dvx"


def landscape_paths(
    loss: Callable[[np.ndarray], float],
    paths: Mapping[str, Array],
    *,
    bounds: tuple[tuple[float, float], tuple[float, float]] | None = None,
    minimum: tuple[float, float] | None = None,
    steps: int | None = None,
    title: str = "Paths down the loss",
) -> "Figure":
    """Contours of a loss and the paths that optimizers take on it.

    The levels of the contours are not equally spaced: they are closer together near the minimum,
    where the loss changes little.

    Parameters
    ----------
    loss : (2,) -> float
    paths : name -> (T, 2), for instance from `gradient_descent`; each has a colour and a marker. A
        path that diverges is drawn up to the edge of the picture.
    bounds : ((lowest, highest) of w0, (lowest, highest) of w1); around all paths if left out
    minimum : marked with a star
    steps : draw only so many steps, within the bounds of the whole paths (for a frame of an
        animation)
    title : of the figure; say what it shows

    Returns
    -------
    figure : matplotlib figure with one pair of axes

    Raises
    ------
    ValueError
        If there are no paths, one has another shape, or bounds are needed because no path has a
        finite point.
    """
    known = {name: to_numpy(path) for name, path in paths.items()}
    for name, path in known.items():
        if path.ndim != 2 or path.shape[1] != 2 or len(path) == 0:
            raise ValueError(
                f"landscape_paths: path {name!r} has shape {path.shape}, expected (T, 2)"
            )
    (left, right), (bottom, top) = bounds or _around(known, minimum)
    w0, w1 = np.linspace(left, right, GRID), np.linspace(bottom, top, GRID)
    heights = np.array([[float(loss(np.array([a, b]))) for a in w0] for b in w1])
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(5.2, 4.2))
        ax.contour(w0, w1, heights, levels=_levels(heights), colors=theme.QUIET, linewidths=0.6)
        for i, (name, path) in enumerate(known.items()):
            shown = path if steps is None else path[: steps + 1]
            look: Any = {"color": COLOURS[i % len(COLOURS)], "marker": MARKERS[i % len(MARKERS)]}
            ax.plot(*shown.T, **look, markersize=3.5, linewidth=1.2, label=name)
            ax.plot(*path[0], marker="o", markersize=9, fillstyle="none", color=theme.INK)
        if minimum is not None:
            ax.plot(*minimum, marker="*", markersize=13, color=theme.INK, linestyle="none")
        ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="w[0]", ylabel="w[1]", title=title)
        ax.grid(visible=False)
        figure.legend(loc="outside lower center", ncols=min(len(known), 3))  # not over the paths
    return figure


def _around(
    paths: Mapping[str, np.ndarray], minimum: tuple[float, float] | None
) -> tuple[tuple[float, float], tuple[float, float]]:
    points = [path[np.all(np.isfinite(path), axis=1)] for path in paths.values()]
    points += [np.array([minimum])] if minimum is not None else []
    if not any(len(p) for p in points):
        raise ValueError("landscape_paths: no path has a finite point; give paths or bounds")
    everything = np.concatenate(points)
    low, high = everything.min(axis=0), everything.max(axis=0)
    margin = 0.1 * np.maximum(high - low, 1e-3 + 0.1 * np.max(high - low))
    (left, bottom), (right, top) = low - margin, high + margin
    return (float(left), float(right)), (float(bottom), float(top))


def _levels(heights: np.ndarray) -> np.ndarray:
    finite = heights[np.isfinite(heights)]
    low, high = float(finite.min()), float(finite.max())
    return low + (high - low + 1e-12) * np.linspace(0.02, 1.0, 16) ** 2.5
