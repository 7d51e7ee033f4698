"""One histogram per layer, side by side: the outputs of the layers, or their gradients."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.backend import Array, to_numpy
from course_lib.plots import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def activations(outputs: Mapping[str, Array], title: str = "Outputs of the layers") -> "Figure":
    """How the outputs of each layer are distributed: one histogram per layer, side by side.

    The dot is the median, the line reaches from the 5th to the 95th percentile. Values that are
    exactly 0 (ReLU, dropout) are left out of histogram, dot and line; their share is written below.

    Parameters
    ----------
    outputs : layer -> array of any shape, from `layer_outputs`
    title : of the figure; say what it shows

    Returns
    -------
    figure : matplotlib figure with one pair of axes

    Raises
    ------
    ValueError
        If there are no layers, or a layer has no finite number.
    """
    figure, ax = layer_histograms("activations", outputs, title, theme.FORWARD)
    ax.set_ylabel("output")
    return figure


def gradients(gradients: Mapping[str, Array], title: str = "Gradients of the layers") -> "Figure":
    """How large the gradients of each layer are: as `activations`, absolute values, on a log scale.

    If gradients shrink by the same factor from layer to layer, their medians lie on a straight
    line.

    Parameters
    ----------
    gradients : layer -> array of any shape, from `layer_gradients`
    title : of the figure; say what it shows

    Returns
    -------
    figure : matplotlib figure with one pair of axes

    Raises
    ------
    ValueError
        If there are no layers, or a layer has no finite number.
    """
    figure, ax = layer_histograms("gradients", gradients, title, theme.GRADIENT, log_sizes=True)
    ax.set_ylabel("absolute value of the gradient")
    return figure


BINS = 40


def layer_histograms(
    where: str, layers: Mapping[str, Array], title: str, colour: str, *, log_sizes: bool = False
) -> "tuple[Figure, Axes]":
    """Draw each layer's values as a histogram; with ``log_sizes``, their sizes on a log scale.

    Raises
    ------
    ValueError
        If there are no layers, or a layer has no finite number.
    """
    if not layers:
        raise ValueError(f"{where}: there are no layers")
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(max(4.2, 1.0 * len(layers) + 1.2), 3.4))
        crowded = len(layers) > 5 and max(map(len, layers)) > 3
        slanted: Any = {"rotation": 35, "ha": "right"} if crowded else {}
        ax.set_xticks(range(len(layers)), list(layers), **slanted)
        ax.set(xlim=(-0.6, len(layers) - 0.4), xlabel="layer", title=title)
        ax.grid(visible=False, axis="x")
    if log_sizes:
        ax.set_yscale("log")
    for position, values in enumerate(_numbers(where, layers)):
        _histogram(ax, position, np.abs(values) if log_sizes else values, colour)
    return figure, ax


def _numbers(where: str, layers: Mapping[str, Array]) -> list[np.ndarray]:
    found = []
    for name, array in layers.items():
        values = to_numpy(array).astype(np.float64).ravel()
        values = values[np.isfinite(values)]
        if values.size == 0:
            raise ValueError(f"{where}: layer {name!r} has no finite number")
        found.append(values)
    return found


def _histogram(ax: "Axes", position: int, values: np.ndarray, colour: str) -> None:
    """A mirrored vertical histogram at a position; its bins follow the scale of the axis."""
    logarithmic = ax.get_yscale() == "log"
    there = values[values != 0.0]
    zeros = 1.0 - there.size / values.size
    if zeros > 0.0:
        ax.annotate(
            f"{zeros:.0%} zero", (position, 0.0), xycoords=("data", "axes fraction"),
            xytext=(0, 3), textcoords="offset points", ha="center", fontsize="small",
            color=theme.QUIET,
        )  # fmt: skip
    if there.size == 0:
        return
    counts, edges = np.histogram(np.log10(there) if logarithmic else there, bins=BINS)
    half = 0.42 * np.repeat(counts, 2) / counts.max()
    heights = np.repeat(edges, 2)[1:-1]
    low, middle, high = np.quantile(there, (0.05, 0.5, 0.95))
    y = 10.0**heights if logarithmic else heights
    ax.fill_betweenx(y, position - half, position + half, color=colour, alpha=0.5, linewidth=0)
    ax.plot([position, position], [low, high], color=colour, linewidth=1.2)
    ax.plot(position, middle, marker="o", markersize=5, color=colour)
