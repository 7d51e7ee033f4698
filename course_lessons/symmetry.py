"""Trainings and figures of the notebook "Symmetry"."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from course_lessons.digits import divided
from course_lib.initializers import lecun_normal
from course_lib.layers import Layer, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD
from course_lib.plots import label_lines, theme, with_alt
from course_lib.plots.pictures import Picture
from course_lib.training import accuracy, fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Params = list[tuple[np.ndarray, np.ndarray]]
"""[(W1, b1), (W2, b2), …] of a network, the last layer linear."""
Init = Callable[..., Any]
MatchUnits = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
MakeTwin = Callable[[Params, list[np.ndarray], list[np.ndarray]], Params]

# --- The data and the trainings -------------------------------------------------------------------


class Digits(NamedTuple):
    """Images of digits as rows of 64 numbers, each pixel standardised over the training images."""

    x_train: np.ndarray
    t_train: np.ndarray
    x_test: np.ndarray
    t_test: np.ndarray


@cache
def digits() -> Digits:
    """1,437 training images and 360 test images with their labels."""
    x, t, x_test, t_test = divided(dtype="float64")
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-3
    return Digits((x - mean) / deviation, t, (x_test - mean) / deviation, t_test)


def noise(size: float, around: float = 0.0) -> Init:
    """An initialiser: the number ``around`` plus normal noise with the standard deviation size."""
    return lambda shape, rng: around + size * rng.normal(size=shape)


def descend(network: Sequential, rng: np.random.Generator, **settings: Any) -> list[float]:
    """Gradient descent on minibatches of 64; the test accuracy after every epoch."""
    x_train, t_train, *test = digits()
    optimizer = SGD(network.parameters(), lr=settings.pop("lr"))
    dtype = network.parameters()[0].data.dtype
    history = fit(
        network,
        x_train,
        t_train,
        loss=softmax_cross_entropy,
        optimizer=optimizer,
        batch_size=64,
        rng=rng,
        validation=(test[0].astype(dtype), test[1]),
        progress=False,
        **settings,
    )
    return history.validation_accuracy


def trained(
    widths: Sequence[int],
    seed: int,
    *,
    init: Init = lecun_normal,
    epochs: int = 15,
) -> Params:
    """A tanh network with hidden layers of these widths, trained on the digits at the rate 0.3."""
    rng = np.random.default_rng(seed)
    network = mlp([64, *widths, 10], rng=rng, init=init, activation=Tanh, dtype="float64")
    descend(network, rng, lr=0.3, epochs=epochs)
    return _params(network)


def output(params: Params, x: np.ndarray | None = None) -> np.ndarray:
    """The output of a tanh network for the rows of x; without x for the test images."""
    z = digits().x_test if x is None else x
    for W, b in params[:-1]:
        z = np.tanh(z @ W + b)
    W, b = params[-1]
    return z @ W + b


def share_right(params: Params) -> float:
    """Share of the test images that a tanh network classifies correctly."""
    return float(accuracy(output(params), digits().t_test))


def between(params: Params, other: Params, share: float) -> Params:
    """The network at this share of the straight line from params to other."""
    pairs = zip(params, other, strict=True)
    return [((1 - share) * W + share * V, (1 - share) * b + share * c) for (W, b), (V, c) in pairs]


def losses_between(params: Params, other: Params) -> np.ndarray:
    """The training loss at 41 points of the straight line between two tanh networks."""
    x, t, *_ = digits()
    points = [between(params, other, share) for share in np.linspace(0, 1, 41)]
    return np.array([softmax_cross_entropy(output(point, x), t)[0] for point in points])


def units(params: Params) -> np.ndarray:
    """All weights of each hidden unit in a row: to it, its bias, from it; (m, n_in + 1 + n_out)."""
    (W1, b1), (W2, _) = params
    return np.concatenate([W1.T, b1[:, None], W2], axis=1)


def other_weights(params: Params) -> Params:
    """The mirror image of a tanh network with one hidden layer: all units have the other sign."""
    (W1, b1), (W2, b2) = params
    return [(-W1, -b1), (-W2, b2)]


def random_twin(make_twin: MakeTwin, params: Params, rng: np.random.Generator) -> Params:
    """A twin with random orders and signs, by ``make_twin(params, orders, signs)``."""
    widths = [len(b) for _, b in params[:-1]]
    signs = [rng.choice([-1.0, 1.0], size=m) for m in widths]
    return make_twin(params, [rng.permutation(m) for m in widths], signs)


def matched(match_units: MatchUnits, make_twin: MakeTwin, params: Params, other: Params) -> Params:
    """Params with its units in the places, and with the signs, of the units of other."""
    order, signs = match_units(units(params), units(other))
    return make_twin(params, [order], [signs])


def matched_at_once(
    match_units: MatchUnits, make_twin: MakeTwin, params: Params, other: Params
) -> Params:
    """A twin of params: each hidden layer matched as given, by all weights of its units."""
    found = []
    for layer in range(len(params) - 1):
        A, B = (np.vstack([*p[layer], p[layer + 1][0].T]).T for p in (params, other))
        found.append(match_units(A, B))
    return make_twin(params, [order for order, _ in found], [signs for _, signs in found])


def compared(params: Params, other: Params) -> str:
    """How much the outputs for the test images differ, and how much the weights of layer 1 do."""
    outputs = np.abs(output(params) - output(other)).max()
    weights = np.abs(params[0][0] - other[0][0]).max()
    return f"outputs differ by at most {outputs:.0e}, the weights of layer 1 by up to {weights:.1f}"


def relu_loss(params: Params) -> float:
    """The training loss of a ReLU network with one hidden layer."""
    (W1, b1), (W2, b2) = params
    x, t, *_ = digits()
    loss, _ = softmax_cross_entropy(np.maximum(x @ W1 + b1, 0) @ W2 + b2, t)
    return float(loss)


def _params(network: Sequential) -> Params:
    arrays = [np.asarray(parameter.data) for parameter in network.parameters()]
    return list(zip(arrays[::2], arrays[1::2], strict=True))


class Run(NamedTuple):
    """What a training does with the columns of W1, one for each hidden unit."""

    moved: float  # the largest change of an entry of W1
    apart: np.ndarray  # the largest difference between two columns, before and after every epoch
    accuracy: list[float]  # on the test images, after every epoch


def from_noise(size: float, activation: Callable[[], Layer] = Tanh, lr: float = 0.2) -> Run:
    """Train one hidden layer of 32 units for 20 epochs from normal noise of this size, or zeros."""
    rng = np.random.default_rng(1)
    network = mlp([64, 32, 10], rng=rng, init=noise(size), activation=activation, dtype="float64")
    before, apart = _params(network)[0][0].copy(), []

    def note(epoch: int = 0, history: object = None) -> None:
        apart.append(float(np.ptp(_params(network)[0][0], axis=1).max()))

    note()
    reached = descend(network, rng, lr=lr, epochs=20, callbacks=[note])
    moved = float(np.abs(_params(network)[0][0] - before).max())
    return Run(moved, np.array(apart), reached)


# --- Two hidden layers ----------------------------------------------------------------------------

LEARNS = 0.9  # the test accuracy of a network that has learnt


def train(power: float, lr: float, seed: int) -> float:
    """Test accuracy of two hidden layers of 32 tanh units after ten epochs.

    Parameters
    ----------
    power : the initial weights are normal noise with the standard deviation ``10**power``
    lr : learning rate
    seed : of the noise and of the order of the images
    """
    rng, data = np.random.default_rng(seed), digits()
    network = mlp([64, 32, 32, 10], rng=rng, init=noise(10**power), activation=Tanh)
    descend(network, rng, lr=lr, epochs=10)
    return float(accuracy(network(data.x_test.astype("float32")), data.t_test))


def search(lr: float, seed: int) -> tuple[float, float]:
    """The interval in which the critical power lies: −5 to −1, halved by four trainings."""
    low, high = -5.0, -1.0
    for _ in range(4):
        middle = (low + high) / 2
        low, high = (low, middle) if train(middle, lr, seed) >= LEARNS else (middle, high)
    return low, high


# --- Figures --------------------------------------------------------------------------------------

ON_THE_LINE = "share of the way from one network to the other"


def draw_twins(mirror: np.ndarray, others: Sequence[np.ndarray]) -> Picture:
    """Losses on the lines from a network to its mirror image and to other twins."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        _lines(ax, others, f"{len(others)} random twins", color=theme.QUIET, linewidth=1)
        _lines(ax, [mirror], "mirror image", color=theme.FORWARD)
        ax.set(xlabel=ON_THE_LINE, ylabel="loss on training images")
        ax.set_title("Training loss on straight lines from a network to its twins")
        label_lines(ax)
    return with_alt(
        figure,
        "The training loss along straight lines from a network to its mirror image and to random "
        "twins. All lines begin and end at the same low loss and have a hill in the middle; the "
        "line to the mirror image has by far the highest one.",
    )


