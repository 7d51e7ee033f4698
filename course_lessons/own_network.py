"""Digits in changing light, their nearest neighbours, and figures of a first training.

A program draws the digits: a pen follows a path whose points move a little each time. So a fresh
image is one that did not exist before it was asked for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from course_lib.plots import Picture, label_lines, theme, with_alt

SIDE = 14
TRAINING, VALIDATION = 3000, 1000
CONTRASTS = (0.5, 1.0)
NOISE = 0.05

# Paths of a pen: for each digit one or two ways of writing it, each of one or two strokes, as
# points (x, y) in a square whose corners are (0, 0), above on the left, and (1, 1).
Stroke = Sequence[tuple[float, float]]
_TURN = np.pi * np.linspace(-0.5, 1.5, 13)
_SEVEN = [(0.25, 0.13), (0.5, 0.13), (0.74, 0.13), (0.6, 0.4), (0.5, 0.65), (0.43, 0.9)]
_PATHS: dict[int, list[list[Stroke]]] = {
    0: [[[(0.5 + 0.25 * np.cos(a), 0.5 + 0.4 * np.sin(a)) for a in _TURN]]],
    1: [
        [[(0.35, 0.28), (0.52, 0.1), (0.52, 0.5), (0.52, 0.9)]],
        [[(0.5, 0.1), (0.5, 0.35), (0.5, 0.65), (0.5, 0.9)]],
    ],
    2: [[[(0.27, 0.28), (0.4, 0.1), (0.65, 0.12), (0.7, 0.32), (0.5, 0.6), (0.27, 0.88),
          (0.5, 0.87), (0.75, 0.86)]]],
    3: [[[(0.28, 0.16), (0.5, 0.09), (0.69, 0.25), (0.6, 0.42), (0.45, 0.47), (0.65, 0.53),
          (0.73, 0.7), (0.55, 0.9), (0.27, 0.83)]]],
    4: [
        [[(0.6, 0.1), (0.42, 0.35), (0.24, 0.6), (0.5, 0.62), (0.8, 0.6)],
         [(0.62, 0.38), (0.62, 0.65), (0.6, 0.9)]],
        [[(0.3, 0.12), (0.26, 0.35), (0.3, 0.52), (0.5, 0.53), (0.7, 0.48)],
         [(0.7, 0.12), (0.69, 0.5), (0.67, 0.9)]],
    ],
    5: [[[(0.72, 0.12), (0.5, 0.12), (0.33, 0.13), (0.3, 0.42), (0.5, 0.4), (0.7, 0.52),
          (0.7, 0.75), (0.5, 0.9), (0.27, 0.82)]]],
    6: [[[(0.62, 0.1), (0.42, 0.25), (0.3, 0.5), (0.29, 0.72), (0.42, 0.89), (0.6, 0.88),
          (0.7, 0.7), (0.6, 0.54), (0.42, 0.56), (0.31, 0.7)]]],
    7: [[_SEVEN], [_SEVEN, [(0.35, 0.5), (0.55, 0.49), (0.7, 0.49)]]],
    8: [[[(0.62, 0.2), (0.48, 0.1), (0.34, 0.2), (0.36, 0.36), (0.52, 0.47), (0.68, 0.62),
          (0.66, 0.82), (0.5, 0.9), (0.33, 0.82), (0.33, 0.62), (0.5, 0.47), (0.65, 0.34),
          (0.63, 0.2)]]],
    9: [[[(0.68, 0.3), (0.55, 0.12), (0.37, 0.15), (0.3, 0.32), (0.4, 0.47), (0.58, 0.45),
          (0.68, 0.28), (0.68, 0.5), (0.64, 0.72), (0.55, 0.9)]]],
}  # fmt: skip


class Digits(NamedTuple):
    """Images in changing light as rows of 14 x 14 pixels, and their labels."""

    x_train: np.ndarray
    t_train: np.ndarray
    x_validation: np.ndarray
    t_validation: np.ndarray


def _smooth(stroke: Stroke, steps: int = 5) -> np.ndarray:
    """Points (P, 2) of a smooth curve (Catmull-Rom) through the points of a stroke."""
    p = np.array(stroke)
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    s = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = [
        b + ((c - a) * s + (2 * a - 5 * b + 4 * c - d) * s**2 + (3 * (b - c) + d - a) * s**3) / 2
        for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True)
    ]
    return np.vstack([*pieces, p[-2:-1]])


def _ways() -> Iterator[tuple[int, float, float, np.ndarray]]:
    """Digit, the range of a number in [0, 1) that chooses this way of writing it, and its path."""
    for digit, ways in _PATHS.items():
        for k, strokes in enumerate(ways):
            path = np.vstack([_smooth(one) for one in strokes])
            yield digit, k / len(ways), (k + 1) / len(ways), path


def ink(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Drawn digits with the labels t: (N, 196), the ink of each pixel from 0 to 1.

    Each digit has its own path of the pen (moved by slow waves), slant, turn, size, place and
    width of the stroke.
    """
    n = len(t)
    way, turn, slant = rng.random(n), rng.normal(0, 0.07, n), rng.normal(0, 0.17, n)
    wide, high = rng.uniform(0.82, 1.05, n), rng.uniform(0.88, 1.05, n)
    place, width = rng.uniform(-0.035, 0.035, (n, 1, 2)), rng.uniform(0.045, 0.085, (n, 1))
    moves = rng.normal(0, 0.032, (n, 9, 2))
    shape = np.empty((n, 2, 2))  # (x, y) @ shape: size, turn and slant
    shape[:, 0, 0], shape[:, 0, 1] = wide * np.cos(turn), wide * np.sin(turn)
    shape[:, 1, 0], shape[:, 1, 1] = -high * (np.sin(turn) + slant), high * np.cos(turn)
    centre = (np.arange(SIDE) + 0.5) / SIDE
    pixels = np.stack(np.meshgrid(centre, centre), axis=-1).reshape(-1, 2)
    squares = np.empty((n, SIDE * SIDE))  # of the distance to the path
    for digit, low, high_end, path in _ways():
        rows = np.flatnonzero((t == digit) & (low <= way) & (way < high_end))
        wave = [np.cos(np.pi * k * path) for k in range(3)]
        waves = np.stack([a[:, 0] * b[:, 1] for a in wave for b in wave], axis=1)
        points = (path + waves @ moves[rows] - 0.5) @ shape[rows] + 0.5 + place[rows]
        for start in range(0, len(rows), 100):  # in parts, for the memory
            some, those = points[start : start + 100], rows[start : start + 100]
            apart = np.sum(some**2, axis=2)[:, None] - 2 * pixels @ some.transpose(0, 2, 1)
            squares[those] = apart.min(axis=2) + np.sum(pixels**2, axis=1)
    distance = np.sqrt(np.maximum(squares, 0))
    grey: np.ndarray = 1 / (1 + np.exp((distance - width) / 0.018))
    return grey


