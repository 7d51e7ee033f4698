"""The figures of the notebook on the entry of the emoji cup."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_lessons import cup
from course_lessons.entry import OnSplit
from course_lib.plots import Picture, label_lines, theme, with_alt


def draw_trials(history: Sequence[tuple[Mapping[str, Any], float]]) -> Picture:
    """The validation accuracy of the trials of a search, over the rate and over dropout."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(7.5, 2.9), sharey=True)
        for model, marker, colour in (("mlp", "o", theme.QUIET), ("cnn", "^", theme.FORWARD)):
            of = [(cup.START | dict(c), score) for c, score in history]
            of = [(settings, score) for settings, score in of if settings["model"] == model]
            for ax, name in zip(axes, ("lr", "dropout"), strict=True):
                ax.plot([s[name] for s, _ in of], [score for _, score in of], marker, color=colour)
        axes[0].set(xscale="log", xlabel="learning rate", ylabel="validation accuracy")
        axes[0].set_title("circles: mlp, triangles: cnn", size=10)
        axes[1].set(xlabel="dropout", xticks=(0, 0.2, 0.4))
        figure.suptitle(f"Validation accuracy of {len(history)} trials", x=0.02, ha="left")
    best = np.nanmax([score for _, score in history])
    return with_alt(
        figure,
        "Two panels with a point for each trial, over the learning rate and over dropout. The "
        f"highest accuracy is {best:.3f}.",
    )


def draw_candidates(tried: Sequence[Sequence[OnSplit]]) -> Picture:
    """A panel for each candidate: both accuracies over the epochs, the mean of its splits."""
    import matplotlib.pyplot as plt

    ends = []
    with theme.style():
        size = (2.6 + 2.2 * len(tried), 2.9)
        figure, axes = plt.subplots(1, len(tried), figsize=size, sharey=True, squeeze=False)
        for k, (ax, splits) in enumerate(zip(axes[0], tried, strict=True), start=1):
            longest = max(len(one.training) for one in splits)
            kept = [one for one in splits if len(one.training) == longest]  # the others diverged
            epochs = range(1, longest + 1)
            training = np.mean([one.training for one in kept], axis=0)
            held_out = np.mean([one.held_out for one in kept], axis=0)
            ax.plot(epochs, training, label="training", color=theme.FORWARD, **theme.TRAIN)
            ax.plot(epochs, held_out, label="held out", color=theme.FORWARD, **theme.VALIDATION)
            ends.append(f"candidate {k}: training {training[-1]:.2f}, held out {held_out[-1]:.2f}")
            ax.set(xlabel="epoch", ylim=(0, 1), title=f"candidate {k}")
            label_lines(ax)
        axes[0, 0].set_ylabel("accuracy")
        figure.suptitle("Training and held-out accuracy, mean of the splits", x=0.02, ha="left")
    return with_alt(
        figure,
        "Training and held-out accuracy over the epochs, a panel for each candidate. At the end, "
        f"{'; '.join(ends)}.",
    )


def draw_places(places: Sequence[Any]) -> Picture:
    """A line for each entry of the contest, from its public rank to its final rank."""
    ranks = np.array([(place.public_rank, place.final_rank) for place in places])
    return _ranks(
        ranks.T,
        np.array([place.yours for place in places]),
        ("public pictures", "secret splits"),
        "Ranks of your entry (blue) and the stored ones",
    )


def _ranks(ranks: np.ndarray, blue: np.ndarray, sides: tuple[str, str], title: str) -> Picture:
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(5.4, 4))
        for (before, after), chosen in zip(ranks.T, blue, strict=True):
            look = {"color": theme.FORWARD, "linewidth": 2.5} if chosen else {"color": "0.8"}
            ax.plot([0, 1], [before, after], "o-", **look)
        ax.set(xticks=[0, 1], xticklabels=sides, ylabel="rank (1 is best)")
        ax.set(ylim=(ranks.max() + 1, 0), title=title)
    told = ", ".join(f"{a} to {b}" for a, b in ranks.T[blue].tolist())
    return with_alt(
        figure, f"Lines that cross between two columns of ranks. The blue ones: {told}."
    )
