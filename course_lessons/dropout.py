"""What the notebook on dropout trains and draws.

`trained` takes a ``pair``, the forward and backward function of dropout; the library's are used if
it is left out. Masks have a generator of their own, so that networks with the same seed begin
with the same weights and see the same images in the same order, whatever their dropout is.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lessons.digits import mixed
from course_lib import functional
from course_lib.backend import Array, to_numpy
from course_lib.layers import Dropout, Linear, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.op import Op
from course_lib.optimizers import SGD
from course_lib.plots import filters, label_lines, theme, with_alt
from course_lib.plots.pictures import Picture
from course_lib.training import History, accuracy, fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OPTIONS: dict[str, tuple[Any, ...]] = {
    "units": (16, 256),
    "wrong": (0, 0.5),
    "drop_prob": (0, 0.2, 0.5, 0.8),
    "lr": (0.0025, 0.005, 0.01, 0.03, 0.1, 0.3),
}
"""What `train` may be called with. The rates at the ends are best in no situation."""

FEW = 300  # training images of a small training set


@cache
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """1,000 images of digits with labels, and 797 others to test: ``x, t, x_test, t_test``."""
    x, t = mixed()
    return x[:1000], t[:1000], x[1000:], t[1000:]


def few_images(wrong: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """300 training images; a share of about ``wrong`` of the labels is another digit."""
    x, t, _, _ = digits()
    rng = np.random.default_rng([seed, 1])
    chosen = rng.permutation(len(x))[:FEW]
    x, t = x[chosen], t[chosen].copy()
    changed = rng.random(FEW) < wrong
    t[changed] = (t[changed] + rng.integers(1, 10, size=changed.sum())) % 10
    return x, t


def one_hidden_layer(units: int, drop_prob: float, seed: int, pair: Op | None = None) -> Sequential:
    """64 pixels, hidden units with ReLU and dropout, 10 scores."""
    rng = np.random.default_rng(seed)
    lower, upper = Linear(64, units, rng=rng), Linear(units, 10, rng=rng)
    return Sequential(
        lower, ReLU(), Dropout(drop_prob, rng=np.random.default_rng([seed, 2]), op=pair), upper
    )


def fitted(
    network: Sequential,
    x: np.ndarray,
    t: np.ndarray,
    seed: int,
    *,
    epochs: int,
    lr: float,
    **more: Any,
) -> History:
    """What `fit` recorded: gradient descent with momentum 0.9 in minibatches of 30."""
    return fit(
        network,
        x,
        t,
        loss=softmax_cross_entropy,
        optimizer=SGD(network.parameters(), lr=lr, momentum=0.9),
        epochs=epochs,
        batch_size=30,
        rng=np.random.default_rng([seed, 3]),
        progress=False,
        **more,
    )


def s2_weights(seed: int) -> list[np.ndarray]:
    """``[W1, b1, W2, b2, W3, b3]`` of S2's network, trained with vanilla dropout of one half.

    64 pixels, two hidden layers of 100 units, 10 scores; 30 epochs on the 1,000 images.
    """
    rng, masks = np.random.default_rng(seed), np.random.default_rng([seed, 2])
    pair = Op(functional.vanilla_dropout_forward, functional.vanilla_dropout_backward)
    linear = [Linear(n, m, rng=rng) for n, m in ((64, 100), (100, 100), (100, 10))]
    layers = [(layer, ReLU(), Dropout(0.5, rng=masks, op=pair)) for layer in linear[:2]]
    x, t, _, _ = digits()
    fitted(Sequential(*layers[0], *layers[1], linear[2]), x, t, seed, epochs=30, lr=0.05)
    return [to_numpy(parameter.data) for layer in linear for parameter in layer.parameters()]


def trained(drop_prob: float, seed: int, pair: Op | None = None) -> Sequential:
    """One hidden layer of 128 units after 20 epochs on the 1,000 images."""
    network = one_hidden_layer(128, drop_prob, seed, pair)
    x, t, _, _ = digits()
    fitted(network, x, t, seed, epochs=20, lr=0.05)
    return network


def hidden_and_scores(network: Sequential) -> tuple[np.ndarray, Callable[..., np.ndarray]]:
    """The hidden values of the test images, and the function from hidden values to scores."""
    lower, relu, _, upper = network.layers
    return to_numpy(relu(lower(digits()[2]))), lambda hidden: to_numpy(upper(hidden))


def evaluated(scores: Array) -> tuple[float, float]:
    """Accuracy and cross-entropy of scores of the test images."""
    t = digits()[3]
    return float(accuracy(scores, t)), float(softmax_cross_entropy(scores, t)[0])


def over_masks(network: Sequential, n_masks: int, seed: int) -> list[tuple[float, float]]:
    """Accuracy and cross-entropy of the arithmetic and of the geometric mean over drawn masks.

    Each mask drops one half of the hidden units of the test images, as in training.
    """
    (hidden, to_scores), rng = hidden_and_scores(network), np.random.default_rng(seed)
    drawn = []
    for _ in range(n_masks):
        thinned = functional.dropout_forward(hidden, 0.5, rng, training=True)[0]
        drawn.append(to_numpy(functional.log_softmax(to_scores(thinned))))
    logs = np.array(drawn)
    return [evaluated(np.log(np.exp(logs).mean(axis=0))), evaluated(logs.mean(axis=0))]


def eight_units() -> tuple[np.ndarray, dict[str, Callable[[np.ndarray], np.ndarray]]]:
    """Values of eight hidden units, and two networks from such values to three probabilities.

    Each takes the values of one network, or of several as rows.
    """
    rng = np.random.default_rng(229)
    z, W, b = rng.uniform(0, 2, size=8), 0.7 * rng.normal(size=(8, 3)), rng.normal(size=3)
    V, c = rng.normal(size=(8, 8)) / np.sqrt(8), rng.normal(size=8)

    def probabilities(hidden: np.ndarray) -> np.ndarray:
        scores = hidden @ W + b
        return to_numpy(functional.softmax(np.atleast_2d(scores))).reshape(scores.shape)

    return z, {
        "linear": probabilities,
        "linear, ReLU, linear": lambda values: probabilities(np.maximum(values @ V + c, 0)),
    }


def accuracy_without(network: Sequential, share: float, seed: int) -> float:
    """Test accuracy with a share of the hidden units removed, mean of ten draws.

    The values of the others are divided by 1 − share, as in inverted dropout.
    """
    hidden, to_scores = hidden_and_scores(network)
    rng, n, found = np.random.default_rng(seed), hidden.shape[1], []
    for _ in range(10):
        kept = rng.permutation(n) >= round(share * n)
        y = to_scores(hidden * (kept / (1 - share)).astype(hidden.dtype))
        found.append(accuracy(y, digits()[3]))
    return float(np.mean(found))


def train(units: int, wrong: float, drop_prob: float, lr: float, seed: int) -> float:
    """Accuracy on 797 test images of a network trained for 20 epochs on 300 images.

    Parameters
    ----------
    units : in the hidden layer
    wrong : share of the training images whose label is another digit, about
    drop_prob : of the hidden units
    lr : learning rate of gradient descent with momentum 0.9 in minibatches of 30
    seed : of the images, the wrong labels, the initial weights, the order and the masks
    """
    network = one_hidden_layer(units, drop_prob, seed)
    x, t = few_images(wrong, seed)
    _, _, x_test, t_test = digits()
    fitted(network, x, t, seed, epochs=20, lr=lr)
    return float(accuracy(network(x_test), t_test))


def fair_gain(units: int, wrong: float) -> dict[str, Any]:
    """The gain by dropout in one situation, each side at its own best settings.

    Seeds 0 to 3 choose the settings with the highest mean, seeds 4 to 11 are reported.

    Returns
    -------
    found : accuracies of shape (drop probabilities, rates, 4 seeds)
    gains : with dropout minus without, for each of the eight reported seeds
    with_it, without : the chosen settings (drop_prob, lr)
    """
    drop_probs, rates = OPTIONS["drop_prob"], OPTIONS["lr"]
    found = np.array(
        [[[train(units, wrong, p, lr, s) for s in range(4)] for lr in rates] for p in drop_probs]
    )
    mean = found.mean(axis=2)
    k, j = np.unravel_index(mean[1:].argmax(), mean[1:].shape)
    chosen = (drop_probs[k + 1], rates[j]), (0, rates[mean[0].argmax()])
    a, b = (
        np.array([train(units, wrong, drop_prob, lr, s) for s in range(4, 12)])
        for drop_prob, lr in chosen
    )
    return {"found": found, "gains": a - b, "with_it": chosen[0], "without": chosen[1]}


def losses_of_epochs(drop_prob: float, lr: float, seed: int) -> History:
    """Losses and accuracies of a training as in `train`, 256 units, half of the labels wrong."""
    network = one_hidden_layer(256, drop_prob, seed)
    _, _, x_test, t_test = digits()
    return fitted(
        network, *few_images(0.5, seed), seed, epochs=20, lr=lr, validation=(x_test, t_test)
    )


def area_under_curve(doubt: np.ndarray, wrong: np.ndarray) -> float:
    """How often an image that is wrong has the larger doubt than one that is right; ties half."""
    ahead = np.sign(1.0 * doubt[wrong][:, None] - doubt[~wrong])
    return float(np.mean(1 + ahead) / 2)


def areas_of_rankings(wrong: float, seed: int, doubts: Callable[..., Any]) -> dict[str, float]:
    """Three rankings of the test images by how probably a network is wrong.

    The network has 256 hidden units and was trained with p = 0.5, on 300 images of which a share is
    labelled wrongly. The two others rank by 1 − confidence, and by the standard deviation of the
    probability of the predicted class over 100 masks.
    """
    network = one_hidden_layer(256, 0.5, seed)
    fitted(network, *few_images(wrong, seed), seed, epochs=20, lr=0.05)
    hidden, to_scores = hidden_and_scores(network)
    rng, q = np.random.default_rng([seed, 4]), to_numpy(functional.softmax(to_scores(hidden)))
    rows, labels = np.arange(len(q)), q.argmax(axis=1)
    drawn = [
        to_numpy(
            functional.softmax(
                to_scores(functional.dropout_forward(hidden, 0.5, rng, training=True)[0])
            )
        )[rows, labels]
        for _ in range(100)
    ]
    rankings = {
        "confidence": 1 - q[rows, labels],
        "spread of the probability": np.std(drawn, axis=0),
        "errors of thinned networks": np.asarray(doubts(to_scores, hidden, 0.5, rng)),
    }
    is_wrong = labels != digits()[3]
    return {name: area_under_curve(of, is_wrong) for name, of in rankings.items()}


def draw_members(
    z: np.ndarray,
    network: Callable[[np.ndarray], np.ndarray],
    drop_prob: float,
    marks: Mapping[str, float],
) -> Picture:
    """The probability of class 0 in each masked network, and numbers to compare with it."""
    import matplotlib.pyplot as plt

    masks = np.array(list(np.ndindex(*[2] * len(z))))
    chance = np.prod(np.where(masks == 1, 1 - drop_prob, drop_prob), axis=1)
    of_masks = network(masks * z / (1 - drop_prob))[:, 0]
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 3))
        ax.hist(of_masks, bins=[*np.linspace(0, 1, 41)], weights=chance, color="0.8")
        top = ax.get_ylim()[1]
        for k, (name, value) in enumerate(marks.items()):
            look: Any = {"color": theme.CYCLE[k], "linestyle": ("-", "-", "--")[k]}
            ax.plot([value, value], [0, top], linewidth=(2, 5, 2)[k], **look)
            ax.text(1.02, (0.9 - 0.14 * k) * top, name, color=theme.for_text(theme.CYCLE[k]))
        ax.set(xlabel="probability of class 0", ylabel="share of the masks", xlim=(0, 1))
        ax.set_title(f"{len(masks)} networks, weighted with the probability of their masks")
    return with_alt(
        figure,
        "A histogram of the probability that all masked networks give to the same class. It is "
        "spread over most of the range from 0 to 1. Vertical lines mark "
        + ", ".join(f"{name} ({value:.3f})" for name, value in marks.items())
        + ".",
    )


def draw_filters(without: Sequential, with_it: Sequential) -> Picture:
    """The first-layer weights of the 16 units with the largest weights, of both networks."""
    columns = []
    for network in (without, with_it):
        W = network.layers[0].W.data  # type: ignore[attr-defined]
        columns.append(W[:, np.argsort(-np.linalg.norm(W, axis=0))[:16]])
    figure = filters(
        np.hstack(columns), title="Weights of 16 units without dropout, below 16 with p = 0.5"
    )
    return with_alt(
        figure,
        "Small pictures of 8 by 8 weights, green for positive and purple for negative: two rows of "
        "eight without dropout, below two rows with it. All show blobs and strokes.",
    )


def draw_losses(histories: Mapping[float, History]) -> Picture:
    """Training and test loss over the epochs, for each drop probability."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 3.2))
        for (p, past), colour in zip(histories.items(), (theme.QUIET, theme.FORWARD), strict=True):
            epochs = range(1, past.epochs + 1)
            solid: Any = {"color": colour, "label": f"p = {p:g}, training", **theme.TRAIN}
            look: Any = {"color": colour, "label": f"p = {p:g}, test", **theme.VALIDATION}
            ax.plot(epochs, past.loss, **solid)
            ax.plot(epochs, past.validation_loss, **look)
        ax.set(xlabel="epoch", ylabel="cross-entropy", xticks=range(0, 21, 5))
        ax.set_title("256 units, half of the labels wrong, learning rate 0.1")
        label_lines(ax)
    return with_alt(
        figure,
        "Four lines over 20 epochs. Without dropout the training loss falls and the test loss "
        "rises. With p = 0.5 the training loss stays high and the test loss is the lower one.",
    )


