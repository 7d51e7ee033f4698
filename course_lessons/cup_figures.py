"""What the notebook on training a whole network draws of its runs on the emoji."""

from collections.abc import Mapping

import numpy as np

from course_lib.plots import Picture, paired_differences, theme, with_alt


def draw_losses(logs: Mapping[str, np.ndarray]) -> Picture:
    """A panel for each run (200, 2) with its training loss; the accuracy stands beside it."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, len(logs), figsize=(8.5, 2.6), sharey=True)
        for ax, (name, log) in zip(axes, logs.items(), strict=True):
            loss = log[:, 0].reshape(-1, 10).mean(axis=1)
            ax.plot(10 * np.arange(1, len(loss) + 1), loss, color=theme.FORWARD)
            ax.set_title(name, size=11)
            ax.set(xlabel="step", ylim=(0, 2.6))
        axes[0].set_ylabel("training loss")
        figure.suptitle("Training loss of four runs", x=0.01, ha="left")
    told = "; ".join(f"{name}: {log[-20:, 0].mean():.2f}" for name, log in logs.items())
    return with_alt(figure, f"Curves of the training loss. At the end: {told}.")


def draw_differences(found: Mapping[str, np.ndarray], title: str) -> Picture:
    """A row for each change with its paired differences in accuracy."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 0.55 * len(found) + 0.9))
        paired_differences(ax, found)
        ax.set_xlabel("accuracy with the change minus accuracy of BASE, same seed")
        ax.set_title(title)
    means = "; ".join(f"{name}: {d.mean():+.3f}" for name, d in found.items())
    return with_alt(figure, f"Rows of dots, one for each pair. Means: {means}.")
