"""Notebooks 09 and 10: digits as rows of pixels, one training, and a figure over the gain."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lessons.digits import divided
from course_lib.backend import Generator
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.optimizers import SGD
from course_lib.plots import label_lines, theme, with_alt
from course_lib.plots.pictures import Picture
from course_lib.training import evaluate, fit


@cache
def digits(*, raw: bool = False) -> tuple[np.ndarray, ...]:
    """Images of digits as rows of 64 pixels, standardised or raw: ``x, t, x_val, t_val``."""
    x, t, x_val, t_val = divided()
    mean, deviation = (0.0, 1.0) if raw else (x.mean(axis=0), x.std(axis=0) + 1e-3)
    return (x - mean) / deviation, t, (x_val - mean) / deviation, t_val


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
