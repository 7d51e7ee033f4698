"""Notebook 10, initialisation: sixteen layers that learn digits, made-up worlds, figures."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from course_lessons.deep_networks import Plan, Rehearsal, draw_by_gain, trained
from course_lessons.deep_networks import digits as digits
from course_lib.backend import Array, Generator
from course_lib.layers.activations import Activation, ReLU
from course_lib.models import mlp
from course_lib.op import Op
from course_lib.plots import label_lines, theme, with_alt
from course_lib.plots.pictures import Picture

Init = Callable[[tuple[int, ...], Generator], Array]
Train = Callable[[float, int], float]
Function = Callable[[np.ndarray], np.ndarray]

DEPTH, WIDTH = 16, 64
FORMULA = 1.52  # 1 / sqrt(E[sin(u)^2]) for a normal u with variance 1
OPTIONS = {"gain": (0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, FORMULA)}
MEANS = dict(
    zip(OPTIONS["gain"], (0.585, 0.890, 0.945, 0.951, 0.942, 0.924, 0.898, 0.756), strict=True)
)
"""The mean accuracy with each gain, over the 60 trainings that the check looks up."""
BUDGET = 20
NEAR = 0.02  # below the largest mean accuracy: such a gain is one of the best
BEST_RATE = 0.1  # for every gain the best of 0.03, 0.1 and 0.3
RATES = (0.03, 0.1, 0.3, 1.0, 3.0)
SINE = Op(lambda u: (np.sin(u), u), lambda dz, u: dz * np.cos(u))


def layers(
    variance: float, widths: Sequence[int], seed: int
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Inputs ``x`` of mean 0 and variance 1, and normal weights of each layer: ``x, weights``.

    Parameters
    ----------
    variance : of the weights
    widths : number of inputs, then of the units of each layer
    seed : of x, of shape (100, widths[0]), and of the weights
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(100, widths[0]))
    weights = []
    for shape in pairwise(widths):
        weights.append(rng.normal(0, math.sqrt(variance), size=shape))
    return x, weights


def fifty_layers(factor: float, seed: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Inputs and fifty layers of 200 units that keep the size of the signal, weights x factor."""
    return layers(factor**2 / 200, [200] * 51, seed)


def accuracy(
    init: Init, lr: float, seed: int, *, depth: int = DEPTH, op: Op | None = None
) -> float:
    """Train a network once, for seven epochs of gradient descent without momentum.

    Parameters
    ----------
    init : ``init(shape, rng)`` -> the initial weights of a layer; biases begin at 0
    lr : learning rate
    seed : of the initial weights and of the order of the images
    depth : number of hidden layers, of 64 units each
    op : activation function with its backward function; ReLU without it

    Returns
    -------
    accuracy : on the validation images; 0 if the numbers overflow
    """
    rng = np.random.default_rng(seed)
    activation = ReLU if op is None else lambda: Activation(op=op)
    network = mlp([WIDTH] * (depth + 1) + [10], rng=rng, init=init, activation=activation)
    return trained(network, lr, rng, 7, 64)


def accuracies(init: Init, depth: int) -> np.ndarray:
    """Validation accuracy of a ReLU network at each of the `RATES`, with the seeds 0 and 1."""
    return np.array([[accuracy(init, lr, seed, depth=depth) for seed in range(2)] for lr in RATES])


def sines(gain: float, lr: float, seed: int) -> float:
    """Validation accuracy of sixteen layers of sines, with LeCun's normal weights times a gain."""

    def init(shape: tuple[int, ...], rng: Generator) -> Array:
        return gain / math.sqrt(shape[0]) * rng.standard_normal(shape)

    return accuracy(init, lr, seed, op=SINE)


def train(gain: float, seed: int) -> float:
    """Validation accuracy of sixteen layers of `sines`, at the gain's own best rate."""
    return sines(gain, BEST_RATE, seed)


def weight_gradient_rms(
    x: np.ndarray,
    us: Sequence[np.ndarray],
    weights: Sequence[np.ndarray],
    dz: np.ndarray,
    f: Function,
    df: Function,
) -> np.ndarray:
    """The RMS of the gradients of the weights, of the first layer first.

    Parameters
    ----------
    x : inputs of the first layer
    us, weights : pre-activations and matrices of the layers
    dz : gradient with respect to the output of the last layer
    f, df : the activation function and its derivative
    """
    inputs = [x, *map(f, us[:-1])]
    sizes = []
    for z, u, W in zip(inputs[::-1], us[::-1], weights[::-1], strict=True):
        du = dz * df(u)
        sizes.append(np.sqrt(np.mean((z.T @ du) ** 2)))
        dz = du @ W.T
    return np.array(sizes[::-1])


