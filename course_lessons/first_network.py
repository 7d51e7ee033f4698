"""What the notebook "A first network" trains, measures and draws."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from course_lib.backend import array_namespace, to_device, to_numpy
from course_lib.datasets import load_diabetes, load_digits
from course_lib.plots import Picture, label_lines, theme, with_alt

Weights = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # W1, b1, W2, b2

# --- Data -----------------------------------------------------------------------------------------


class Digits(NamedTuple):
    """Images (N, 8, 8) with numbers from 0 to 1, and their labels (N,), in two sets."""

    images: np.ndarray  # for training
    labels: np.ndarray
    images_test: np.ndarray
    labels_test: np.ndarray


@cache
def digits() -> Digits:
    """1,077 images for training and 360 for the test, mixed; the other 360 are left out.

    The nearest neighbour's accuracy differs from split to split. In this one it is 0.983, close to
    its mean over many splits.
    """
    data = load_digits()
    order = np.random.default_rng(5).permutation(len(data.x))
    images, labels = data.x[order].reshape(-1, 8, 8), data.t[order]
    parts = slice(720, None), slice(360)
    return Digits(*(array[part] for part in parts for array in (images, labels)))


def patients() -> np.ndarray:
    """For 442 patients, the progress of diabetes with mean 0 and variance 1: (442,)."""
    t = load_diabetes("float64").t
    return np.asarray((t - t.mean()) / t.std())


# --- The loss of a wrong shape --------------------------------------------------------------------


class Fit(NamedTuple):
    """A linear model's loss at each step, and its predictions for held-out patients (M,)."""

    losses: np.ndarray
    predicted: np.ndarray


def fits(steps: int = 300) -> tuple[dict[str, Fit], np.ndarray]:
    """The same linear model trained with targets of both shapes; and the held-out targets (M,).

    Every fifth patient is held out. The other ones give the means and standard deviations that
    scale the data.
    """
    data = load_diabetes("float64")
    held_out = np.arange(len(data.t)) % 5 == 0
    known_x, known_t = data.x[~held_out], data.t[~held_out]
    x = (data.x - known_x.mean(axis=0)) / known_x.std(axis=0)
    t = (data.t - known_t.mean()) / known_t.std()
    found = {}
    for name, target in (("t of shape (N, 1)", t[:, None]), ("t of shape (N,)", t)):
        w, b, losses = _descend(x[~held_out], target[~held_out], steps)
        found[name] = Fit(losses, (x[held_out] @ w + b)[:, 0])
    return found, t[held_out]


def _descend(
    x: np.ndarray, t: np.ndarray, steps: int, lr: float = 0.1
) -> tuple[np.ndarray, float, np.ndarray]:
    """Gradient descent on ``np.mean((x @ w + b - t) ** 2)``, whatever the shape of t is."""
    w, b, losses = np.random.default_rng(0).normal(size=(x.shape[1], 1)), 0.0, []
    for _ in range(steps):
        r = x @ w + b - t
        losses.append(np.mean(r**2))
        dy = 2 * r.mean(axis=1, keepdims=True) / len(x)
        w, b = w - lr * x.T @ dy, b - lr * float(dy.sum())
    return w, b, np.array(losses)


# --- A network ------------------------------------------------------------------------------------


def initial(width: int, rng: np.random.Generator) -> Weights:
    """Random weights and biases of 0 for 64 pixels, ``width`` hidden units and ten classes."""
    W1 = rng.normal(0, np.sqrt(2 / 64), size=(64, width)).astype("float32")
    W2 = rng.normal(0, np.sqrt(1 / width), size=(width, 10)).astype("float32")
    return W1, np.zeros(width, "float32"), W2, np.zeros(10, "float32")


def gradients(
    images: np.ndarray, z: np.ndarray, y: np.ndarray, d: np.ndarray, weights: Weights
) -> Weights:
    """Gradients of ``np.mean((y - d) ** 2)`` with respect to W1, b1, W2 and b2.

    Parameters
    ----------
    z, y : hidden units and scores of these images
    d : the desired scores
    """
    dy = 2 * (y - d) / d.size
    du = (dy @ weights[2].T) * (z > 0)
    x = images.reshape(len(images), -1)
    return x.T @ du, du.sum(axis=0), z.T @ dy, dy.sum(axis=0)


