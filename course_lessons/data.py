"""What the notebook on data trains, measures and draws.

A function that trains on parts of the data takes the function that makes these parts: the library's
or the student's.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lib import preprocessing
from course_lib.backend import to_numpy
from course_lib.datasets import load_breast_cancer, load_digits
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD
from course_lib.plots import Picture, theme, with_alt
from course_lib.training import accuracy

MakeFolds = Callable[[Any, int, Any], Sequence[tuple[Any, Any]]]
MakeBatches = Callable[[int, int, Any], Sequence[Any]]
Standardize = Callable[[Any, Any], tuple[Any, Any]]

OPTIONS: dict[str, tuple[Any, ...]] = {
    "split": ("photos", "digits"),
    "epochs": (1, 2, 4, 8, 16, 32, 64),
}
"""What `train` may be called with."""


def _split(rng: np.random.Generator, n: int, *fractions: float) -> list[np.ndarray]:
    """The library's split, in NumPy's arrays."""
    return [to_numpy(part) for part in preprocessing.split_indices(n, fractions, rng)]


# --- a study of pure noise --------------------------------------------------------------------


def most_different(x: np.ndarray, t: np.ndarray, how_many: int = 20) -> np.ndarray:
    """The columns in which the means of the two groups are furthest apart."""
    gap = np.abs(x[t == 1].mean(axis=0) - x[t == 0].mean(axis=0))
    order: np.ndarray = np.argsort(-gap)
    return order[:how_many]


def closer_group(x_train: np.ndarray, t_train: np.ndarray, x_new: np.ndarray) -> np.ndarray:
    """1 where a sample is closer to the mean of group 1 than to that of group 0."""
    to_0, to_1 = (np.sum((x_new - x_train[t_train == k].mean(axis=0)) ** 2, axis=1) for k in (0, 1))
    return np.asarray(to_1 < to_0, dtype=int)


def draw_teams(found: Mapping[str, Sequence[float]]) -> Picture:
    """A row for each team: a dot for each study, a bar to their mean, and a line at one half."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 2.8))
        for row, shares in enumerate(found.values()):
            ax.barh(row, np.mean(shares), color="0.75")
            jitter = np.linspace(-0.3, 0.3, len(shares))
            ax.plot(shares, row + jitter, "o", color=theme.INK, markersize=2)
        ax.axvline(0.5, color=theme.INK, linestyle="--")
        ax.text(0.51, -0.55, "a coin", va="bottom", fontsize=9)
        ax.set_yticks(range(len(found)), list(found))
        ax.set(xlabel="share classified correctly (bar: mean, dot: one study)", xlim=(0, 1))
        ax.set(ylim=(len(found) - 0.4, -1.1), title="Test results of four teams on pure noise")
    means = "; ".join(f"{name}: {np.mean(shares):.2f}" for name, shares in found.items())
    return with_alt(figure, f"A row of dots for each team, one dot per study. Means: {means}.")


# --- how exact a test score is ----------------------------------------------------------------


@cache
def answers_of_one_network() -> np.ndarray:
    """Which of 1,196 digits a linear network, trained on the 601 others, classifies correctly."""
    data, rng = load_digits(), np.random.default_rng(0)
    some, others = _split(rng, len(data.x), 0.334, 0.666)
    network = mlp((64, 10), rng=rng)
    optimizer = SGD(network.parameters(), lr=0.5)
    for _ in range(60):
        _step(network, optimizer, data.x[some], data.t[some])
    return np.asarray(to_numpy(network(data.x[others])).argmax(axis=1) == data.t[others])


def scores_of_small_tests(sizes: Sequence[int] = (10, 30, 100, 300)) -> dict[int, np.ndarray]:
    """The accuracy of one network on 60 test sets of each size, drawn from 1,196 digits."""
    hits, rng = answers_of_one_network(), np.random.default_rng(0)
    return {m: np.array([rng.choice(hits, m).mean() for _ in range(60)]) for m in sizes}


