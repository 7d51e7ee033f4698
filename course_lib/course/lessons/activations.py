"""Notebook 08, activations: what passes deep layers, three sigmoids, dead units, thirty layers."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from course_lib.backend import Array, Generator
from course_lib.course.experiment import Trials
from course_lib.datasets import load_digits
from course_lib.functional.elu import elu_backward, elu_forward
from course_lib.functional.gelu_erf import gelu_erf_backward, gelu_erf_forward
from course_lib.functional.leaky_relu import leaky_relu_backward, leaky_relu_forward
from course_lib.functional.relu import relu_backward, relu_forward
from course_lib.functional.sigmoid import sigmoid_backward, sigmoid_forward
from course_lib.functional.tanh import tanh_backward, tanh_forward
from course_lib.initializers import he_normal, lecun_normal
from course_lib.layers import Linear
from course_lib.layers.activations import Activation
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.op import Op
from course_lib.optimizers import SGD
from course_lib.plots import label_lines, theme, with_alt
from course_lib.plots.with_alt import Picture
from course_lib.training import evaluate, fit, layer_outputs

Function = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""``f(u)`` -> z and the derivative at u, of each number by itself."""
Factors = Callable[[list[np.ndarray], list[np.ndarray], np.ndarray], tuple[np.ndarray, np.ndarray]]
Init = Callable[[tuple[int, ...], Generator], Array]
Train = Callable[[str, float, int], float]
Plan = Callable[[Trials], tuple[str, float, float]]

PAIRS: dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[float, ...]]] = {
    "sigmoid": (sigmoid_forward, sigmoid_backward, ()),
    "tanh": (tanh_forward, tanh_backward, ()),
    "ReLU": (relu_forward, relu_backward, ()),
    "leaky ReLU": (leaky_relu_forward, leaky_relu_backward, (0.1,)),
    "ELU": (elu_forward, elu_backward, (1.0,)),
    "GELU": (gelu_erf_forward, gelu_erf_backward, ()),
}
GAINS = {"ReLU": 1.44, "leaky ReLU": 1.43, "ELU": 1.18, "GELU": 1.46, "tanh": 1.18}
"""With these, about the whole gradient passes thirty layers of 32 units."""
OPTIONS: dict[str, tuple[Any, ...]] = {
    "function": tuple(GAINS),
    "lr": (0.003, 0.01, 0.03, 0.1, 0.3),
}
"""What the planned experiment may vary."""
DEPTH, WIDTH = 30, 32


