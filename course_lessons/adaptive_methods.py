"""What the notebook on adaptive methods runs, trains and draws.

A function that runs or trains takes ``steps``, the student's functions by the name of the method;
the library's are used for all methods that are not in it.
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lessons.digits import mixed
from course_lib import optimizers
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.plots import Picture, label_lines, theme, with_alt
from course_lib.training import evaluate, fit

Step = Callable[..., Any]
Steps = Mapping[str, Step]
Gradient = Callable[[np.ndarray], np.ndarray]

GUESSING = math.log(10)  # loss of equal probabilities for ten digits
OPTIONS: dict[str, tuple[Any, ...]] = {
    "method": ("SGD", "momentum", "Nesterov", "Adagrad", "RMSProp", "Adadelta", "Adam"),
    "lr": (0.0005, *(float(f"{d}e{power}") for power in range(-3, 2) for d in (1, 2, 5)), 100.0),
}
"""What `train` may be called with."""

BEST = dict(zip(OPTIONS["method"], (0.5, 0.1, 0.1, 0.1, 0.01, 5.0, 0.02), strict=True))
"""The rate of each method with the lowest mean loss of 60 seeds."""

MAKERS: dict[str, Callable[..., Any]] = {
    "SGD": optimizers.SGD,
    "momentum": optimizers.SGD,
    "Nesterov": optimizers.Nesterov,
    "Adagrad": optimizers.Adagrad,
    "RMSProp": optimizers.RMSprop,
    "Adadelta": optimizers.Adadelta,
    "Adam": optimizers.Adam,
}

KEPT: dict[str, Callable[[float], dict[str, Any]]] = {
    "momentum": lambda kept: {"momentum": kept},
    "Nesterov": lambda kept: {"momentum": kept},
    "Adam": lambda kept: {"betas": (kept, 0.999)},
}
"""The setting of a method that says which share of its past it keeps."""


@cache
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """1,077 images of digits with labels, and 360 others to test: ``x, t, x_test, t_test``."""
    x, t = mixed()
    return x[:1077], t[:1077], x[1437:], t[1437:]


def fitted(make: Callable[..., Any], lr: float, seed: int, scale: float) -> Sequential:
    """A network of 32 hidden units after four epochs with ``make(parameters, lr=lr)``.

    The loss is multiplied by ``scale`` before the gradients are taken.
    """
    x, t, _, _ = digits()
    rng = np.random.default_rng(seed)
    network = mlp([64, 32, 10], rng=rng)

    def loss(u: np.ndarray, t: np.ndarray) -> tuple[Any, Any]:
        value, du = softmax_cross_entropy(u, t)
        return scale * value, scale * du

    fit(
        network,
        x,
        t,
        loss=loss,
        optimizer=make(network.parameters(), lr=lr),
        epochs=4,
        batch_size=32,
        rng=rng,
        progress=False,
    )
    return network


def test_loss(make: Callable[..., Any], lr: float, seed: int, scale: float) -> float:
    """Of a network with 32 hidden units, at most that of guessing."""
    _, _, x, t = digits()
    with np.errstate(all="ignore"):
        try:
            network = fitted(make, lr, seed, scale)
        except FloatingPointError:  # the loss has overflowed
            return GUESSING
        loss, _ = evaluate(network, x, t, loss=softmax_cross_entropy)
    return min(float(loss), GUESSING)


def train(
    method: str,
    lr: float,
    seed: int,
    steps: Steps | None = None,
    scale: float = 1,
    kept: float = 0.9,
) -> float:
    """Test loss of a network with 32 hidden units after four epochs of digits.

    Parameters
    ----------
    method, lr : one of `OPTIONS`; all other settings are the library's
    seed : of the initial weights and of the order of the images
    steps : functions that take the place of the library's, by the name of the method
    scale : what the loss is multiplied by in training; the test loss is without it
    kept : the share that momentum, Nesterov (μ) and Adam (β₁) keep
    """
    step = (steps or {}).get(method)
    given = {} if step is None else {"step": step}
    if method in KEPT:
        given |= KEPT[method](kept)
    return test_loss(lambda p, lr: MAKERS[method](p, lr=lr, **given), lr, seed, scale)


def trainer(steps: Steps, scale: float, kept: float = 0.9) -> Callable[[str, float, int], float]:
    """`train` with these functions, this scale and this share."""
    return lambda method, lr, seed: train(method, lr, seed, steps, scale, kept)


def near(lr: float) -> tuple[float, ...]:
    """The rate in the list that is nearest to ``lr``, between its neighbours.

    >>> near(0.1001)
    (0.05, 0.1, 0.2)
    """
    rates = OPTIONS["lr"]
    k = min(range(len(rates)), key=lambda k: abs(math.log(rates[k] / lr)))
    return rates[max(k - 1, 0) : k + 2]


def best_near(trial: Callable[[str, float, int], float], method: str, lr: float) -> float:
    """Of the rates :func:`near` ``lr``, the one with the lowest loss of seed 0.

    >>> best_near(lambda method, lr, seed: abs(lr - 0.2), "Adam", 0.1)
    0.2
    """
    return min(near(lr), key=lambda rate: trial(method, rate, 0))


def made_up(method: str, lr: float, seed: int) -> float:
    """An invented loss of momentum or Adam: it grows with the distance from a best rate.

    At their best rates, 0.1 and 0.005, the mean losses are 0.20 and 0.25, so momentum minus Adam is
    −0.05. At the rate 0.01 they are 0.65 and 0.30. A part of the noise belongs to the seed, so runs
    with the same seed are pairs.
    """
    lowest, best = {"momentum": (0.20, 0.1), "Adam": (0.25, 0.005)}[method]
    rates = OPTIONS["lr"]
    places = abs(rates.index(lr) - rates.index(best))
    common = np.random.default_rng([9, seed]).normal()
    own = np.random.default_rng([len(method), rates.index(lr), seed]).normal()
    return lowest + (0, 0.05, 0.2, 0.45)[min(places, 3)] + 0.02 * float(common + own)


# --- Small losses, whose minimum is known -----------------------------------------------------

MEMORIES = {"GD": 0, "momentum": 1, "Adagrad": 1, "RMSProp": 1, "Adam": 2}
USUAL: dict[str, dict[str, float]] = {
    "GD": {},
    "momentum": {"mu": 0.9},
    "Adagrad": {"eps": 1e-8},
    "RMSProp": {"decay": 0.9, "eps": 1e-8},
    "Adam": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
}
LIBRARY: dict[str, Step] = {
    "GD": lambda w, dw, *, lr: (optimizers.sgd_step(w, dw, lr=lr),),
    "momentum": optimizers.momentum_step,
    "Adagrad": optimizers.adagrad_step,
    "RMSProp": optimizers.rmsprop_step,
    "Adam": optimizers.adam_step,
}


def path(
    method: str,
    gradient: Gradient,
    start: Sequence[float] | np.ndarray,
    n: int,
    steps: Steps | None = None,
    **settings: float,
) -> np.ndarray:
    """All points of n steps, (n + 1, …); settings are lr and what differs from `USUAL`."""
    step = {**LIBRARY, **(steps or {})}[method]
    given = {**USUAL[method], **settings}
    w = np.array(start, dtype=float)
    memory: list[Any] = [np.zeros_like(w)] * MEMORIES[method]
    points = [w]
    with np.errstate(all="ignore"):  # a rate that is too large diverges
        for t in range(1, n + 1):
            number = (t,) if method == "Adam" else ()
            w, *memory = step(w, gradient(w), *memory, *number, **given)
            points.append(w)
    return np.array(points)


def step_lengths(method: str, step: Step | None = None, **settings: float) -> np.ndarray:
    """The length of each of 3,000 steps at the rate 1, with the gradient 1."""
    steps = {method: step} if step else {}
    points = path(method, np.ones_like, np.zeros(1), 3000, steps, lr=1.0, **settings)
    return np.abs(np.diff(points[:, 0]))


RATES = 0.001 * 1.6 ** np.arange(21)
ANGLES = (0, 5, 10, 20, 30, 45)
COMPARED = {"GD": "gradient descent", "momentum": "momentum", "Adagrad": "Adagrad", "Adam": "Adam"}


def valley(degrees: float, kappa: float = 100.0) -> tuple[np.ndarray, np.ndarray]:
    """Hessian of the rotated valley, and the starting point, which is rotated with it.

    ``kappa`` is the curvature across the valley; along the floor it is 1.
    """
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    R = np.array([[c, -s], [s, c]])
    return R @ np.diag([1.0, kappa]) @ R.T, R @ np.ones(2)


def loss_in_the_end(
    method: str, degrees: float, steps: Steps | None, kappa: float = 100.0, **settings: float
) -> float:
    """The largest loss in the last 20 of 200 steps in the valley."""
    H, start = valley(degrees, kappa)
    points = path(method, lambda w: H @ w, start, 200, steps, **settings)[-20:]
    with np.errstate(all="ignore"):
        return max(float(0.5 * w @ H @ w) for w in points)


def best_losses(method: str, steps: Steps | None = None, **settings: float) -> np.ndarray:
    """For each of `ANGLES`, the lowest loss in the end over `RATES`; settings may have `kappa`."""
    found = [[loss_in_the_end(method, a, steps, lr=lr, **settings) for lr in RATES] for a in ANGLES]
    return np.asarray(np.nanmin(found, axis=1))


def shown(loss: float) -> str:
    """A loss to print; how far one is below 1e-12 says nothing."""
    return "below 1e-12" if loss < 1e-12 else f"{loss:.0e}"


VERSIONS: dict[str, Callable[..., np.ndarray]] = {
    "1  the gradient g": lambda g, m, v, t: 0.07 * g,
    "2  g divided by its size |g|": lambda g, m, v, t: 0.4 * g / (np.abs(g) + 1e-8),
    "3  running means: m/√v": lambda g, m, v, t: 0.4 * m / (np.sqrt(v) + 1e-8),
    "4  corrected means: Adam": lambda g, m, v, t: (
        0.4 * (m / (1 - 0.7**t)) / (np.sqrt(v / (1 - 0.97**t)) + 1e-8)
    ),
}


def path_of_version(name: str) -> np.ndarray:
    """25 steps from (−2.1, 1.4) on ½ (w0² + 25 w1²); the means keep the shares 0.7 and 0.97."""
    w, m, v = np.array([-2.1, 1.4]), np.zeros(2), np.zeros(2)
    points = [w]
    for t in range(1, 26):
        g = np.array([1.0, 25.0]) * w
        m, v = 0.7 * m + 0.3 * g, 0.97 * v + 0.03 * g**2
        w = w - VERSIONS[name](g, m, v, t)
        points.append(w)
    return np.array(points)


def two_weights(step: Step, **decay: float) -> np.ndarray:
    """Where two weights end after 1,000 steps of random gradients, from 1; 20 seeds, (20, 2).

    The gradients have mean 0 and the standard deviations 10 and 0.1. ``decay`` is AdamW's
    ``weight_decay``; without it, the gradients have a penalty with λ = 1.
    """
    ends = []
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(size=(1000, 2)) * [10.0, 0.1]
        w, m, v = np.ones(2), np.zeros(2), np.zeros(2)
        for t, g in enumerate(noise, start=1):
            dw = g if decay else g + w
            w, m, v = step(w, dw, m, v, t, lr=0.002, **USUAL["Adam"], **decay)
        ends.append(w)
    return np.array(ends)


def compare_with(torch: Any, adagrad: Step, adam: Step, adamw: Step) -> None:
    """Print how far ten steps of each function end from PyTorch's, with the same gradients.

    RMSProp is the library's.
    """
    rmsprop = optimizers.rmsprop_step
    given = {"lr": 0.1, "eps": 1e-3}
    betas = {"beta1": 0.9, "beta2": 0.999}
    pairs: dict[str, tuple[Step, int, dict[str, float], dict[str, float]]] = {
        "Adagrad": (adagrad, 1, given, given),
        "RMSProp": (rmsprop, 1, {**given, "decay": 0.9}, {**given, "alpha": 0.9}),
        "Adam": (adam, 2, {**given, **betas}, given),
        "AdamW": (
            adamw,
            2,
            {**given, **betas, "weight_decay": 0.3},
            {**given, "weight_decay": 0.3},
        ),
    }
    gradients = np.random.default_rng(5).normal(size=(10, 6))
    for name, (step, memories, ours, theirs) in pairs.items():
        w, memory = np.ones(6), [np.zeros(6)] * memories
        parameter = torch.nn.Parameter(torch.ones(6, dtype=torch.float64))
        named = "RMSprop" if name == "RMSProp" else name  # as PyTorch spells it
        optimizer = getattr(torch.optim, named)([parameter], **theirs)
        for t, dw in enumerate(gradients, start=1):
            w, *memory = step(w, dw, *memory, *((t,) if memories == 2 else ()), **ours)
            parameter.grad = torch.tensor(dw)
            optimizer.step()
        gap = np.abs(w - parameter.detach().numpy()).max()
        print(f"{name:8} largest difference after ten steps: {gap:.0e}")


# --- Figures ----------------------------------------------------------------------------------


def draw_rotation(found: Mapping[float, Mapping[str, np.ndarray]]) -> Picture:
    """`best_losses` of each method over the angle of the valley, for two condition numbers."""
    import matplotlib.pyplot as plt

    looks = ((theme.FORWARD, "o-"), (theme.INK, "s--"))
    with theme.style():
        figure, axes = plt.subplots(2, 2, figsize=(7, 4.6), sharex=True, sharey=True)
        for (kappa, best), (colour, line) in zip(found.items(), looks, strict=True):
            for ax, (method, name) in zip(axes.flat, COMPARED.items(), strict=True):
                ax.plot(ANGLES, np.maximum(best[method], 1e-12), line, color=colour, markersize=4)
                ax.set(title=name, yscale="log", ylim=(3e-13, 30), xticks=(0, 10, 20, 30, 45))
            # beside Adam's first loss, the narrower valley above its line
            place = (0, 12) if line == "s--" else (0, -14)
            axes[1, 1].annotate(
                f"κ = {kappa:,g}",
                (0, best["Adam"][0]),
                place,
                textcoords="offset points",
                color=theme.for_text(colour),
            )
        figure.supxlabel("angle of the valley (degrees)")
        figure.supylabel("largest loss in steps 181 to 200")
        figure.suptitle("Loss at the best of 21 rates, against the angle of the valley")
    ends = "; ".join(
        f"{COMPARED[m]} at κ = {kappa:,g}: {best[m][0]:.0e} and {best[m][-1]:.0e}"
        for kappa, best in found.items()
        for m in COMPARED
    )
    return with_alt(
        figure,
        "Four panels with the loss against the angle, on a logarithmic axis, a line for each "
        f"valley; values below 1e-12 are drawn there. Losses at 0 and at 45 degrees: {ends}.",
    )


def draw_lengths(lengths: Mapping[str, np.ndarray]) -> Picture:
    """The length of each step, divided by the rate; a line for each name."""
    import matplotlib.pyplot as plt

    looks = [(theme.INK, ":"), *zip(theme.CYCLE[2:5], ("-", "--", "-."), strict=True)]
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        for (name, found), (colour, dash) in zip(lengths.items(), looks, strict=False):
            ax.plot(range(1, len(found) + 1), found, color=colour, linestyle=dash)
            look: dict[str, Any] = {"color": theme.for_text(colour), "textcoords": "offset points"}
            ax.annotate(name, (1, found[0]), (4, 5), **look)  # the lines meet at their ends
        ax.set(xscale="log", yscale="log", xlabel="step", ylabel="length of the step / rate")
        ax.set_ylim(None, 80)
        ax.set_title("Length of each step under a constant gradient")
    said = "; ".join(
        f"{name}: {found[0]:.1f} to {found[-1]:.2f}" for name, found in lengths.items()
    )
    return with_alt(
        figure,
        "The length of each step, divided by the rate, against its number, on logarithmic axes. "
        f"First and last step: {said}.",
    )


def draw_versions() -> Picture:
    """The paths of the four versions in one valley."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(2, 2, figsize=(9, 5), sharex=True, sharey=True)
        w0, w1 = np.meshgrid(np.linspace(-2.6, 2.6, 80), np.linspace(-2.2, 2.2, 80))
        levels = np.linspace(0.2, 8, 9) ** 2
        height = 0.5 * (w0**2 + 25 * w1**2)
        for ax, name in zip(axes.flat, VERSIONS, strict=True):
            ax.contour(w0, w1, height, levels, colors=theme.QUIET, linewidths=0.6)
            points = path_of_version(name)
            ax.plot(*points.T, "o-", color=theme.FORWARD, markersize=3.5, linewidth=1.2)
            ax.plot(0, 0, "*", color=theme.INK, markersize=8)
            ax.set(title=name, xlim=(-2.6, 2.6), ylim=(-2.2, 2.2))
            ax.grid(visible=False)
        figure.supxlabel("w[0], along the valley")
        figure.supylabel("w[1], across it")
        figure.suptitle("Four versions of the step: 25 steps each towards the minimum (star)")
    return with_alt(
        figure,
        "Four pictures of one valley, each with a path of 25 steps. 1: a zigzag across the valley "
        "that moves slowly along it. 2: a straight diagonal to the floor, then equal steps from "
        "side to side. 3: long first steps past the star and a wide loop back. 4: first steps as "
        "long as those in 2, and a smaller loop.",
    )


def draw_rates(
    trial: Callable[..., float], methods: Sequence[str], seeds: Sequence[int]
) -> Picture:
    """The mean loss of each method over these seeds at all rates, and its best rate as a dot."""
    import matplotlib.pyplot as plt

    rates, said = OPTIONS["lr"], []
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        for method, colour, line in zip(methods, theme.CYCLE, itertools.cycle(("-", "--", ":"))):
            losses = [np.mean([trial(method, lr, seed) for seed in seeds]) for lr in rates]
            best = int(np.argmin(losses))
            said.append(f"{method} {losses[best]:.2f} at the rate {rates[best]:g}")
            ax.plot(rates, losses, line, color=colour, label=said[-1].replace(" the rate", ""))
            ax.plot(rates[best], losses[best], "o", color=colour)
        ax.set(xscale="log", xlabel="rate", ylabel=f"mean loss of {len(seeds)} seeds")
        ax.set_title("Mean loss at each rate (dot: the lowest)")
        label_lines(ax)
    return with_alt(
        figure, f"The mean loss at each rate, a line for each method; lowest: {', '.join(said)}."
    )
