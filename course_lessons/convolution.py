"""What the notebook on convolution and pooling draws and trains."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib import functional
from course_lib.backend import Array
from course_lib.datasets import load_emoji
from course_lib.gradient_check import numerical_gradient, relative_error
from course_lib.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.optimizers import Adam
from course_lib.plots import Picture, theme, with_alt
from course_lib.training import accuracy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHADE = "#CFE3F1"  # of pixels, a light blue

# --- Four filters --------------------------------------------------------------------------------

FILTERS = {
    "a": np.full((3, 3), 1 / 9),
    "b": np.array([[-1.0, 0, 1]] * 3),
    "c": np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]),
    "d": np.array([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
}
SHUFFLED = np.random.default_rng(5).permutation(sorted(FILTERS))  # of the outputs 1 to 4


def grey_train() -> np.ndarray:
    """A grey image of a train, (32, 32), 0 is black and 1 white."""
    image: np.ndarray = load_emoji()[2].x[7].reshape(3, 32, 32).mean(axis=0).astype("float64")
    return image


def _drawn() -> np.ndarray:
    """The outputs 1 to 4, (4, 30, 30)."""
    filters = np.array([[FILTERS[str(letter)]] for letter in SHUFFLED])
    u, _ = functional.conv2d_forward(grey_train()[None, None], filters, np.zeros(4))
    return np.asarray(u[0])


def recognise(filter_image: Callable[..., Any]) -> str:
    """The letters of the filters of the drawn outputs 1 to 4, found with your function."""
    image = grey_train()
    outputs = {letter: filter_image(image, weights) for letter, weights in FILTERS.items()}
    return "".join(
        min(outputs, key=lambda letter: float(np.abs(one - outputs[letter]).max()))
        for one in _drawn()
    )


def draw_filters() -> Picture:
    """The image, the four filters, and their outputs in another order."""
    import matplotlib.pyplot as plt

    image = grey_train()
    with theme.style():
        figure, axes = plt.subplots(2, 5, figsize=(7.4, 3.3))
        axes[0, 0].imshow(image, cmap="gray", vmin=0, vmax=1)
        axes[0, 0].set_title("image")
        axes[1, 0].axis("off")
        for ax, (name, weights) in zip(axes[0, 1:], FILTERS.items(), strict=True):
            ax.imshow(np.zeros((3, 3)), cmap="gray_r", vmin=0, vmax=1)
            for (i, j), weight in np.ndenumerate(weights):
                written = "1/9" if name == "a" else theme.with_minus(f"{weight:.0f}")
                ax.text(j, i, written, ha="center", va="center")
            ax.set_title(f"filter {name}")
        for number, (ax, output) in enumerate(zip(axes[1, 1:], _drawn(), strict=True), start=1):
            limit = np.abs(output).max()
            ax.imshow(output, cmap="gray", vmin=-limit, vmax=limit)
            ax.set_title(f"output {number}")
        for ax in axes.flat:
            ax.set(xticks=[], yticks=[])
            ax.grid(visible=False)
            ax.spines[["top", "right"]].set_visible(True)
        figure.suptitle("An image, four filters, and their outputs in another order")
    return with_alt(
        figure,
        "A grey image of a train with a row of windows. Four filters: in a, all weights are 1/9; "
        "in b, the columns are −1, 0 and 1; in c, the rows are −1, 0 and 1; in d, the middle is 8 "
        "and the other weights are −1. Four outputs: output 1 shows lines in all directions, "
        "output 2 mostly vertical lines, output 3 horizontal lines; output 4 is a soft copy.",
    )


# --- Windows -------------------------------------------------------------------------------------


def compare_gradients(
    forward: Callable[..., Any], backward: Callable[..., Any]
) -> dict[str, float]:
    """Print and return relative errors of dx, dW and db, compared with central differences.

    The images have 5 x 8 pixels, the filters 3 x 3; stride 2, padding 1.
    """
    rng, names = np.random.default_rng(0), ("dx", "dW", "db")
    arrays = [rng.normal(size=shape) for shape in ((2, 3, 5, 8), (4, 3, 3, 3), (4,))]
    u, cache = forward(*arrays, stride=2, padding=1)
    du, errors = rng.normal(size=u.shape), {}
    for k, gradient in enumerate(backward(du, cache)):

        def loss(moved: Array, k: int = k) -> float:
            given = [*arrays[:k], moved, *arrays[k + 1 :]]
            return float(np.sum(du * forward(*given, stride=2, padding=1)[0]))

        errors[names[k]] = relative_error(gradient, numerical_gradient(loss, arrays[k], 1e-5))
        print(f"{names[k]}: relative error {errors[names[k]]:.1e}")
    return errors


def draw_matrix() -> Picture:
    """An image of 4 x 4 pixels, and the matrix of its windows of 3 x 3 pixels."""
    import matplotlib.pyplot as plt

    image = np.arange(16).reshape(4, 4)
    places = [(r, s) for r in range(2) for s in range(2)]
    matrix = np.array([image[r : r + 3, s : s + 3].ravel() for r, s in places])
    shared = set(matrix[0]) & set(matrix[1])
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8, 2.7), width_ratios=(1, 2.9))
        for ax, table in zip(axes, (image, matrix), strict=True):
            for (line, column), value in np.ndenumerate(table):
                marked = value in shared and (table is image or line < 2)
                _cell(ax, (column, len(table) - 1 - line), f"{value}", SHADE if marked else "white")
            left = -0.1 if table is image else -3.1  # the names of the windows need some space
            ax.set(xlim=(left, table.shape[1] + 0.1), ylim=(-0.2, 4.2), aspect="equal")
            ax.axis("off")
        axes[0].set_title("image")
        axes[1].set_title("matrix M: a row for each window (blue: in both of the first two)")
        for line, place in enumerate(places):
            axes[1].text(-0.2, 3.5 - line, f"window {place}", ha="right", va="center", size=9)
    return with_alt(
        figure,
        "Left, an image of 4 × 4 pixels with the numbers 0 to 15. Right, a matrix with four rows "
        "and nine columns: each row has the nine pixels of one 3 × 3 window. Six pixels are "
        "marked, those that lie in both of the first two windows.",
    )


def draw_uses() -> Picture:
    """What an output of a filter in one dimension depends on, and what an input affects."""
    import matplotlib.pyplot as plt

    forward = "Forward: what $y_2$ depends on"
    backward = "Backward: what $x_3$ affects"
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8, 2.8))
        _draw_signal(axes[0], lambda r, i: r == 2, theme.FORWARD, 0.35, forward)
        _draw_signal(axes[1], lambda r, i: r + i == 3, theme.GRADIENT, 0.65, backward)
    return with_alt(
        figure,
        "Two panels with six inputs below and four outputs above. Left, in blue: the output y2 is "
        "connected with x2, x3 and x4, by the weights w0, w1 and w2. Right, in orange: the input "
        "x3 is connected with y1, y2 and y3, by the weights w2, w1 and w0.",
    )


def _draw_signal(
    ax: "Axes", chosen: Callable[[int, int], bool], colour: str, height: float, title: str
) -> None:
    """Six inputs below, four outputs above; the chosen products in colour, named at a height."""
    for r, i in np.ndindex(4, 3):
        look: Any = {"color": colour, "linewidth": 2.2} if chosen(r, i) else {"color": "0.85"}
        ax.plot([r + i, r + 1], [0, 1], **look)
    for r, i in np.ndindex(4, 3):
        if chosen(r, i):
            place = (1 - height) * (r + i) + height * (r + 1), height
            paper = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1}
            ax.text(*place, f"$w_{i}$", ha="center", va="center", color=colour, bbox=paper)
    for place_of, y, name, mark in ((range(6), 0, "x", "s"), (range(1, 5), 1, "y", "o")):
        for number, x in enumerate(place_of):
            ax.plot(x, y, mark, color=theme.INK, markersize=7)
            ax.text(x, y + (0.13 if y else -0.27), f"${name}_{number}$", ha="center")
    ax.set(xlim=(-0.5, 5.5), ylim=(-0.4, 1.4))
    ax.set_title(title)
    ax.axis("off")


def _cell(ax: "Axes", corner: tuple[float, float], text: str, face: str) -> None:
    """A square of a table, with its lower left corner."""
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle(corner, 1, 1, facecolor=face, edgecolor=theme.INK))
    ax.text(corner[0] + 0.5, corner[1] + 0.5, text, ha="center", va="center", color=theme.INK)


# --- Emoji ---------------------------------------------------------------------------------------

Images = Sequence[np.ndarray]  # of training, validation and test, each (N, 3, 16, 16)
RATE = 0.01
SEEDS = range(4)
EPOCH = 24
"""Steps in an epoch: 1,200 images in minibatches of 50."""


@cache
def emoji() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Images (N, 3, 16, 16) in [-0.5, 0.5] and classes 0 … 7 of training, validation and test."""
    sets = load_emoji()
    halves = [part.x.reshape(-1, 3, 16, 2, 16, 2).mean(axis=(3, 5)) for part in sets]
    return [(x - 0.5).astype("float32") for x in halves], [part.t for part in sets]


