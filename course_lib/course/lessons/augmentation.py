"""What the notebook on augmentation trains, measures and draws. Images are (N, C, H, W).

The functions that the student writes are passed in: ``sample`` reads images at places, ``places``
says which, ``random_patch`` flips, crops and scales, ``mixup`` mixes images and labels.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lib.augmentation import sample as library_sample
from course_lib.course.experiment import Trials
from course_lib.datasets import load_digits, load_emoji, load_mnist5000
from course_lib.layers import Flatten
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp, small_cnn
from course_lib.optimizers import SGD
from course_lib.plots import Picture, label_lines, paired_differences, theme, with_alt
from course_lib.training import History, accuracy, fit

Augment = Callable[..., Any]

LARGEST = {"degrees": 45.0, "shear": 0.4, "down": 1.5, "right": 1.5}
"""The largest changes of the camera: three standard deviations of each."""
OPTIONS: dict[str, tuple[Any, ...]] = {
    "strength": (0, 0.2, 0.4, 0.6, 0.8, 1, 1.2),
    "lr": (0.003, 0.01, 0.03, 0.1, 0.3),
}
"""What `train` may be called with."""
BUDGET = 30


@cache
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """1,000 digits of 12 × 12 pixels with labels, and 797 others to test.

    The images have 8 × 8 pixels and a border of two zeros.
    """
    data = load_digits("float32")
    order = np.random.default_rng(0).permutation(len(data.x))
    x = np.pad(data.x[order].reshape(-1, 1, 8, 8), ((0, 0), (0, 0), (2, 2), (2, 2)))
    t = data.t[order]
    return x[:1000], t[:1000], x[1000:], t[1000:]


@cache
def mnist() -> tuple[np.ndarray, np.ndarray]:
    """5,000 images of digits with labels, 14 × 14 pixels, each the mean of four."""
    data = load_mnist5000()
    order = np.random.default_rng(5).permutation(len(data.x))
    x = data.x[order].reshape(-1, 1, 14, 2, 14, 2).mean(axis=(3, 5))
    return x.astype(np.float32), data.t[order]


def trained(
    x: np.ndarray,
    t: np.ndarray,
    seed: int,
    augment: Augment | None = None,
    *,
    epochs: int = 20,
    batch_size: int = 32,
    lr: float = 0.1,
    units: int = 64,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    network: Sequential | None = None,
) -> tuple[Sequential, History]:
    """A network with one hidden layer, or the given one, and the history of its training."""
    rng = np.random.default_rng(seed)
    network = network or Sequential(Flatten(), mlp([x[0].size, units, 10], rng=rng))
    history = fit(
        network,
        x,
        t,
        loss=softmax_cross_entropy,
        optimizer=SGD(network.parameters(), lr=lr, momentum=0.9),
        epochs=epochs,
        batch_size=batch_size,
        rng=rng,
        augment=augment,
        validation=validation,
        progress=False,
    )
    return network, history


def changed_by(x: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Images shifted, rotated and sheared, each by its own numbers ``drawn`` (4, N).

    The numbers are shares of `LARGEST`. One reading does it all.
    """
    H, W = x.shape[2:]
    amounts = drawn.T * np.array([*LARGEST.values()])
    degrees, shear, down, right = (a.reshape(-1, 1, 1) for a in amounts.T)
    a = np.radians(degrees)
    r, c = np.arange(H)[:, None] - (H - 1) / 2 - down, np.arange(W) - (W - 1) / 2 - right
    rows = r * np.cos(a) + c * np.sin(a)
    columns = c * np.cos(a) - r * np.sin(a) - shear * rows
    where = (place.astype(x.dtype) for place in (rows + (H - 1) / 2, columns + (W - 1) / 2))
    read: np.ndarray = library_sample(x, *where)
    return read


@cache
def camera() -> tuple[np.ndarray, np.ndarray]:
    """The 797 test digits as the camera takes them: most are changed a little, few are much."""
    x, t = digits()[2:]
    bell = np.random.default_rng(5).normal(0, 1 / 3, size=(4, len(x)))
    return changed_by(x, bell), t


def train(strength: float, lr: float, seed: int) -> float:
    """Accuracy on the pictures of the camera after 12 epochs on 200 upright digits.

    Parameters
    ----------
    strength : every epoch changes each image anew, uniformly up to ± strength · `LARGEST`
    lr : learning rate of gradient descent with momentum 0.9 in minibatches of 25
    seed : of the images, the initial weights, their order and the changes
    """
    rng = np.random.default_rng([seed, 1])
    x, t = digits()[:2]
    chosen = rng.permutation(len(x))[:200]

    def augment(batch: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return changed_by(batch, rng.uniform(-strength, strength, size=(4, len(batch))))

    with np.errstate(all="ignore"):
        try:
            given: dict[str, Any] = {"epochs": 12, "batch_size": 25, "lr": lr, "units": 32}
            augmentation = augment if strength else None
            network, _ = trained(x[chosen], t[chosen], seed, augmentation, **given)
        except FloatingPointError:
            return 0.1
    x, t = camera()
    return float(accuracy(network(x), t))


def made_up(strength: float, lr: float, seed: int) -> float:
    """An invented accuracy, for rehearsals: a best strength and a best rate, and noise.

    All strengths from 0.4 to 0.8 gain 0.02 over 0, each at its own best rate.
    """
    i, j = OPTIONS["strength"].index(strength), OPTIONS["lr"].index(lr)
    peak = (0.6, 0.61, 0.62, 0.62, 0.62, 0.58, 0.52)[i]
    off = j - (2 if i == 0 else 3)
    noise = np.random.default_rng([i, j, seed]).normal(0, 0.02)
    return float(peak - 0.03 * off**2 + noise)
