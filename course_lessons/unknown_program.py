"""Programs that train a network and may hold a fault: what tests before a training are tried on."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course_lessons.pairs import CallsSpent, count_apart

STEPS = 200  # steps of one program
IMAGES, PIXELS, UNITS = 500, 20, 40  # more than the steps can memorise
FAULTS = (
    "start",  # large initial weights, or images that are not standardised
    "loss",  # divided by the number of classes, or with logarithms of base 10
    "learning",  # labels in another order in each step, or no active hidden unit
    "rate",  # far too large, or far too small
)

Values = np.ndarray


class Program:
    """A network, a training step, the images and the learning rate that somebody planned.

    Parameters
    ----------
    network, step : ``step(network, x, t, lr)`` makes one step on a batch, and returns the loss
        before it
    x, t, lr : the images, one in a row, their labels 0 to K - 1, and the rate
    classes : their number K
    """

    def __init__(
        self, network: Any, step: Callable[..., Any], x: Any, t: Any, lr: float, classes: int
    ) -> None:
        self.x, self.t, self.lr, self.classes = x, t, lr, classes
        self._network, self._step = network, step

    def step(self, x: Any, t: Any, lr: float) -> float:
        """Make one step on a batch; return the loss of the batch before the step."""
        with np.errstate(all="ignore"):
            return float(self._step(self._network, x, t, lr))


class UnknownProgram(Program):
    """A program with one hidden layer and random images and labels.

    Parameters
    ----------
    numbers : what :func:`random_program` draws; its ``fault`` is what is wrong, one of ``FAULTS``,
        or nothing if it is empty
    budget : how many steps it makes

    Attributes
    ----------
    x, t, lr, classes : as in :class:`Program`
    spent : the number of steps so far
    """

    def __init__(self, numbers: Mapping[str, Any], budget: int = STEPS) -> None:
        self.budget, self.spent = budget, 0
        self._fault, self._odd = numbers["fault"], numbers["one"] % 2 == 1
        self._rng = np.random.default_rng(int(numbers["seed"]))
        lr, K = float(numbers["lr"]), int(numbers["classes"])
        x, t = self._rng.normal(size=(IMAGES, PIXELS)), self._rng.permutation(np.arange(IMAGES) % K)
        W = self._rng.normal(size=(PIXELS, UNITS)) * np.sqrt(2 / PIXELS)
        V = self._rng.normal(size=(UNITS, K)) * np.sqrt(0.02 / UNITS)
        b = np.zeros(UNITS)
        match self._fault, self._odd:
            case "start", True:
                V *= 40
            case "start", False:
                x = 40 * x
            case "learning", False:
                b -= 20
            case "rate", odd:
                lr *= 1000 if odd else 0.01
        super().__init__([W, b, V, np.zeros(K)], self._descend, x, t, lr, K)

    def _descend(self, parameters: list[Values], x: Any, t: Any, lr: float) -> float:
        self.spent += 1
        if self.spent > self.budget:
            raise CallsSpent(f"this program makes {self.budget} steps, no more")
        x, t = np.asarray(x, float), np.asarray(t)
        if x.ndim != 2 or x.shape[1] != PIXELS or t.shape != x.shape[:1]:
            raise ValueError(
                f"x has shape {x.shape} and t {t.shape}, expected (N, {PIXELS}) and (N,)"
            )
        if self._fault == "learning" and self._odd:
            t = self._rng.permutation(t)
        W, b, V, c = parameters
        z = np.maximum(x @ W + b, 0)
        u = z @ V + c
        u = u - u.max(axis=1, keepdims=True)
        log_y = u - np.log(np.exp(u).sum(axis=1, keepdims=True))
        rows = np.arange(len(x))
        loss = -log_y[rows, t].mean()
        du = np.exp(log_y)
        du[rows, t] -= 1
        du /= len(x)
        dz = (du @ V.T) * (z > 0)
        gradients = x.T @ dz, dz.sum(axis=0), z.T @ du, du.sum(axis=0)
        for p, dp in zip(parameters, gradients, strict=True):
            p -= lr * dp
        if self._fault == "loss":
            loss /= self.classes if self._odd else np.log(10)
        return float(loss)


def random_program(rng: np.random.Generator, fault: str, one: int) -> dict[str, Any]:
    """The numbers of a program with one of ``FAULTS`` (none if it is empty).

    Parameters
    ----------
    one : even or odd, which of its two kinds a fault has
    """
    return {
        "fault": fault,
        "one": one,
        "seed": int(rng.integers(1 << 30)),
        "classes": int(rng.integers(5, 21)),
        "lr": float(rng.uniform(0.2, 0.5)),
    }


def tell_apart(
    test: Callable[[UnknownProgram], Any], *, pairs: int = 4, seed: int = 0
) -> dict[str, int]:
    """`count_apart` for programs."""
    return count_apart(test, UnknownProgram, random_program, FAULTS, pairs=pairs, seed=seed)