def permuted(x: np.ndarray, seed: int) -> np.ndarray:
    """The pixels in another order, the same for all images and channels."""
    order = np.random.default_rng(seed).permutation(16 * 16)
    return x.reshape(len(x), 3, -1)[:, :, order].reshape(x.shape)


def convolutional(rng: np.random.Generator) -> Sequential:
    """Two convolutions, an overlapping max pooling between them, and a linear layer."""
    return Sequential(
        Conv2d(3, 8, 5, stride=2, padding=2, rng=rng),  # (N, 8, 8, 8)
        ReLU(),
        MaxPool2d(3, stride=2),  # (N, 8, 3, 3)
        Conv2d(8, 16, 3, padding=1, rng=rng),  # (N, 16, 3, 3)
        ReLU(),
        Flatten(),  # (N, 144)
        Linear(144, 8, rng=rng),
    )


def perceptron(rng: np.random.Generator) -> Sequential:
    """One hidden layer of 64 units on all 768 numbers of an image."""
    return Sequential(Flatten(), Linear(768, 64, rng=rng), ReLU(), Linear(64, 8, rng=rng))


NETWORKS = {"convolutional": convolutional, "perceptron": perceptron}


def training(network: Sequential, seed: int, images: Images) -> Iterator[float]:
    """Steps of Adam without end; yields the loss of each minibatch before its step."""
    optimizer = Adam(network.parameters(), lr=RATE)
    labels, rng = emoji()[1][0], np.random.default_rng(100 + seed)
    while True:
        for chosen in np.split(rng.permutation(len(labels)), EPOCH):
            y, backward = network.forward(images[0][chosen], training=True)
            loss, dy = softmax_cross_entropy(y, labels[chosen])
            optimizer.zero_grad()
            backward(dy)
            optimizer.step()
            yield float(loss)


