"""Notebook 10: sixteen layers that learn digits, and what its figures show."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from course_lessons.deep_networks import digits as digits
from course_lessons.deep_networks import draw_by_gain, trained
from course_lib.backend import Array, Generator
from course_lib.layers.activations import Activation, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.op import Op
from course_lib.plots import label_lines, theme, with_alt
from course_lib.plots.pictures import Picture

Init = Callable[[tuple[int, ...], Generator], Array]
Function = Callable[[np.ndarray], np.ndarray]

DEPTH, WIDTH = 16, 64
FORMULA = 1.52  # 1 / sqrt(E[sin(u)^2]) for a normal u with variance 1
GAINS = (0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, FORMULA)
BEST_RATE = 0.1  # for every gain the best of 0.03, 0.1 and 0.3
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
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


def fifty_layers(
    seed: int, *, factor: float = 1.0, width: int = 200
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Inputs and fifty layers, with weights that keep the size of 200 units, times ``factor``."""
    return layers(factor**2 / 200, [width] * 51, seed)


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


def activation(kind: str, a: float, b: float, c: float) -> tuple[Function, Function]:
    """An activation function of section 7, and its derivative."""
    functions: dict[str, tuple[Function, Function]] = {
        "leaky": (lambda u: a * np.maximum(u, c * u), lambda u: a * np.where(u > 0, 1, c)),
        "tanh": (lambda u: b + a * np.tanh(c * u), lambda u: a * c / np.cosh(c * u) ** 2),
        "sine": (lambda u: b + a * np.sin(c * u), lambda u: a * c * np.cos(c * u)),
    }
    return functions[kind]


def with_functions(layers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The layers of a network with callables ``f`` and ``df`` in place of their description."""
    found = []
    for layer in layers:
        f, df = activation(*layer["function"])
        about = {name: layer[name] for name in ("inputs", "n_in", "n_out")}
        found.append(about | {"f": f, "df": df})
    return found


def one_more_network() -> tuple[list[dict[str, Any]], np.ndarray]:
    """24 layers of three functions, the sixth of which reads a sum, and variances of u."""
    kinds = [["leaky", 1.5, 0.0, 0.05], ["tanh", 0.8, 0.12, 1.3], ["sine", 1.2, -0.12, 1.0]]
    widths = [WIDTH, *[40, 50, 50, 50, 50, 60, 40, 60] * 3]
    widths[-1] = 180
    inputs = [[k] for k in range(24)]
    inputs[2:6] = [2], [2], [2], [3, 4, 5]
    chosen = (2, 1, 0, 0, 0, 1, 2, 2, 1, 2, 1, 2, 0, 1, 2, 1, 2, 2, 1, 0, 2, 1, 2, 2)
    layers = [
        {"inputs": i, "n_in": widths[i[0]], "n_out": widths[k + 1], "function": kinds[chosen[k]]}
        for k, i in enumerate(inputs)
    ]
    return with_functions(layers), np.array([0.8, 0.05, 3.2, 0.2, 1.6, 0.4, 0.1])


class DrawnNetwork:
    """A network of section 7 with random weights of given deviations, and biases of 0."""

    def __init__(
        self, layers: Sequence[Mapping[str, Any]], s: Sequence[float], rng: np.random.Generator
    ) -> None:
        self.layers = layers
        shapes = [(layer["n_in"], layer["n_out"]) for layer in layers]
        self.W = [d * rng.normal(size=shape) for d, shape in zip(s, shapes, strict=True)]
        self.b = [np.zeros(n_out) for _, n_out in shapes]

    def forward(self, x: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """x and the output of each layer, and the pre-activations."""
        arrays, us = [x], list[np.ndarray]()
        for layer, W, b in zip(self.layers, self.W, self.b, strict=True):
            us.append(np.sum([arrays[i] for i in layer["inputs"]], axis=0) @ W + b)
            arrays.append(layer["f"](us[-1]))
        return arrays, us

    def backward(
        self, us: Sequence[np.ndarray], dz: np.ndarray
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """The gradients with respect to x and to the pre-activations."""
        dzs: list[Any] = [0.0] * len(us) + [dz]
        dus = []
        for k in reversed(range(len(us))):
            dus.append(dzs[k + 1] * self.layers[k]["df"](us[k]))
            for i in self.layers[k]["inputs"]:
                dzs[i] = dzs[i] + dus[-1] @ self.W[k].T
        return dzs[0], dus[::-1]


def drawn_passes(
    layers: Sequence[Mapping[str, Any]], s: Sequence[float], draws: int = 20
) -> tuple[np.ndarray, float]:
    """The RMS of u in each layer, and that of the gradient at x if it is 1 at the output."""
    rng = np.random.default_rng(0)
    of_u, of_gradient = [], []
    for _ in range(draws):
        network = DrawnNetwork(layers, s, rng)
        arrays, us = network.forward(rng.normal(size=(100, layers[0]["n_in"])))
        dx, _ = network.backward(us, rng.normal(size=arrays[-1].shape))
        of_u.append([np.mean(u**2) for u in us])
        of_gradient.append(np.mean(dx**2))
    return np.sqrt(np.mean(of_u, axis=0)), float(np.sqrt(np.mean(of_gradient)))


def train_drawn(
    layers: Sequence[Mapping[str, Any]], s: Sequence[float], lr: float, seed: int
) -> float:
    """Validation accuracy on the digits, after three epochs of gradient descent.

    A linear layer reads the last output.
    """
    rng = np.random.default_rng(seed)
    x, t, x_val, t_val = digits()
    network = DrawnNetwork(layers, s, rng)
    n = layers[-1]["n_out"]
    V = rng.normal(0, 0.1 / math.sqrt(n), size=(n, 10))
    with np.errstate(all="ignore"):  # the highest rates may diverge
        for _ in range(3):
            for rows in rng.permutation(len(x))[: len(x) // 64 * 64].reshape(-1, 64):
                arrays, us = network.forward(x[rows])
                dy = np.asarray(softmax_cross_entropy(arrays[-1] @ V, t[rows])[1])
                _, dus = network.backward(us, dy @ V.T)
                V -= lr * arrays[-1].T @ dy
                for k, du in enumerate(dus):
                    z = np.sum([arrays[i] for i in layers[k]["inputs"]], axis=0)
                    network.W[k] -= lr * z.T @ du
                    network.b[k] -= lr * du.sum(axis=0)
        y = network.forward(x_val)[0][-1] @ V
    return float(np.mean(y.argmax(axis=1) == t_val))


def draw_fifty_layers(runs: Mapping[str, Sequence[np.ndarray]]) -> Picture:
    """The RMS of the signal by layer, some runs for each kind of layers."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        for dash, (name, rows) in zip(("--", "-", ":"), runs.items(), strict=True):
            for row, sizes in enumerate(rows):
                label = name if row == 0 else "_"
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
    by = zip(GAINS, signal, gradient, strict=True)
    said = "Two lines over the gain, on logarithmic axes. Gain: u and gradient. "
    said += "; ".join(f"{gain:g}: {s:.2g} and {b:.2g}" for gain, s, b in by)
    lines = {"u in layer 16": signal, "gradient at the input": gradient}
    title = "RMS of both passes in sixteen untrained layers of sines"
    colours = (theme.FORWARD, theme.GRADIENT)
    return draw_by_gain(GAINS, lines, said, colours, title=title, ylabel="RMS")
