"""What the notebook on losses trains, measures and draws.

A loss is a function (outputs, targets) -> (value, gradient): the library's or the student's.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course_lessons.digits import divided
from course_lessons.figures import Live, Trace, live
from course_lib import functional
from course_lib.backend import to_numpy
from course_lib.datasets import load_diabetes
from course_lib.layers import Linear, ReLU
from course_lib.models import Sequential
from course_lib.optimizers import SGD
from course_lib.plots import Picture, theme, with_alt
from course_lib.training import fit

Loss = Callable[[Any, Any], tuple[Any, Any]]

GREEN, PURPLE, BROWN = "#00785A", "#A0527A", "#8A6500"


def sigmoid(u: Any) -> Any:
    """1 / (1 + exp(-u)), in a form without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * u))


def after_sigmoid(loss: Loss) -> Loss:
    """The loss of y = sigmoid(u) as a function of the scores u."""

    def composed(u: Any, t: Any) -> tuple[Any, Any]:
        y = sigmoid(u)
        value, dy = loss(y, t)
        return value, dy * y * (1 - y)

    return composed


def after_softmax(loss: Loss) -> Loss:
    """The loss of y = softmax(u) as a function of the scores u; all classes affect all."""

    def composed(u: Any, t: Any) -> tuple[Any, Any]:
        y = functional.softmax(u)
        value, dy = loss(y, t)
        return value, y * (dy - np.sum(dy * y, axis=1, keepdims=True))

    return composed


def at_score(loss: Loss, u: float) -> tuple[float, float]:
    """Value and gradient at a single score whose right answer is yes."""
    value, du = loss(np.array([[float(u)]]), np.array([[1.0]]))
    return float(value), float(np.squeeze(du))


def draw_two_losses(square: Loss, cross_entropy: Loss) -> Live:
    """Half the squared error behind a sigmoid, and the cross-entropy, along a score to choose."""
    import matplotlib.pyplot as plt

    scores, line = np.arange(-10, 10.1, 0.5), np.linspace(-11, 11, 89)
    losses = {
        "half the squared error": (after_sigmoid(square), theme.INK),
        "cross-entropy": (cross_entropy, GREEN),
    }
    traces, gradients = [], []
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True)
        for ax, (name, (loss, colour)) in zip(axes, losses.items(), strict=True):
            ax.plot(line, [at_score(loss, u)[0] for u in line], color=colour)
            ax.set(title=name, ylim=(-1.5, 12.5), xlabel="score u; the right answer is yes")
            at = np.array([at_score(loss, u) for u in scores])
            ends = scores[:, None] + np.array([-2.5, 2.5])
            tangent = at[:, :1] + at[:, 1:] * (ends - scores[:, None])
            traces.append(Trace(ax, ends, tangent, color=theme.GRADIENT, width=4))
            traces.append(Trace(ax, scores[:, None], at[:, :1], width=0, marker=9))
            gradients.append([f"{name} {round(du, 5) + 0.0:.5f}" for du in at[:, 1]])
        axes[0].set_ylabel("loss")
        figure.suptitle("Two losses along the score, with the tangent at u (orange)")
    says = [
        f"Gradients at u = {u:g}: {', '.join(row)}."
        for u, *row in zip(scores, *gradients, strict=True)
    ]
    return live(
        [[figure]],
        {"score u": scores},
        traces,
        says=says,
        alt="Two losses over the score u with tangents. Half the squared error is a low step with "
        "flat ends. The cross-entropy rises to the left with a slope of about −1.",
    )


def patients(typed_wrong: int = 0) -> np.ndarray:
    """The progress of the disease of 442 patients; every ``typed_wrong``-th is ten times as large.

    With 0 none is wrong.
    """
    t = load_diabetes("float64").t.copy()
    if typed_wrong:
        t[::typed_wrong] *= 10
    return t


GRID = np.linspace(60, 420, 361)
"""The constants that are tried as a prediction for all patients."""