@cache
def reached_in_tests(name: str, *, shuffled: bool, epochs: int = 10) -> np.ndarray:
    """Test accuracies (seeds,) after so many epochs.

    If ``shuffled``, the pixels of all images are permuted, for each seed in its own order.
    """
    images, labels = emoji()
    reached = []
    for seed in SEEDS:
        seen = [permuted(x, seed) for x in images] if shuffled else images
        network = NETWORKS[name](np.random.default_rng(seed))
        for _ in islice(training(network, seed, seen), epochs * EPOCH):
            pass
        reached.append(accuracy(network(seen[2]), labels[2]))
    return np.array(reached)


def draw_accuracies(reached: Mapping[tuple[str, str], np.ndarray]) -> Picture:
    """Test accuracies of some networks on some kinds of images, a dot for each seed.

    Parameters
    ----------
    reached : (network, images) -> (seeds,)
    """
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7.4, 2.9))
        for row, ((_, images), accuracies) in enumerate(reached.items()):
            colour, mark = (theme.CYCLE[2], "s") if "perm" in images else (theme.FORWARD, "o")
            ax.plot(accuracies, np.full(len(accuracies), row), mark, color=colour, alpha=0.8)
            ax.plot([accuracies.mean()] * 2, [row - 0.3, row + 0.3], color=theme.INK, linewidth=2.5)
        ax.axvline(1 / 8, color=theme.QUIET, linestyle=":")
        ax.set_yticks(range(len(reached)), [f"{name},\n{images}" for name, images in reached])
        ax.set(xlabel="test accuracy (dotted: guessing)", xlim=(0.1, None))
        ax.set_ylim(len(reached) - 0.5, -0.5)
        ax.set_title("Test accuracy on new emoji (dots: seeds, bars: means)")
    means = "; ".join(f"{name}, {images}: {a.mean():.2f}" for (name, images), a in reached.items())
    return with_alt(figure, f"A row of dots for each network and kind of images. Means: {means}.")
