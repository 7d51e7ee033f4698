"""What the notebook on minibatches trains, measures and draws.

The network has 64 inputs, 32 tanh units and 10 outputs. All its weights and biases stand in one
vector ``w``, so that a function that knows nothing of layers can train it. ``Epoch`` is such a
function: the student's `minibatch_epoch`, or the one here.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from course_lessons.digits import divided
from course_lib.datasets import load_diabetes
from course_lib.plots import Picture, label_lines, theme, with_alt
from course_lib.preprocessing import standardize_apply, standardize_fit

Gradient = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
Epoch = Callable[..., np.ndarray]

INPUTS = 64
HIDDEN = 32
OUTPUTS = 10
N_FIRST = (INPUTS + 1) * HIDDEN  # the weights and biases of the hidden units come first


def minibatch_epoch(
    w: np.ndarray,
    x: np.ndarray,
    t: np.ndarray,
    batch_size: int,
    lr: Any,
    gradient: Gradient,
    rng: np.random.Generator,
) -> np.ndarray:
    """The weights after an epoch of minibatches without replacement; a short last one is kept."""
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        w = w - lr * gradient(w, x[rows], t[rows])
    return w


# --- A network that classifies digits -------------------------------------------------------------


@cache
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training images and one-hot targets (1,437), test images (360) and their labels."""
    x, labels, x_test, t_test = divided(dtype="float64")
    return x, np.eye(OUTPUTS)[labels], x_test, t_test


def initial(seed: int) -> np.ndarray:
    """Initial weights of the network, as one vector."""
    rng = np.random.default_rng(seed)
    first = rng.normal(0, 1 / math.sqrt(INPUTS), size=(INPUTS, HIDDEN))
    second = rng.normal(0, 1 / math.sqrt(HIDDEN), size=(HIDDEN, OUTPUTS))
    pieces = (first, np.zeros(HIDDEN), second, np.zeros(OUTPUTS))
    return np.concatenate([piece.ravel() for piece in pieces])