def best_constant(loss: Loss, t: np.ndarray) -> float:
    """The constant of `GRID` with the lowest loss as a prediction for all."""
    values = [float(loss(np.full((len(t), 1), c), t[:, None])[0]) for c in GRID]
    return float(GRID[np.argmin(values)])


def draw_constants(losses: Mapping[str, Loss]) -> Picture:
    """Where each loss of a constant is lowest: as recorded, and with typing errors."""
    import matplotlib.pyplot as plt

    lists = {"as recorded": patients(), "one in twenty typed wrong": patients(20)}
    looks = zip(losses.items(), (theme.INK, BROWN, PURPLE), ("o", "s", "D"), strict=False)
    said = []
    with theme.style():
        figure, axes = plt.subplots(2, 1, figsize=(7, 4.4), sharex=True)
        for ax, (title, t) in zip(axes, lists.items(), strict=True):
            ax.hist(t, bins=np.arange(20, 430, 10), color=theme.QUIET, alpha=0.5)
            ax.set(title=title, ylabel="patients", xlim=(20, 420), ylim=(0, 46))
        for row, ((name, loss), colour, marker) in enumerate(looks):
            for ax, (title, t) in zip(axes, lists.items(), strict=True):
                best, height = best_constant(loss, t), 43 - 7 * row
                ax.plot([best] * 2, [0, height], color=colour, linewidth=1.5)
                ax.plot([best], [height], marker, color=colour, markersize=6)
                ax.text(best + 5, height, f"{name}: {best:.0f}", color=colour, va="center", size=10)
                said.append(f"{title}, {name}: {best:.0f}")
        axes[1].set_xlabel("progress of the disease (targets beyond 420 are not shown)")
        figure.suptitle("The constant prediction with the lowest loss")
    return with_alt(
        figure,
        "Two histograms of the targets, without and with typing errors. Vertical lines mark the "
        "constant at which each loss is lowest. " + "; ".join(said) + ".",
    )


def rows_of(labels: np.ndarray) -> np.ndarray:
    """Labels as rows of ten numbers: zeros with a single one."""
    return np.asarray(np.eye(10, dtype=np.float32)[labels])


def of_rows(loss: Loss) -> Loss:
    """The loss as a function of scores and labels."""
    return lambda u, labels: loss(u, rows_of(labels))


def network(seed: int, bias: float = 0.0) -> tuple[Sequential, Any]:
    """64 inputs, 32 hidden units, 10 scores before training; and its random generator.

    The initial biases of the outputs are +bias or −bias at random.
    """
    rng = np.random.default_rng(seed)
    biases = bias * rng.choice([-1, 1], size=10)
    hidden, scores = Linear(64, 32, rng=rng), Linear(32, 10, rng=rng)
    net = Sequential(hidden, ReLU(), scores)
    assert scores.b is not None
    scores.b.data = biases.astype(np.float32)
    return net, rng


def answered_rightly(loss: Loss, lr: float, seed: int, bias: float) -> np.ndarray | None:
    """Which test images are classified correctly after ten epochs; None if it diverges."""
    x, t, x_test, t_test = divided()
    net, rng = network(seed, bias)
    with np.errstate(all="ignore"):
        try:
            fit(
                net,
                x,
                t,
                loss=loss,
                optimizer=SGD(net.parameters(), lr=lr),
                epochs=10,
                batch_size=64,
                rng=rng,
                progress=False,
            )
        except FloatingPointError:  # the loss is not finite any more
            return None
    right: np.ndarray = to_numpy(net(x_test)).argmax(axis=1) == t_test
    return right


def digits_accuracy(loss: Loss, lr: float, seed: int, *, bias: float = 0.0) -> float:
    """Accuracy on the test images after ten epochs; 0.1, which is guessing, if it diverges."""
    right = answered_rightly(loss, lr, seed, bias)
    return 0.1 if right is None else float(right.mean())


