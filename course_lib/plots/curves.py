"""Curves of training: loss and accuracy over the epochs, and the loss at growing learning rates."""

from typing import TYPE_CHECKING

from course_lib.plots import theme
from course_lib.plots.label_lines import label_lines
from course_lib.training.history import History
from course_lib.training.lr_range_test import RangeTest

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def training_curves(history: History, title: str = "Training and validation") -> "Figure":
    """Draw what `fit` recorded: the loss and, if there is one, the accuracy.

    Training is solid and validation dashed. The loss axis is logarithmic, where an exponential
    decrease is a straight line, unless a loss is 0.

    Parameters
    ----------
    history : from `fit`
    title : of the figure; say what it shows

    Returns
    -------
    figure : matplotlib figure with one or two axes

    Raises
    ------
    ValueError
        If the history is empty.
    """
    if history.epochs == 0:
        raise ValueError("training_curves: the history has no epochs; run fit first")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    panels = [("Loss", history.loss, history.validation_loss)]
    if history.accuracy or history.validation_accuracy:
        panels.append(("Accuracy", history.accuracy, history.validation_accuracy))
    epochs = range(1, history.epochs + 1)
    with theme.style():
        width = 4.2 * len(panels)
        figure, axes = plt.subplots(1, len(panels), figsize=(width, 3.2), squeeze=False)
        for ax, (name, train, validation) in zip(axes[0], panels, strict=True):
            # A single epoch is a point, which a line would not show.
            marker = "o" if history.epochs == 1 else ""
            drawn = [("training", train, theme.TRAIN), ("validation", validation, theme.VALIDATION)]
            for label, values, line in drawn:
                if values:
                    look = {"color": theme.FORWARD, "marker": marker, **line}
                    ax.plot(epochs, values, label=label, **look)
            ax.set(xlabel="epoch", ylabel=name.lower())
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))  # there is no epoch 2.5
        if min([*history.loss, *history.validation_loss]) > 0.0:
            axes[0, 0].set_yscale("log")
        figure.suptitle(title, x=0.02, ha="left")
        label_lines(*axes[0])
    return figure


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
            label = f"suggestion: {found.suggestion:.1g}"
            ax.axvline(found.suggestion, color=theme.INK, linestyle=":", label=label)
        ax.set(xscale="log", xlabel="learning rate", ylabel="loss", title=title)
        first, lowest = found.smoothed[0], min(found.smoothed)
        if lowest < first:  # otherwise the diverged loss at the end would hide the rest
            ax.set_ylim(top=2.0 * first - lowest)
        ax.legend()
    return figure
