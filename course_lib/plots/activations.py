"""The outputs of each layer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from course_lib.backend import Array
from course_lib.plots import theme
from course_lib.plots.layer_histograms import layer_histograms

if TYPE_CHECKING:
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