def accuracy_by_bias(loss: Loss, lr: float) -> tuple[float, float]:
    """Accuracy on the digits whose output's initial bias is +10, and on those with −10.

    Over the test images of three seeds; the loss takes rows as targets.
    """
    labels, found = divided()[3], {10.0: [], -10.0: []}  # type: ignore[var-annotated]
    for seed in range(3):
        net, _ = network(seed, INITIAL["bad"])
        biases = to_numpy(net.parameters()[-1].data)
        right = answered_rightly(of_rows(loss), lr, seed, INITIAL["bad"])
        for bias, of_both in found.items():
            of_both.append(np.zeros(0) if right is None else right[biases[labels] == bias])
    high, low = (float(np.concatenate(of).mean()) for of in found.values())
    return high, low


PAIRS = (
    "sigmoid, squared error",
    "softmax, squared error",
    "sigmoid, cross-entropy",
    "softmax, cross-entropy",
)
RATES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
INITIAL = {"usual": 0.0, "bad": 10.0}  # size of the initial biases of the outputs


def race(square: Loss, bce: Loss, cross_entropy: Loss) -> dict[tuple[str, str], np.ndarray]:
    """Test accuracies (7 rates, 3 seeds) of each of `PAIRS` with each of the initialisations."""
    losses = (after_sigmoid(square), after_softmax(square), bce, cross_entropy)
    return {
        (pair, start): np.array(
            [
                [digits_accuracy(of_rows(loss), lr, seed, bias=bias) for seed in range(3)]
                for lr in RATES
            ]
        )
        for pair, loss in zip(PAIRS, losses, strict=True)
        for start, bias in INITIAL.items()
    }


def at_best_rate(shares: np.ndarray) -> np.ndarray:
    """The accuracies of the seeds at the rate with the highest mean."""
    return np.asarray(shares[np.argmax(shares.mean(axis=1))])


def draw_race(reached: Mapping[tuple[str, str], np.ndarray]) -> Picture:
    """A row for each pair: test accuracy at its best rate, a mark for each seed."""
    import matplotlib.pyplot as plt

    looks = {"usual": (theme.FORWARD, "o", "full"), "bad": (theme.INK, "s", "none")}
    means = []
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.4))
        for row, pair in enumerate(PAIRS):
            for (start, (colour, marker, fill)), up in zip(
                looks.items(), (-0.15, 0.15), strict=True
            ):
                found = at_best_rate(reached[pair, start])
                look: dict[str, Any] = {"color": colour, "fillstyle": fill, "markersize": 6}
                ax.plot(found, np.full(len(found), row + up), marker, **look)
                means.append(f"{pair}, {start} initialisation: {found.mean():.2f}")
        ax.text(0.99, -0.62, "usual initialisation", color=theme.FORWARD, ha="right", size=10)
        ax.text(0.02, -0.62, "bad initialisation: open squares", color=theme.INK, size=10)
        ax.set_yticks(range(len(PAIRS)), PAIRS)
        ax.set(xlim=(0, 1.02), ylim=(len(PAIRS) - 0.5, -1))
        ax.set_xlabel("test accuracy at the best of seven rates (mark: a seed)")
        ax.set_title("Output function and loss, two initialisations")
    return with_alt(
        figure,
        "A row for each pair of output function and loss, with three marks for each of two "
        "initialisations. Means: " + "; ".join(means) + ".",
    )


def step_ten(cross_entropy: Loss) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three gradients for four scores and the label 1: measured, by S1's step 10, and y − t."""
    u, t = np.array([[0.2, 0.5, 1.0, 0.3]]), np.array([[0.0, 1.0, 0.0, 0.0]])
    y = to_numpy(functional.softmax(u))
    ends = [[cross_entropy(u + h * one, t)[0] for h in (1e-5, -1e-5)] for one in np.eye(4)]
    measured = np.array([(a - b) / 2e-5 for a, b in ends])
    return measured, (-t / y * (y * (1 - y)))[0], (y - t)[0]