def light(n: int, rng: np.random.Generator) -> np.ndarray:
    """n smooth fields of light: sums of six slow cosine waves with random heights."""
    place = (np.arange(SIDE) + 0.5) / SIDE
    wave = [np.cos(np.pi * k * place) for k in range(3)]
    waves = [np.outer(wave[i], wave[j]).ravel() for i in range(3) for j in range(3 - i)]
    heights = rng.uniform(-0.5, 0.5, size=(n, len(waves)))
    fields: np.ndarray = heights @ np.array(waves)
    return fields


def fresh_digits(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """n images that were never drawn before, and their labels: 0, 1, …, 9 in a random order.

    Dark on light or light on dark, with more or less contrast, in a light of their own.
    """
    t = rng.permutation(np.arange(n) % 10)
    sign = rng.choice([-1.0, 1.0], size=(n, 1))
    contrast = rng.uniform(*CONTRASTS, size=(n, 1))
    noise = NOISE * rng.normal(size=(n, SIDE * SIDE))
    x = sign * contrast * ink(t, rng) + light(n, rng) + noise
    return x.astype("float32"), t


@cache
def _kept() -> Digits:
    rng = np.random.default_rng(0)
    return Digits(*fresh_digits(TRAINING, rng), *fresh_digits(VALIDATION, rng))


def digits() -> Digits:
    """3,000 images for training and 1,000 for validation, always the same."""
    return Digits(*(array.copy() for array in _kept()))


def nearest_neighbour(x_train: np.ndarray, t_train: np.ndarray, x_new: np.ndarray) -> np.ndarray:
    """The label of the nearest training image."""
    squares = np.sum(x_train**2, axis=1) - 2 * x_new @ x_train.T
    labels: np.ndarray = t_train[squares.argmin(axis=1)]
    return labels


def print_accuracies(
    recognise: Callable[..., Any], data: Digits, seeds: Sequence[int] = (0, 1)
) -> None:
    """The accuracy of ``recognise`` on the validation images, a line for each seed."""
    for seed in seeds:
        given = data.x_train.copy(), data.t_train.copy(), data.x_validation.copy()
        try:
            labels = recognise(*given, np.random.default_rng(seed))
        except NotImplementedError:
            print("`recognise` is not written yet.")
            return
        print(f"seed {seed}: {np.mean(np.asarray(labels) == data.t_validation):.3f}")


# --- Figures -------------------------------------------------------------------------------------


def draw_digits(data: Digits, count: int = 16) -> Picture:
    """Training images, and below each the nearest other training image."""
    import matplotlib.pyplot as plt

    x, t, half = data.x_train, data.t_train, count // 2
    squares = np.sum(x**2, axis=1) - 2 * x[:count] @ x.T
    squares[np.arange(count), np.arange(count)] = np.inf
    nearest = squares.argmin(axis=1)
    with theme.style():
        figure, axes = plt.subplots(4, half, figsize=(8, 4.8))
        for k in range(count):
            above = 2 * (k // half)
            for row, image in ((above, k), (above + 1, nearest[k])):
                ax = axes[row, k % half]
                ax.imshow(x[image].reshape(SIDE, SIDE), cmap="gray")
                ax.set_title(f"{t[image]}", size=10, pad=2)
                ax.axis("off")
        for row, words in enumerate(("image", "nearest", "image", "nearest")):
            axes[row, 0].text(-4, SIDE / 2, words, rotation=90, va="center", ha="center", size=9)
        figure.suptitle("Images with their labels, and the nearest training image below each")
    same = int(np.sum(t[nearest] == t[:count]))
    return with_alt(
        figure,
        f"{count} small grey images of digits in uneven light, some dark on light and some light "
        f"on dark. The nearest image below each has a similar light, and in {same} of {count} "
        "cases the same digit.",
    )


def draw_rates(losses: Mapping[float, Sequence[float]]) -> Picture:
    """The training loss over the epochs, for each learning rate; above 10 it is cut off."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(7.5, 3.4))
        for k, (lr, values) in enumerate(losses.items()):
            shown = np.minimum(np.nan_to_num(values, nan=10, posinf=10), 10)
            colour = theme.CYCLE[k % len(theme.CYCLE)]
            ax.plot(np.arange(1, len(shown) + 1), shown, label=f"{lr:g}", color=colour)
        last = max(map(len, losses.values()))
        ax.plot([1, last], [np.log(10)] * 2, color=theme.INK, linestyle=":", linewidth=1.2)
        ax.set(xlabel="epoch", ylabel="training loss (at most 10)", yscale="log")
        ax.set_title("Training loss at several learning rates (dotted: ln 10)")
        label_lines(ax)
    said = ", ".join(f"{lr:g} ends at {values[-1]:.2g}" for lr, values in losses.items())
    return with_alt(
        figure, f"The loss over the epochs on a logarithmic axis, one curve for each rate: {said}."
    )


def draw_curves(histories: Mapping[str, Mapping[str, Sequence[float]]]) -> Picture:
    """For each network the accuracy on the training images and on the validation images."""
    import matplotlib.pyplot as plt

    said = []
    with theme.style():
        figure, axes = plt.subplots(1, len(histories), figsize=(9, 3.2), sharey=True, squeeze=False)
        for ax, (name, history) in zip(axes[0], histories.items(), strict=True):
            epochs = np.arange(1, len(history["accuracy"]) + 1)
            ax.plot(epochs, history["accuracy"], color=theme.FORWARD, label="training")
            ax.plot(epochs, history["validation"], "--", color=theme.CYCLE[2], label="validation")
            ax.set(xlabel="epoch", ylim=(0, 1.02), title=name)
            label_lines(ax)
            last = history["accuracy"][-1], history["validation"][-1]
            said.append(f"{name} ends at {last[0]:.2f} and {last[1]:.2f}")
        axes[0, 0].set_ylabel("accuracy")
        figure.suptitle("Accuracy on training and validation images")
    return with_alt(
        figure, f"Accuracy over the epochs, training solid, validation dashed: {'; '.join(said)}."
    )


def draw_first_layer(W: np.ndarray, before: np.ndarray, count: int = 12) -> Picture:
    """The weights of the units that moved most, as images: initial above, trained below.

    W, before : (196, units)
    """
    import matplotlib.pyplot as plt

    units = np.argsort(-np.linalg.norm(W - before, axis=0))[:count]
    with theme.style():
        figure, axes = plt.subplots(2, count, figsize=(9, 2.2))
        for row, weights in zip(axes, (before, W), strict=True):
            for ax, unit in zip(row, units, strict=False):
                limit = np.abs(weights[:, unit]).max()
                image = weights[:, unit].reshape(SIDE, SIDE)
                ax.imshow(image, cmap="RdBu", vmin=-limit, vmax=limit)
                ax.axis("off")
        for row, words in zip(axes, ("initial", "trained"), strict=True):
            row[0].text(-4, SIDE / 2, words, rotation=90, va="center", ha="center", size=9)
        figure.suptitle(f"Weights of {count} hidden units: initial above, trained below")
    return with_alt(
        figure,
        f"Two rows of {count} small images of weights, blue for positive and red for negative "
        "ones. The initial weights above are noise. In the trained ones below, neighbouring pixels "
        "have similar weights, and there are spots and strokes of both signs.",
    )
