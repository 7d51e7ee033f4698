"""Layers whose backward pass may hold a fault: what a gradient check is tried on."""

from collections.abc import Mapping
from typing import Any

import numpy as np

N_IN, N_OUT = 4, 3
BUDGET = 250  # forward passes of one layer
FAR = 2.0  # pre-activations beyond it are far from 0
FAULTS = {  # name -> the range of a fault's strength in float64, and in float32
    "last sample": ((1.0, 1.0), (1.0, 1.0)),  # dW or db is that of the last sample alone
    "upstream": ((1.0, 1.0), (1.0, 1.0)),  # the mean of dy takes the place of dy
    "below zero": ((0.4, 0.8), (0.4, 0.8)),  # the derivative is too small for u < 0
    "far away": ((0.3, 0.7), (0.3, 0.7)),  # it is too small for |u| > FAR
    "slight": ((0.001, 0.002), (0.01, 0.02)),  # dx, dW or db is a little too large
    "no derivative": ((1.0, 1.0), (1.0, 1.0)),  # the derivative is 1; the trial shows it
}
SORTS = ("float64, smooth", "float64, kinks", "float32, smooth", "float32, kinks")


class ForwardPassesSpent(Exception):
    """One forward pass more than the budget allows was asked for."""


class UnknownLayer:
    """A layer ``y = f(u)``, ``u = x @ W + b``, with an unknown activation function f.

    Parameters
    ----------
    numbers : what :func:`draw_layer` draws; its ``fault`` is what is wrong with the backward pass,
        one of ``FAULTS``, or nothing if it is empty
    budget : how many forward passes it computes

    Attributes
    ----------
    dtype : ``"float64"`` or ``"float32"``, the type in which it computes whatever it is given
    spent : the number of forward passes so far
    """

    def __init__(self, numbers: Mapping[str, Any], budget: int = BUDGET) -> None:
        self.dtype = str(numbers["dtype"])
        self.budget, self.spent = budget, 0
        self._numbers = dict(numbers)
        # A bent line: between neighbouring places its slope is a number.
        places, slopes = np.asarray(numbers["places"]), np.asarray(numbers["slopes"])
        knots = np.concatenate([[-100.0], places, [100.0]])
        heights = np.append(0.0, np.cumsum(slopes * np.diff(knots)))
        self._knots, self._heights = knots, heights - np.interp(0.0, knots, heights)
        self._places, self._slopes = places, slopes

    def forward(self, x: Any, W: Any, b: Any) -> np.ndarray:
        """The output, of shape (n, 3), for x (n, 4), W (4, 3) and b (3,).

        Raises
        ------
        ForwardPassesSpent
            The budget is used up.
        """
        self.spent += 1
        if self.spent > self.budget:
            raise ForwardPassesSpent(
                f"this layer computes {self.budget} forward passes, no more. A central difference "
                "takes two for each number, so use small arrays and few points"
            )
        *_, u = self._inputs(x, W, b)
        if len(self._places):
            y = np.interp(u, self._knots, self._heights)
        else:
            y = self._slopes[0] * u + self._numbers["wave"] * np.sin(self._numbers["pace"] * u)
        return np.asarray(y, self.dtype)

    def backward(self, dy: Any, x: Any, W: Any, b: Any) -> list[np.ndarray]:
        """The gradients [dx, dW, db] of a loss with the gradient ``dy`` (n, 3) at the output."""
        x, W, _, u = self._inputs(x, W, b)
        fault, strength, one = (self._numbers[name] for name in ("fault", "strength", "one"))
        dy = np.asarray(dy, self.dtype)
        slope = self._slopes[np.searchsorted(self._places, u)]
        if not len(self._places):
            wave, pace = self._numbers["wave"], self._numbers["pace"]
            slope = slope + wave * pace * np.cos(pace * u)
        match fault:
            case "upstream":
                dy = np.full_like(dy, dy.mean())
            case "below zero":
                slope = np.where(u < 0, strength * slope, slope)
            case "far away":
                slope = np.where(np.abs(u) > FAR, strength * slope, slope)
            case "no derivative":
                slope = np.ones_like(u)
        du = (dy * slope).astype(self.dtype)
        gradients = [du @ W.T, x.T @ du, du.sum(axis=0)]
        if fault == "last sample":
            if one == 1:
                gradients[1] = x[-1:].T @ du[-1:]
            else:
                gradients[2] = du[-1]
        if fault == "slight":
            gradients[one] = (1 + strength) * gradients[one]
        return [gradient.astype(self.dtype) for gradient in gradients]

    def _inputs(self, x: Any, W: Any, b: Any) -> tuple[Any, Any, Any, Any]:
        x, W, b = (np.asarray(value, self.dtype) for value in (x, W, b))
        if x.ndim != 2 or x.shape[1] != N_IN or W.shape != (N_IN, N_OUT) or b.shape != (N_OUT,):
            raise ValueError(
                f"the layer takes x (n, {N_IN}), W ({N_IN}, {N_OUT}) and b ({N_OUT},), not "
                f"{x.shape}, {W.shape} and {b.shape}"
            )
        return x, W, b, x @ W + b


def draw_layer(rng: np.random.Generator, sort: str, fault: str) -> dict[str, Any]:
    """The numbers of a layer of one of ``SORTS`` with one of ``FAULTS``."""
    dtype, look = sort.split(", ")
    kinks = 7 if look == "kinks" else 0
    low, high = FAULTS[fault][dtype == "float32"]
    places = np.sort(rng.uniform(-2, 2, size=kinks))
    slopes = np.where(np.arange(kinks + 1) % 2, 0.2, 1.4) + rng.uniform(0, 0.6, size=kinks + 1)
    return {
        "fault": fault,
        "strength": rng.uniform(low, high),
        "one": int(rng.integers(3)),  # the gradient that is wrong, if a single one is
        "dtype": dtype,
        "places": places,
        "slopes": slopes if kinks else rng.uniform(0.8, 1.2, size=1),
        "wave": rng.uniform(0.3, 0.7),
        "pace": rng.uniform(0.5, 1.0),
    }
