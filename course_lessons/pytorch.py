"""What the notebook on PyTorch trains without PyTorch, and what it draws.

PyTorch itself is not imported here: the notebook does that, if it is installed.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np

from course_lessons.batch_normalisation import digits
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.plots import Picture, label_lines, theme, with_alt
from course_lib.training import accuracy

EPOCHS, BATCH, SEEDS = 5, 32, 3
SIZES = (64, 32, 10)
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
Accuracies = np.ndarray  # (2, seeds), on the training images and on the test images


class StandIn:
    """Takes the place of ``torch`` and ``torch.nn`` where PyTorch is not installed.

    Classes that are derived from ``nn.Module`` can be defined, and nothing can be computed.
    """

    Module = object

    def __getattr__(self, name: str) -> object:
        raise ModuleNotFoundError(f"PyTorch is not installed here, so there is no {name}")


@cache
def trained(lr: float, *, zero_grad: bool) -> Accuracies:
    """Accuracies after five epochs: the training with or without the line ``zero_grad()``."""
    x, t, x_test, t_test = digits()
    found = np.empty((2, SEEDS))
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        network = mlp(list(SIZES), rng=rng)
        optimizer = SGD(network.parameters(), lr=lr)
        for _ in range(EPOCHS):
            order = rng.permutation(len(x))
            for start in range(0, len(x), BATCH):
                rows = order[start : start + BATCH]
                y, backward = network.forward(x[rows], training=True)
                if zero_grad:
                    optimizer.zero_grad()
                backward(softmax_cross_entropy(y, t[rows])[1])
                optimizer.step()
        found[:, seed] = accuracy(network(x), t), accuracy(network(x_test), t_test)
    return found


def at_best_rate(*, zero_grad: bool) -> tuple[float, np.ndarray]:
    """The rate of `RATES` that is best on the training images, and its test accuracies."""
    best = max(RATES, key=lambda lr: trained(lr, zero_grad=zero_grad)[0].mean())
    return best, trained(best, zero_grad=zero_grad)[1]


def draw_rates(loops: Mapping[str, np.ndarray]) -> Picture:
    """Test accuracy by rate, a dot for each seed and a line for their mean.

    Parameters
    ----------
    loops : name -> test accuracies of `RATES` (rates, seeds)
    """
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    colours = (theme.FORWARD, theme.GRADIENT)
    for (name, found), colour, style in zip(loops.items(), colours, ("o-", "s--"), strict=True):
        ax.plot(RATES, 100 * found, style[0], color=colour, alpha=0.4, markersize=4)
        ax.plot(RATES, 100 * found.mean(axis=1), style[1:], color=colour, linewidth=2, label=name)
    ax.set(xscale="log", xlabel="rate", ylabel="test accuracy (%)", ylim=(0, 102))
    ax.set_title("Test accuracy after five epochs (three seeds)")
    label_lines(ax)
    told = "; ".join(
        f"{name}: " + ", ".join(f"{100 * mean:.0f} %" for mean in found.mean(axis=1))
        for name, found in loops.items()
    )
    rates = ", ".join(f"{rate:g}" for rate in RATES)
    return with_alt(figure, f"Mean test accuracies at the rates {rates}. {told}.")


def draw_modes(
    evaluation: Mapping[float, Sequence[float]], training: Mapping[float, Sequence[float]]
) -> Picture:
    """Accuracy of networks in both modes, by the probability of dropping.

    Parameters
    ----------
    evaluation : probability -> accuracies of several networks in evaluation mode
    training : probability -> accuracies of several passes of each in training mode
    """
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    p = list(evaluation)
    means = []
    for name, found, style, colour in (
        ("evaluation", evaluation, "o-", theme.FORWARD),
        ("training", training, "s--", theme.GRADIENT),
    ):
        means.append([100 * float(np.mean(found[q])) for q in p])
        ax.plot(p, means[-1], style, color=colour, label=name)
        for q in p:
            ax.plot([q] * len(found[q]), 100 * np.asarray(found[q]), ".", color=colour, alpha=0.4)
    ax.set(xlabel="probability of dropping", ylabel="test accuracy (%)", xticks=p)
    ax.set_title("Test accuracy of the same networks in two modes")
    label_lines(ax)
    told = ", ".join(f"{a:.0f} and {b:.0f} %" for a, b in zip(*means, strict=True))
    return with_alt(
        figure,
        "Mean test accuracy in evaluation mode and in training mode, by the probability of "
        f"dropping: {told}.",
    )


def gradients_in_torch(
    torch: Any, model: Any, x: np.ndarray, labels: np.ndarray, dtype: str, epsilon: float = 0.0
) -> list[np.ndarray]:
    """Autograd's gradients of the mean of −log(p + epsilon), computed in ``dtype``."""
    network = deepcopy(model).to(getattr(torch, dtype))
    y = network(torch.from_numpy(x).to(getattr(torch, dtype)))
    p = torch.softmax(y, dim=1)[torch.arange(len(x)), torch.from_numpy(labels)]
    found = torch.autograd.grad(-torch.log(p + epsilon).mean(), list(network.parameters()))
    return [g.double().numpy() for g in found]


def draw_entries(own: np.ndarray, others: Mapping[str, np.ndarray]) -> Picture:
    """The difference of each entry of a gradient, by the size of the entry.

    Entries that are equal are not drawn.

    Parameters
    ----------
    others : name -> the same gradient, computed in another way
    """
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    told = []
    for (name, other), marker in zip(others.items(), "so", strict=False):
        size, difference = np.abs(own).ravel(), np.abs(own - other).ravel()
        drawn = (size > 0) & (difference > 0)
        told.append(f"{name}: up to {difference.max() / size.max():.0e} of the largest entry")
        ax.plot(size[drawn], difference[drawn], marker, markersize=3, alpha=0.5, label=told[-1])
    ax.set(xscale="log", yscale="log", xlabel="size of the entry", ylabel="difference")
    ax.set_title("Difference of each entry of W2's gradient from autograd's")
    ax.legend()
    return with_alt(
        figure, f"Differences of the entries of W2's gradient by their size. {'; '.join(told)}."
    )