def print_step_ten(cross_entropy: Loss) -> None:
    """Compare S1's step 10 with finite differences."""
    print("gradient of four scores; the label is the second class")
    names = ("finite differences", "step 10", "y − t")
    for name, row in zip(names, step_ten(cross_entropy), strict=True):
        print(f"{name:18}", *(f"{number + 0.0:7.3f}" for number in row.round(6)))


def print_other_lines(cross_entropy: Loss) -> None:
    """Test the lines of S1, S3 and S4 in which something is missing or wrong."""
    z, h = np.array([0.4, 0.1, -0.2]), 1e-6

    def share(first: float) -> float:
        return float(functional.softmax(np.array([[first, *z[1:]]]))[0, 0])

    printed, right = (
        (of(share(z[0] - h)) - of(share(z[0] + h))) / (2 * h) for of in (float, np.log)
    )
    delta = share(z[0]) - 1
    print(f"S1, as printed {printed:.3f}, with the logarithm {right:.3f}; y − t is {delta:.3f}")
    first = [cross_entropy(np.array([[0.5, u]]), np.array([0]))[1][0, 0] for u in (0.0, 2.0)]
    print("S4, first delta: {:.2f} if the other score is 0, {:.2f} if it is 2".format(*first))
    perceptron = [max(0.0, -t * f) for t, f in ((1.0, 2.5), (-1.0, 0.5))]  # t − f is −1.5 in both
    print("S4, y − f = −1.5 twice: perceptron loss (notebook 03) {} and {}".format(*perceptron))
    W, of_y2 = np.ones((4, 3)), np.eye(3) @ np.ones(3)  # Y1 = X1 @ W has 3 entries, X1 has 4
    print(f"S3, gradient of Y1 with 3 entries: {len(of_y2)} entries, as printed {len(W @ of_y2)}")
    u, of_minus_one = -5.0, -1.0
    value = max(u, 0.0) - of_minus_one * u + np.log1p(np.exp(-abs(u)))
    print(f"S3, binary cross-entropy of the score −5 and the target −1: {value:.2f}, below 0")


def delays(rng: np.random.Generator, slope: float = 3.0, n: int = 600) -> dict[str, Any]:
    """Records of n trains whose mean delay is a line, w[0] + w[1] x, with logistic noise.

    A third is seen exactly, a third by passengers who may give up before, and of a third a form
    says between which limits the delay is.
    """
    w = np.array([rng.uniform(6, 9), slope])
    x = np.stack([np.ones(n), rng.uniform(-1.5, 1.5, size=n)], axis=1)
    s = rng.choice([1.0, 3.0], size=(n, 1))
    t = (x @ w)[:, None] + s * rng.logistic(size=(n, 1))
    low, high = t.copy(), t.copy()
    kind = rng.permutation(n) % 3
    patience = rng.uniform(3, 12, size=(n, 1))
    left = (kind[:, None] == 1) & (t > patience)
    low[left], high[left] = patience[left], np.inf
    ends = np.array([-np.inf, 5.0, 8.0, 11.0, np.inf])
    form = kind[:, None] == 2
    place = np.searchsorted(ends, t) - 1
    low[form], high[form] = ends[place][form], ends[place + 1][form]
    return {"x": x, "low": low, "high": high, "s": s, "w": w}


def fit_line(loss: Callable[..., Any], found: Mapping[str, Any], rows: Any = slice(None)) -> Any:
    """The line with the lowest loss on these rows, by gradient descent with steps for each s."""
    x, *given = (found[name][rows] for name in ("x", "low", "high", "s"))
    steps = np.linalg.inv(x.T @ (x / (2 * given[2] ** 2)) / len(x))
    w = np.zeros(2)
    for _ in range(50):
        _, du = loss((x @ w)[:, None], *given)
        w = w - steps @ (x.T @ du[:, 0])
    return w