def draw_scores(scores: Mapping[int, np.ndarray], p: float) -> Picture:
    """Dots for the test sets, and two standard errors to each side of the accuracy ``p``."""
    import matplotlib.pyplot as plt

    rng, sizes = np.random.default_rng(1), list(scores)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        for m, found in scores.items():
            places = m * rng.uniform(0.9, 1.1, len(found))
            ax.plot(places, found, "o", color=theme.FORWARD, markersize=3)
        places = np.geomspace(8, 400, 50)
        band = np.sqrt(p * (1 - p) / places)
        for side, name in ((-2, "− 2 standard errors"), (2, "+ 2 standard errors")):
            ax.plot(places, p + side * band, color=theme.INK, linestyle="--")
            ax.text(420, p + side * band[-1] * 1.6, name, va="center", fontsize=9)
        ax.set(xscale="log", xticks=sizes, xticklabels=sizes, ylim=(0.55, 1.05), xlim=(8, 1300))
        ax.set(xlabel="size m of the test set", ylabel="accuracy on the test set")
        ax.set_title("Accuracy of one network on 60 test sets of each size")
    return with_alt(
        figure,
        "Dots for the accuracy of one network on test sets of 10, 30, 100 and 300 images. They "
        "scatter widely at 10 and narrow towards 300. Most lie between two dashed lines.",
    )


# --- the scale of the features ----------------------------------------------------------------


def _step(network: Sequential, optimizer: SGD, x: np.ndarray, t: np.ndarray) -> None:
    """One iteration: the loss on a minibatch, its gradients, an update of the weights."""
    y, back = network.forward(x, training=True)
    _, dy = softmax_cross_entropy(y, t)
    optimizer.zero_grad()
    back(dy)
    optimizer.step()


def tumour_accuracy(make: Standardize | None, lr: float, seed: int) -> float:
    """Accuracy on 30 % of the tumours after 15 epochs on the others.

    ``make`` standardises both parts; None leaves them in their units.
    """
    data, rng = load_breast_cancer(), np.random.default_rng(seed)
    kept, aside = _split(rng, len(data.x), 0.7, 0.3)
    x, x_new = data.x[kept], data.x[aside]
    if make is not None:
        x, x_new = make(x, x_new)
    network = mlp((x.shape[1], 16, 2), rng=rng)
    optimizer = SGD(network.parameters(), lr=lr, momentum=0.9)
    make_batches: MakeBatches = preprocessing.minibatch_indices
    with np.errstate(all="ignore"):  # on raw inputs, large rates overflow
        for _ in range(15):
            for batch in make_batches(len(x), 32, rng):
                _step(network, optimizer, x[batch], data.t[kept][batch])
        return float(accuracy(network(x_new), data.t[aside]))


def clouds() -> dict[str, np.ndarray]:
    """Radius and concavity of 569 tumours: raw, standardised, and whitened by the library."""
    data = load_breast_cancer("float64")
    raw = data.x[:, [data.names.index(n) for n in ("mean radius", "mean concavity")]]
    standardised, _ = preprocessing.standardize(raw, raw)
    stats = preprocessing.whiten_fit(standardised, 1e-10)
    return {
        "raw": raw,
        "1 mean subtracted": raw - raw.mean(axis=0),
        "2 divided by σ": standardised,
        "3 whitened": preprocessing.whiten_apply(standardised, stats),
    }


