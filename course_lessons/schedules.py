"""What the notebook on learning rates over time trains, measures and draws.

All trainings are of one kind: a small network learns the digits by plain gradient descent, and a
fifth of the training labels are replaced by random digits, so that the gradients stay noisy.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course_lessons.batch_normalisation import digits as digits
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD
from course_lib.plots import Picture, label_lines, theme, with_alt
from course_lib.training import accuracy, fit

Schedule = Callable[[float], float]

BATCH = 16
EPOCH = 88
"""Steps in an epoch: 1,408 images in minibatches of 16."""


def course(schedule: Schedule, seed: int, epochs: int, *, batch_size: int = BATCH) -> np.ndarray:
    """Test accuracy after each epoch, (epochs,).

    The schedule gives the rate of each step. After a loss that overflows, the accuracy is that of
    guessing. The labels of the test are right.
    """
    _, _, x, t = digits()
    accuracies = np.full(epochs, 0.1)

    def after(epoch: int, history: Any) -> None:
        accuracies[epoch] = float(accuracy(network(x), t))

    network, begin = _beginning(seed)
    with np.errstate(all="ignore"):
        try:
            optimizer = SGD(network.parameters(), lr=1.0)
            begin(optimizer, schedule, epochs, batch_size, (after,))
        except FloatingPointError:
            pass
    return accuracies


def noisy_digits(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The training images, and their labels with a fifth replaced by random digits."""
    x, t, _, _ = digits()
    return x, np.where(rng.random(len(t)) < 0.2, rng.integers(0, 10, len(t)), t)


def _beginning(seed: int) -> tuple[Sequential, Callable[..., None]]:
    """A network with its initial weights, and what trains it; all random numbers are the seed's."""
    rng = np.random.default_rng(seed)
    x, labels = noisy_digits(rng)
    network = mlp([64, 32, 10], rng=rng)

    def begin(
        optimizer: SGD,
        schedule: Schedule,
        epochs: int,
        batch_size: int = BATCH,
        callbacks: Sequence[Any] = (),
    ) -> None:
        fit(
            network,
            x,
            labels,
            loss=softmax_cross_entropy,
            optimizer=optimizer,
            schedule=lambda t: schedule(t),
            epochs=epochs,
            batch_size=batch_size,
            rng=rng,
            callbacks=callbacks,
            progress=False,
        )

    return network, begin


def cosine(lr: float, total: int) -> Schedule:
    """Half a cosine from lr at step 0 to 0 at step ``total``."""
    return lambda t: lr / 2 * (1 + math.cos(math.pi * t / total))


def errors_around_a_fall(seeds: int = 6) -> np.ndarray:
    """Share of wrong test images after epoch 8 at rate 0.6, and after one more epoch: (seeds, 3).

    The second column is after one more epoch at 0.6, the third after one at 0.06 instead.
    """
    found = []
    for seed in range(seeds):
        same = course(lambda t: 0.6, seed, 9)
        fallen = course(lambda t: 0.6 if t < 8 * EPOCH else 0.06, seed, 9)
        found.append((1 - same[-2], 1 - same[-1], 1 - fallen[-1]))
    return np.array(found)


def accuracies(
    schedules: Mapping[str, Schedule], *, epochs: int, seeds: int
) -> dict[str, np.ndarray]:
    """Test accuracy after each epoch for each schedule and seed, arrays (seeds, epochs)."""
    return {
        name: np.array([course(one, seed, epochs) for seed in range(seeds)])
        for name, one in schedules.items()
    }


def noisy_runs(
    rates: Sequence[float] | np.ndarray, start: float, curvature: float, noise: float
) -> np.ndarray:
    """w² after each step, mean of 2,000 runs with the gradient curvature · w + a random number."""
    rng = np.random.default_rng(0)
    w = np.full(2000, float(start))
    found = []
    for rate in rates:
        w = w - rate * (curvature * w + rng.normal(0, noise**0.5, size=2000))
        found.append(np.mean(w**2))
    return np.array(found)


