"""What the notebook on penalties and early stopping trains, measures and draws.

All networks have one hidden layer and learn 300 images of digits, some of them with wrong labels.
Functions that train take ``penalty``, from a list of weights to a value and a list of gradients.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course_lessons.dropout import digits
from course_lessons.own_network import ink
from course_lib.backend import to_numpy
from course_lib.losses import multiclass_hinge, softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD, Adam
from course_lib.plots import Picture, label_lines, theme, with_alt
from course_lib.regularizers import elastic_net_penalty, l1_penalty, l2_penalty
from course_lib.training import History, KeepBest, StopEarly, accuracy, fit

Penalty = Callable[[list[Any]], tuple[float, list[Any]]]

HOW: Any = {"loss": softmax_cross_entropy, "batch_size": 50, "progress": False}
LR = 0.1
"""The learning rate of all trainings but the first ones."""
WRONG = 0.4
"""The share of the labels of `noisy_digits` that are wrong."""


def images(wrong: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """300 images to train on, and 400 others to validate: ``x, t, x_val, t_val``.

    A share of about ``wrong`` of the training labels is another digit.
    """
    x, t, _, _ = digits()
    rng = np.random.default_rng([seed, 1])
    train, other = np.split(rng.permutation(len(x))[:700], [300])
    labels = t[train].copy()
    changed = rng.random(300) < wrong
    labels[changed] = (labels[changed] + rng.integers(1, 10, size=changed.sum())) % 10
    return x[train], labels, x[other], t[other]


def trained(
    wrong: float,
    seed: int,
    epochs: int,
    penalty: Penalty | None = None,
    *,
    lr: float = LR,
    step: Callable[..., Any] | None = None,
    callbacks: Callable[[Sequential], Sequence[Any]] = lambda network: (),
) -> tuple[Sequential, History]:
    """A network of 64 hidden units after plain gradient descent in minibatches of 50, and its past.

    ``step(w, dw, *, lr)`` takes the place of a step of gradient descent.
    """
    rng = np.random.default_rng(seed)
    network = mlp([64, 64, 10], rng=rng)
    own: dict[str, Any] = {} if step is None else {"step": step}
    x, t, x_val, t_val = images(wrong, seed)
    optimizer, more = SGD(network.parameters(), lr=lr, **own), dict(HOW)
    if watchers := callbacks(network):
        more |= {"callbacks": watchers, "validation": (x_val, t_val)}
    past = fit(network, x, t, optimizer=optimizer, penalty=penalty, epochs=epochs, rng=rng, **more)
    return network, past


def test_accuracy(network: Sequential) -> float:
    """Accuracy on 797 images that are not in `images`."""
    _, _, x, t = digits()
    return float(accuracy(network(x), t))


def memorise(wrong: float, seed: int) -> History:
    """What a network of 128 hidden units reaches in 100 epochs of Adam on 300 images.

    ``wrong=0.9`` makes labels that are uniformly random. The validation labels are right.
    """
    rng = np.random.default_rng(seed)
    network = mlp([64, 128, 10], rng=rng)
    x, t, _, _ = images(wrong, seed)
    optimizer = Adam(network.parameters(), lr=0.01)
    own: Any = {"optimizer": optimizer, "rng": rng, "validation": digits()[2:]}
    return fit(network, x, t, epochs=100, **own, **HOW)


def with_step(minimum: Callable[..., Any], lam1: float) -> Callable[..., Any]:
    """A step on the loss, then the minimum of a parabola of curvature 1/lr with an L1 penalty."""

    def step(w: Any, dw: Any, *, lr: float) -> Any:
        after = w - lr * dw
        return after if w.ndim < 2 else minimum(after, 1 / lr, lam1, 0.0).astype(w.dtype)

    return step


def print_penalties(minimum: Callable[..., Any]) -> dict[str, np.ndarray]:
    """Train with right labels and with half of them wrong, for three seeds, and print the means.

    ``minimum(a, h, lam1, lam2)`` is the student's, for the proximal steps.

    Returns for each name the test accuracies with right labels, with half of them wrong, and the
    share of the weights that are exactly 0 with half of them wrong: (3, seeds).
    """
    settings: dict[str, dict[str, Any]] = {
        "no penalty": {},
        "L2, λ₂ = 0.01": {"penalty": lambda W: l2_penalty(W, 0.01)},
        "L1, λ₁ = 0.003": {"penalty": lambda W: l1_penalty(W, 0.003)},
        "elastic net": {"penalty": lambda W: elastic_net_penalty(W, 0.0015, 0.005 / 0.0015)},
        "L1, proximal": {"step": with_step(minimum, 0.003)},
    }
    found = {}
    print(" " * 16, "test accuracy                      share of weights")
    print(" " * 16, "right labels   half of them wrong   exactly 0")
    for name, more in settings.items():
        right, half = ([trained(w, seed, 150, **more)[0] for seed in range(3)] for w in (0, 0.5))
        weights = [[p.data for p in net.parameters() if p.data.ndim > 1] for net in half]
        zero = [np.mean(np.concatenate([to_numpy(W).ravel() for W in of]) == 0) for of in weights]
        found[name] = np.array([[test_accuracy(n) for n in of] for of in (right, half)] + [zero])
        a, b, c = found[name].mean(axis=1)
        print(f"{name:16} {a:12.3f} {b:20.3f} {c:11.3f}")
    return found


def sum_and_mean() -> list[np.ndarray]:
    """Weights of a linear classifier: mean of the losses with λ, sum with λ, and sum with N · λ.

    The loss is the multi-class hinge. It prints the sums of the squared weights. The rate of the
    sum is divided by N.
    """
    x, t, _, _ = images(0, 0)
    x, N = x.astype(float), len(x)
    forms = {"mean, λ = 0.1": (1, 0.1), "sum, λ = 0.1": (N, 0.1), "sum, λ = 0.1 · N": (N, 0.1 * N)}
    found = []
    for name, (factor, lam) in forms.items():
        W = np.zeros((64, 10))
        for _ in range(100):
            dy = to_numpy(multiclass_hinge(x @ W, t, 1.0)[1])
            _, (dR,) = l2_penalty([W], lam)
            W = W - 0.05 / factor * (factor * x.T @ dy + dR)
        found.append(W)
        print(f"{name:17} Σ w² = {np.sum(W**2):7.3f}")
    return found


def label_accuracies(seed: int) -> np.ndarray:
    """After each of 150 epochs, what share of the right and of the wrong labels is predicted.

    Half of the labels are wrong, and there is no penalty: (epochs, 2).
    """
    x, t, _, _ = images(0.5, seed)
    right = t == images(0.0, seed)[1]
    shares = []

    def watcher(network: Sequential) -> Callable[..., None]:
        def look(*_: Any) -> None:
            hit = to_numpy(network(x)).argmax(axis=1) == t
            shares.append((hit[right].mean(), hit[~right].mean()))

        return look

    trained(0.5, seed, 150, callbacks=lambda network: (watcher(network),))
    return np.array(shares)


def accuracies_by_epoch(seeds: Sequence[int] = (0, 1, 2)) -> dict[str, np.ndarray]:
    """Test accuracies after each of 150 epochs, half of the labels wrong: (seeds, epochs)."""

    def after_each_epoch(seed: int, penalty: Penalty | None) -> list[float]:
        found: list[float] = []

        def watcher(network: Sequential) -> Callable[..., None]:
            return lambda *_: found.append(test_accuracy(network))

        trained(0.5, seed, 150, penalty, callbacks=lambda network: (watcher(network),))
        return found

    kinds: dict[str, Penalty | None] = {
        "no penalty": None,
        "L2, λ₂ = 0.01": lambda W: l2_penalty(W, 0.01),
    }
    return {
        name: np.array([after_each_epoch(seed, penalty) for seed in seeds])
        for name, penalty in kinds.items()
    }


def stopped(stopper: Any, seed: int, epochs: int = 300) -> tuple[History, Sequential, Sequential]:
    """A training at the rate 0.3, half of the labels wrong, that ``stopper.update(loss)`` ends.

    Returns its history, the network after the last epoch, and that of the lowest validation loss.
    """
    kept: list[KeepBest] = []

    def watchers(network: Sequential) -> Sequence[Any]:
        kept.append(KeepBest(network))
        return kept[0], StopEarly(stopper)

    network, past = trained(0.5, seed, epochs, lr=0.3, callbacks=watchers)
    best: Any = kept[0].model
    return past, network, best


def print_stopped(make: Callable[[], Any]) -> np.ndarray:
    """Train three seeds until a fresh stopper ends each, and print means for best and last epoch.

    Of the test accuracy it prints the three, too. Returns the test accuracies: (seeds, 2), of the
    best and of the last epoch.
    """
    found = []
    for seed in range(3):
        stopper = make()
        past, last, best = stopped(stopper, seed)
        both = ((stopper.best_step, best), (past.epochs - 1, last))
        found.append(
            [(k + 1, past.loss[k], past.validation_loss[k], test_accuracy(of)) for k, of in both]
        )
    print("mean of                                          test")
    print("three seeds   epoch   training    validation     accuracy    of each seed")
    print("                      loss        loss")
    reached = np.array(found)[:, :, 3]
    for k, name in enumerate(("best epoch", "last epoch")):
        each = " ".join(f"{one:.3f}" for one in reached[:, k])
        row = "{:13} {:5.0f} {:10.2f} {:11.2f} {:14.3f}".format(name, *np.mean(found, axis=0)[k])
        print(f"{row}       {each}")
    return reached


def true_loss(epoch: Any) -> Any:
    """A made-up validation loss: it falls, is lowest at epoch 64, and then rises slowly."""
    return 0.4 + np.exp(-epoch / 20) + 0.002 * epoch


def noisy_losses() -> np.ndarray:
    """100 noisy copies of `true_loss` for 300 epochs: (100, 300)."""
    noise = np.random.default_rng(5).normal(0, 0.03, size=(100, 300))
    return np.asarray(true_loss(np.arange(300)) + noise)


def replay(make: Callable[[], Any], curves: np.ndarray) -> np.ndarray:
    """For each curve the epoch at which a fresh stopper stops, and its best_step: (curves, 2)."""
    found = []
    for curve in curves:
        stopper = make()
        end = next((k for k, value in enumerate(curve) if stopper.update(value)), len(curve) - 1)
        found.append((end, stopper.best_step))
    return np.array(found)


def print_stops(stops: Mapping[int, np.ndarray]) -> dict[int, float]:
    """Print for each patience where `replay` stopped, and return what this costs in true loss."""
    costs = {}
    print("patience   stops at (median)   smooth loss at best_step, above the lowest")
    for patience, ends in stops.items():
        costs[patience] = float(true_loss(ends[:, 1]).mean() - true_loss(64))
        print(f"{patience:8} {np.median(ends[:, 0]):19.0f} {costs[patience]:30.3f}")
    return costs


def noisy_digits(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """600 drawn digits of 7 x 7 pixels with labels, and 1,000 fresh ones: ``x, t, x_new, t_new``.

    Of ten labels in t, four are another digit; t_new is right. Grey values go from 0 to 10; a row
    of x has them minus their mean over all images and pixels.
    """

    def draw(n: int) -> tuple[np.ndarray, np.ndarray]:
        t = rng.permutation(np.arange(n) % 10)
        small = ink(t, rng).reshape(n, 7, 2, 7, 2).mean(axis=(2, 4)).reshape(n, 49)
        return 10 * (small + 0.05 * rng.normal(size=small.shape)), t

    (x, t), (x_new, t_new) = draw(600), draw(1000)
    changed = rng.permutation(len(t))[: round(WRONG * len(t))]
    t[changed] = (t[changed] + rng.integers(1, 10, size=len(changed))) % 10
    return x - x.mean(), t, x_new - x.mean(), t_new


def print_learned(learn: Callable[..., Any], seeds: Sequence[int] = (0, 1)) -> None:
    """Let ``learn(x, t, rng)`` make a network of a set, and print what it predicts."""
    for seed in seeds:
        rng = np.random.default_rng(seed)
        x, t, x_new, t_new = noisy_digits(rng)
        try:
            W1, b1, W2, b2 = learn(x.copy(), t.copy(), rng)
        except NotImplementedError:
            print("`learn_noisy_labels` is not written yet.")
            return
        scores = (np.maximum(images @ W1 + b1, 0) @ W2 + b2 for images in (x, x_new))
        known, fresh = (
            np.mean(u.argmax(1) == of) for u, of in zip(scores, (t, t_new), strict=True)
        )
        print(f"set {seed}: {known:.2f} of the given labels, {fresh:.3f} of the fresh images")


def draw_label_accuracies(shares: np.ndarray) -> Picture:
    """What share of the right and of the wrong labels is predicted: (seeds, epochs, 2), a mean."""
    import matplotlib.pyplot as plt

    right, wrong = shares.mean(axis=0).T
    epochs = range(1, len(right) + 1)
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 3))
        ax.plot(epochs, right, color=theme.FORWARD, label="right labels")
        ax.plot(epochs, wrong, "--", color=theme.CYCLE[2], label="wrong labels")
        ax.set(xlabel="epoch", ylabel="share predicted", ylim=(0, 1.03))
        ax.set_title("Share of the training labels that the network predicts")
        label_lines(ax)
    return with_alt(
        figure,
        "Two curves over the epochs. That of the right labels rises steeply and is near 1 early. "
        f"That of the wrong labels stays low at first and rises to {wrong[-1]:.2f} at the end.",
    )


def draw_accuracies(curves: Mapping[str, np.ndarray]) -> Picture:
    """The mean test accuracy over the epochs, and the epoch at which it is highest, for each."""
    import matplotlib.pyplot as plt

    said = []
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 3))
        for k, (name, values) in enumerate(curves.items()):
            mean, colour = values.mean(axis=0), theme.CYCLE[2 * k]
            best = int(mean.argmax())
            ax.plot(range(1, len(mean) + 1), mean, ("-", "--")[k], color=colour, label=name)
            ax.plot(best + 1, mean[best], "o", color=colour)
            said.append(f"{name}: {mean[best]:.2f} at epoch {best + 1}, {mean[-1]:.2f} at the end")
        ax.set(xlabel="epoch", ylabel="test accuracy")
        ax.set_title("Accuracy on new images, half of the training labels wrong")
        label_lines(ax)
    return with_alt(figure, f"Two curves over the epochs, each with a mark. {'; '.join(said)}.")


def draw_noisy(curve: np.ndarray) -> Picture:
    """One curve of `noisy_losses`."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 2.6))
        ax.plot(curve, color=theme.CYCLE[2], linewidth=1)
        ax.set(xlabel="epoch", ylabel="validation loss", title="One made-up validation loss")
    return with_alt(
        figure, "A jagged curve over 300 epochs. It falls at first and rises slowly at the end."
    )


