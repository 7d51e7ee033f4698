"""What the notebook on batch normalisation trains, measures and draws.

A function that trains takes ``norm``, which makes a normalising layer from the number of its
columns: the library's class, or one with the student's functions.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np

from course_lessons.digits import Divided, divided
from course_lib import initializers
from course_lib.backend import Array, Generator, to_numpy
from course_lib.layers import BatchNorm, Conv2d, Flatten, Layer, Linear, ReLU, Sigmoid, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD
from course_lib.plots import Picture, label_lines, theme, with_alt
from course_lib.training import accuracy, fit

Norm = Callable[[int], Layer]

N_TRAINING = 1408  # 22 batches of 64
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
CONVOLUTIONS = 6  # of `image_network`, each of 8 filters


@cache
def digits() -> Divided:
    """Training images and labels (1,408) and test images and labels (360), mixed."""
    return divided(N_TRAINING)


def fitted(
    network: Sequential,
    rng: np.random.Generator,
    *,
    lr: float,
    epochs: int,
    batch_size: int = 64,
    n: int | None = None,
    frozen: Sequence[str] = (),
) -> Sequential:
    """The network after plain gradient descent on the first ``n`` training images (None: all).

    Parameters with a name in ``frozen`` keep their initial values.
    """
    x, t, _, _ = digits()
    named = network.named_parameters()
    moved = [p for name, p in named if name.rpartition(".")[2] not in frozen]
    fit(
        network,
        x[:n],
        t[:n],
        loss=softmax_cross_entropy,
        optimizer=SGD(moved, lr=lr),
        epochs=epochs,
        batch_size=batch_size,
        rng=rng,
        progress=False,
    )
    return network


def trained(seed: int, norm: Norm = BatchNorm) -> Sequential:
    """A network with two normalised hidden layers of 50 units, after eight epochs at rate 0.1."""
    rng = np.random.default_rng(seed)
    return fitted(mlp([64, 50, 50, 10], rng=rng, norm=norm), rng, lr=0.1, epochs=8)


def copies_of(networks: Sequence[Sequential]) -> list[Sequential]:
    """Networks of their own with the same weights and running statistics."""
    return deepcopy(list(networks))


def test_accuracy(network: Sequential, order: np.ndarray, *, training: bool) -> float:
    """Accuracy on the test images in batches of 64, taken in this order.

    With ``training=True`` in training mode, and the network stays as it was.
    """
    _, _, x, t = digits()
    network, hits = deepcopy(network), 0
    for start in range(0, len(order), 64):
        rows = order[start : start + 64]
        y, _ = network.forward(x[rows], training=training)
        hits += int(np.sum(to_numpy(y).argmax(axis=1) == t[rows]))
    return hits / len(order)


def train(
    network: str,
    lr: float,
    seed: int,
    norm: Norm = BatchNorm,
    *,
    factor: float = 10,
    last: float | None = None,
) -> float:
    """Test accuracy of a network with two hidden layers of 50 ReLU units after three epochs.

    Parameters
    ----------
    network : ``"without BN"``, or ``"with BN"``, with ``norm`` in front of each ReLU
    lr : learning rate of gradient descent in batches of 64
    seed : of the initial weights and of the order of the images
    factor : multiplies the initial weights of He; 1 leaves them as they are
    last : the factor of the last layer, which has no ``norm`` behind it; None: also ``factor``
    """

    def init(shape: tuple[int, ...], rng: Generator) -> Array:
        by = last if last is not None and shape[1] == 10 else factor
        return by * initializers.he_normal(shape, rng)

    rng = np.random.default_rng(seed)
    made = norm if network == "with BN" else None
    net = mlp([64, 50, 50, 10], rng=rng, norm=made, init=init)
    _, _, x, t = digits()
    with np.errstate(all="ignore"):
        try:
            return float(accuracy(fitted(net, rng, lr=lr, epochs=3)(x), t))
        except FloatingPointError:  # the loss has overflowed: as good as guessing
            return 0.1


def outputs(layers: Sequence[Sequence[Any]], x: np.ndarray) -> np.ndarray:
    """What a network computes in test mode, for rows (N, D) or images (N, C, H, W).

    Parameters
    ----------
    layers : ``("linear", W, b)``, ``("conv", W, b, padding)``, ``("relu",)``, ``("flatten",)`` or
        ``("norm", gamma, beta, mean, var, eps)`` with the running statistics
    """
    for kind, *values in layers:
        if kind == "linear":
            x = x @ values[0] + values[1]
        elif kind == "conv":
            W, b, padding = values
            sides = (padding, padding)
            padded = np.pad(x, ((0, 0), (0, 0), sides, sides))
            windows = np.lib.stride_tricks.sliding_window_view(padded, W.shape[2:], axis=(2, 3))
            x = np.einsum("nchwij,ocij->nohw", windows, W, optimize=True) + b[:, None, None]
        elif kind == "norm":
            columns = (-1, 1, 1) if x.ndim == 4 else (-1,)
            gamma, beta, mean, var = (np.reshape(value, columns) for value in values[:4])
            x = gamma * (x - mean) / np.sqrt(var + values[4]) + beta
        elif kind == "flatten":
            x = x.reshape(len(x), -1)
        elif kind == "relu":
            x = np.maximum(x, 0)
        else:
            raise ValueError(
                f"there is no layer {kind!r}; expected linear, conv, norm, relu or flatten"
            )
    return x


def image_network(norm: Norm | None, rng: np.random.Generator) -> Sequential:
    """For images (N, 1, 8, 8): convolutions of 3 × 3, each with ReLU, and one for the 10 scores.

    With ``norm`` in front of each ReLU; None: without.
    """
    layers: list[Layer] = []
    for n in (1, *[8] * (CONVOLUTIONS - 1)):
        layers.append(Conv2d(n, 8, 3, padding=1, rng=rng))
        layers += [norm(8)] if norm else []
        layers.append(ReLU())
    return Sequential(*layers, Conv2d(8, 10, 8, rng=rng), Flatten())


def as_images(x: np.ndarray) -> np.ndarray:
    """Rows of 64 pixels as images (N, 1, 8, 8)."""
    return x.reshape(-1, 1, 8, 8)


def learn(
    norm: Norm | None, lr: float, seed: int, *, epochs: int = 6
) -> tuple[Sequential, np.ndarray]:
    """An `image_network` after a training, and its losses and test accuracies, (2, epochs).

    The losses are means over the steps of an epoch; the accuracies are those in test mode.
    """
    x, t, x_test, t_test = digits()
    rng = np.random.default_rng(seed)
    network = image_network(norm, rng)
    history = fit(
        network,
        as_images(x),
        t,
        loss=softmax_cross_entropy,
        optimizer=SGD(network.parameters(), lr=lr),
        epochs=epochs,
        batch_size=64,
        rng=rng,
        validation=(as_images(x_test), t_test),
        progress=False,
    )
    return network, np.array([history.loss, history.validation_accuracy])


def as_layers(network: Sequential) -> list[tuple[Any, ...]]:
    """The layers of a network of this notebook, written as `outputs` takes them."""
    found: list[tuple[Any, ...]] = []
    for layer in network.layers:
        if isinstance(layer, Conv2d):
            W, b = (parameter.data for parameter in layer.parameters())
            found.append(("conv", W, b, int(W.shape[2] == 3)))
        elif isinstance(layer, Linear):
            found.append(("linear", *(parameter.data for parameter in layer.parameters())))
        elif isinstance(layer, BatchNorm):
            learned = layer.gamma.data, layer.beta.data
            found.append(("norm", *learned, layer.running_mean, layer.running_var, layer.eps))
        else:
            found.append((type(layer).__name__.lower(),))
    return found


class Shift(Layer):
    """In training, multiplies each of n columns by a number and adds one, new at every step."""

    def __init__(self, n: int, rng: np.random.Generator) -> None:
        self.n, self.rng = n, rng

    def forward(self, x: Any, *, training: bool) -> tuple[Any, Callable[[Any], Any]]:
        """Output of the shape of x, and the backward function."""
        size = 0.5 * training
        scale = (1 + self.rng.uniform(-size, size, size=self.n)).astype(x.dtype)
        shift = size * self.rng.normal(size=self.n)
        return scale * x + shift.astype(x.dtype), lambda dy: scale * dy


KINDS = {  # what stands in front of each tanh
    "without BN": "linear",
    "BN before tanh": "linear norm",
    "BN before the product": "norm linear",
    "BN, gamma 1 and beta 0": "linear norm",
    "BN, new shifts": "linear norm new",
}


def deep_loss(kind: str, seed: int, norm: Norm = BatchNorm, *, lr: float = 0.15) -> float:
    """Training loss in test mode of eight tanh layers of 50 units after five epochs.

    ``kind`` is a key of `KINDS`; with gamma 1 and beta 0 these two are not learned.
    """
    rng = np.random.default_rng(seed)
    layers: list[Layer] = []
    for n_in in (64, *[50] * 7):
        n = n_in
        for part in KINDS[kind].split():
            if part == "linear":
                layers.append(Linear(n_in, 50, rng=rng, init=initializers.lecun_normal))
                n = 50
            else:
                layers.append(norm(n) if part == "norm" else Shift(n, rng))
        layers.append(Tanh())
    network = Sequential(*layers, Linear(50, 10, rng=rng))
    frozen = ("gamma", "beta") if "gamma" in kind else ()
    fitted(network, rng, lr=lr, epochs=5, frozen=frozen)
    x, t, _, _ = digits()
    return float(softmax_cross_entropy(network(x), t)[0])


def few_images(norm: Norm | None, seed: int, *, lr: float) -> float:
    """Test accuracy after 200 steps on 200 images in batches of 20, which fit them all."""
    rng = np.random.default_rng(seed)
    network = mlp([64, 50, 50, 10], rng=rng, norm=norm)
    _, _, x, t = digits()
    return float(accuracy(fitted(network, rng, lr=lr, epochs=20, batch_size=20, n=200)(x), t))


def flow(norm: Norm | None) -> np.ndarray:
    """For each of ten sigmoid layers, spread of its outputs and size of the gradient: (2, 10).

    Before training, with LeCun's initial weights, for 128 images. The spread is the standard
    deviation over the images (mean of the units), the size a root mean square.
    """
    rng, init = np.random.default_rng(0), initializers.lecun_normal
    network = mlp([64, *[50] * 10, 10], rng=rng, activation=Sigmoid, init=init, norm=norm)
    x, t, _, _ = digits()
    z: Any = x[:128]
    passed, found = [], []
    for layer in network.layers:
        z, backward = layer.forward(z, training=True)
        passed.append((layer, z.std(axis=0).mean(), backward))
    _, d = softmax_cross_entropy(z, t[:128])
    for layer, spread, backward in reversed(passed):
        if isinstance(layer, Sigmoid):
            found.append((spread, np.sqrt((to_numpy(d) ** 2).mean())))
        d = backward(d)
    return np.transpose(found[::-1])


STEPS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "mu": lambda v: v["x"].mean(axis=0),
    "c": lambda v: v["x"] - v["mu"],
    "var": lambda v: (v["c"] ** 2).mean(axis=0),
    "i": lambda v: 1 / np.sqrt(v["var"] + v["eps"]),
    "x_hat": lambda v: v["c"] * v["i"],
    "y": lambda v: v["gamma"] * v["x_hat"] + v["beta"],
}
"""The forward pass of one column, step by step."""


def _forward(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, and those of all `STEPS`."""
    done = dict(values)
    for name, step in STEPS.items():
        done[name] = step(done)
    return done