def _layers(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The weights of both layers, with the biases as their last row."""
    return w[:N_FIRST].reshape(INPUTS + 1, HIDDEN), w[N_FIRST:].reshape(HIDDEN + 1, OUTPUTS)


def _outputs(w: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The hidden values and the probabilities for each row of x."""
    first, second = _layers(w)
    hidden = np.tanh(x @ first[:-1] + first[-1])
    return hidden, _softmax(hidden @ second[:-1] + second[-1])


def _softmax(u: np.ndarray) -> np.ndarray:
    p = np.exp(u - u.max(axis=-1, keepdims=True))
    return np.asarray(p / p.sum(axis=-1, keepdims=True))


def _deltas(w: np.ndarray, x: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, ...]:
    """Hidden values, and for each row of x the deltas of the hidden units and of the outputs."""
    hidden, p = _outputs(w, x)
    d = p - t
    return hidden, (d @ _layers(w)[1][:-1].T) * (1 - hidden * hidden), d


def gradient(w: np.ndarray, x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """The mean over the rows of the gradient of the cross-entropy, a vector like w."""
    hidden, d_hidden, d = _deltas(w, x, t)
    pieces = (x.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d, d.sum(axis=0))
    return np.concatenate([piece.ravel() for piece in pieces]) / len(x)


def gradients_of_all(w: np.ndarray) -> np.ndarray:
    """A row for each training image: the gradient of its own loss, (1437, 2410)."""
    x, t, _, _ = digits()
    hidden, d_hidden, d = _deltas(w, x, t)
    first = np.einsum("ni,nj->nij", x, d_hidden).reshape(len(x), -1)
    second = np.einsum("ni,nj->nij", hidden, d).reshape(len(x), -1)
    return np.hstack([first, d_hidden, second, d])


def loss(w: np.ndarray) -> float:
    """Mean cross-entropy of the training images."""
    x, t, _, _ = digits()
    return float(-np.log(np.maximum(_outputs(w, x)[1][t > 0], 1e-300)).mean())


def test_accuracy(w: np.ndarray) -> float:
    """Share of the test images whose largest output is that of their digit."""
    _, _, x, labels = digits()
    return float(np.mean(_outputs(w, x)[1].argmax(axis=1) == labels))


def trained(
    seed: int,
    *,
    batch_size: int = 32,
    lr: float = 0.3,
    epochs: int = 3,
    epoch: Epoch = minibatch_epoch,
) -> np.ndarray:
    """The weights after some epochs on the training images."""
    x, t, _, _ = digits()
    rng = np.random.default_rng([seed, 1])
    w = initial(seed)
    for _ in range(epochs):
        w = epoch(w, x, t, batch_size, lr, gradient, rng)
    return w


# --- How far a minibatch's gradient is from the full one ------------------------------------------


def measured_error(each: np.ndarray, B: int, *, replace: bool, draws: int = 400) -> float:
    """Root of the mean squared length of the error of a minibatch's gradient, over random draws."""
    rng, n = np.random.default_rng(0), len(each)
    rows = [rng.choice(n, size=B, replace=replace) for _ in range(draws)]
    shares = np.array([np.bincount(row, minlength=n) for row in rows]) / B
    return float(np.sqrt(np.mean(np.sum((shares @ each - each.mean(axis=0)) ** 2, axis=1))))


def raised(each: np.ndarray, B: int, draws: int = 2000) -> float:
    """Share of random minibatches whose very small step raises the loss of all samples."""
    rng, along = np.random.default_rng(0), each @ each.mean(axis=0)
    rows = [rng.choice(len(each), size=B, replace=False) for _ in range(draws)]
    return float(np.mean([along[row].sum() < 0 for row in rows]))


def print_raised(gradients: Sequence[np.ndarray], B: int) -> None:
    """Print `raised` for a batch size, as a mean over networks."""
    share = np.mean([raised(each, B) for each in gradients])
    print(f"batches of {B}: a small step raises the loss of all for {share:.0%}")


# --- Single steps of S1 and S3 --------------------------------------------------------------------


FIVE_RATES = (0.1, 0.3, 1.0, 3.0, 10.0)


def accuracies_by_step_11(epoch: Epoch, seeds: int = 3) -> dict[str, np.ndarray]:
    """Test accuracies of the network with batches of 32 at five rates, for two kinds of step 11.

    Printed is ``:=``: a sample's gradient replaces the one before it, and step 12 divides the last
    one by the batch size.
    """

    def last_alone(w: np.ndarray, x: np.ndarray, t: np.ndarray) -> np.ndarray:
        return gradient(w, x[-1:], t[-1:]) / len(x)

    x, t, _, _ = digits()
    found = {}
    for name, step in (("step 11 adds up", gradient), ("step 11 as printed", last_alone)):
        shares = np.zeros((len(FIVE_RATES), seeds))
        for k, lr in enumerate(FIVE_RATES):
            for seed in range(seeds):
                rng, w = np.random.default_rng([seed, 1]), initial(seed)
                for _ in range(3):
                    w = epoch(w, x, t, 32, lr, step, rng)
                shares[k, seed] = test_accuracy(w)
        found[name] = shares.mean(axis=1)
    return found


def print_by_rate(reached: Mapping[str, np.ndarray]) -> None:
    """Print a table of the test accuracies at `FIVE_RATES`, a row for each kind of step 11."""
    print("test accuracy at the rate", *(f"{lr:6}" for lr in FIVE_RATES))
    for name, shares in reached.items():
        print(f"{name:25}", *(f"{share:6.2f}" for share in shares))


def losses_by_step_0(epoch: Epoch, epochs: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Training loss after each epoch, with initial weights drawn once, and anew for each batch."""
    x, t, _, _ = digits()
    rng, w = np.random.default_rng(0), initial(0)
    once, again = [], []
    for k in range(epochs):
        w = epoch(w, x, t, 32, 0.3, gradient, rng)
        once.append(loss(w))
        # Only the last step of an epoch counts: it starts from new weights, like all others.
        last = rng.permutation(len(x))[:32]
        again.append(loss(epoch(initial(k + 1), x[last], t[last], 32, 0.3, gradient, rng)))
    return np.array(once), np.array(again)


# --- Linear regression on the diabetes patients ---------------------------------------------------


@cache
def patients() -> tuple[np.ndarray, np.ndarray]:
    """Inputs with a column of ones (442, 11) and targets, all standardised."""
    data = load_diabetes("float64")
    x = np.asarray(standardize_apply(data.x, standardize_fit(data.x)))
    return np.hstack([x, np.ones((len(x), 1))]), (data.t - data.t.mean()) / data.t.std()


@cache
def patients_as_quadratic() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The loss of the patients in the directions of its Hessian's eigenvectors.

    Best weights, eigenvectors as columns, and for each direction the squared distance of w = 0 from
    the minimum, the curvature, and the variance of one patient's gradient at the minimum.
    """
    x, t = patients()
    curvatures, directions = np.linalg.eigh(x.T @ x / len(x))
    best = np.linalg.solve(x.T @ x, x.T @ t)
    errors = (x * (x @ best - t)[:, None]) @ directions
    return best, directions, (directions.T @ best) ** 2, curvatures, (errors**2).mean(axis=0)


def measured_gaps(
    rates: Sequence[float],
    batches: int | Sequence[int] = 1,
    *,
    start: str = "zero",
    runs: int = 50,
) -> np.ndarray:
    """Mean gap (loss - lowest loss) of the patients after each step, over runs side by side.

    Parameters
    ----------
    rates : one for each step
    batches : patients in a batch, each drawn from all; a number, or one for each step
    start : ``"zero"``, or ``"best"`` for the minimum
    """
    x, t = patients()
    best, _, _, _, _ = patients_as_quadratic()
    H, rng = x.T @ x / len(x), np.random.default_rng(6)
    w = np.tile(best if start == "best" else 0 * best, (runs, 1))
    gaps, order = [], np.empty((runs, 0), int)
    for B, lr in zip(np.broadcast_to(batches, len(rates)), rates, strict=True):
        if order.shape[1] < B:
            order = rng.integers(len(x), size=(runs, max(len(x), B)))
        rows, order = order[:, :B], order[:, B:]
        errors = np.einsum("rbi,ri->rb", x[rows], w) - t[rows]
        w = w - lr * np.einsum("rb,rbi->ri", errors, x[rows]) / B
        gaps.append(np.mean(np.sum((w - best) @ H * (w - best), axis=1)) / 2)
    return np.array(gaps)


def best_without_change(
    squares: np.ndarray,
    curvatures: np.ndarray,
    variances: np.ndarray,
    overhead: float,
    budget: float,
) -> float:
    """The lowest expected gap after a run with one batch size and one rate.

    With c = (1 − ηλ)², the mean of a² after K steps is cᴷ times the first one plus η²s²/B times
    1 + c + … + cᴷ⁻¹.
    """
    rates = np.geomspace(0.003, 1, 40)[:, None] / curvatures.max()
    c = (1 - rates * curvatures) ** 2
    lowest = np.inf
    for B in np.unique(np.geomspace(1, budget / 4, 60).astype(int)):
        K = int(budget // (overhead + B))
        after = c**K * squares + rates**2 * variances / B * (1 - c**K) / (1 - c)
        lowest = min(lowest, float((after @ curvatures).min() / 2))
    return lowest


# --- One linear layer with softmax, at many rates -------------------------------------------------

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 1437)
RATES = 2.0 ** (np.arange(-7, 15) / 2)
"""0.09 to 128, each 1.41 times the one before."""


def softmax_gradient(W: np.ndarray, x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Mean gradient of softmax regression; W is (65, 10), or (R, 65, 10) for R models at once."""
    return np.asarray(x.T @ (_softmax(x @ W) - t) / len(x))


def with_ones(x: np.ndarray) -> np.ndarray:
    """The rows with a last column of ones, for the bias."""
    return np.hstack([x, np.ones((len(x), 1))])


@cache
def best_rates(epochs: int = 3, seeds: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """For each of `SIZES` the rate with the lowest mean training loss, and this loss."""
    x, t, _, _ = digits()
    x, found = with_ones(x), []
    for size in SIZES:
        losses = []
        for seed in range(seeds):
            W, rng = np.zeros((len(RATES), 65, 10)), np.random.default_rng(seed)
            for _ in range(epochs):
                W = minibatch_epoch(W, x, t, size, RATES[:, None, None], softmax_gradient, rng)
            p = _softmax(x @ W)[:, t > 0]
            losses.append(-np.log(np.maximum(p, 1e-300)).mean(axis=1))
        mean = np.mean(losses, axis=0)
        found.append((RATES[mean.argmin()], mean.min()))
    rates, lowest = np.transpose(found)
    return rates, lowest


# --- Is the full batch trapped? -------------------------------------------------------------------


def losses_at_best_rate(
    epoch: Epoch, batch_size: int, steps: Sequence[int], seeds: int = 3
) -> np.ndarray:
    """Training losses after each of these numbers of steps, each at its best of six rates.

    Returns an array of shape (numbers, seeds).
    """
    x, t, _, _ = digits()
    in_epoch = -(-len(x) // batch_size)
    rates = 0.4 * 2 ** (np.arange(6) / 2)
    found = np.zeros((len(steps), len(rates), seeds))
    for (k, lr), seed in product(enumerate(rates), range(seeds)):
        rng, w = np.random.default_rng([seed, 1]), initial(seed)
        for done in range(1, max(steps) // in_epoch + 1):
            w = epoch(w, x, t, batch_size, lr, gradient, rng)
            for place, wanted in enumerate(steps):
                if done == wanted // in_epoch:
                    found[place, k, seed] = loss(w)
    return np.array([of_rates[of_rates.mean(axis=1).argmin()] for of_rates in found])


# --- A line through the patients, for a picture of paths ------------------------------------------


@cache
def line_data() -> tuple[np.ndarray, np.ndarray]:
    """For each patient (BMI - 20) / 5 and a one, (442, 2), and the progress of the disease."""
    data = load_diabetes("float64")
    return np.column_stack([(data.x[:, 2] - 20) / 5, np.ones(len(data.x))]), data.t


def line_gradient(w: np.ndarray, x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Mean gradient of half the squared error of a line with slope w[0] and height w[1]."""
    return np.asarray(x.T @ (x @ w - t) / len(x))


def path(epoch: Epoch, batch_size: int, *, lr: float = 0.05, epochs: int = 3) -> np.ndarray:
    """The two weights of the line before each step and at the end, (steps + 1, 2)."""
    x, t = line_data()
    rng, w = np.random.default_rng(1), np.array([-40.0, 200.0])
    places: list[np.ndarray] = []

    def noted(w: np.ndarray, x: np.ndarray, t: np.ndarray) -> np.ndarray:
        places.append(np.array(w))
        return line_gradient(w, x, t)

    for _ in range(epochs):
        w = epoch(w, x, t, batch_size, lr, noted, rng)
    return np.array([*places, w])


# --- Figures --------------------------------------------------------------------------------------


def draw_paths(paths: Mapping[int, np.ndarray]) -> Picture:
    """The `path` of each batch size on the contours of the loss of the line."""
    import matplotlib.pyplot as plt

    x, t = line_data()
    H, best = x.T @ x / len(x), np.linalg.solve(x.T @ x, x.T @ t)
    w0, w1 = np.meshgrid(np.linspace(-70, 110, 60), np.linspace(50, 230, 60))
    v = np.stack([w0 - best[0], w1 - best[1]])
    heights = np.einsum("iab,ij,jab->ab", v, H, v)
    names = {1: "one patient", len(x): "all patients"}
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 4.8))
        levels = heights.max() * np.linspace(0.05, 1, 12) ** 2
        ax.contour(w0, w1, heights, levels=levels, colors=theme.QUIET, linewidths=0.6)
        ax.plot(*best, "*", markersize=13, color=theme.INK, zorder=4)
        looks = (("-", 0.6, 0), ("o-", 1.6, 2), ("s-", 1.6, 3))
        for (size, places), (style, width, k) in zip(paths.items(), looks, strict=True):
            colour = theme.for_text(theme.CYCLE[k])
            ax.plot(*places.T, style, color=colour, linewidth=width, markersize=4)
            ax.plot(*places[-1], "D", color=colour, mec=theme.PAPER, markersize=9, zorder=5)
            ax.annotate(
                f"{names.get(size, f'{size} patients')}: {len(places) - 1:,} steps",
                places[-1],
                (106, {0: 130, 2: 175, 3: 218}[k]),
                ha="right",
                color=colour,
                arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.8},
                bbox={"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1},
            )
        ax.set(xlabel="w[0], slope", ylabel="w[1], height", aspect="equal")
        ax.set_title("Three epochs at the rate 0.05 with three batch sizes")
        ax.grid(visible=False)
    return with_alt(
        figure,
        "Three paths on the contours of a long valley with a star at the minimum. With all "
        "patients in a batch there are three short steps. With 32 patients the path is nearly "
        "smooth and ends part of the way down the valley. With one patient it jumps about, "
        "and ends in a tangle around the star.",
    )


def draw_errors(
    sizes: Sequence[int], errors: Mapping[str, Sequence[float]], measured: Any, length: float
) -> Picture:
    """Typical error of a minibatch's gradient: formulas as lines, measured ones as dots.

    ``errors`` and ``measured`` have a list for each way to draw; ``length`` is that of the gradient
    itself.
    """
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(6.8, 3.6))
        for (name, line), dash, k in zip(errors.items(), ("--", "-"), (3, 0), strict=True):
            colour = theme.for_text(theme.CYCLE[k])
            shown = [size for size, value in zip(sizes, line, strict=True) if value > 0]
            ax.plot(shown, line[: len(shown)], dash, color=colour, label=name)
            ax.plot(shown, measured[name][: len(shown)], "o", color=colour, markersize=5)
        ax.axhline(length, color=theme.INK, linestyle=":")
        ax.text(1, length * 0.82, "length of the full gradient", va="top", color=theme.INK, size=10)
        ax.set(xscale="log", yscale="log", xlabel="batch size", ylabel="typical error")
        ax.set_title("Error of a minibatch's gradient (dots: measured)")
        label_lines(ax)
    return with_alt(
        figure,
        "Typical error against batch size, both axes logarithmic. Both lines begin together and "
        "fall with the same slope. With replacement the line stays straight; without replacement "
        "it bends down near the number of all images. The dots lie on the lines. A dotted level "
        "line, the length of the full gradient, crosses them at a batch size of somewhat more than "
        "100.",
    )


def draw_gaps(measured: Mapping[str, np.ndarray], expected: Mapping[str, np.ndarray]) -> Picture:
    """Gaps after each epoch of single patients: measured as lines, by the formula dashed."""
    import matplotlib.pyplot as plt

    N = len(patients()[0])
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.6))
        for (name, gaps), k in zip(measured.items(), (3, 0, 2), strict=True):
            colour = theme.for_text(theme.CYCLE[k])
            epochs = np.arange(1, len(gaps) // N + 1)
            means = gaps[: len(epochs) * N].reshape(-1, N).mean(axis=1)
            ax.plot(epochs, means, "-", color=colour, label=name)
            by_formula = expected[name][: len(epochs) * N].reshape(-1, N).mean(axis=1)
            ax.plot(epochs, by_formula, ":", color=colour)
        ax.set(yscale="log", xlabel="epoch", ylabel="gap: loss − lowest loss")
        ax.set_title("Steps with one patient (dotted: your formula)")
        label_lines(ax)
    return with_alt(
        figure,
        "The gap against epochs on a logarithmic axis, for three sequences of rates. At each "
        "constant rate it soon stops falling, for the larger rate on a higher level. With the "
        "decreasing rate it goes on falling and ends below both. The dotted lines of the formula "
        "lie close to the measured ones, but for the largest rate, where they are lower.",
    )


def draw_plan(batches: Sequence[int], rates: Sequence[float]) -> Picture:
    """The batch size and the rate of each step of a plan."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(7, 2.7))
        for ax, values, name in zip(axes, (batches, rates), ("batch size", "rate"), strict=True):
            ax.plot(np.arange(1, len(values) + 1), values, color=theme.FORWARD)
            ax.set(xlabel="step", ylabel=name, ylim=(0, None))
        figure.suptitle(f"A plan of {len(rates)} steps")
    return with_alt(
        figure,
        f"A plan of {len(rates)} steps: the batch size from {batches[0]} to {batches[-1]}, the "
        f"rate from {rates[0]:.3g} to {rates[-1]:.3g}.",
    )


def draw_best_rates(rates: np.ndarray) -> Picture:
    """The best rate for each of `SIZES`, and the linear scaling rule."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 3.6))
        ax.plot(SIZES, rates, "o-", color=theme.FORWARD, label="best of 22 rates")
        rule = rates[0] * np.array(SIZES)
        ax.plot(SIZES, rule, "--", color=theme.for_text(theme.GRADIENT), label="B times the first")
        ax.set(xscale="log", yscale="log", xlabel="batch size B", ylabel="learning rate")
        ax.set_title("Best rate for each batch size, three epochs")
        label_lines(ax)
    return with_alt(
        figure,
        "Best rate against batch size, both axes logarithmic. Up to 32 it lies near the straight "
        "line of the linear scaling rule. From there on it is nearly level, and the rule goes on.",
    )