def value_and_derivative(name: str) -> Function:
    """The function of a name, one of `PAIRS`, as ``f(u) -> z, f'(u)``."""
    forward, backward, constants = PAIRS[name]

    def f(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        z, kept = forward(u, *constants)
        return z, backward(np.ones_like(u), kept)

    return f


def relu_shifted(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """ReLU minus 0.4, whose mean is 0 for normal u, and the derivative."""
    z, df = value_and_derivative("ReLU")(u)
    return z - 0.4, df


FUNCTIONS = {name: value_and_derivative(name) for name in PAIRS}
THIRTY = {**FUNCTIONS, "ReLU − 0.4": relu_shifted}
"""What thirty layers can have; `gain_of_thirty` has the gains."""


def gain_of_thirty(function: str) -> float:
    """From `GAINS`; ReLU - 0.4 has the derivative of ReLU, so it has the gain of ReLU."""
    return GAINS["ReLU" if function == "ReLU − 0.4" else function]


def layer(f: Function) -> Activation:
    """A layer that applies f; its backward pass multiplies by the derivative."""

    def forward(u: Array) -> tuple[Array, Array]:
        values = np.asarray(u)
        z, df = f(values)
        return z.astype(values.dtype), df.astype(values.dtype)

    return Activation(op=Op(forward, lambda dz, df: dz * df))


@cache
def digits(*, raw: bool = False) -> tuple[np.ndarray, ...]:
    """Images of digits as rows of 64 pixels, standardised or raw: ``x, t, x_val, t_val``."""
    images = load_digits()
    order = np.random.default_rng(0).permutation(len(images.x))
    x, t = images.x[order].reshape(len(order), -1).astype("float32"), images.t[order]
    val = np.arange(len(x)) % 5 == 0
    if not raw:
        x = (x - x[~val].mean(axis=0)) / (x[~val].std(axis=0) + 1e-3)
    return x[~val], t[~val], x[val], t[val]


def deep_layers(
    gain: float, seed: int, *, depth: int = 10, width: int = 64
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Normal weights of variance ``gain² / n_in``, 100 images, and a random gradient at the end."""
    rng = np.random.default_rng(seed)
    shapes = pairwise([64] + [width] * depth)
    weights = [rng.normal(0, gain / math.sqrt(shape[0]), size=shape) for shape in shapes]
    return weights, digits()[0][:100].astype(float), rng.normal(size=(100, width))


def derivatives(weights: Sequence[np.ndarray], x: np.ndarray, f: Function) -> list[np.ndarray]:
    """The derivatives f'(u) in each layer of ``z = f(z_in @ W)``, the first layer's first."""
    z, dfs = x, []
    for W in weights:
        z, df = f(z @ W)
        dfs.append(df)
    return dfs


def factors(
    gradient_factors: Factors,
    name: str,
    gain: float,
    seed: int,
    *,
    depth: int = 10,
    width: int = 64,
) -> tuple[np.ndarray, np.ndarray]:
    """The student's ``gradient_factors(weights, dfs, dy)`` for `deep_layers` with a function."""
    weights, x, dy = deep_layers(gain, seed, depth=depth, width=width)
    return gradient_factors(weights, derivatives(weights, x, FUNCTIONS[name]), dy)


def share_that_passes(seed: int) -> float:
    """Size of dx over that of dy, for ten sigmoid layers with the gain 1."""
    weights, x, dy = deep_layers(1.0, seed)
    dx = dy
    for W, df in zip(
        weights[::-1], derivatives(weights, x, FUNCTIONS["sigmoid"])[::-1], strict=True
    ):
        dx = (dx * df) @ W.T
    return float(np.linalg.norm(dx) / np.linalg.norm(dy))


def saturated(gain: float) -> float:
    """Share of sigmoid outputs below 0.05 or above 0.95 in the ten layers of `deep_layers`."""
    weights, z, _ = deep_layers(gain, 0)
    shares = []
    for W in weights:
        z = FUNCTIONS["sigmoid"](z @ W)[0]
        shares.append(np.mean((z < 0.05) | (z > 0.95)))
    return float(np.mean(shares))


def network(f: Function, init: Init, sizes: Sequence[int], rng: Generator) -> Sequential:
    """Linear layers with f between them."""
    return mlp(sizes, rng=rng, init=init, activation=lambda: layer(f))


def trained(
    model: Sequential, lr: float, rng: Generator, epochs: int, batch_size: int, *, raw: bool = False
) -> float:
    """Validation accuracy after gradient descent without momentum; 0 if the numbers overflow."""
    x, t, x_val, t_val = digits(raw=raw)
    how: dict[str, Any] = {"epochs": epochs, "batch_size": batch_size, "progress": False}
    optimizer = SGD(model.parameters(), lr=lr)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            fit(model, x, t, loss=softmax_cross_entropy, optimizer=optimizer, rng=rng, **how)
    except FloatingPointError:
        return 0.0
    _, found = evaluate(model, x_val, t_val, loss=softmax_cross_entropy)
    assert found is not None  # the targets are labels
    return found


def train(
    function: str, lr: float, seed: int, *, functions: Mapping[str, Function] = THIRTY
) -> float:
    """Validation accuracy of thirty layers of 32 units after three epochs, at the gain of `GAINS`.

    Parameters
    ----------
    function : name of the activation function
    lr : learning rate
    seed : of the initial weights and of the order of the images
    functions : by name
    """
    rng = np.random.default_rng(seed)

    def init(shape: tuple[int, ...], rng: Generator) -> Array:
        return gain_of_thirty(function) / math.sqrt(shape[0]) * rng.standard_normal(shape)

    model = network(functions[function], init, [64] + [WIDTH] * DEPTH + [10], rng)
    return trained(model, lr, rng, 3, 32)


def cosines(function: str) -> list[float]:
    """Mean cosine of two images behind layers 1, 10, 20, 30 before training; five networks."""
    found = np.zeros(DEPTH)
    for seed in range(5):
        weights, z, _ = deep_layers(gain_of_thirty(function), seed, depth=DEPTH, width=WIDTH)
        for place, W in enumerate(weights):
            z = THIRTY[function](z @ W)[0]
            directions = z / np.linalg.norm(z, axis=1, keepdims=True)
            pairs = np.triu_indices(len(z), 1)
            found[place] += np.mean((directions @ directions.T)[pairs]) / 5
    values: list[float] = found[[0, 9, 19, 29]].tolist()
    return values


# --- The sigmoid, its signs and its centre --------------------------------------------------------


def signs(D: int) -> np.ndarray:
    """1, -1, 1, -1, ...: one for each of D units."""
    return 1.0 - 2.0 * (np.arange(D) % 2)


def alternating(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sigmoid, times -1 in every second unit, and the derivative."""
    z, df = FUNCTIONS["sigmoid"](u)
    return z * signs(u.shape[1]), df * signs(u.shape[1])


def centred(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sigmoid minus a half, and the derivative."""
    z, df = FUNCTIONS["sigmoid"](u)
    return z - 0.5, df


SIGMOIDS = {
    "sigmoid": FUNCTIONS["sigmoid"],
    "alternating signs": alternating,
    "sigmoid − ½": centred,
    "tanh": FUNCTIONS["tanh"],
}
BEST_RATES = {
    "sigmoid": (8, 1.0),
    "alternating signs": (8, 1.0),
    "sigmoid − ½": (24, 10),
    "tanh": (8, 0.3),
}
"""Of the last layer behind a fixed one, and of three hidden layers."""
STEP_RATES = (0.5, 1, 1.5, 2, 3, 4, 8, 16, 24, 32)


def one_direction(shift: float) -> float:
    """Share of 60 steps that move two weights both up or both down, for inputs minus a shift.

    The inputs are uniform from 0.2 to 1.8; the weights go from (0, 0) to (1.5, -1).
    """
    inputs = np.random.default_rng(3).uniform(0.2, 1.8, size=(60, 2)) - shift
    w, goal, together = np.zeros(2), np.array([1.5, -1.0]), []
    for x in inputs:
        step = -0.3 * x * (w @ x - goal @ x)
        w = w + step
        together.append(step[0] * step[1] > 0)
    return float(np.mean(together))


def behind(f: Function, seed: int) -> np.ndarray:
    """The digits behind a fixed random layer of 64 units with f, and a column of ones: (N, 65)."""
    x = digits()[0].astype(float)
    W = np.random.default_rng(seed).normal(0, 1 / 8, size=(64, 64))
    return np.column_stack([f(x @ W)[0], np.ones(len(x))])


def largest_curvature(f: Function, seed: int) -> float:
    """The largest eigenvalue of ``A^T A / N``, for A from `behind`."""
    A = behind(f, seed)
    return float(np.linalg.eigvalsh(A.T @ A / len(A))[-1])


def steps_needed(f: Function, seed: int, lr: float, limit: int = 400) -> int:
    """Steps of gradient descent of a linear layer on `behind` until its cross-entropy is 0.5."""
    A, V = behind(f, seed), np.zeros((65, 10))
    for step in range(limit):
        value, dy = softmax_cross_entropy(A @ V, digits()[1])
        if value < 0.5:
            return step
        V = V - lr * (A.T @ dy)
    return limit


def fewest_steps(f: Function) -> float:
    """Steps at the best of the `STEP_RATES`, mean of three fixed layers."""
    return min(float(np.mean([steps_needed(f, s, lr) for s in range(3)])) for lr in STEP_RATES)


def deep_accuracy(f: Function, lr: float, seed: int, epochs: int = 6) -> float:
    """Validation accuracy of three hidden layers of 64 units."""
    rng = np.random.default_rng(seed)
    model = network(f, lecun_normal, [64, 64, 64, 64, 10], rng)
    return trained(model, lr, rng, epochs, 64)


def deep(name: str, epochs: int) -> float:
    """`deep_accuracy` of one of the `SIGMOIDS` at its best rate, mean of three seeds."""
    lr = BEST_RATES[name][1]
    return float(np.mean([deep_accuracy(SIGMOIDS[name], lr, seed, epochs) for seed in range(3)]))


class Compared(NamedTuple):
    """Steps at the best rate and at the rate 0.5, means of three seeds; `largest_curvature`."""

    fewest: float
    at_half: float
    eigenvalue: float


def compared() -> dict[str, Compared]:
    """What the last layer behind each of the `SIGMOIDS` needs."""
    found = {}
    for name, (best, _) in BEST_RATES.items():
        f = SIGMOIDS[name]
        fewest, at_half = (
            float(np.mean([steps_needed(f, seed, lr) for seed in range(3)])) for lr in (best, 0.5)
        )
        found[name] = Compared(fewest, at_half, largest_curvature(f, 0))
    return found


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


# --- One matrix in twelve layers ------------------------------------------------------------------


def shared_loss(
    lr: float, seed: int, clip: Callable[[list[np.ndarray], float], Any], max_norm: float
) -> tuple[float, float]:
    """Mean loss of the last 30 of 200 steps, and the largest norm of the gradients before clipping.

    One W is used in twelve tanh layers; a linear layer follows.
    """
    rng = np.random.default_rng(seed)
    x, t = digits()[:2]
    W, V = (rng.normal(0, 1 / 8, size=(64, n)).astype("float32") for n in (64, 10))
    b, losses, largest = np.zeros(10, "float32"), [], 0.0
    for _ in range(200):
        batch = rng.integers(len(x), size=64)
        z = [x[batch]]
        for _ in range(12):
            z.append(np.tanh(z[-1] @ W))
        value, gradient = softmax_cross_entropy(z[-1] @ V + b, t[batch])
        dy = np.asarray(gradient)
        dW, dz = np.zeros_like(W), dy @ V.T
        for z_in, z_out in zip(z[-2::-1], z[:0:-1], strict=True):
            du = dz * (1 - z_out**2)
            dW, dz = dW + z_in.T @ du, du @ W.T
        (dW, dV, db), norm = clip([dW, z[-1].T @ dy, dy.sum(axis=0)], max_norm)
        W, V, b = W - lr * dW, V - lr * dV, b - lr * db
        losses.append(value)
        largest = max(largest, float(norm))
    return float(np.mean(losses[-30:])), largest


def means_of_functions() -> dict[str, float]:
    """For each function the mean of z for normal u."""
    u = np.random.default_rng(8).normal(size=100_000)
    return {name: float(f(u)[0].mean()) for name, f in FUNCTIONS.items()}


def time_of_exp(dtype: str) -> float:
    """How many times as long as a maximum an exponential of 100,000 numbers takes."""
    u, times = np.random.default_rng(4).normal(size=100_000).astype(dtype), []
    calls: tuple[Callable[[], object], ...] = (lambda: np.exp(u), lambda: np.maximum(u, 0))
    for call in calls:
        runs = []
        for _ in range(20):  # the shortest time counts: other programs disturb
            began = time.perf_counter()
            call()
            runs.append(time.perf_counter() - began)
        times.append(min(runs))
    return times[0] / max(times[1], 1e-9)


# --- Made-up worlds for a rehearsal ---------------------------------------------------------------


def made_up(world: int) -> tuple[Train, Callable[[str], float]]:
    """A world without networks: ``train(function, lr, seed)`` and ``lead(function)`` over ReLU."""
    rng = np.random.default_rng(world)
    top = dict(
        zip(
            GAINS,
            [0.3 + rng.uniform(-0.1, 0.3), *rng.permutation([0.8, 0.6, 0.4, 0.2])],
            strict=True,
        )
    )
    best = dict(zip(GAINS, rng.choice([0.01, 0.03, 0.1], size=5), strict=True))

    def train(function: str, lr: float, seed: int) -> float:
        steps = math.log(lr / best[function], 3)
        place = list(GAINS).index(function)
        noise = np.random.default_rng([world, place, round(1e4 * lr), seed]).normal(0, 0.05)
        return float(top[function] - 0.14 * steps**2 + noise)

    highest = max(top.values())
    return train, lambda f: (top[f] if top[f] > highest - 0.05 else highest) - top["ReLU"]


def score(procedure: Plan, worlds: int = 200) -> tuple[float, float]:
    """In made-up worlds: share of right intervals, and their mean width."""
    found = []
    for world in range(worlds):
        train, lead = made_up(world)
        function, low, high = procedure(Trials(train, OPTIONS, budget=30))
        found.append((low <= lead(function) <= high, high - low))
    right, width = np.mean(found, axis=0)
    return float(right), float(width)


def rehearse(procedure: Plan, worlds: int = 200) -> None:
    """Print the `score` of a procedure, and what the check asks for."""
    right, width = score(procedure, worlds)
    print(f"{worlds} made-up worlds: {right:.0%} of the intervals contain the lead", end=", ")
    print(f"mean width {width:.2f} (the check asks for 85% and at most 0.18)")


def at_home(procedure: Plan, functions: Mapping[str, Function]) -> None:
    """Print what a procedure finds with real networks, some functions by the student."""

    def own(function: str, lr: float, seed: int) -> float:
        return train(function, lr, seed, functions={**FUNCTIONS, **functions})

    trial = Trials(own, OPTIONS, budget=30)
    function, low, high = procedure(trial)
    print(f"real networks: {function} leads ReLU by {low:.2f} to {high:.2f}. {trial}")


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
    import matplotlib.pyplot as plt

    said = []
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.4))
        for (name, shares), dash in zip(passed.items(), ("-", "--", ":"), strict=True):
            ax.plot(gains, shares, dash, color=theme.GRADIENT, label=name, marker="o", markersize=3)
            said.append(f"{name} from {shares[0]:.1e} to {shares[-1]:.1e}")
        ax.axhline(1, color=theme.INK, linewidth=0.8)
        ax.set(xscale="log", yscale="log", xlabel="gain g", ylabel="size of dx, dy = 1")
        ax.set_xticks(gains, [f"{gain:g}" for gain in gains])
        ax.minorticks_off()
        ax.set_title("Size of a gradient that has passed ten layers (median of five networks)")
        label_lines(ax)
    lines = f"Three rising lines over the gain, from {gains[0]:g} to {gains[-1]:g}"
    return with_alt(figure, f"{lines}, on logarithmic axes: {'; '.join(said)}.")


def draw_dead(shares: Mapping[str, Mapping[float, float]]) -> Picture:
    """The share of dead units of the first layer at each rate, a line for each function."""
    import matplotlib.pyplot as plt

    said = []
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 2.8))
        for (name, by_rate), mark in zip(shares.items(), ("o-", "s--"), strict=True):
            ax.plot([*by_rate], [*by_rate.values()], mark, color=theme.FORWARD, label=name)
            rates = ", ".join(f"{share:.0%} at {lr:g}" for lr, share in by_rate.items())
            said.append(f"{name}: {rates}.")
        ax.set(xlabel="learning rate", ylabel="share of the units", ylim=(-0.02, 1))
        ax.set_title("Units of the first layer that are above 0 for no image")
        label_lines(ax)
    return with_alt(figure, f"A line for each function over the learning rate. {' '.join(said)}")
