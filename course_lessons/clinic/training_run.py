"""A small network in training, described by plain numbers alone."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

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


@dataclass
class _State:
    """What a run is made of, and where it is: out of reach of those who look at the run."""

    recipe: dict[str, float]
    rng: np.random.Generator
    order: list[int]
    layers: list[Pairs]
    kept: list[np.ndarray]


_states: "WeakKeyDictionary[TrainingRun, _State]" = WeakKeyDictionary()

# The ends of the runs that were trained last, by a digest: log, parameters, state of the draws.
_ends: dict[int, tuple[np.ndarray, list[np.ndarray], Any]] = {}
MOST_ENDS = 64


class TrainingRun:
    """A 64-32-32-10 ReLU network on digits of 8×8 pixels, trained by plain gradient descent.

    It starts where :meth:`restart` puts it. The same recipe gives the same run on every call. The
    run does not show its recipe, so its fault has to be measured.

    Parameters
    ----------
    recipe : name -> number; ``USUAL`` has the names. The mechanism is the same for all runs, and
        the numbers say how large each of its parts is

    Attributes
    ----------
    training, validation, new : images (N, 64) and labels (N,) each; what is new was used by nobody
    """

    __slots__ = ("__weakref__", "new", "training", "validation")

    def __init__(self, recipe: Mapping[str, float]) -> None:
        if unknown := recipe.keys() - USUAL.keys():
            raise ValueError(f"TrainingRun: {min(unknown)!r} is not in a recipe; {list(USUAL)} are")
        whole = {**USUAL, **recipe}
        rng = np.random.default_rng(int(whole["seed"]))
        x, t = _digits()
        order = rng.permutation(len(x))
        cuts = np.cumsum([N_TRAINING, N_VALIDATION, N_NEW])
        first, second, third = np.split(order[: cuts[2]], cuts[:2])
        n_leaked = round(whole["leaked"] * N_VALIDATION)
        second = np.concatenate([rng.choice(first, n_leaked), second[n_leaked:]])
        self.training, self.validation, self.new = (
            (x[part], t[part]) for part in (first, second, third)
        )
        _states[self] = _State(whole, rng, [], [], [])
        self.restart()

    def __deepcopy__(self, memo: dict[int, Any]) -> "TrainingRun":
        """A run that is where this one is, and goes on by itself."""
        run = type(self)(_states[self].recipe)
        _states[run] = deepcopy(_states[self], memo)
        return run

    def restart(self) -> None:
        """Go back to the initial weights, the first batch and a new optimizer."""
        state = _states[self]
        seed, scale = int(state.recipe["seed"]), state.recipe["weight_scale"]
        state.rng, state.order, state.layers = np.random.default_rng([seed, 1]), [], []
        for n_in, n_out in pairwise([SIDE * SIDE, 32, 32, N_CLASSES]):
            W = scale * np.sqrt(2 / n_in) * state.rng.normal(size=(n_in, n_out))
            state.layers.append((W, np.zeros(n_out)))
        state.layers[-1][0][...] *= OUTPUT_SCALE
        state.kept = [np.zeros_like(p) for p in self.parameters()]

    @QUIET
    def train(self) -> np.ndarray:
        """Restart and take all steps of the run. The next time, its end is put back at once.

        Returns
        -------
        log : (steps, 2), loss and accuracy of each step on its batch, as the run logs them
        """
        self.restart()
        run = _states[self]
        key = hash(tuple(sorted(run.recipe.items())))
        if key not in _ends:
            log = np.array([self.step() for _ in range(STEPS)])
            while len(_ends) >= MOST_ENDS:
                del _ends[next(iter(_ends))]
            draws = run.rng.bit_generator.state
            _ends[key] = log, [p.copy() for p in self.parameters()], draws
        log, end, run.rng.bit_generator.state = _ends[key]
        for p, after in zip(self.parameters(), end, strict=True):
            p[...] = after
        return log.copy()

    def batch(self) -> Pairs:
        """The loader's next batch: images (24, 64) and labels (24,)."""
        run = _states[self]
        if not run.order:
            run.order = run.rng.permutation(N_TRAINING).tolist()
        rows, run.order = run.order[:BATCH], run.order[BATCH:]
        x, t = self.training[0][rows], self.training[1][rows]
        if run.recipe["mirrored"]:
            mirrored = run.rng.random(BATCH) < run.recipe["mirrored"]
            x[mirrored] = x[mirrored].reshape(-1, SIDE, SIDE)[:, :, ::-1].reshape(-1, SIDE**2)
        if run.recipe["relabelled"]:
            relabelled = run.rng.random(BATCH) < run.recipe["relabelled"]
            t[relabelled] = run.rng.choice(self.training[1], relabelled.sum())
        return x, t

    @QUIET
    def step(self, batch: Pairs | None = None) -> tuple[float, float]:
        """One step on ``batch``, by default the loader's next; loss and accuracy before it."""
        run, (x, t) = _states[self], self.batch() if batch is None else batch
        p, zs = _forward(run, _scaled(x), run.recipe["dropout"])
        result = _loss(p, t, run.recipe["softmaxes"])[0], float(np.mean(p.argmax(axis=1) == t))
        first = 2 * int(run.recipe["first_trained"])
        for i, (w, dw) in enumerate(zip(self.parameters(), _backward(run, p, zs, t), strict=True)):
            run.kept[i] = run.recipe["kept"] * run.kept[i] + dw
            if i >= first:
                w -= run.recipe["lr"] * run.kept[i]
        return result

    @QUIET
    def loss(self, batch: Pairs) -> float:
        """The loss on a batch, without dropout; nothing is changed."""
        p, _ = _forward(_states[self], _scaled(batch[0]), 0.0)
        return _loss(p, batch[1], _states[self].recipe["softmaxes"])[0]

    @QUIET
    def gradients(self, batch: Pairs) -> list[np.ndarray]:
        """The gradients of :meth:`loss` as the run computes them, one for each parameter."""
        p, zs = _forward(_states[self], _scaled(batch[0]), 0.0)
        return _backward(_states[self], p, zs, batch[1])

    @QUIET
    def predict(self, images: np.ndarray) -> np.ndarray:
        """Probabilities (N, 10) of the classes, as the run computes them for its validation."""
        run = _states[self]
        x = _scaled(run.recipe["scale_after"] * images)
        if run.recipe["own_mean"]:
            x = x - x.mean(axis=0)
        return _forward(run, x, run.recipe["dropout_after"])[0]

    def parameters(self) -> list[np.ndarray]:
        """The arrays W1, b1, W2, b2, W3, b3 themselves: changing one changes the network."""
        return [p for layer in _states[self].layers for p in layer]