def means_in(world: int) -> dict[float, float]:
    """The mean accuracies of a made-up world, by gain.

    As in the check, those of section 6 move along the gains by up to two places, and what the
    formula's gain has above guessing is multiplied by a hidden factor.
    """
    rng = np.random.default_rng([8, world])
    *gains, formula = OPTIONS["gain"]
    places = np.clip(np.arange(len(gains)) + rng.integers(-2, 3), 0, len(gains) - 1)
    moved = {gain: MEANS[gains[place]] for gain, place in zip(gains, places, strict=True)}
    return moved | {formula: 0.1 + rng.uniform(0.7, 1.2) * (MEANS[formula] - 0.1)}


def best_gains(mean: Mapping[float, float]) -> list[float]:
    """The gains whose mean accuracy is at most `NEAR` below the highest."""
    return [gain for gain, one in mean.items() if max(mean.values()) - one <= NEAR]


def made_up(world: int) -> tuple[Train, Callable[[float], float]]:
    """A world without networks, for rehearsals: ``train(gain, seed)`` and ``lead(gain)``.

    The lead is nan if the gain is not one of the best; that of the formula never is.
    """
    mean = means_in(world)
    best = best_gains(mean)

    def train(gain: float, seed: int) -> float:
        noise = np.random.default_rng([world, round(1e4 * gain), seed])
        return mean[gain] + noise.normal(0, 0.04 if gain == FORMULA else 0.009)

    def lead(gain: float) -> float:
        return mean[gain] - mean[FORMULA] if gain in best else math.nan

    return train, lead


WORLDS = Rehearsal(made_up, OPTIONS, BUDGET)
rehearse = WORLDS.rehearse


def at_home(plan: Plan) -> None:
    """Print what a plan finds with real networks."""
    WORLDS.at_home(plan, train)