def draw_settings(found: Mapping[tuple[int, float], np.ndarray]) -> Picture:
    """Mean accuracy by learning rate for each drop probability, one panel for each situation.

    ``found[units, wrong]`` has the shape (drop probabilities, rates, seeds).
    """
    import matplotlib.pyplot as plt

    rates = OPTIONS["lr"]
    with theme.style():
        figure, axes = plt.subplots(2, 2, figsize=(8, 5.6), sharex=True)
        for ax, ((units, wrong), values) in zip(axes.flat, found.items(), strict=True):
            _lines_by_rate(ax, values.mean(axis=-1))
            labels = "half of the labels wrong" if wrong else "right labels"
            ax.set_title(f"{units} units, {labels}")
            ax.set_xticks(rates, [f"{rate:g}" for rate in rates])
        for ax in axes[:, 0]:
            ax.set_ylabel("test accuracy")
        for ax in axes[1]:
            ax.set_xlabel("learning rate")
        label_lines(axes[0, 0])
    best = {at: values.mean(axis=-1).max(axis=1) for at, values in found.items()}
    said = (
        f"{units} units, share {wrong:g} wrong: without dropout at best {of_p[0]:.2f}, with it "
        f"{of_p[1:].max():.2f}"
        for (units, wrong), of_p in best.items()
    )
    return with_alt(
        figure,
        "Four panels of test accuracy over the learning rate, a line for each drop probability. "
        + "; ".join(said)
        + ".",
    )


def _lines_by_rate(ax: "Axes", mean: np.ndarray) -> None:
    for p, of_rates, mark, colour in zip(
        OPTIONS["drop_prob"], mean, "dos^", (theme.QUIET, *theme.CYCLE[:3]), strict=True
    ):
        ax.plot(OPTIONS["lr"], of_rates, f"{mark}-", color=colour, label=f"p = {p:g}")
    ax.set(xscale="log", ylim=(0, 1))
    ax.minorticks_off()
