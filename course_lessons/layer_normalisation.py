"""Networks, trainings and figures of the notebook "Layer normalisation and shortcuts"."""

from collections.abc import Callable, Mapping
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from course_lessons.batch_normalisation import digits as digits
from course_lib.backend import Array, Generator
from course_lib.initializers import he_normal
from course_lib.layers import Layer, LayerNorm, Linear, ReLU, Residual
from course_lib.layers.layer import Backward
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.optimizers import SGD
from course_lib.plots import label_lines, theme, with_alt
from course_lib.training import accuracy, fit

if TYPE_CHECKING:
    from course_lib.plots.pictures import Picture

BLOCKS, WIDTH = 30, 50
NETWORKS = ("layer norm", "shortcuts", "pre-norm")
LEARNING_RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)

Measured = NDArray[np.float64]
Changed = NDArray[np.bool_]

Block = Callable[[int, Layer], Layer]
"""``block(n, inner)`` -> a layer that maps (N, n) to (N, n)."""


class PreNorm(Layer):
    """A shortcut around layer normalisation and a layer: ``y = x + inner(layernorm(x))``.

    Parameters
    ----------
    n : number of features
    inner : its output has the shape of its input

    Attributes
    ----------
    gamma, beta : Parameter, (n,), of the layer normalisation
    """

    def __init__(self, n: int, inner: Layer) -> None:
        self.norm, self.inner = LayerNorm(n), inner
        self.gamma, self.beta = self.norm.gamma, self.norm.beta

    def forward(self, x: Array, *, training: bool = True) -> tuple[Array, Backward]:
        """Output of the shape of x, and the backward function."""
        h, norm_backward = self.norm.forward(x, training=training)
        z, inner_backward = self.inner.forward(h, training=training)

        def backward(dy: Array) -> Array:
            dx: Array = dy + norm_backward(inner_backward(dy))
            return dx

        return x + z, Backward(backward)


def without_norm(n: int, inner: Layer) -> Layer:
    """``x + inner(x)``: a shortcut around ``inner``."""
    return Residual(inner)


def without_shortcut(n: int, inner: Layer) -> Layer:
    """``inner(layernorm(x))``."""
    return Sequential(LayerNorm(n), inner)


def deep_network(
    network: str,
    factor: float,
    rng: Generator,
    *,
    blocks: int = BLOCKS,
    block: Block = PreNorm,
) -> Sequential:
    """64 inputs, blocks of 50 units around f(x) = ReLU(x) W + b, and 10 outputs.

    Parameters
    ----------
    network : one of NETWORKS; "layer norm" has blocks f(layernorm(x)), "shortcuts" x + f(x), and
        "pre-norm" x + f(layernorm(x)). Two of them have one more layer norm behind the last block
    factor : multiplies He's initial weights of all f
    rng : draws the initial weights
    blocks : how many
    block : makes the blocks of "pre-norm"
    """

    def init(shape: tuple[int, ...], rng: Generator) -> Array:
        return factor * he_normal(shape, rng)

    make = {"layer norm": without_shortcut, "shortcuts": without_norm, "pre-norm": block}[network]
    layers: list[Layer] = [Linear(64, WIDTH, rng=rng)]
    for _ in range(blocks):
        f = Sequential(ReLU(), Linear(WIDTH, WIDTH, rng=rng, init=init))
        layers.append(make(WIDTH, f))
    if network != "shortcuts":
        layers.append(LayerNorm(WIDTH))
    return Sequential(*layers, ReLU(), Linear(WIDTH, 10, rng=rng))


def train(
    network: str,
    factor: float,
    lr: float,
    seed: int,
    *,
    blocks: int = BLOCKS,
    block: Block = PreNorm,
) -> float:
    """Test accuracy of a `deep_network` after three epochs of gradient descent, in batches of 64.

    If the loss overflows, it is 0.1, which guessing reaches.
    """
    rng = np.random.default_rng(seed)
    model = deep_network(network, factor, rng, blocks=blocks, block=block)
    return _trained(model, lr, rng, epochs=3)


def thirty_blocks(seed: int, *, lr: float = 0.003, epochs: int = 3) -> float:
    """Test accuracy of thirty blocks of "layer norm"; 0.003 is their best rate for three epochs."""
    rng = np.random.default_rng(seed)
    model = deep_network("layer norm", 1.0, rng)
    return _trained(model, lr, rng, epochs=epochs)


def normalisations(
    rows: Callable[[Measured], Measured], groups: Callable[[Measured, int], Measured]
) -> dict[str, Callable[[Measured], Measured]]:
    """Three normalisations of (N, C, L), by one of rows and one of groups of channels."""

    def batch(x: Measured) -> Measured:
        by_channel = x.swapaxes(0, 1)
        normalised = rows(by_channel.reshape(len(by_channel), -1))
        return normalised.reshape(by_channel.shape).swapaxes(0, 1)

    return {
        "batch norm": batch,
        "layer norm (group norm, 1 group)": lambda x: groups(x, 1),
        "group norm, 3 groups": lambda x: groups(x, 3),
    }


def _trained(model: Sequential, lr: float, rng: Generator, *, epochs: int) -> float:
    x, t, x_test, t_test = digits()
    try:
        with np.errstate(all="ignore"):  # a loss that overflows is an outcome here
            fit(
                model,
                x,
                t,
                loss=softmax_cross_entropy,
                optimizer=SGD(model.parameters(), lr=lr),
                epochs=epochs,
                batch_size=64,
                rng=rng,
                progress=False,
            )
    except FloatingPointError:
        return 0.1
    return accuracy(model(x_test), t_test)


