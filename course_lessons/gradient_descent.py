"""Notebook 04, gradient descent: its data, a small network, figures."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lessons.digits import Divided, divided
from course_lib import descent
from course_lib.backend import to_numpy
from course_lib.datasets import load_diabetes
from course_lib.losses import softmax_cross_entropy
from course_lib.plots import label_lines, theme, with_alt
from course_lib.plots.pictures import Picture
from course_lib.preprocessing import standardize_apply, standardize_fit

Descend = Callable[..., Any]  # a path of arrays (steps + 1, D)

STARTS = {"small": 0.3, "large": 2.0}  # factors of LeCun's initial weights
UNITS, STEPS, IMAGES = 32, 30, 300
SHAPES = ((64, UNITS), (UNITS,), (UNITS, 10), (10,))


@cache
def patients() -> tuple[np.ndarray, np.ndarray]:
    """Ten standardised measurements of 442 patients and a column of ones; standardised targets."""
    data = load_diabetes("float64")
    x, t = to_numpy(standardize_apply(data.x, standardize_fit(data.x))), np.asarray(data.t)
    return np.hstack([x, np.ones((len(x), 1))]), (t - t.mean()) / t.std()


def two_valleys(w: np.ndarray | float) -> np.ndarray | float:
    """A loss of one weight with two minima."""
    return w**4 / 4 - w**2 + 0.3 * w


def slope_of_two_valleys(w: np.ndarray) -> np.ndarray:
    """Its derivative."""
    return np.asarray(w**3 - 2 * w + 0.3)


def initial(start: str, seed: int) -> np.ndarray:
    """Initial weights of the network 64-32-10 as one vector: LeCun's times a factor of `STARTS`."""
    rng = np.random.default_rng(seed)
    drawn = [
        rng.normal(0, 1 / math.sqrt(shape[0]), size=shape) if len(shape) == 2 else np.zeros(shape)
        for shape in SHAPES
    ]
    return STARTS[start] * np.concatenate([part.ravel() for part in drawn])


def _parts(w: np.ndarray) -> list[np.ndarray]:
    ends = np.cumsum([math.prod(shape) for shape in SHAPES])
    found = np.split(w, ends[:-1])
    return [part.reshape(shape) for part, shape in zip(found, SHAPES, strict=True)]


@cache
def _images() -> Divided:
    return divided(IMAGES, "float64")


def network_grad(w: np.ndarray) -> np.ndarray:
    """The gradient, with respect to all weights, of the mean cross-entropy on 300 digits."""
    x, t, _, _ = _images()
    W1, b1, W2, b2 = _parts(w)
    z = np.tanh(x @ W1 + b1)
    dy = to_numpy(softmax_cross_entropy(z @ W2 + b2, t)[1])
    du = (dy @ W2.T) * (1 - z**2)
    parts = x.T @ du, du.sum(axis=0), z.T @ dy, dy.sum(axis=0)
    return np.concatenate([part.ravel() for part in parts])


def network_accuracy(w: np.ndarray) -> float:
    """Share of 360 other images that the network classifies correctly."""
    _, _, x, t = _images()
    W1, b1, W2, b2 = _parts(w)
    return float(np.mean((np.tanh(x @ W1 + b1) @ W2 + b2).argmax(axis=1) == t))


def reached(start: str, lr: float, seed: int, descend: Descend = descent.gradient_descent) -> float:
    """Accuracy on the 360 images after thirty steps of gradient descent with all 300 images."""
    return network_accuracy(descend(network_grad, initial(start, seed), lr, STEPS)[-1])


def limits_while_training(
    curvature: Callable[..., float], start: str, lr: float, every: int = 3
) -> np.ndarray:
    """2/λmax at every third step of a training with seed 0, by ``curvature(grad, w, v)``."""
    descend: Descend = descent.gradient_descent
    path = descend(network_grad, initial(start, 0), lr, STEPS)
    v = np.random.default_rng(0).normal(size=path.shape[1])
    return np.array([2 / curvature(network_grad, w, v) for w in path[::every]])


