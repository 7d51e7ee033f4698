"""Notebooks 09 and 10: digits as rows of pixels, one training, and a plan in made-up worlds."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from course_lessons.experiment import Trials, in_worlds, place_of
from course_lib.backend import Generator
from course_lib.datasets import load_digits
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.optimizers import SGD
from course_lib.plots import label_lines, theme, with_alt
from course_lib.plots.pictures import Picture
from course_lib.training import evaluate, fit

Train = Callable[..., float]
Lead = Callable[[Any], float]
Plan = Callable[[Trials], tuple[Any, float, float]]


@cache
def digits(*, raw: bool = False) -> tuple[np.ndarray, ...]:
    """Images of digits as rows of 64 pixels, standardised or raw: ``x, t, x_val, t_val``."""
    images = load_digits()
    order = np.random.default_rng(0).permutation(len(images.x))
    x, t = images.x[order].reshape(len(order), -1).astype("float32"), images.t[order]
    val = np.arange(len(x)) % 5 == 0
    if not raw:
        x = (x - x[~val].mean(axis=0)) / (x[~val].std(axis=0) + 1e-3)
    return x[~val], t[~val], x[val], t[val]


def trained(
    model: Sequential, lr: float, rng: Generator, epochs: int, batch_size: int, *, raw: bool = False
) -> float:
    """Validation accuracy after gradient descent without momentum; 0 if the numbers overflow."""
    x, t, x_val, t_val = digits(raw=raw)
    how: dict[str, Any] = {"epochs": epochs, "batch_size": batch_size, "progress": False}
    optimizer = SGD(model.parameters(), lr=lr)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            fit(model, x, t, loss=softmax_cross_entropy, optimizer=optimizer, rng=rng, **how)
    except FloatingPointError:
        return 0.0
    _, found = evaluate(model, x_val, t_val, loss=softmax_cross_entropy)
    assert found is not None  # the targets are labels
    return found


@dataclass(frozen=True)
class Rehearsal:
    """Worlds without networks, for a plan that returns an option and an interval for its lead.

    Parameters
    ----------
    made_up : ``made_up(world)`` -> ``train(*setting, seed)`` and ``lead(option)``
    options, budget : as in the experiment
    """

    made_up: Callable[[int], tuple[Train, Lead]]
    options: Mapping[str, Sequence[Any]]
    budget: int

    def score(self, plan: Plan, worlds: int = 200) -> tuple[float, float]:
        """In made-up worlds: share of the intervals that are right, and their mean width."""
        right, width, *_ = self._shares(plan, worlds)
        return right, width

    def _shares(self, plan: Plan, worlds: int, shown: int = 0) -> list[float]:
        """The `score`, and the shares of the worlds with a wrong option, and with a missed lead.

        The answers in the first ``shown`` worlds are printed, beside what is true there.
        """
        found = []
        name, values = next(iter(self.options.items()))
        answers = in_worlds(plan, self.made_up, self.options, self.budget, worlds)
        for world, ((returned, low, high), lead) in enumerate(answers):
            option = self._allowed(returned)
            true = lead(option)
            right, not_best = low <= true <= high, math.isnan(true)
            found.append((right, high - low, not_best, not (right or not_best)))
            if world < shown:
                best = ", ".join(f"{value}" for value in values if not math.isnan(lead(value)))
                print(f"world {world}: among the best {name}s are {best}; ", end="")
                truth = "" if math.isnan(true) else f" (its lead is {true:.2f})"
                print(f"your answer {option}, {low:.2f} to {high:.2f}{truth}")
        return [float(share) for share in np.mean(found, axis=0)]

    def _allowed(self, option: Any) -> Any:
        """An option that a plan returned, as it stands among the options, where the check asks."""
        name, values = next(iter(self.options.items()))
        if (at := place_of(option, values)) is None:
            allowed = ", ".join(map(repr, values))
            raise ValueError(f"the plan returned the {name} {option!r}; it may be {allowed}")
        return values[at]

    def rehearse(self, plan: Plan, worlds: int = 200) -> None:
        """Print what a plan answers in three worlds, and its `score`."""
        right, width, not_best, missed = self._shares(plan, worlds, shown=3)
        name = next(iter(self.options))
        print(f"{worlds} made-up worlds: {right:.1%} of the answers are right", end=", ")
        print(f"mean width {width:.2f}")
        print(f"wrong: {name} not one of the best {not_best:.1%}, lead missed {missed:.1%}")

    def at_home(self, plan: Plan, train: Train) -> None:
        """Print what a plan finds with real networks."""
        trial = Trials(train, self.options, budget=self.budget)
        option, low, high = plan(trial)
        print(f"real networks: {option}, lead from {low:.2f} to {high:.2f}. {trial}")


def draw_by_gain(
    gains: Sequence[float],
    lines: Mapping[str, Sequence[float]],
    said: str,
    colours: Sequence[str] = (theme.GRADIENT,) * 3,
    **axes: Any,
) -> Picture:
    """A line for each name over the gain, both on logarithmic axes; ``axes`` as in ``ax.set``."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.4))
        for (name, y), dash, colour in zip(lines.items(), ("-", "--", ":"), colours, strict=False):
            ax.plot(gains, y, dash, color=colour, label=name, marker="o", markersize=3)
        ax.hlines(1, gains[0], gains[-1], colors=theme.QUIET, linewidth=1)  # not below a name
        ax.set(xscale="log", yscale="log", xlabel="gain g", **axes)
        ax.set_xticks(gains, [f"{gain:g}" for gain in gains])
        ax.minorticks_off()
        label_lines(ax)
    return with_alt(figure, f"{said}.")
