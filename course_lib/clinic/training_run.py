"""A small network in training, described by plain numbers alone."""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from course_lib.datasets import load_digits

Pairs = tuple[np.ndarray, np.ndarray]  # images (N, 64) and labels (N,)

N_TRAINING, N_VALIDATION, N_NEW = 120, 600, 900
N_CLASSES, SIDE = 10, 8
STEPS, BATCH = 200, 24
CENTRE, SPREAD = 0.3, 0.38  # about the mean and the standard deviation of a pixel
ONE_HOT = np.eye(N_CLASSES)
OUTPUT_SCALE = 0.2  # of the last weights: small scores, so that no class is preferred at first

QUIET = np.errstate(all="ignore")  # a run that diverges says so by its numbers

USUAL: dict[str, float] = {
    "seed": 0,
    "lr": 0.2,
    "weight_scale": 1.0,
    "gradient_scale": 1.0,
    "mask": 1,
    "softmaxes": 1,
    "kept": 0,
    "first_trained": 0,
    "relabelled": 0,
    "mirrored": 0,
    "leaked": 0,
    "scale_after": 1,
    "dropout": 0,
    "dropout_after": 0,
    "own_mean": 0,
}
"""What a recipe leaves out is as here."""


# The ends of the runs that were trained last: log, parameters, state of the random numbers.
_ends: dict[tuple[tuple[str, float], ...], tuple[np.ndarray, list[np.ndarray], Any]] = {}
MOST_ENDS = 64


