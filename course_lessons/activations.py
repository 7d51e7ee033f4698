"""Notebook 09, activations: what passes deep layers, dead units, thirty layers, three sigmoids."""

import math
import timeit
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from course_lessons.deep_networks import digits, draw_by_gain, trained
from course_lib.backend import Array, Generator
from course_lib.functional.smooth_rectifiers import gelu_erf_backward, gelu_erf_forward
from course_lib.initializers import he_normal
from course_lib.layers import Linear
from course_lib.layers.activations import ELU, GELU, Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from course_lib.models import Sequential, mlp
from course_lib.op import Op
from course_lib.plots import label_lines, theme, with_alt
from course_lib.plots.pictures import Picture
from course_lib.training import layer_outputs

Function = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""``f(u)`` -> z and the derivative at u, of each number by itself."""
Factors = Callable[[list[np.ndarray], list[np.ndarray], np.ndarray], tuple[np.ndarray, np.ndarray]]
Init = Callable[[tuple[int, ...], Generator], Array]

GAINS = {"ReLU": 1.44, "leaky ReLU": 1.43, "ELU": 1.18, "tanh": 1.18}
"""With these, about the whole gradient passes thirty layers of 32 units."""
DEPTH, WIDTH = 30, 32


def value_and_derivative(layer: Activation) -> Function:
    """What a layer computes, as ``f(u) -> z, f'(u)``."""

    def f(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        z, kept = layer.op.forward(u, *layer.constants)
        return z, layer.op.backward(np.ones_like(u), kept)

    return f


FUNCTIONS = {
    "sigmoid": value_and_derivative(Sigmoid()),
    "tanh": value_and_derivative(Tanh()),
    "ReLU": value_and_derivative(ReLU()),
    "leaky ReLU": value_and_derivative(LeakyReLU(0.1)),
    "ELU": value_and_derivative(ELU()),
    "GELU": value_and_derivative(GELU(op=Op(gelu_erf_forward, gelu_erf_backward))),
}


def deep_layers(
    gain: float, seed: int, *, depth: int = 10, width: int = 64
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Normal weights of variance ``gain² / n_in``, 100 images, and a random gradient at the end."""
    rng = np.random.default_rng(seed)
    shapes = pairwise([64] + [width] * depth)
    weights = [rng.normal(0, gain / math.sqrt(shape[0]), size=shape) for shape in shapes]
    return weights, digits()[0][:100].astype(float), rng.normal(size=(100, width))


def forward(
    weights: Sequence[np.ndarray], x: np.ndarray, f: Function
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The output and the derivatives f'(u) of each layer ``z = f(z_in @ W)``."""
    z, found = x, []
    for W in weights:
        z, df = f(z @ W)
        found.append((z, df))
    return found


def factors(
    gradient_factors: Factors, name: str, gain: float, seed: int, **size: int
) -> tuple[np.ndarray, np.ndarray]:
    """The student's ``gradient_factors(weights, dfs, dy)`` for `deep_layers` with a function."""
    weights, x, dy = deep_layers(gain, seed, **size)
    return gradient_factors(weights, [df for _, df in forward(weights, x, FUNCTIONS[name])], dy)


def share_that_passes(seed: int) -> float:
    """Size of dx over that of dy, for ten sigmoid layers with the gain 1."""
    weights, x, dy = deep_layers(1.0, seed)
    dx = dy
    layers = zip(weights, forward(weights, x, FUNCTIONS["sigmoid"]), strict=True)
    for W, (_, df) in reversed(list(layers)):
        dx = (dx * df) @ W.T
    return float(np.linalg.norm(dx) / np.linalg.norm(dy))


def saturated(gain: float) -> float:
    """Share of sigmoid outputs below 0.05 or above 0.95 in the ten layers of `deep_layers`."""
    weights, x, _ = deep_layers(gain, 0)
    outputs = np.array([z for z, _ in forward(weights, x, FUNCTIONS["sigmoid"])])
    return float(np.mean(np.abs(outputs - 0.5) > 0.45))


def network(f: Function, init: Init, sizes: Sequence[int], rng: Generator) -> Sequential:
    """Linear layers with f between them."""

    def typed(u: Any) -> tuple[Any, Any]:
        z, df = f(u)
        return z.astype(u.dtype), df.astype(u.dtype)

    op = Op(typed, lambda dz, df: dz * df)
    return mlp(sizes, rng=rng, init=init, activation=lambda: Activation(op=op))


def train(
    f: Function, gain: float, lr: float, seed: int, *, depth: int = DEPTH, epochs: int = 3
) -> float:
    """Validation accuracy of layers of 32 units with f, for initial weights with this gain.

    The seed is that of the initial weights and of the order of the images.
    """
    rng = np.random.default_rng(seed)

    def init(shape: tuple[int, ...], rng: Generator) -> Array:
        return gain / math.sqrt(shape[0]) * rng.standard_normal(shape)

    model = network(f, init, [64] + [WIDTH] * depth + [10], rng)
    return trained(model, lr, rng, epochs, 32)


def cosines(f: Function, gain: float) -> list[float]:
    """Mean size of the cosine of two images' outputs behind layers 1, 10, 20, 30; five networks.

    Before training. Opposite directions count as the same one: their outputs lie on one line.
    """
    found = np.zeros((5, DEPTH))
    for seed in range(5):
        weights, x, _ = deep_layers(gain, seed, depth=DEPTH, width=WIDTH)
        for place, (z, _) in enumerate(forward(weights, x, f)):
            directions = z / np.linalg.norm(z, axis=1, keepdims=True)
            pairs = (directions @ directions.T)[np.triu_indices(len(z), 1)]
            found[seed, place] = np.abs(pairs).mean()
    values: list[float] = found.mean(axis=0)[[0, 9, 19, 29]].tolist()
    return values


def means_of_functions() -> dict[str, float]:
    """For each function the mean of z for normal u."""
    u = np.random.default_rng(8).normal(size=100_000)
    return {name: float(f(u)[0].mean()) for name, f in FUNCTIONS.items()}


def time_of_exp() -> float:
    """How many times as long as a maximum an exponential of 100,000 float32 numbers takes."""
    u = np.random.default_rng(4).normal(size=100_000).astype("float32")
    calls: tuple[Callable[[], object], ...] = (lambda: np.exp(u), lambda: np.maximum(u, 0))
    # The shortest of 20 runs counts: other programs disturb.
    of_exp, of_maximum = (min(timeit.repeat(call, number=1, repeat=20)) for call in calls)
    return of_exp / max(of_maximum, 1e-9)


# --- The sigmoid, its signs and its centre --------------------------------------------------------


def alternating(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sigmoid, times -1 in every second unit, and the derivative."""
    signs = 1.0 - 2.0 * (np.arange(u.shape[1]) % 2)
    z, df = FUNCTIONS["sigmoid"](u)
    return z * signs, df * signs


SIGMOIDS: dict[str, Function] = {
    "sigmoid": FUNCTIONS["sigmoid"],
    "alternating signs": alternating,
    "sigmoid − ½": lambda u: (FUNCTIONS["sigmoid"](u)[0] - 0.5, FUNCTIONS["sigmoid"](u)[1]),
}
RATES = (0.03, 0.1, 0.3, 1, 3)
"""Of the last layer behind a fixed one: 0.1 is best for the sigmoid, 1 for sigmoid − ½."""


def behind(f: Function, seed: int) -> np.ndarray:
    """The digits behind a fixed random layer of 64 units with f, and a column of ones: (N, 65)."""
    x = digits()[0].astype(float)
    W = np.random.default_rng(seed).normal(0, 1 / 8, size=(64, 64))
    return np.column_stack([f(x @ W)[0], np.ones(len(x))])


def largest_curvature(f: Function, seed: int) -> float:
    """The largest eigenvalue of ``A^T A / N``, for A from `behind`."""
    A = behind(f, seed)
    return float(np.linalg.eigvalsh(A.T @ A / len(A))[-1])


def steps_needed(f: Function, lr: float, limit: int = 400) -> float:
    """Steps of gradient descent of a linear layer on `behind` until its loss falls to 0.25.

    The loss is half the mean squared distance from the one-hot targets. The mean of three fixed
    layers, or infinity if one of them does not get there within the limit.
    """
    targets, counts = np.eye(10)[digits()[1]], []
    for seed in range(3):
        A, V, step = behind(f, seed), np.zeros((65, 10)), 0
        r = A @ V - targets
        while np.sum(r**2) / (2 * len(A)) > 0.25:
            if step == limit or not np.abs(V).max() < 1e6:
                return math.inf
            V = V - lr * (A.T @ r) / len(A)
            r = A @ V - targets
            step += 1
        counts.append(step)
    return float(np.mean(counts))


# --- Dead units -----------------------------------------------------------------------------------


def never_active(model: Sequential, *, raw: bool = False) -> np.ndarray:
    """Which of the first 32 units of each hidden layer are above 0 for no training image."""
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = layer_outputs(model, digits(raw=raw)[0]).items()
    hidden = [np.asarray(z)[:, :32] for name, z in outputs if "Linear" not in name]
    return np.array([np.all(z <= 0, axis=0) for z in hidden])


def dead_share(f: Function, lr: float) -> float:
    """Share of dead units of the first of three hidden layers after five epochs on raw images."""
    shares = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        model = network(f, he_normal, [64, 64, 64, 64, 10], rng)
        trained(model, lr, rng, 5, 32, raw=True)
        shares.append(never_active(model, raw=True)[0].mean())
    return float(np.mean(shares))


def revived(f: Function, seed: int) -> np.ndarray:
    """How many of 32 dead units of each of three layers are active after ten epochs.

    Their biases are so low at first that the largest u over all images is -0.02.
    """
    rng = np.random.default_rng(seed)
    model = network(f, he_normal, [64, 64, 64, 64, 10], rng)
    z = digits()[0]
    for part in model.layers[:-1]:
        u = np.asarray(part(z))
        if isinstance(part, Linear) and part.b is not None:
            lower = (np.arange(64) < 32) * (u.max(axis=0) + 0.02)
            part.b.data = part.b.data - lower.astype(z.dtype)
        z = np.asarray(part(z))
    assert never_active(model).all()
    trained(model, 0.1, rng, 10, 32)
    count: np.ndarray = (~never_active(model)).sum(axis=1)
    return count


# --- Figures --------------------------------------------------------------------------------------


def draw_layers(left: np.ndarray) -> Picture:
    """The share of a gradient left below layers 10 to 1, ``(networks, 10)``, last layer first."""
    import matplotlib.pyplot as plt

    layers, middle = np.arange(10, 0, -1), np.median(left, axis=0)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        ax.plot(layers, left.T, ".", color=theme.GRADIENT, markersize=5)
        ax.plot(layers, middle, color=theme.GRADIENT)
        ax.plot(layers, 0.25 ** np.arange(1, 11), ":", color=theme.INK)
        ax.text(5.4, 2e-5, "ten networks and\ntheir median", color=theme.GRADIENT)
        ax.text(3.2, 1e-3, "¼ per layer", color=theme.INK)
        ax.set(yscale="log", xticks=layers, xlabel="layer", ylabel="size, dy = 1")
        ax.set_title("Size of the gradient with respect to each layer's input")
    said = f"A nearly straight line on a logarithmic axis, from {middle[-1]:.1e} at layer 1 to "
    said += f"{middle[0]:.2g} at layer 10, with dots of ten networks close to it; a dotted line "
    return with_alt(figure, said + "that falls to a quarter in each layer lies beside it.")


def draw_functions() -> Picture:
    """The six functions and their derivatives."""
    import matplotlib.pyplot as plt

    u, said = np.linspace(-4, 4, 401), []
    with theme.style():
        figure, axes = plt.subplots(2, 3, figsize=(8.6, 4.4), sharex=True, sharey=True)
        for ax, (name, f) in zip(axes.flat, FUNCTIONS.items(), strict=True):
            z, df = f(u)
            ax.plot(u, z, color=theme.FORWARD)
            ax.plot(u, df, "--", color=theme.GRADIENT)
            ax.set(title=name, ylim=(-1.3, 2.3))
            said.append(f"{name} from {z[0]:.2g} to {z[-1]:.2g}, derivative up to {df.max():.2g}")
        axes[0, 0].text(-3.8, 1.3, "value f(u)", color=theme.FORWARD)
        axes[0, 0].text(-3.8, 0.5, "derivative f′(u)", color=theme.GRADIENT)
        for ax in axes[1]:
            ax.set_xlabel("u")
        figure.suptitle("Six activation functions and their derivatives", x=0.01, ha="left")
    return with_alt(figure, f"Six panels, for u from -4 to 4: {'; '.join(said)}.")


def draw_gains(gains: Sequence[float], passed: Mapping[str, Sequence[float]]) -> Picture:
    """The share of a gradient that passes ten layers, over the gain, a line for each function."""
    ends = [f"{name} from {by[0]:.1e} to {by[-1]:.1e}" for name, by in passed.items()]
    lines = f"Three rising lines over the gain, from {gains[0]:g} to {gains[-1]:g}"
    title = "Size of a gradient that has passed ten layers (median of five networks)"
    said = f"{lines}, on logarithmic axes: {'; '.join(ends)}"
    return draw_by_gain(gains, passed, said, title=title, ylabel="size of dx, dy = 1")


def draw_design(u: np.ndarray, f: Function) -> Picture:
    """A function and its derivative."""
    import matplotlib.pyplot as plt

    z, df = f(u)
    with theme.style():
        figure, ax = plt.subplots(figsize=(6, 3))
        ax.plot(u, z, color=theme.FORWARD, label="f(u)")
        ax.plot(u, df, "--", color=theme.GRADIENT, label="f′(u)")
        ax.set(xlabel="u", ylabel="value", title="A function to order, and its derivative")
        label_lines(ax)
    said = f"f goes from {z[0]:.2f} to {z[-1]:.2f}; its derivative is at most {df.max():.2f}."
    return with_alt(figure, f"Two lines over u from {u[0]:g} to {u[-1]:g}. {said}")
