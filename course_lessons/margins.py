"""What the notebook on margins and probabilities trains, measures and draws.

What trains or measures takes the functions that it needs; the library's are used if they are left
out.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lib.backend import to_numpy
from course_lib.datasets import load_breast_cancer, load_digits
from course_lib.functional import softmax
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.plots import Picture, label_lines, theme, with_alt
from course_lib.training import accuracy, fit

Loss = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]
Answered = tuple[np.ndarray, np.ndarray]  # scores (N, K) and labels (N,)

PARTS = ("training", "validation", "test")


def cross_entropy(f: np.ndarray, t: np.ndarray) -> tuple[float, np.ndarray]:
    """Binary cross-entropy of scores (N,) and labels 0 and 1, and its gradient."""
    value = np.mean(np.maximum(f, 0) - f * t + np.log1p(np.exp(-np.abs(f))))
    return float(value), (0.5 * (1 + np.tanh(f / 2)) - t) / len(f)


@cache
def tumours(seed: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Inputs and labels of 300 tumours for training, 100 for validation and 169 to test.

    The inputs are standardised with the training samples, and a column of ones is added.
    """
    data = load_breast_cancer("float64")
    order = np.random.default_rng(seed).permutation(len(data.x))
    rows = np.split(order, [300, 400])
    mean, std = data.x[rows[0]].mean(axis=0), data.x[rows[0]].std(axis=0)
    x = np.hstack([(data.x - mean) / std, np.ones((len(order), 1))])
    return {part: (x[of], data.t[of].astype(int)) for part, of in zip(PARTS, rows, strict=True)}


def descend(loss: Loss, seed: int, lr: float) -> tuple[np.ndarray, np.ndarray]:
    """A linear classifier of the tumours after 300 steps of gradient descent.

    Parameters
    ----------
    loss : ``loss(f, t)`` -> value and gradient, of scores (N,) and labels 0 and 1

    Returns
    -------
    w : weights
    shares : before each step, the share of the samples with a gradient that is not 0
    """
    x, t = tumours(seed)["training"]
    w: np.ndarray = np.random.default_rng([seed, 1]).normal(0, 0.001, size=(x.shape[1],))
    shares = []
    for _ in range(300):
        _, df = loss(x @ w, t)
        shares.append(np.mean(df != 0))
        w = w - lr * x.T @ df
    return w, np.array(shares)