def draw_clouds(named: Mapping[str, np.ndarray]) -> Picture:
    """The same points in several forms, side by side in equal units within each half."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, len(named), figsize=(9, 2.7))
        for number, (ax, (name, points)) in enumerate(zip(axes, named.items(), strict=True)):
            half = 30 if number < 2 else 5.5
            ax.axhline(0, color=theme.QUIET, linewidth=0.8)
            ax.axvline(0, color=theme.QUIET, linewidth=0.8)
            ax.plot(*points.T, ".", color=theme.FORWARD, markersize=2)
            ax.set(xlim=(-half, half), ylim=(-half, half), aspect="equal", title=name)
            ax.set_xlabel("radius" if number < 3 else "radius, whitened")
        axes[0].set_ylabel("concavity")
    return with_alt(
        figure,
        "Four clouds of the same 569 points. Raw, a flat line to the right of 0; with the mean "
        "subtracted, the same line around 0; divided by the standard deviations, a slanted cloud; "
        "whitened, a round one.",
    )


# --- minibatches ------------------------------------------------------------------------------


def accuracy_of_order(order: str, seed: int, lr: float, make: MakeBatches) -> float:
    """Validation accuracy on the digits after ten epochs of batches in this order.

    ``order`` is ``"shuffled"``, or ``"sorted"`` by class.
    """
    data, rng = load_digits(), np.random.default_rng(seed)
    kept, aside = _split(rng, len(data.x), 0.8, 0.2)
    x, t = data.x[kept], data.t[kept]
    network = mlp((64, 64, 10), rng=rng)
    optimizer = SGD(network.parameters(), lr=lr, momentum=0.9)
    by_class = np.argsort(t, kind="stable")
    for _ in range(10):
        batches = list(make(len(x), 32, rng))
        if order == "sorted":
            batches = [by_class[i : i + 32] for i in range(0, len(x), 32)]
        for batch in batches:
            _step(network, optimizer, x[batch], t[batch])
    return float(accuracy(network(data.x[aside]), data.t[aside]))


# --- the planned experiment -------------------------------------------------------------------


def photos(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three noisy photographs of each of 400 digits: images, labels, and the number of the digit.

    Each digit was labelled once, by a person who is wrong for a share from 20 to 40 %; ``seed`` is
    that of the digits, the person and the noise.
    """
    data, rng = load_digits(), np.random.default_rng([seed, 1])
    rows = rng.choice(len(data.x), 400, replace=False)
    t = data.t[rows].copy()
    wrong = rng.permutation(400) < 400 * rng.uniform(0.2, 0.4)
    t[wrong] = (t[wrong] + rng.integers(1, 10, size=wrong.sum())) % 10
    of_digit = np.repeat(np.arange(400), 3)
    x = data.x[rows][of_digit] + 0.06 * rng.normal(size=(1200, 64))
    return x.astype(data.x.dtype), t[of_digit], of_digit


def trainer(make_folds: MakeFolds, make_batches: MakeBatches) -> Callable[[str, int, int], float]:
    """``train(split, epochs, seed)`` with these functions, see `train`."""

    def train(split: str, epochs: int, seed: int) -> float:
        x, t, of_digit = photos(seed)
        rng = np.random.default_rng(seed)
        groups = of_digit if split == "digits" else np.arange(len(x))
        kept, aside = make_folds(groups, 2, rng)[0]
        x = x - x[kept].mean(axis=0)
        network = mlp((64, 100, 10), rng=rng)
        optimizer = SGD(network.parameters(), lr=0.04, momentum=0.9)
        for _ in range(epochs):
            for batch in make_batches(len(kept), 32, rng):
                _step(network, optimizer, x[kept][batch], t[kept][batch])
        return float(accuracy(network(x[aside]), t[aside]))

    return train


def train(split: str, epochs: int, seed: int) -> float:
    """Test accuracy of a network with 100 hidden units on half of a study's photographs.

    Parameters
    ----------
    split : ``"photos"`` are dealt at random into two halves, or whole ``"digits"`` with all their
        photographs
    epochs : of training on the first half
    seed : of the study (`photos`), of the split, the initial weights and the minibatches
    """
    return trainer(preprocessing.group_folds, preprocessing.minibatch_indices)(split, epochs, seed)


def made_up(split: str, epochs: int, seed: int) -> float:
    """An invented accuracy: it falls with the distance from a best number of epochs.

    Each side at its best, the split by photos is 0.25 above that by digits. Studies differ; the two
    splits of one study have this in common, and each training has some noise of its own.
    """
    peak, best = {"photos": (0.90, 32), "digits": (0.65, 4)}[split]
    places = OPTIONS["epochs"].index(epochs) - OPTIONS["epochs"].index(best)
    study = 0.08 * float(np.random.default_rng([seed, 2]).normal())
    key = [OPTIONS["split"].index(split), OPTIONS["epochs"].index(epochs), seed]
    own = 0.03 * float(np.random.default_rng(key).normal())
    return peak - 0.011 * places**2 + study + own