def through_blocks(model: Sequential, blocks: int = BLOCKS) -> tuple[Measured, Measured]:
    """Of 128 images, before the blocks and after each of them: size and likeness of their values.

    Returns
    -------
    sizes : (blocks + 1,), root mean square of the values
    cosines : (blocks + 1,), cosine of the angle between the values of two images, mean of all pairs
    """
    z: Any = digits()[0][:128]
    sizes, cosines = [], []
    for layer in model.layers[: blocks + 1]:
        z = layer(z)
        unit = z / np.linalg.norm(z, axis=1, keepdims=True)
        sizes.append(np.sqrt((z * z).mean()))
        pairs = np.sum(unit.sum(axis=0) ** 2) - len(z)  # of different images
        cosines.append(pairs / (len(z) * (len(z) - 1)))
    return np.array(sizes), np.array(cosines)


def initial(
    network: str, factor: float, *, seeds: int = 5, **more: Any
) -> tuple[Measured, Measured]:
    """`through_blocks` of untrained networks: the geometric and the plain mean over the seeds."""
    found = [
        through_blocks(deep_network(network, factor, np.random.default_rng(seed), **more))
        for seed in range(seeds)
    ]
    sizes, cosines = np.transpose(found, (1, 0, 2))
    return np.exp(np.log(sizes).mean(axis=0)), cosines.mean(axis=0)


def draw_blocks(found: Mapping[str, tuple[Measured, Measured]]) -> "Picture":
    """Draw sizes and cosines of `through_blocks` by the number of blocks passed; name -> both."""
    import matplotlib.pyplot as plt

    said = []
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(9, 3.2))
        dashes = ("-", "--", ":", "-.", (0, (6, 1, 1, 1, 1, 1)))
        for (name, both), dash in zip(found.items(), cycle(dashes), strict=False):
            for ax, values in zip(axes, both, strict=True):
                ax.plot(values, linestyle=dash, color=theme.FORWARD, label=name)
            (first, last), (like, alike) = ((values[0], values[-1]) for values in both)
            said.append(f"{name}: {first:.2g} and {last:.2g}, {like:.2f} and {alike:.2f}")
        axes[0].set(yscale="log", xlabel="blocks passed", ylabel="root mean square")
        axes[0].set_title("Size of the values")
        axes[0].set_ylim(min(0.1, axes[0].get_ylim()[0]), max(10, axes[0].get_ylim()[1]))
        axes[1].set(xlabel="blocks passed", ylabel="mean cosine", ylim=(0.6, 1))
        axes[1].set_title("Cosine of two images (1: same direction)")
        figure.suptitle("Values of 128 images before training")
        label_lines(*axes)
    return with_alt(
        figure,
        "Two panels over the number of blocks passed. The root mean square of the values and the "
        "mean cosine of two images, before the first block and after the last one: "
        f"{'; '.join(said)}.",
    )


def draw_reactions(reacts: Mapping[str, Changed], place: tuple[int, int, int]) -> "Picture":
    """Draw which outputs change when the input at ``place`` does.

    Parameters
    ----------
    reacts : name of the normalisation -> (N, C, L), True where the output changes
    place : sample, channel and position of the input
    """
    import matplotlib.pyplot as plt
    from matplotlib.colors import ListedColormap

    sample, channel, position = place
    with theme.style():
        figure, axes = plt.subplots(3, 1, figsize=(6, 4.8), sharex=True, sharey=True)
        for ax, (name, changed) in zip(axes, reacts.items(), strict=True):
            N, C, L = changed.shape
            colours = ListedColormap(["#E8E8E8", theme.FORWARD])
            table = changed.reshape(N, C * L)
            ax.pcolormesh(table, cmap=colours, edgecolor="white", linewidth=0.5, vmin=0, vmax=1)
            for edge in range(1, C):
                ax.axvline(L * edge, color=theme.INK, linewidth=1)
            at = (L * channel + position + 0.5, sample + 0.5)
            ax.plot(*at, "o", color="white", markeredgecolor=theme.INK, markersize=6)
            ax.set_xticks(L * np.arange(C) + L / 2, [str(c) for c in range(C)])
            ax.set_yticks(np.arange(N) + 0.5, [str(n) for n in range(N)])
            ax.set_title(name, fontsize=11)
            ax.grid(visible=False)
        figure.supxlabel("channel, each with its positions (dot: changed input)", size=10)
        figure.supylabel("sample", size=10)
        figure.suptitle("Which outputs change (blue) if one input does")
    said = "; ".join(f"{name}, {_place_in_words(changed)}" for name, changed in reacts.items())
    return with_alt(
        figure,
        "Three tables with a row for each sample and a block of cells for each channel. Where one "
        f"input changes in sample {sample}, channel {channel}, position {position}, these outputs "
        f"do: {said}.",
    )


def _place_in_words(changed: Changed) -> str:
    """Which samples, channels and positions of (N, C, L) hold what is True."""
    said = []
    for name, of_axis, n in zip(
        ("sample", "channel", "position"), np.nonzero(changed), changed.shape, strict=True
    ):
        found = sorted(set(map(int, of_axis)))
        those = " and ".join(map(str, found))
        said.append(
            f"all {name}s" if len(found) == n else f"{name}{'s' * (len(found) > 1)} {those}"
        )
    return ", ".join(said)