def draw_fifty_layers(runs: Mapping[str, Sequence[np.ndarray]]) -> Picture:
    """The RMS of the signal by layer, for weights times each factor; some runs for each."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        for dash, (name, rows) in zip(("--", "-", ":"), runs.items(), strict=True):
            for row, sizes in enumerate(rows):
                label = f"weights {name}" if row == 0 else "_"
                ax.plot(sizes, dash, color=theme.FORWARD, linewidth=1.3, label=label)
        ax.set(xlabel="layer", ylabel="RMS of the signal", yscale="log")
        ax.set_title("RMS of the signal in fifty linear layers")
        label_lines(ax)
    ends = [f"{np.mean([sizes[-1] for sizes in rows]):.3g} ({name})" for name, rows in runs.items()]
    lines = "Lines over fifty layers, on a logarithmic axis, nearly straight from 1 to their ends"
    return with_alt(figure, f"{lines}: {', '.join(ends)}.")


def draw_rates(trained: Mapping[int, Mapping[str, np.ndarray]]) -> Picture:
    """What `accuracies` found for each depth and kind of initial weights, against the rate."""
    import matplotlib.pyplot as plt

    colours = (theme.FORWARD, *theme.CYCLE[2:5], theme.INK)
    dashes = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))
    said = []
    with theme.style():
        figure, axes = plt.subplots(1, len(trained), figsize=(8.6, 3.4), sharey=True)
        for ax, (depth, by_name) in zip(axes, trained.items(), strict=True):
            for k, (name, found) in enumerate(by_name.items()):
                look: dict[str, Any] = {"color": colours[k], "linestyle": dashes[k]}
                spread = found.std(axis=1, ddof=1)
                ax.errorbar(RATES, found.mean(axis=1), spread, elinewidth=1, label=name, **look)
            title = f"{depth} hidden layer{'s' * (depth > 1)}"
            ax.set(xlabel="learning rate", xscale="log", ylim=(-0.03, 1), title=title)
            label_lines(ax)
            tops = {name: max(found, key=np.mean) for name, found in by_name.items()}
            best = [
                f"{name} {top.mean():.2f} ± {top.std(ddof=1):.2f}" for name, top in tops.items()
            ]
            said.append(f"{title}, at the best rate: {', '.join(best)}.")
        axes[0].set_ylabel("validation accuracy (0: overflow)")
        figure.suptitle(
            "Accuracy after seven epochs, mean ± standard deviation of two seeds",
            x=0.01,
            ha="left",
        )
    lines = "Accuracy against the learning rate, a line for each kind of initial weights."
    return with_alt(figure, " ".join([lines, *said]))


def variance_by_layer(f: Callable[[np.ndarray], np.ndarray], gain: float, v: float) -> np.ndarray:
    """Var(u) in layers 0 to 16, from v on: ``gain^2 E[f(u)^2]`` of the layer before, u normal."""
    u = np.linspace(-10, 10, 4001)
    weight = np.exp(-(u**2) / 2)
    weight /= weight.sum()
    path = [v]
    for _ in range(16):
        path.append(gain**2 * float(weight @ f(math.sqrt(path[-1]) * u) ** 2))
    return np.array(path)


def draw_fixed_points(paths: Mapping[str, Sequence[np.ndarray]]) -> Picture:
    """Var(u) by layer for each activation function, from several variances."""
    import matplotlib.pyplot as plt

    said = []
    with theme.style():
        figure, axes = plt.subplots(1, len(paths), figsize=(7.6, 2.9), sharey=True)
        for ax, (name, rows) in zip(axes, paths.items(), strict=True):
            ax.axhline(1, color=theme.QUIET, linewidth=1, linestyle="--")
            for path in rows:
                ax.plot(path, ".-", color=theme.FORWARD)
            ax.set(xlabel="layer", title=name, ylim=(0, 3), xticks=[0, 8, 16])
            ways = [f"from {path[0]:.2g} to {path[-1]:.2g}" for path in rows]
            said.append(f"{name}: {' and '.join(ways)}.")
        axes[0].set_ylabel("Var(u)")
        figure.suptitle("Var(u) by layer, from two variances", x=0.01, ha="left")
    panels = "A panel for each activation function, with Var(u) over sixteen layers."
    return with_alt(figure, " ".join([panels, *said]))


def draw_both_passes(signal: Sequence[float], gradient: Sequence[float]) -> Picture:
    """The RMS of u in the last layer, and of the gradient at the input, for each gain."""
    gains = OPTIONS["gain"]
    by = zip(gains, signal, gradient, strict=True)
    said = "Two lines over the gain, on logarithmic axes. Gain: u and gradient. "
    said += "; ".join(f"{gain:g}: {s:.2g} and {b:.2g}" for gain, s, b in by)
    lines = {"u in layer 16": signal, "gradient at the input": gradient}
    title = "RMS of both passes in sixteen untrained layers of sines"
    colours = (theme.FORWARD, theme.GRADIENT)
    return draw_by_gain(gains, lines, said, colours, title=title, ylabel="RMS")


def draw_worlds() -> Picture:
    """The mean accuracies of section 6 and of three made-up worlds, by gain."""
    import matplotlib.pyplot as plt

    panels = {"section 6": MEANS} | {f"world {n}": means_in(n) for n in range(3)}
    said = []
    with theme.style():
        figure, axes = plt.subplots(1, len(panels), figsize=(8.4, 2.8), sharex=True, sharey=True)
        for ax, (name, mean) in zip(axes, panels.items(), strict=True):
            best = best_gains(mean)
            for place, (gain, one) in enumerate(mean.items()):
                colour = theme.GRADIENT if gain == FORMULA else theme.FORWARD
                filled = colour if gain in best else theme.PAPER
                ax.plot(place, one, "o", color=colour, markerfacecolor=filled)
            ax.set_xticks(range(len(mean)), [f"{gain:g}" for gain in mean], rotation=90)
            ax.set(title=name, xlabel="gain")
            numbers = ", ".join(f"{gain:g} {one:.2f}" for gain, one in mean.items())
            said.append(f"{name}: {numbers}; best {', '.join(map(str, best))}")
        axes[0].set_ylabel("mean accuracy")
        meaning = f"Mean accuracy by gain (filled: one of the best; orange: {FORMULA})"
        figure.suptitle(meaning, x=0.01, ha="left")
    return with_alt(figure, f"Mean accuracy by gain. {'. '.join(said)}.")
