"""The gradients of each layer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from course_lib.backend import Array
from course_lib.plots import theme
from course_lib.plots.layer_histograms import layer_histograms

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