def print_sums(rates: Mapping[str, np.ndarray]) -> None:
    """Print for each schedule the sums of its rates and of their squares, up to three steps."""
    print(f"{'sums up to t =':20}{100:9,}{1000:9,}{10_000:9,}     of the squares")
    for name, rate in rates.items():
        sums = "".join(f"{np.sum(rate[:end]):9.1f}" for end in (100, 1000, 10_000))
        squares = "".join(f"{np.sum(rate[:end] ** 2):8.2f}" for end in (100, 1000, 10_000))
        print(f"{name:20}{sums}  {squares}")


def mean_squares(rates: Any, start: Any, curvature: Any, noise: Any) -> np.ndarray:
    """The mean of w² after each step; a column for each direction, if these are arrays."""
    q, squares = start**2, []
    for rate in rates:
        q = (1 - rate * curvature) ** 2 * q + rate**2 * noise
        squares.append(q)
    return np.array(squares)


def gaps(
    rates: np.ndarray, start: np.ndarray, curvature: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    """The expected gap after each step: half of the sum over the directions of c q."""
    return np.asarray(mean_squares(rates, start, curvature, noise) @ curvature / 2)


def one_decay(n: int, hold: float, k: float) -> np.ndarray:
    """Rates of n steps as shares of the first: constant for a share of them, then like 1/t."""
    return np.asarray(1 / (1 + k * np.maximum(np.arange(n) - hold * n, 0)))


def best_in_turn(
    rates: np.ndarray, squares: np.ndarray, curvature: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    """Rates up to 1/max(c) whose last gap is nearly the lowest.

    That gap is a parabola in each rate. So each in turn is set to its best value, 15 times.

    Parameters
    ----------
    rates : of n steps, where the search begins
    squares : the mean squares before the first step, (D,)
    noise : the variance of the gradient in each step, (n, D)
    """
    rates, most = np.array(rates), 1 / curvature.max()
    for _ in range(15):
        costs = [curvature / 2]  # of a mean square after the last step, after the one before, …
        for rate in rates[:0:-1]:
            costs.append(costs[-1] * (1 - rate * curvature) ** 2)
        q = squares
        for t, (cost, s) in enumerate(zip(costs[::-1], noise, strict=True)):
            best = cost @ (curvature * q) / (cost @ (curvature**2 * q + s))
            rates[t] = min(most, best)
            q = (1 - rates[t] * curvature) ** 2 * q + rates[t] ** 2 * s
    return rates


def lowest_gap(start: np.ndarray, curvature: np.ndarray, noise: np.ndarray, n: int) -> float:
    """The lowest gap after n steps that any rates up to 1/max(c) reach.

    The search begins with the best of some rates that are constant and then fall.
    """
    most = 1 / curvature.max()
    given = start, curvature, noise
    begin = [most * one_decay(n, hold, k) for hold in (0.2, 0.4, 0.6, 0.8) for k in (0.1, 0.3, 1)]
    rates = min(begin, key=lambda one: float(gaps(one, *given)[-1]))
    rates = best_in_turn(rates, start**2, curvature, np.tile(noise, (n, 1)))
    return float(gaps(rates, *given)[-1])


def draw_losses(losses: Mapping[str, np.ndarray]) -> Picture:
    """The test loss over the epochs for each rate."""
    import matplotlib.pyplot as plt

    lines = (":", (0, (6, 2, 1, 2)), "-", "-.", "--")
    colours = (theme.CYCLE[3], theme.GRADIENT, theme.FORWARD, theme.CYCLE[2], theme.INK)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7.5, 3.4))
        for (name, loss), line, colour in zip(losses.items(), lines, colours, strict=False):
            ax.plot(range(1, len(loss) + 1), loss, linestyle=line, color=colour, label=name)
        ax.set(xlabel="epoch", ylabel="test loss", yscale="log")
        ax.set_title("Test loss at four constant rates and one that falls")
        label_lines(ax)
    ends = "; ".join(f"{name}: {loss[-1]:.2f}" for name, loss in losses.items())
    return with_alt(figure, f"Five curves of the test loss over epochs. Last values: {ends}.")