def draw_two_rates(losses: Mapping[str, np.ndarray]) -> Picture:
    """The loss after each step, for each rate, on a logarithmic axis."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        for dash, (name, values) in zip(("-", "--"), losses.items(), strict=True):
            ax.plot(values, dash, color=theme.FORWARD, label=name)
        ax.set(xlabel="step", ylabel="loss", yscale="log")
        ax.set_title("Loss after each step, at two rates")
        label_lines(ax)
    ends = ", ".join(f"{values[-1]:.3g} at {name}" for name, values in losses.items())
    return with_alt(
        figure,
        f"Two lines over the step, on a logarithmic axis. They fall together for a few steps. "
        f"In the end the loss is {ends}.",
    )


def draw_valley(H: np.ndarray, paths: Mapping[str, np.ndarray]) -> Picture:
    """Paths on the contours of ½ v·Hv with two weights, a panel for each; 0 is the minimum."""
    import matplotlib.pyplot as plt

    reach = 1.25 * max(np.abs(path[0]).max() for path in paths.values())
    a, b = np.meshgrid(*[np.linspace(-reach, reach, 80)] * 2)
    heights = (H[0, 0] * a**2 + 2 * H[0, 1] * a * b + H[1, 1] * b**2) / 2
    with theme.style():
        figure, axes = plt.subplots(1, len(paths), figsize=(8, 3), sharex=True, sharey=True)
        for ax, (name, path) in zip(axes, paths.items(), strict=True):
            levels = heights.max() * np.linspace(0.05, 1, 9) ** 2
            ax.contour(a, b, heights, levels=levels, colors=theme.QUIET, linewidths=0.6)
            ax.plot(*path.T, "o-", color=theme.FORWARD, markersize=3, linewidth=1)
            ax.plot(0, 0, "*", color=theme.INK, markersize=11, mec="w", zorder=3)
            ax.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel="first weight")
            ax.set_aspect("equal")
            ax.grid(visible=False)
            ax.set_title(name)
        axes[0].set_ylabel("second weight")
        figure.suptitle("Steps in a valley; the minimum is at 0", x=0.01, ha="left")
    return with_alt(
        figure,
        f"Oval contours with a path in {len(paths)} panels: {', '.join(paths)}. At "
        "the first rate the path bends into the valley and creeps along it, at the second it jumps "
        "from side to side while it moves along, at the third it jumps farther each time.",
    )


def draw_valleys(runs: Sequence[np.ndarray]) -> Picture:
    """The loss of two valleys over w, and the path of w from each start."""
    import matplotlib.pyplot as plt

    line = np.linspace(-2.15, 2.15, 200)
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(7.6, 3), sharey=True, width_ratios=(2, 3))
        axes[0].plot(np.asarray(two_valleys(line)), line, color=theme.INK)
        axes[0].set(xlabel="loss", ylabel="w", title="The loss of each w")
        for run in runs:
            axes[1].plot(run[:26], color=theme.FORWARD, linewidth=1.4)
        axes[1].set(xlabel="step", xlim=(0, 25), title="Runs of gradient descent")
    ends = [float(run[-1]) for run in runs]
    return with_alt(
        figure,
        "Left, the loss of each w, with two valleys. Right, w over the first 25 steps of "
        f"{len(runs)} runs: {sum(end < 0 for end in ends)} end near {min(ends):.2f}, the others "
        f"near {max(ends):.2f}.",
    )


def draw_limits(limits: Mapping[str, np.ndarray], lr: float, every: int = 3) -> Picture:
    """2/λmax over the steps of a training, for each start; a line at the rate."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        for dash, (name, values) in zip(("-", "--"), limits.items(), strict=True):
            ax.plot(every * np.arange(len(values)), values, dash, color=theme.FORWARD, label=name)
        ax.axhline(lr, color=theme.INK, linestyle=":")
        ax.text(0, lr * 1.04, f"the rate, {lr:g}", va="bottom")
        ax.set(xlabel="step", ylabel="2/λmax", yscale="log", yticks=(0.3, 0.5, 1, 2, 4))
        ax.set_yticklabels(["0.3", "0.5", "1", "2", "4"])
        ax.minorticks_off()
        ax.set_title("2/λmax of the network while it trains")
        label_lines(ax)
    said = " and ".join(
        f"{name} begins at {values[0]:.2g} and ends at {values[-1]:.2g}"
        for name, values in limits.items()
    )
    return with_alt(figure, f"Lines over the step, on a logarithmic axis: {said}.")
