"""Programs that train a network and may hold a fault: what tests before a training are tried on."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from course_lessons.pairs import CallsSpent

CALLS = 250  # of one program
IMAGES, PIXELS, UNITS = 500, 20, 40  # more than the steps can memorise
FEW = 32  # images that a test memorises
FAULTS = (
    "start",  # large initial weights, or images that are not standardised
    "loss",  # divided by the number of classes, or with logarithms of base 10
    "learning",  # labels in another order in each step, or no active hidden unit
    "rate",  # far too large, or far too small
    "gradient",  # of the sum of the losses, at a smaller rate, or without the mask of the ReLU
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

    Attributes
    ----------
    parameters : the arrays that a step changes
    """

    def __init__(
        self, network: Any, step: Callable[..., Any], x: Any, t: Any, lr: float, classes: int
    ) -> None:
        self.x, self.t, self.lr, self.classes = x, t, lr, classes
        self._network, self._step = network, step
        self.parameters = network.parameters

    def step(self, x: Any, t: Any) -> None:
        """Make one step on a batch, at the planned rate."""
        self._run(x, t, self.lr)

    def loss(self, x: Any, t: Any) -> float:
        """The loss of a batch; nothing is changed."""
        return self._run(x, t, 0)

    def gradients(self, x: Any, t: Any) -> list[Values]:
        """What a step on a batch takes from each array, divided by the rate; nothing is changed."""
        before = [p.copy() for p in self.parameters]
        self._run(x, t, 1)
        taken = [old - p for old, p in zip(before, self.parameters, strict=True)]
        for p, old in zip(self.parameters, before, strict=True):
            p[...] = old
        return taken

    def _run(self, x: Any, t: Any, lr: float) -> float:
        with np.errstate(all="ignore"):
            return float(self._step(self._network, x, t, lr))


class UnknownProgram(Program):
    """A program with one hidden layer and random images and labels.

    Parameters
    ----------
    numbers : what :func:`random_program` draws; its ``fault`` is what is wrong, one of ``FAULTS``,
        or nothing if it is empty
    budget : how many steps, losses and gradients it computes

    Attributes
    ----------
    x, t, lr, classes, parameters : as in :class:`Program`
    spent : the number of these so far
    """

    def __init__(self, numbers: Mapping[str, Any], budget: int = CALLS) -> None:
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
            case "gradient", False:
                lr /= FEW
        network = SimpleNamespace(parameters=[W, b, V, np.zeros(K)])
        super().__init__(network, self._descend, x, t, lr, K)

    def _descend(self, network: Any, x: Any, t: Any, lr: float) -> float:
        self.spent += 1
        if self.spent > self.budget:
            raise CallsSpent(
                f"this program computes {self.budget} steps, losses and gradients, no more"
            )
        x, t = np.asarray(x, float), np.asarray(t)
        if x.ndim != 2 or x.shape[1] != PIXELS or t.shape != x.shape[:1]:
            raise ValueError(
                f"x has shape {x.shape} and t {t.shape}, expected (N, {PIXELS}) and (N,)"
            )
        if self._fault == "learning" and self._odd:
            t = self._rng.permutation(t)
        W, b, V, c = network.parameters
        z = np.maximum(x @ W + b, 0)
        u = z @ V + c
        u = u - u.max(axis=1, keepdims=True)
        log_y = u - np.log(np.exp(u).sum(axis=1, keepdims=True))
        rows = np.arange(len(x))
        loss = -log_y[rows, t].mean()
        du = np.exp(log_y)
        du[rows, t] -= 1
        without_mask = self._fault == "gradient" and self._odd
        of_the_sum = self._fault == "gradient" and not self._odd
        if not of_the_sum:
            du /= len(x)
        dz = du @ V.T
        if not without_mask:
            dz *= z > 0
        gradients = x.T @ dz, dz.sum(axis=0), z.T @ du, du.sum(axis=0)
        for p, dp in zip(network.parameters, gradients, strict=True):
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