def draw_squares(squares: Mapping[str, np.ndarray], runs: np.ndarray | None = None) -> Picture:
    """Mean of w² after each step for each schedule, both axes logarithmic; ``runs`` as dots."""
    import matplotlib.pyplot as plt

    lines = ("-", "--", "-.", ":", (0, (6, 2, 1, 2)))
    colours = (theme.FORWARD, theme.GRADIENT, theme.INK, theme.CYCLE[2], theme.CYCLE[3])
    with theme.style():
        figure, ax = plt.subplots(figsize=(7.5, 3.6))
        for (name, q), line, colour in zip(squares.items(), lines, colours, strict=False):
            ax.plot(range(1, len(q) + 1), q, linestyle=line, color=colour, label=name)
        if runs is not None:
            at = np.unique(np.geomspace(1, len(runs), 25).astype(int))
            ax.plot(at, runs[at - 1], "o", color=theme.INK, markersize=4)
        ax.set(xscale="log", yscale="log", xlabel="step", ylabel="mean of w²")
        ax.set_title("Mean square distance from the minimum")
        label_lines(ax)
    ends = "; ".join(f"{name}: {q[-1]:.2g}" for name, q in squares.items())
    return with_alt(
        figure, f"The mean of w² over the steps, a line for each rate. At the end: {ends}."
    )


def draw_rates(rates: np.ndarray) -> Picture:
    """The rate of each step, and its reciprocal."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8, 3))
        for ax, values, name in zip(axes, (rates, 1 / rates), ("rate", "1 / rate"), strict=True):
            ax.plot(range(len(rates)), values, "o", color=theme.FORWARD, markersize=4)
            ax.set(title=name, xlabel="step t", ylim=(0, None))
        figure.suptitle("The best rate of each step")
    return with_alt(
        figure,
        "Two panels over the steps. Left, the best rates fall, first fast and then more and more "
        "slowly. Right, their reciprocals lie on a straight line that rises.",
    )


def draw_schedules(schedules: Mapping[str, Schedule], reached: Mapping[str, np.ndarray]) -> Picture:
    """The rates of some schedules, and the mean test accuracy of each beside them."""
    import matplotlib.pyplot as plt

    lines = ("-", "--", "-.", ":", (0, (6, 2, 1, 2)))
    with theme.style():
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
        for k, (name, schedule) in enumerate(schedules.items()):
            found = reached[name].mean(axis=0)
            given = {"linestyle": lines[k], "color": theme.CYCLE[(0, 1, 2, 3, 6)[k]]}
            steps = np.arange(len(found) * EPOCH)
            left.plot(steps / EPOCH, [schedule(float(t)) for t in steps], **given)
            right.plot(range(1, len(found) + 1), found, label=name, **given)
        left.set(xlabel="epoch", title="Rate", ylim=(0, None))
        right.set(xlabel="epoch", title="Test accuracy, mean of the seeds")
        label_lines(right)
    ends = "; ".join(f"{name}: {of.mean(axis=0)[-1]:.3f}" for name, of in reached.items())
    return with_alt(
        figure,
        f"Left, the rate over the epochs for each schedule; right, the test accuracy. "
        f"After the last epoch: {ends}.",
    )


def draw_plan(rates: np.ndarray, gaps: np.ndarray, stops: Sequence[int]) -> Picture:
    """The rate of each step, and the expected gap after it, with a line at each stop."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(9, 3.2))
        for ax, values, name in zip(axes, (rates, gaps), ("rate", "expected gap"), strict=True):
            ax.plot(range(1, len(values) + 1), values, color=theme.FORWARD)
            for stop in stops:
                ax.axvline(stop, color=theme.INK, linestyle=":", linewidth=1)
            ax.set(title=name, xlabel="step", yscale="log")
        figure.suptitle("Your rates, and the gap that they leave; dotted: the stops")
    ends = "; ".join(f"{gaps[stop - 1]:.2g} after step {stop}" for stop in stops)
    return with_alt(figure, f"Two panels over the steps: the rate, and the gap. It is {ends}.")
