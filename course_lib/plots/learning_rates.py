"""The learning-rate range test as a picture."""

from typing import TYPE_CHECKING

from course_lib.plots import theme
from course_lib.training.lr_range_test import RangeTest

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def learning_rates(found: RangeTest, title: str = "Loss at growing learning rates") -> "Figure":
    """Draw the losses of `lr_range_test` over the rates, and the suggested rate.

    Parameters
    ----------
    found : from `lr_range_test`
    title : of the figure; say what it shows

    Returns
    -------
    figure : matplotlib figure with one pair of axes
    """
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(4.8, 3.2))
        ax.plot(
            found.rates, found.losses, color=theme.QUIET, linewidth=0.8, label="one minibatch each"
        )
        ax.plot(found.rates, found.smoothed, color=theme.FORWARD, label="smoothed")
        if found.suggestion is not None:
            ax.axvline(
                found.suggestion,
                color=theme.INK,
                linestyle=":",
                label=f"suggestion: {found.suggestion:.1g}",
            )
        ax.set(xscale="log", xlabel="learning rate", ylabel="loss", title=title)
        first, lowest = found.smoothed[0], min(found.smoothed)
        if lowest < first:  # otherwise the diverged loss at the end would hide the rest
            ax.set_ylim(top=2.0 * first - lowest)
        ax.legend()
    return figure