def measured_gradients(values: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Central differences of the loss sum(dy · y) with respect to x and to each step.

    Parameters
    ----------
    values : ``x`` and ``dy`` (N, D), ``gamma`` and ``beta`` (D,), and ``eps``
    """

    def loss(name: str, value: np.ndarray) -> float:
        """When the quantity of this name has another value, and all later steps follow."""
        v = {**done, name: value}
        names = list(STEPS)
        for step in names[names.index(name) + 1 if name in names else 0 :]:
            v[step] = STEPS[step](v)
        return float(np.sum(v["dy"] * v["y"]))

    done = _forward(values)
    found = {}
    for name in ("x_hat", "i", "var", "c", "mu", "x"):
        at, h = done[name], 1e-6
        gradient = found[name] = np.zeros(at.shape)
        for place in np.ndindex(at.shape):
            moved = np.zeros(at.shape)
            moved[place] = h
            gradient[place] = (loss(name, at + moved) - loss(name, at - moved)) / (2 * h)
    return found


def variables_of(function: Callable[..., Any], *args: Any) -> dict[str, Any]:
    """The local variables of a function when it ends, also with an error, which is printed."""
    found: dict[str, Any] = {}

    def watch(frame: Any, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is function.__code__:
            found.update(frame.f_locals)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        function(*args)
    except Exception as error:
        print(f"{function.__name__} ends with {type(error).__name__}: {error}")
    finally:
        sys.setprofile(before)
    return found


def compare_lines(normalise: Callable[..., Any], backward: Callable[..., Any]) -> None:
    """Print for each variable dx_hat, di, dvar, dc, dmu, dx of ``backward`` whether it is right.

    ``normalise(x, gamma, beta, eps)`` is the forward pass. Variables that are not there are left
    out. A cache that does not hold c, i, x_hat is told first, as all lines would be blamed for it.
    """
    rng = np.random.default_rng(5)
    values = {"x": rng.normal(2, 3, size=(5, 2)), "dy": rng.normal(size=(5, 2)), "eps": 0.1}
    values |= {"gamma": rng.normal(size=2), "beta": rng.normal(size=2)}
    _, cache = normalise(*(values[name] for name in ("x", "gamma", "beta", "eps")))
    forward = _forward(values)
    for name, kept in zip(("c", "i", "x_hat"), cache, strict=False):
        if not (np.shape(kept) == forward[name].shape and np.allclose(kept, forward[name])):
            print(f"the cache does not hold {name}: look at normalise_batch first")
    mine = variables_of(backward, values["dy"], cache)
    for name, wanted in measured_gradients(values).items():
        if f"d{name}" in mine:
            print(f"d{name}: {_verdict(np.asarray(mine[f'd{name}']), wanted)}")


def _verdict(mine: np.ndarray, wanted: np.ndarray) -> str:
    if mine.shape != wanted.shape:
        return f"has shape {mine.shape}, expected {wanted.shape}"
    difference = np.max(np.abs(mine - wanted))
    right = difference < 1e-6 * (1 + np.max(np.abs(wanted)))
    verdict = "agrees with finite differences" if right else "DIFFERS from finite differences"
    return f"{verdict} (largest difference {difference:.0e})"


def draw_graph() -> Picture:
    """The graph of one column: which step uses which values."""
    import matplotlib.pyplot as plt

    nodes = {
        **{"x": (0, 1), "μ": (1.5, 0), "c": (3, 1), "σ²": (4.5, 0), "i": (6.5, 0), "x̂": (8, 1)},
        **{"y": (10, 1), "γ": (9, 0), "β": (11, 0)},
    }
    steps = {"μ": "mean(x)", "c": "x − μ", "σ²": "mean(c²)", "i": "1/√(σ² + ε)", "x̂": "c · i"}
    steps["y"] = "γ · x̂ + β"
    uses = "x→μ x→c μ→c c→σ² σ²→i i→x̂ c→x̂ x̂→y γ→y β→y"
    with theme.style():
        figure, ax = plt.subplots(figsize=(9, 3.2))
        arrow = {"arrowstyle": "->", "color": theme.FORWARD, "linewidth": 1.5}
        for start, end in (one.split("→") for one in uses.split()):
            shrunk = {**arrow, "shrinkA": 16, "shrinkB": 16}
            ax.annotate("", nodes[end], nodes[start], arrowprops=shrunk)
        circle = {"boxstyle": "circle,pad=0.35", "edgecolor": theme.INK, "linewidth": 1.2}
        circle["facecolor"] = theme.PAPER
        for name, (x, y) in nodes.items():
            ax.text(x, y, name, ha="center", va="center", bbox=circle, size=12)
            below = 0.3 if y else -0.3
            ax.text(x, y + below, steps.get(name, ""), ha="center", va="center", size=10)
        ax.set(xlim=(-0.6, 11.6), ylim=(-0.5, 1.5))
        ax.set_title("Forward pass of one column: which step uses which values")
        ax.axis("off")
    return with_alt(
        figure,
        "A graph with an arrow from each value to the steps that use it: μ is mean(x); c is x − μ; "
        "σ² is mean(c²); i is 1/√(σ² + ε); x̂ is c · i; y is γ · x̂ + β.",
    )


def draw_flow(flows: Mapping[str, np.ndarray]) -> Picture:
    """By layer, the spread of the outputs and the size of the gradient; `flow` gives each pair."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.2))
        colours = (theme.FORWARD, theme.GRADIENT)
        for (name, both), dash in zip(flows.items(), (":", "-"), strict=True):
            for ax, sizes, colour in zip(axes, both, colours, strict=True):
                shown = colour if dash == "-" else theme.QUIET
                ax.plot(range(1, len(sizes) + 1), sizes, "o" + dash, color=shown, label=name)
                ax.set(yscale="log", xlabel="layer", xticks=range(1, 11))
        axes[0].set(title="Outputs of each layer", ylabel="standard deviation")
        axes[1].set(title="Gradient with respect to them", ylabel="root mean square")
        figure.suptitle("Ten sigmoid layers before training")
        label_lines(*axes)
    return with_alt(
        figure,
        "Two panels over ten layers with logarithmic axes: the standard deviation of the outputs, "
        "and the root mean square of the gradient. Without batch normalisation both lines cross "
        "five powers of ten; with it both are nearly level.",
    )


def draw_curves(curves: Mapping[str, np.ndarray]) -> Picture:
    """Training loss and test accuracy after each epoch, a line for each seed.

    Parameters
    ----------
    curves : for each network an array (seeds, 2, epochs)
    """
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.2))
        for (name, of_seeds), colour in zip(
            curves.items(), (theme.QUIET, theme.FORWARD), strict=True
        ):
            epochs = range(1, of_seeds.shape[2] + 1)
            for ax, lines in zip(axes, np.swapaxes(of_seeds, 0, 1), strict=True):
                ax.plot(epochs, lines.T, color=colour, linewidth=0.8, alpha=0.6)
                ax.plot(epochs, lines.mean(axis=0), color=colour, linewidth=2.5, label=name)
                ax.set(xlabel="epoch", xticks=epochs)
        axes[0].set(title="Training loss", ylabel="mean over the epoch", ylim=(0, None))
        axes[1].set(title="New images", ylabel="test accuracy", ylim=(0, 1))
        label_lines(*axes)
    ends = "; ".join(
        f"{name}: loss {', '.join(f'{v:.2f}' for v in of.mean(axis=0)[0])}, test accuracy "
        f"{', '.join(f'{v:.2f}' for v in of.mean(axis=0)[1])}"
        for name, of in curves.items()
    )
    return with_alt(figure, f"Two panels over the epochs, a line for each network. Means: {ends}.")