@cache
def _digits() -> Pairs:
    digits = load_digits("float64")
    return digits.x, digits.t


def _scaled(images: np.ndarray) -> np.ndarray:
    return (images - CENTRE) / SPREAD


def _forward(run: _State, x: np.ndarray, drop_prob: float) -> tuple[np.ndarray, list[np.ndarray]]:
    """Probabilities, and the input of each layer."""
    zs = [x]
    *hidden, (W, b) = run.layers
    for W_hidden, b_hidden in hidden:
        z = np.maximum(zs[-1] @ W_hidden + b_hidden, 0)
        if drop_prob:
            z = z * (run.rng.random(z.shape) >= drop_prob) / (1 - drop_prob)
        zs.append(z)
    u = zs[-1] @ W + b
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), zs


def _backward(run: _State, p: np.ndarray, zs: list[np.ndarray], t: np.ndarray) -> list[np.ndarray]:
    _, du = _loss(p, t, run.recipe["softmaxes"])
    gradients: list[np.ndarray] = []
    for (W, _b), z in zip(run.layers[::-1], zs[::-1], strict=True):
        gradients = [z.T @ du, du.sum(axis=0), *gradients]
        if len(gradients) < 2 * len(run.layers):
            du = du @ W.T * (z > 0 if run.recipe["mask"] else 1)
    return [run.recipe["gradient_scale"] * dw for dw in gradients]


def _loss(p: np.ndarray, t: np.ndarray, softmaxes: float) -> tuple[float, np.ndarray]:
    """The loss, and its gradient with respect to the scores that p is the softmax of."""
    q = np.exp(p) / np.exp(p).sum(axis=1, keepdims=True) if softmaxes > 1 else p
    loss = float(-np.mean(np.log(q[np.arange(len(t)), t] + 1e-300)))  # finite for a p of 0
    du: np.ndarray = (q - ONE_HOT[t]) / len(t)
    if softmaxes > 1:
        du = p * (du - np.sum(du * p, axis=1, keepdims=True))
    return loss, du