@cache
def noisy_digits(seed: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Images of digits (pixels 0 to 1) with noise of standard deviation 0.5, and their labels.

    500 are for training, 200 for validation and 1,097 to test.
    """
    data, rng = load_digits(), np.random.default_rng(seed)
    x = (data.x + 0.5 * rng.normal(size=data.x.shape)).astype(np.float32)
    rows = np.split(rng.permutation(len(x)), [500, 700])
    return {part: (x[of], data.t[of]) for part, of in zip(PARTS, rows, strict=True)}


@cache
def scores(epochs: int, seed: int) -> dict[str, Answered]:
    """Scores and labels of each part of `noisy_digits` after a training with cross-entropy.

    One hidden layer of 50 ReLU units, gradient descent at rate 0.2 in minibatches of 50.
    """
    parts, rng = noisy_digits(seed), np.random.default_rng([seed, 1])
    network = mlp([64, 50, 10], rng=rng)
    fit(
        network,
        *parts["training"],
        loss=softmax_cross_entropy,
        optimizer=SGD(network.parameters(), lr=0.2),
        epochs=epochs,
        batch_size=50,
        rng=rng,
        progress=False,
    )
    return {part: (to_numpy(network(x)).astype(float), t) for part, (x, t) in parts.items()}


def probabilities(u: np.ndarray) -> np.ndarray:
    """The softmax of each row of scores."""
    return to_numpy(softmax(u))


def accuracy_and_confidence(u: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Accuracy, and mean of the largest probability."""
    return float(accuracy(u, labels)), float(probabilities(u).max(axis=1).mean())


def labels_as_promised(p: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Labels drawn with the probabilities in each row of p, which so are exactly right."""
    labels: np.ndarray = (p.cumsum(axis=1) < rng.random((len(p), 1))).sum(axis=1)
    return labels.clip(0, p.shape[1] - 1)


COLOURS = {  # one for each loss, in all figures
    "half square": theme.INK,
    "cross-entropy": "#00785A",
    "hinge": theme.FORWARD,
    "perceptron": "#A0527A",
}
DASHES = {"half square": ":", "cross-entropy": "-", "hinge": "--", "perceptron": "-."}


def draw_losses() -> Picture:
    """Four losses of one sample over its score, and the sizes of their gradients."""
    import matplotlib.pyplot as plt

    u = np.linspace(-10, 10, 401)
    y = 0.5 * (1 + np.tanh(u / 2))
    curves = {
        "half square": ((y - 1) ** 2 / 2, (1 - y) ** 2 * y),
        "cross-entropy": (np.log1p(np.exp(-u)), 1 - y),
        "hinge": (np.maximum(0, 1 - u), (u < 1) * 1.0),
        "perceptron": (np.maximum(0, -u), (u < 0) * 1.0),
    }
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.4), sharex=True)
        for name, both in curves.items():
            for ax, values in zip(axes, both, strict=True):
                look: Any = {"color": COLOURS[name], "linestyle": DASHES[name]}
                ax.plot(u, values, linewidth=2.2, label=name, **look)
        for ax, title in zip(axes, ("Loss", "Size of the gradient"), strict=True):
            ax.set(title=title, xlabel="score u (the right answer is yes)", xticks=[-10, -5, 0, 5])
        axes[0].legend(frameon=False)
    return with_alt(
        figure,
        "Left, four losses over the score of a sample whose right answer is yes. To the left, the "
        "perceptron loss, the hinge and the cross-entropy rise with the same slope; half the "
        "squared error is a low step with flat ends. Right, the sizes of their gradients: for very "
        "negative scores 1 for three losses and 0 for half the squared error, which is above 0 "
        "only around the score 0. The perceptron's falls to 0 at the score 0, the hinge's at 1, "
        "that of the cross-entropy smoothly.",
    )


def draw_shares(shares: Mapping[str, Sequence[np.ndarray]]) -> Picture:
    """Share of training samples with a gradient over the steps: mean and range of the splits."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.4))
        for name, runs in shares.items():
            of, colour = 100 * np.array(runs), COLOURS[name]
            steps = np.arange(of.shape[1])
            ax.plot(steps, of.mean(axis=0), DASHES[name], color=colour, label=name)
            ax.fill_between(steps, of.min(axis=0), of.max(axis=0), color=colour, alpha=0.15)
        ax.set(xlabel="step", ylabel="% of the samples", ylim=(0, 105))
        ax.set_title("Training samples with a gradient (mean and range of five splits)")
        label_lines(ax)
    last = ", ".join(f"{name} {np.mean([run[-1] for run in r]):.0%}" for name, r in shares.items())
    return with_alt(
        figure,
        "Share of the training samples with a gradient over 300 steps, one line for each loss. "
        f"Before the last step: {last}.",
    )


def draw_reliability(networks: Mapping[str, Sequence[Answered]], n_bins: int = 10) -> Picture:
    """Accuracy over mean confidence of each bin, a panel for each entry, a line for each seed."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(
            1, len(networks), figsize=(3.4 * len(networks), 3.4), sharey=True, squeeze=False
        )
        for ax, (name, found) in zip(axes[0], networks.items(), strict=True):
            ax.plot([0, 1], [0, 1], color=theme.QUIET, linewidth=1)
            for u, labels in found:
                confidence, right = _of_bins(probabilities(u), labels, n_bins)
                ax.plot(confidence, right, "o-", color=theme.FORWARD, markersize=4, alpha=0.6)
            ax.set(title=name, xlabel="mean confidence", xlim=(0, 1.02), ylim=(0, 1.02))
            ax.text(0.04, 0.9, "underconfident", size=9)
            ax.text(0.3, 0.04, "overconfident", size=9)
        axes[0, 0].set_ylabel("accuracy")
        figure.suptitle("Accuracy and confidence in bins of test images", size=12)
    said = []
    for name, found in networks.items():
        right, sure = np.mean([accuracy_and_confidence(*one) for one in found], axis=0)
        said.append(f"{name}: mean confidence {sure:.2f}, accuracy {right:.2f}")
    return with_alt(
        figure,
        "Accuracy over mean confidence of the samples in each bin, one line for each network, with "
        "the diagonal of a calibrated network. " + "; ".join(said) + ".",
    )


def _of_bins(p: np.ndarray, labels: np.ndarray, n_bins: int) -> np.ndarray:
    """Mean confidence and accuracy of each bin with at least ten samples: (2, bins)."""
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    place = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    full = [place == b for b in range(n_bins) if np.sum(place == b) >= 10]
    return np.array([[confidence[i].mean(), right[i].mean()] for i in full]).T