def scores_of(weights: Weights, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hidden units (N, width) and scores (N, 10) of these images."""
    W1, b1, W2, b2 = weights
    z = np.maximum(images.reshape(len(images), -1) @ W1 + b1, 0)
    return z, z @ W2 + b2


class Training(NamedTuple):
    """The weights after training, and at each step the loss and the test accuracy (or nan)."""

    weights: Weights
    losses: np.ndarray
    accuracies: np.ndarray


def train(
    one_hot: Callable[[np.ndarray, int], np.ndarray],
    *,
    width: int = 32,
    steps: int = 1000,
    seed: int = 0,
) -> Training:
    """Train a network of one hidden layer on batches of 32 digits, with a learning rate of 1.

    Parameters
    ----------
    one_hot : ``one_hot(labels, 10)`` gives the desired scores, the student's
    width : number of hidden units
    """
    data, rng = digits(), np.random.default_rng(seed)
    weights, losses, accuracies = initial(width, rng), [], []
    d = np.asarray(one_hot(data.labels, 10), "float32")
    for step in range(steps):
        chosen = rng.integers(0, len(d), 32)
        z, y = scores_of(weights, data.images[chosen])
        losses.append(np.mean((y - d[chosen]) ** 2))
        found = gradients(data.images[chosen], z, y, d[chosen], weights)
        W1, b1, W2, b2 = (w - dw for w, dw in zip(weights, found, strict=True))
        weights = W1, b1, W2, b2
        seen = step % 20 == 19
        accuracies.append(test_accuracy(weights) if seen else np.nan)
    return Training(weights, np.array(losses), np.array(accuracies))


def test_accuracy(weights: Weights) -> float:
    """Share of the test images that the network classifies correctly."""
    data = digits()
    _, y = scores_of(weights, data.images_test)
    return float(np.mean(y.argmax(axis=1) == data.labels_test))


# --- CPU and GPU ----------------------------------------------------------------------------------


def times(device: str, n: int = 1000) -> dict[str, float]:
    """Seconds for the product of two n × n matrices: on the CPU and, where there is one, the GPU.

    ``"GPU, with the trip"`` also moves both matrices there and the product back.
    """
    a = np.random.default_rng(0).normal(size=(n, n)).astype("float32")
    found = {"CPU": _shortest(lambda: a @ a)}
    if device != "cpu":
        there = to_device(a, device)
        xp = array_namespace(there)
        # Asking for one number waits until the GPU is done.
        found["GPU"] = _shortest(lambda: float((there @ there)[0, 0]))
        found["GPU, with the trip"] = _shortest(lambda: to_numpy(xp.asarray(a) @ xp.asarray(a)))
    return found


def _shortest(run: Callable[[], Any]) -> float:
    """The shortest of five runs: whatever else the machine does only makes them longer."""
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


# --- Figures --------------------------------------------------------------------------------------


def draw_differences(t: np.ndarray) -> Picture:
    """The table y - t of six patients, for perfect predictions y of shape (N, 1)."""
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle

    some = t[1:7]
    table = some[:, None] - some
    with theme.style():
        figure, ax = plt.subplots(figsize=(5.4, 3.6))
        for (row, column), number in np.ndenumerate(table):
            meant = row == column
            colour, ink = (theme.FORWARD, "w") if meant else ("#d3e6f3", "0.3")
            ax.add_patch(Rectangle((column, -row), 0.94, 0.94, color=colour))
            place = (column + 0.47, 0.47 - row)
            ax.text(*place, f"{number:.1f}", ha="center", va="center", color=ink, size=10)
        for k, number in enumerate(some):
            ax.text(k + 0.47, 1.15, f"{number:.1f}", ha="center", size=10)
            ax.text(-0.35, 0.47 - k, f"{number:.1f}", ha="right", va="center", size=10)
        ax.text(3, 1.75, "t: (442,), a row of targets", ha="center", size=11)
        ax.text(
            -1.5, -2, "y: (442, 1),\na column of\npredictions", ha="right", va="center", size=11
        )
        ax.set(xlim=(-4.6, 6.1), ylim=(-5.2, 2.2))
        ax.set_title(f"y − t has the shape {(t[:, None] - t).shape}; meant was the diagonal")
        ax.axis("off")
    return with_alt(
        figure,
        "A table of differences for six of the 442 patients: each row belongs to a prediction and "
        "each column to a target. Only the diagonal compares a patient with itself; it is 0. The "
        "other numbers are not.",
    )


def draw_fits(found: Mapping[str, Fit], t: np.ndarray) -> Picture:
    """Losses by step, and predictions against the held-out targets t for both shapes."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, 3, figsize=(9.5, 3.1), width_ratios=(1.25, 1, 1))
        for (name, fit), dash in zip(found.items(), ("-", "--"), strict=True):
            steps = np.arange(1, len(fit.losses) + 1)
            axes[0].plot(steps, fit.losses, dash, color=theme.FORWARD, label=name)
        axes[0].set(xlabel="step", ylabel="training loss", title="Both losses fall", ylim=(0, None))
        label_lines(axes[0])
        for ax, (name, fit) in zip(axes[1:], found.items(), strict=True):
            ax.plot([-2, 2.5], [-2, 2.5], color=theme.QUIET, linewidth=1)
            ax.plot(t, fit.predicted, ".", color=theme.FORWARD)
            ax.set(xlabel="target", ylabel="prediction", ylim=(-2, 2.9), title=name)
    return with_alt(
        figure,
        "Three panels. Two training losses fall, the one with t of shape (N,) to a higher value. "
        "Predictions against targets of held-out patients: with t of shape (N, 1) a cloud along "
        "the diagonal, with t of shape (N,) nearly the same prediction for every patient.",
    )


def draw_training(run: Training) -> Picture:
    """Loss of each batch and test accuracy by step."""
    import matplotlib.pyplot as plt

    steps = np.arange(1, len(run.losses) + 1)
    seen = np.isfinite(run.accuracies)
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8.5, 2.9))
        axes[0].plot(steps, run.losses, color=theme.FORWARD, linewidth=1)
        axes[0].set(xlabel="step", ylabel="loss of a batch", yscale="log")
        axes[0].set_title("Loss of 32 training images")
        axes[1].plot(steps[seen], run.accuracies[seen], "--", color=theme.FORWARD)
        axes[1].axhline(0.1, color=theme.QUIET, linewidth=1)
        axes[1].text(steps[-1], 0.13, "guessing", color=theme.QUIET, ha="right")
        axes[1].set(xlabel="step", ylabel="test accuracy", ylim=(0, 1.02))
        axes[1].set_title("Accuracy on 360 test images")
    last = run.accuracies[seen][-1]
    return with_alt(
        figure,
        f"Two panels over {len(steps)} steps. The loss of a batch falls from {run.losses[0]:.2f} "
        f"to about {run.losses[-50:].mean():.3f}. The test accuracy rises to {last:.2f}.",
    )