def draw_matched(plain: Sequence[np.ndarray], matched: Sequence[np.ndarray]) -> Picture:
    """Losses on the lines between pairs of networks, with their units as they are and matched."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        _lines(ax, plain, "units as they are", color=theme.QUIET, linewidth=1)
        _lines(ax, matched, "units matched", color=theme.FORWARD)
        ax.set(xlabel=ON_THE_LINE, ylabel="loss on training images", ylim=(0, None))
        ax.set_title("Training loss on straight lines between networks of other seeds")
        label_lines(ax)
    return with_alt(
        figure,
        "The training loss along straight lines between pairs of networks that were trained from "
        "other seeds. With the units as they are, each line has a hill in the middle. With the "
        "units matched, the hills are far lower.",
    )


def _lines(ax: "Axes", losses: Sequence[np.ndarray], name: str, **look: Any) -> None:
    """Lines of one kind; the name stands at the end of the first."""
    for number, values in enumerate(losses):
        ax.plot(np.linspace(0, 1, len(values)), values, label=name if number == 0 else None, **look)


def draw_growth(runs: dict[float, Run], factor: float) -> Picture:
    """Difference between units and test accuracy, epoch by epoch, for several sizes of the noise.

    Parameters
    ----------
    runs : size of the noise -> the run
    factor : by which a difference is predicted to grow in an epoch; drawn as a thin line
    """
    import matplotlib.pyplot as plt

    with theme.style():
        figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.3))
        paper = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 0.5}
        for number, (size, run) in enumerate(runs.items()):
            name = f"10{_superscript(round(np.log10(size)))}"
            left.plot(run.apart, "o", color=theme.FORWARD, markersize=4)
            left.text(-0.5, run.apart[0], name, color=theme.FORWARD, ha="right", va="center")
            epochs = np.arange(1, int(np.argmax(run.apart > 0.03)) + 1)
            left.plot(epochs, run.apart[1] * factor ** (epochs - 1.0), color=theme.INK, linewidth=1)
            right.plot(range(1, 21), run.accuracy, ("-", "--", "-.")[number], color=theme.FORWARD)
            height = 0.25 * (number + 1)
            beside = np.interp(height, run.accuracy, range(1, 21)) + 0.5
            look = {"color": theme.FORWARD, "va": "top", "bbox": paper}
            right.text(beside, height, name, **look)
        left.text(8, 1e-6, f"lines: {factor:.0f} times\nin each epoch", color=theme.INK)
        left.set(xlabel="epoch", ylabel="largest difference", yscale="log", xlim=(-4, 21))
        left.set(ylim=(1e-9, 10), xticks=[0, 5, 10, 15, 20])
        left.set_title("Between two columns of W1")
        right.set(xlabel="epoch", ylabel="test accuracy", ylim=(0, 1), xticks=[0, 5, 10, 15, 20])
        right.set_title("Of the same networks")
        figure.suptitle("One hidden layer, initial weights of three sizes", x=0.02, ha="left")
    return with_alt(
        figure,
        "On the left, the largest difference between columns of W1 over twenty epochs on a "
        "logarithmic axis, for initial weights of three sizes. The measured points rise along the "
        "straight lines of the prediction and then level off near 1; smaller weights rise longer. "
        "On the right, the test accuracy of the same networks. It stays low while the differences "
        "are small, and then rises to nearly 1.",
    )


def _superscript(number: int) -> str:
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