class TrainingRun:
    """A 64-32-32-10 ReLU network on digits of 8×8 pixels, trained by plain gradient descent.

    It starts where :meth:`restart` puts it. The same recipe gives the same run on every call.

    Parameters
    ----------
    recipe : name -> number; ``USUAL`` has the names. The mechanism is the same for all runs, and
        the numbers say how large each of its parts is

    Attributes
    ----------
    training, validation, new : images (N, 64) and labels (N,) each; what is new was used by nobody
    """

    def __init__(self, recipe: Mapping[str, float]) -> None:
        if unknown := recipe.keys() - USUAL.keys():
            raise ValueError(f"TrainingRun: {min(unknown)!r} is not in a recipe; {list(USUAL)} are")
        self._recipe = {**USUAL, **recipe}
        rng = np.random.default_rng(int(self._recipe["seed"]))
        x, t = _digits()
        order = rng.permutation(len(x))
        cuts = np.cumsum([N_TRAINING, N_VALIDATION, N_NEW])
        first, second, third = np.split(order[: cuts[2]], cuts[:2])
        n_leaked = round(self._recipe["leaked"] * N_VALIDATION)
        second = np.concatenate([rng.choice(first, n_leaked), second[n_leaked:]])
        self.training, self.validation, self.new = (
            (x[part], t[part]) for part in (first, second, third)
        )
        self.restart()

    def restart(self) -> None:
        """Go back to the initial weights, the first batch and a new optimizer."""
        recipe = self._recipe
        self._rng = np.random.default_rng([int(recipe["seed"]), 1])
        self._order: list[int] = []
        sizes = [SIDE * SIDE, 32, 32, N_CLASSES]
        self._layers = []
        for n_in, n_out in pairwise(sizes):
            W = recipe["weight_scale"] * np.sqrt(2 / n_in) * self._rng.normal(size=(n_in, n_out))
            self._layers.append((W, np.zeros(n_out)))
        self._layers[-1][0][...] *= OUTPUT_SCALE
        self._kept = [np.zeros_like(p) for p in self.parameters()]

    @QUIET
    def train(self) -> np.ndarray:
        """Restart and take all steps of the run. The next time, its end is put back at once.

        Returns
        -------
        log : (steps, 2), loss and accuracy of each step on its batch, as the run logs them
        """
        self.restart()
        key = tuple(sorted(self._recipe.items()))
        if key not in _ends:
            log = np.array([self.step() for _ in range(STEPS)])
            while len(_ends) >= MOST_ENDS:
                del _ends[next(iter(_ends))]
            state = self._rng.bit_generator.state
            _ends[key] = log, [p.copy() for p in self.parameters()], state
        log, end, self._rng.bit_generator.state = _ends[key]
        for p, after in zip(self.parameters(), end, strict=True):
            p[...] = after
        return log.copy()

    def batch(self) -> Pairs:
        """The loader's next batch: images (24, 64) and labels (24,)."""
        if not self._order:
            self._order = self._rng.permutation(N_TRAINING).tolist()
        rows, self._order = self._order[:BATCH], self._order[BATCH:]
        x, t = self.training[0][rows], self.training[1][rows]
        if self._recipe["mirrored"]:
            mirrored = self._rng.random(BATCH) < self._recipe["mirrored"]
            x[mirrored] = x[mirrored].reshape(-1, SIDE, SIDE)[:, :, ::-1].reshape(-1, SIDE**2)
        if self._recipe["relabelled"]:
            relabelled = self._rng.random(BATCH) < self._recipe["relabelled"]
            t[relabelled] = self._rng.choice(self.training[1], relabelled.sum())
        return x, t

    @QUIET
    def step(self, batch: Pairs | None = None) -> tuple[float, float]:
        """One step on ``batch``, by default the loader's next; loss and accuracy before it."""
        x, t = self.batch() if batch is None else batch
        p, zs = self._forward(self._scaled(x), self._recipe["dropout"])
        result = _loss(p, t, self._recipe["softmaxes"]), float(np.mean(p.argmax(axis=1) == t))
        gradients = self._backward(p, zs, t)
        first = 2 * int(self._recipe["first_trained"])
        for i, (w, dw) in enumerate(zip(self.parameters(), gradients, strict=True)):
            self._kept[i] = self._recipe["kept"] * self._kept[i] + dw
            if i >= first:
                w -= self._recipe["lr"] * self._kept[i]
        return result

    @QUIET
    def loss(self, batch: Pairs) -> float:
        """The loss on a batch, without dropout; nothing is changed."""
        p, _ = self._forward(self._scaled(batch[0]), 0.0)
        return _loss(p, batch[1], self._recipe["softmaxes"])

    @QUIET
    def gradients(self, batch: Pairs) -> list[np.ndarray]:
        """The gradients of :meth:`loss` as the run computes them, one for each parameter."""
        p, zs = self._forward(self._scaled(batch[0]), 0.0)
        return self._backward(p, zs, batch[1])

    @QUIET
    def predict(self, images: np.ndarray) -> np.ndarray:
        """Probabilities (N, 10) of the classes, as the run computes them for its validation."""
        recipe = self._recipe
        x = self._scaled(recipe["scale_after"] * images)
        if recipe["own_mean"]:
            x = x - x.mean(axis=0)
        return self._forward(x, recipe["dropout_after"])[0]

    def parameters(self) -> list[np.ndarray]:
        """The arrays W1, b1, W2, b2, W3, b3 themselves: changing one changes the network."""
        return [p for layer in self._layers for p in layer]

    def _scaled(self, images: np.ndarray) -> np.ndarray:
        return (images - CENTRE) / SPREAD

    def _forward(self, x: np.ndarray, drop_prob: float) -> tuple[np.ndarray, list[np.ndarray]]:
        """Probabilities, and the input of each layer."""
        zs = [x]
        *hidden, (W, b) = self._layers
        for W_hidden, b_hidden in hidden:
            z = np.maximum(zs[-1] @ W_hidden + b_hidden, 0)
            if drop_prob:
                z = z * (self._rng.random(z.shape) >= drop_prob) / (1 - drop_prob)
            zs.append(z)
        return _softmax(zs[-1] @ W + b), zs

    def _backward(self, p: np.ndarray, zs: list[np.ndarray], t: np.ndarray) -> list[np.ndarray]:
        du = _loss_gradient(p, t, self._recipe["softmaxes"]) * self._recipe["gradient_scale"]
        gradients: list[np.ndarray] = []
        for (W, _b), z in zip(self._layers[::-1], zs[::-1], strict=True):
            gradients = [z.T @ du, du.sum(axis=0), *gradients]
            if len(gradients) < 2 * len(self._layers):
                du = du @ W.T * (z > 0 if self._recipe["mask"] else 1)
        return gradients


@cache
def _digits() -> Pairs:
    digits = load_digits("float64")
    return digits.x, digits.t


def _softmax(u: np.ndarray) -> np.ndarray:
    e = np.exp(u - u.max(axis=1, keepdims=True))
    p: np.ndarray = e / e.sum(axis=1, keepdims=True)
    return p


def _loss(p: np.ndarray, t: np.ndarray, softmaxes: float) -> float:
    q = _softmax(p) if softmaxes > 1 else p
    return float(-np.mean(np.log(q[np.arange(len(t)), t] + 1e-300)))  # finite for a p of 0


def _loss_gradient(p: np.ndarray, t: np.ndarray, softmaxes: float) -> np.ndarray:
    """The gradient of the loss with respect to the scores that p is the softmax of."""
    q = _softmax(p) if softmaxes > 1 else p
    du: np.ndarray = (q - ONE_HOT[t]) / len(t)
    if softmaxes > 1:
        du = p * (du - np.sum(du * p, axis=1, keepdims=True))
    return du
