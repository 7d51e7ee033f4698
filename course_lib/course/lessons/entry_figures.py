"""The figures of the notebook on the entry of the emoji cup."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_lib.course.lessons import cup
from course_lib.course.lessons.entry import OnSplit
from course_lib.datasets import load_emoji
from course_lib.plots import Picture, label_lines, theme, with_alt
from course_lib.training import confusion_matrix


def draw_rates(reached: Mapping[str, Mapping[float, Sequence[float]]]) -> Picture:
    """Mean accuracy over the learning rate: name -> rate -> accuracies of some seeds."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        looks = zip(("o-", "s--"), (theme.FORWARD, theme.GRADIENT), reached.items(), strict=True)
        for line, colour, (name, by_rate) in looks:
            means = [np.mean(found) for found in by_rate.values()]
            ax.plot([*by_rate], means, line, color=colour, label=name)
        ax.set(xscale="log", xlabel="learning rate", ylabel="accuracy on held-out pictures")
        ax.set_title("Accuracy of the network of BASE, mean of the seeds")
        label_lines(ax)
    ends = "; ".join(
        f"{name}: " + ", ".join(f"{np.mean(found):.2f} at {lr:g}" for lr, found in by_rate.items())
        for name, by_rate in reached.items()
    )
    return with_alt(figure, f"Two curves of the accuracy over the learning rate. {ends}.")


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


def draw_page(splits: Sequence[OnSplit]) -> Picture:
    """Curves of the first split, true against predicted classes of all, and six mistakes."""
    import matplotlib.pyplot as plt

    classes, first = load_emoji()[0].classes, splits[0]
    p = np.concatenate([one.probabilities for one in splits])
    t = np.concatenate([one.held_out.t for one in splits])
    x = np.concatenate([one.held_out.x for one in splits])
    counts = np.asarray(confusion_matrix(p, t))
    worst = np.where(p.argmax(axis=1) == t, 0.0, p.max(axis=1)).argsort()[::-1][:6]
    with theme.style():
        figure = plt.figure(figsize=(9, 5.4))
        grid = figure.add_gridspec(2, 6, height_ratios=(1.8, 1))
        curves, table = figure.add_subplot(grid[0, :3]), figure.add_subplot(grid[0, 3:])
        epochs = range(1, first.history.epochs + 1)
        held_out = first.history.validation_accuracy
        assert held_out is not None
        looks: dict[str, Any] = {"color": theme.FORWARD}
        curves.plot(epochs, first.history.accuracy, label="training", **(looks | theme.TRAIN))
        curves.plot(epochs, held_out, label="held out", **(looks | theme.VALIDATION))
        curves.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1), title="First split")
        label_lines(curves)
        table.imshow(counts, cmap=theme.COUNTS)
        for (i, j), count in np.ndenumerate(counts):
            colour = theme.PAPER if count > counts.max() / 2 else theme.INK
            table.text(j, i, str(count), ha="center", va="center", size=8, color=colour)
        table.set(xlabel="predicted class", ylabel="true class", title="Pictures of all splits")
        table.set_xticks(range(8), classes, rotation=60, size=8)
        table.set_yticks(range(8), classes, size=8)
        table.grid(visible=False)
        for k, i in enumerate(worst):
            ax = figure.add_subplot(grid[1, k])
            ax.imshow(x[i].transpose(1, 2, 0))
            ax.set(xticks=[], yticks=[])
            ax.grid(visible=False)
            said = f"said {classes[p[i].argmax()]}, {p[i].max():.2f}"
            ax.set_title(f"{said}\nis {classes[t[i]]}", size=8)
        figure.suptitle("My entry on held-out public pictures", x=0.02, ha="left")
    off = counts - np.diag(np.diag(counts))
    i, j = np.unravel_index(off.argmax(), off.shape)
    return with_alt(
        figure,
        "Three parts: training and held-out accuracy over the epochs, at the end "
        f"{first.history.accuracy[-1]:.2f} and {held_out[-1]:.2f}; a table of true against "
        f"predicted classes, whose largest error is {classes[i]} taken for {classes[j]}; the six "
        "pictures whose wrong class got the highest probability.",
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
