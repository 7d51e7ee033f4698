"""What the notebook on ensembles, bias and variance trains, measures and draws.

The members of an ensemble are trained side by side, as arrays with one axis more. Each has its own
initial weights, images and order; all see the same wrong labels.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course_lib.course.lessons.penalties import images
from course_lib.plots import Picture, label_lines, theme, with_alt

MEMBERS, STEPS, BATCH, LR = 8, 450, 50, 0.5
WRONG = 1 / 3
OPTIONS: dict[str, tuple[Any, ...]] = {
    "images": ("all", "quarter"),
    "lam": (0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064),
}
"""What `train` may be called with."""


def test_labels() -> np.ndarray:
    """The labels of the 797 test images."""
    return np.asarray(_test_images()[1])


def _test_images() -> tuple[np.ndarray, np.ndarray]:
    from course_lib.course.lessons.dropout import digits

    return digits()[2:]


def probabilities(
    kind: str = "all",
    lam: float = 0.0,
    seed: int = 0,
    *,
    wrong: float = WRONG,
    widths: Sequence[int] = (64,),
    members: int = MEMBERS,
) -> np.ndarray:
    """What each member predicts for each test image and class: (members, 797, 10).

    Parameters
    ----------
    kind : ``"all"``: each member learns all 300 images; ``"quarter"``: its own random 75 of them
    lam : strength of the L2 penalty lam · Σ w²
    seed : of the images and wrong labels, of initial weights and order
    wrong : share of the training labels that is wrong
    widths : units of the hidden layers
    """
    x, t, _, _ = images(wrong, seed)
    one_hot = np.eye(10, dtype=x.dtype)[t]
    sizes = [64, *widths, 10]
    layers, order = [], []
    for member in range(members):
        rng = np.random.default_rng([seed, member])
        weights = [rng.normal(0, np.sqrt(2 / n), (n, k)) for n, k in zip(sizes, sizes[1:])]
        own = rng.permutation(300)[: 75 if kind == "quarter" else 300]
        rounds = -(-STEPS * BATCH // len(own))
        shuffled = np.concatenate([rng.permutation(own) for _ in range(rounds)])
        layers.append(weights)
        order.append(shuffled[: STEPS * BATCH].reshape(STEPS, BATCH))
    W = [np.stack(of).astype(x.dtype) for of in zip(*layers, strict=True)]
    b = [np.zeros((members, 1, k), x.dtype) for k in sizes[1:]]
    for batch in np.stack(order, axis=1):
        z = _forward(x[batch], W, b)
        delta = (_softmax(z[-1]) - one_hot[batch]) / BATCH
        for k in reversed(range(len(W))):
            dW = z[k].swapaxes(1, 2) @ delta + 2 * lam * W[k]
            db = delta.sum(axis=1, keepdims=True)
            delta = (delta @ W[k].swapaxes(1, 2)) * (z[k] > 0)
            W[k] -= LR * dW
            b[k] -= LR * db
    return _softmax(_forward(_test_images()[0][None], W, b)[-1])


def _forward(x: np.ndarray, W: Sequence[np.ndarray], b: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The input, the values of each hidden layer with ReLU, and the scores."""
    z = [x]
    for k, (weights, bias) in enumerate(zip(W, b, strict=True)):
        u = z[-1] @ weights + bias
        z.append(u if k == len(W) - 1 else np.maximum(u, 0))
    return z


def _softmax(u: np.ndarray) -> np.ndarray:
    e = np.exp(u - u.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def accuracy(p: np.ndarray) -> float:
    """The share of test images that get the highest probability in their class: p is (N, C)."""
    return float(np.mean(p.argmax(axis=-1) == test_labels()))


def train(images: str, lam: float, seed: int) -> float:
    """Test accuracy of the mean prediction of eight members, see `probabilities`.

    Parameters
    ----------
    images : of each member: ``"all"`` 300, or a ``"quarter"`` of them
    lam : strength of the L2 penalty of each member
    seed : of images, wrong labels, initial weights and order
    """
    return accuracy(probabilities(images, lam, seed).mean(axis=0))