def draw_minima(minimum: Callable[..., Any]) -> Picture:
    """A parabola with each penalty over w, its lowest point marked; and the minimum for each a."""
    import matplotlib.pyplot as plt

    w, a, h = np.linspace(-0.5, 1, 301), np.linspace(-2, 2, 81), 2.0
    kinds = {"none": (0.0, 0.0), "L2": (0.0, 1.0), "L1": (1.0, 0.0), "both": (1.0, 1.0)}
    with theme.style():
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
        for k, (name, (lam1, lam2)) in enumerate(kinds.items()):
            line, colour = (":", "--", "-", "-.")[k], theme.CYCLE[k]
            right.plot(a, minimum(a, h, lam1, lam2), line, color=colour, label=name)
            if name != "both":
                total = h / 2 * (w - 0.4) ** 2 + lam1 * np.abs(w) + lam2 * w**2
                left.plot(w, total, line, color=colour, label=name)
                left.plot(w[total.argmin()], total.min(), "o", color=colour)
        left.set(
            xlabel="w", ylabel="loss plus penalty", title="Sum for a = 0.4, lowest point marked"
        )
        right.set(xlabel="a", ylabel="minimum w", title="Minimum for each a")
        label_lines(left)
        label_lines(right)
    return with_alt(
        figure,
        "On the left three sums over w: the lowest point is at 0.4 without a penalty, at 0.2 with "
        "L2, at a kink at 0 with L1. On the right the minimum over a: a less steep line with L2; a "
        "flat part at 0 with L1 and with both, and beside it parallel or less steep lines.",
    )


def draw_shares(stopped_minimum: Callable[..., Any], minimum: Callable[..., Any]) -> Picture:
    """Share of the way to the minimum for each curvature: 20 steps, and the L2 penalty beside."""
    import matplotlib.pyplot as plt

    h = np.geomspace(0.01, 10, 60)
    one = np.array([1.0])
    shares = {
        "20 steps": [float(stopped_minimum(1.0, k, 0.1, 20)) for k in h],
        "L2, λ = 0.25": [float(minimum(one, k, 0.0, 0.25)[0]) for k in h],
    }
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 3))
        for (name, share), line, k in zip(shares.items(), ("-", "--"), (0, 2), strict=True):
            ax.plot(h, share, line, color=theme.CYCLE[k], label=name)
        ax.set(xscale="log", xlabel="curvature h", ylabel="w / a", ylim=(0, 1.05))
        ax.set_title("Share of the way from 0 to the minimum of the loss")
        label_lines(ax)
    return with_alt(
        figure,
        "Two curves of the share over the curvature. They rise from nearly 0 and lie on each other "
        "for small curvatures. For large ones the curve of the steps is above that of the penalty.",
    )
