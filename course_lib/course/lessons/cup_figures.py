"""What the notebook on training a whole network draws of its runs on the emoji."""

from collections.abc import Mapping

import numpy as np

from course_lib.plots import Picture, paired_differences, theme, with_alt


def draw_losses(
    logs: Mapping[str, np.ndarray], numbers: Mapping[str, tuple[float, float]]
) -> Picture:
    """A panel for each run with its training loss, and its two numbers above.

    logs : name -> (200, 2), loss and accuracy of each step
    numbers : name -> largest update ratio, gradient error
    """
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, len(logs), figsize=(8.5, 2.9), sharey=True)
        for ax, (name, log) in zip(axes, logs.items(), strict=True):
            loss = log[:, 0].reshape(-1, 10).mean(axis=1)
            ax.plot(10 * np.arange(1, len(loss) + 1), loss, color=theme.FORWARD)
            ratio, error = numbers[name]
            words = f"{name}\nupdate ratio {ratio:.2g}\ngradient error {error:.1g}"
            ax.set_title(words, size=10)
            ax.set(xlabel="step", ylim=(0, 2.6))
        axes[0].set_ylabel("training loss")
        figure.suptitle("Training loss of four runs, and two measurements", x=0.01, ha="left")
    told = "; ".join(
        f"{name}: loss at the end {log[-20:, 0].mean():.2f}, update ratio {numbers[name][0]:.2g}, "
        f"gradient error {numbers[name][1]:.1g}"
        for name, log in logs.items()
    )
    return with_alt(figure, f"Four panels with curves of the training loss. {told}.")


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


def draw_interval_scores(half_widths: np.ndarray, mean_scores: np.ndarray) -> Picture:
    """The mean interval score over half the width of the interval."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(6.5, 2.8))
        ax.plot(half_widths, mean_scores, color=theme.FORWARD)
        ax.set(xlabel="half width of the interval, in standard deviations of the truth")
        ax.set(ylabel="mean interval score", ylim=(0, None))
        ax.set_title("Mean score of an interval around the middle (lower is better)")
    low = half_widths[np.argmin(mean_scores)]
    return with_alt(
        figure,
        f"A curve that falls from {mean_scores[0]:.1f} at width 0 to its lowest point near "
        f"{low:.1f}, and then rises more slowly.",
    )