def draw_answers(images: np.ndarray, labels: np.ndarray, y: np.ndarray) -> Picture:
    """Three images that are answered correctly and three that are not, with their ten scores."""
    import matplotlib.pyplot as plt

    answers = y.argmax(axis=1)
    correct = [np.flatnonzero((answers == labels) & (labels == k))[:1] for k in (0, 4, 7)]
    chosen = np.concatenate([*correct, np.flatnonzero(answers != labels)[:3]])
    with theme.style():
        figure, axes = plt.subplots(2, 6, figsize=(9.5, 3.6), height_ratios=(1, 1.1))
        for (above, below), n in zip(axes.T, chosen, strict=False):
            above.imshow(images[n], cmap="gray_r")
            above.set_title(f"{labels[n]}, answer {answers[n]}", fontsize=10)
            colours = [theme.FORWARD if k == answers[n] else theme.QUIET for k in range(10)]
            below.bar(range(10), y[n], color=colours)
            below.set(ylim=(-0.6, 1.5), xticks=(0, 3, 6, 9), xlabel="digit")
            below.axhline(0, color=theme.INK, linewidth=0.7)
        for ax in axes[0]:
            ax.axis("off")
        for ax in axes[1, 1:]:
            ax.set_yticks([])
        axes[1, 0].set_ylabel("score")
        figure.suptitle("Digit and answer of six test images, and their ten scores")
    told = ", ".join(f"digit {labels[n]} with answer {answers[n]}" for n in chosen)
    return with_alt(figure, f"Images with a bar for each of ten scores: {told}.")


def draw_neighbours(
    pairs: Sequence[tuple[np.ndarray, np.ndarray]], titles: Sequence[tuple[str, str]]
) -> Picture:
    """Test images, and below each its nearest training image; with a title for both."""
    import matplotlib.pyplot as plt

    with theme.style():
        columns = max(len(pairs), 1)
        figure, axes = plt.subplots(2, columns, figsize=(9, 3), squeeze=False)
        for column, images, words in zip(axes.T, pairs, titles, strict=False):
            for ax, image, title in zip(column, images, words, strict=True):
                ax.imshow(image, cmap="gray_r")
                ax.set_title(title, fontsize=9)
        for ax in axes.flat:
            ax.axis("off")
        figure.suptitle("Test images that the network got wrong, and their nearest neighbours")
    told = "; ".join(f"{above}, {below}" for above, below in titles)
    return with_alt(figure, f"Pairs of images, one above the other: {told}.")
