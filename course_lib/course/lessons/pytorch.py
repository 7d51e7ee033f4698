"""What the notebook on PyTorch trains without PyTorch, and what it draws.

PyTorch itself is not imported here: the notebook does that, if it is installed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lib.course.lessons.batch_normalisation import digits
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.plots import Picture, label_lines, theme, with_alt
from course_lib.training import accuracy

EPOCHS, BATCH, SEEDS = 5, 32, 3
SIZES = (64, 32, 10)
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
Curves = np.ndarray  # (seeds, epochs), accuracies on the test images


class StandIn:
    """Takes the place of ``torch`` and ``torch.nn`` where PyTorch is not installed.

    Classes that are derived from ``nn.Module`` can be defined, and nothing can be computed.
    """

    Module = object

    def __getattr__(self, name: str) -> object:
        raise ModuleNotFoundError(f"PyTorch is not installed here, so there is no {name}")


@cache
def trained(lr: float, *, zero_grad: bool) -> Curves:
    """Test accuracy after each epoch: the training with or without the line ``zero_grad()``."""
    x, t, x_test, t_test = digits()
    found = np.empty((SEEDS, EPOCHS))
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        network = mlp(list(SIZES), rng=rng)
        optimizer = SGD(network.parameters(), lr=lr)
        for epoch in range(EPOCHS):
            order = rng.permutation(len(x))
            for start in range(0, len(x), BATCH):
                rows = order[start : start + BATCH]
                y, backward = network.forward(x[rows], training=True)
                if zero_grad:
                    optimizer.zero_grad()
                backward(softmax_cross_entropy(y, t[rows])[1])
                optimizer.step()
            found[seed, epoch] = accuracy(network(x_test), t_test)
    return found


def at_best_rate(*, zero_grad: bool) -> tuple[float, Curves]:
    """The rate of `RATES` with the highest mean accuracy after the last epoch, and its curves."""
    best = max(RATES, key=lambda lr: trained(lr, zero_grad=zero_grad)[:, -1].mean())
    return best, trained(best, zero_grad=zero_grad)


def draw_loops(right: Curves, wrong: Curves, at: str) -> Picture:
    """Test accuracy by epoch of both loops, a thin line for each seed and a thick one for the mean.

    Parameters
    ----------
    at : the rates, in words for the title
    """
    import matplotlib.pyplot as plt

    epochs = np.arange(1, EPOCHS + 1)
    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    pairs = {"with zero_grad()": right, "without": wrong}
    for (name, curves), colour in zip(pairs.items(), (theme.FORWARD, theme.GRADIENT), strict=True):
        for curve in curves:
            ax.plot(epochs, 100 * curve, color=colour, linewidth=0.8, alpha=0.6)
        ax.plot(epochs, 100 * curves.mean(axis=0), color=colour, linewidth=2.5, label=name)
    ax.set(xlabel="epoch", ylabel="test accuracy (%)", xticks=epochs, ylim=(0, 102))
    ax.set_title(f"Test accuracy {at} (three seeds)")
    label_lines(ax)
    ends = [100 * curves[:, -1].mean() for curves in (right, wrong)]
    return with_alt(
        figure,
        f"Test accuracy by epoch {at}. After five epochs the mean is {ends[0]:.0f} % with "
        f"zero_grad() and {ends[1]:.0f} % without.",
    )


def draw_modes(
    evaluation: Mapping[float, float], training: Mapping[float, Sequence[float]]
) -> Picture:
    """Accuracy of networks in both modes, by the probability of dropping.

    Parameters
    ----------
    evaluation : probability -> accuracy in evaluation mode
    training : probability -> accuracies of several passes in training mode
    """
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    p = list(evaluation)
    ax.plot(p, [100 * evaluation[q] for q in p], "o-", color=theme.FORWARD, label="evaluation")
    means = [100 * float(np.mean(training[q])) for q in p]
    ax.plot(p, means, "s--", color=theme.GRADIENT, label="training")
    for q in p:
        passes = 100 * np.asarray(training[q])
        ax.plot(np.full(len(passes), q), passes, ".", color=theme.GRADIENT, alpha=0.4)
    ax.set(xlabel="probability of dropping", ylabel="test accuracy (%)", xticks=p)
    ax.set_title("Test accuracy of the same networks in two modes")
    label_lines(ax)
    told = ", ".join(
        f"{100 * evaluation[q]:.0f} and {m:.0f} %" for q, m in zip(p, means, strict=True)
    )
    return with_alt(
        figure,
        "Test accuracy in evaluation mode and mean in training mode, by the probability of "
        f"dropping: {told}.",
    )


def error_of(own: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> np.ndarray:
    """For each array, the largest difference divided by the largest entry."""
    pairs = zip(own, other, strict=True)
    return np.array([np.abs(a - b).max() / np.abs(b).max() for a, b in pairs])


def draw_errors(errors: Mapping[str, np.ndarray]) -> Picture:
    """The error of each array of gradients, a row of dots for each comparison.

    Parameters
    ----------
    errors : what is compared -> errors of the arrays W1, b1, W2 and b2
    """
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(6.4, 2.9))
    for place, (name, found) in enumerate(errors.items()):
        colour = theme.GRADIENT if "+" in name else theme.FORWARD
        ax.plot(np.maximum(found, 1e-17), np.full(len(found), -place), "o", color=colour, alpha=0.7)
    ax.set_yticks(-np.arange(len(errors)), list(errors))
    ax.set(xscale="log", xlim=(3e-18, 1e-4), ylim=(-len(errors) + 0.5, 0.5))
    ax.set_xlabel("largest difference / largest entry, of W1, b1, W2 and b2")
    ax.set_title("Difference from autograd's gradients")
    told = "; ".join(f"{name}: {np.max(found):.0e}" for name, found in errors.items())
    return with_alt(figure, f"The largest relative differences from autograd's gradients: {told}.")


def training_in_numpy(
    weights: Sequence[np.ndarray], batches: Sequence[np.ndarray], lr: float
) -> list[list[np.ndarray]]:
    """Weights (W1, b1, W2, b2, in PyTorch's shapes) after each step of gradient descent.

    Parameters
    ----------
    batches : the rows of each minibatch of the training images
    """
    x, t, _, _ = digits()
    network = mlp(list(SIZES), rng=np.random.default_rng(0), dtype="float64")
    for parameter, w in zip(network.parameters(), weights, strict=True):
        parameter.data = np.array(w.T if w.ndim == 2 else w, dtype="float64")
    optimizer = SGD(network.parameters(), lr=lr)
    path = []
    for rows in batches:
        y, backward = network.forward(x[rows].astype("float64"), training=True)
        optimizer.zero_grad()
        backward(softmax_cross_entropy(y, t[rows])[1])
        optimizer.step()
        path.append([np.array(p.data).T for p in network.parameters()])
    return path


def training_in_torch(
    torch: Any, model: Any, batches: Sequence[np.ndarray], lr: float, epsilon: float = 0.0
) -> Iterator[list[np.ndarray]]:
    """The same with a model of PyTorch, which is changed, for the loss −log(p + epsilon).

    Parameters
    ----------
    torch : the module
    """
    x, t, _, _ = digits()
    parameters = list(model.parameters())
    for rows in batches:
        samples = torch.from_numpy(x[rows]).to(parameters[0].dtype)
        labels = torch.from_numpy(t[rows]).long()
        p = torch.softmax(model(samples), dim=1)[torch.arange(len(rows)), labels]
        gradients = torch.autograd.grad(-torch.log(p + epsilon).mean(), parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.sub_(lr * gradient)
        yield [parameter.detach().numpy() for parameter in parameters]


def distances(
    path: Iterable[Sequence[np.ndarray]], other: Iterable[Sequence[np.ndarray]]
) -> np.ndarray:
    """The largest difference of a weight after each step."""
    steps = zip(path, other, strict=True)
    return np.array(
        [max(np.abs(a - b).max() for a, b in zip(*step, strict=True)) for step in steps]
    )


def draw_paths(distances: Mapping[str, np.ndarray]) -> Picture:
    """The largest difference of a weight after each step.

    Parameters
    ----------
    distances : name of the comparison -> (steps,)
    """
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    colours = (theme.INK, theme.FORWARD, theme.GRADIENT)
    for (name, found), colour in zip(distances.items(), colours, strict=False):
        steps = np.arange(1, len(found) + 1)
        ax.plot(steps, np.maximum(found, 1e-18), color=colour, label=name)
    ax.set(xlabel="step", ylabel="largest difference of a weight", yscale="log")
    ax.set_title("Difference between NumPy's and PyTorch's weights")
    label_lines(ax)
    told = "; ".join(f"{name}: {d[0]:.0e}, then {d[-1]:.0e}" for name, d in distances.items())
    return with_alt(figure, f"The largest difference of a weight, first and last step: {told}.")
