"""Layer normalisations that may hold a fault: what a test of theirs is tried on."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course_lessons.pairs import CallsSpent, count_apart
from course_lib.parameter import Parameter

CALLS = 4  # forward passes of one layer
FEATURES = 64
FAULTS = (
    "rows",  # the words of a text share their statistics
    "batch",  # a variance of all rows in training, or other statistics in testing
    "eps",  # added to the standard deviation, or left out
    "variance",  # the sum of the squares is divided by D - 1, everywhere or for y alone
    "dx",  # one of its two means is missing
    "gamma",  # taken out of the means of dx, or dgamma of y instead of x_hat
)

Values = np.ndarray


class UnknownNorm:
    """A layer normalisation in float32, with an unknown forward and backward pass.

    Parameters
    ----------
    numbers : what :func:`random_norm` draws; its ``fault`` is what is wrong, one of ``FAULTS``, or
        nothing if it is empty
    budget : how many forward passes it computes

    Attributes
    ----------
    gamma, beta : Parameter, (FEATURES,), ones and zeros at first
    eps : as in `layernorm_forward`
    spent : the number of forward passes so far
    """

    def __init__(self, numbers: Mapping[str, Any], budget: int = CALLS) -> None:
        self.budget, self.spent = budget, 0
        self.eps = float(numbers["eps"])
        self.gamma = Parameter(np.ones(FEATURES, "float32"))
        self.beta = Parameter(np.zeros(FEATURES, "float32"))
        self._fault, self._odd = numbers["fault"], numbers["one"] % 2 == 1

    def forward(self, x: Any, *, training: bool = True) -> tuple[Values, Callable[[Any], Values]]:
        """Output of the shape of x, and the function backward.

        Parameters
        ----------
        x : (N, FEATURES) or (N, T, FEATURES)

        Raises
        ------
        CallsSpent
            The budget is used up.
        ValueError
            x has another shape.
        """
        self.spent += 1
        if self.spent > self.budget:
            raise CallsSpent(f"this layer computes {self.budget} forward passes, no more")
        x = np.asarray(x, np.float32)
        if x.ndim not in (2, 3) or x.shape[-1] != FEATURES:
            raise ValueError(
                f"x has shape {x.shape}, expected (N, {FEATURES}) or (N, T, {FEATURES})"
            )
        gamma, beta = (np.asarray(p.data, np.float32) for p in (self.gamma, self.beta))
        h, std = self._normalised(x, training)
        alone = self._fault == "variance" and self._odd
        y = gamma * h * np.float32((1 - 1 / FEATURES) ** 0.5 if alone else 1) + beta
        values = h, std, gamma, y

        def backward(dy: Any) -> Values:
            return self._backward(np.asarray(dy, np.float32), values)

        return y, backward

    def _normalised(self, x: Values, training: bool) -> tuple[Values, Values]:
        fault, odd = self._fault, self._odd
        axis: Any = -1
        if fault == "rows" and x.ndim == 3:
            axis = 1 if odd else (1, 2)
        if fault == "batch" and odd and not training:
            return x, np.ones_like(x[..., :1])  # as with running statistics that nobody updated
        mean = x.mean(axis=axis, keepdims=True)
        var = x.var(axis=axis, keepdims=True)
        if fault == "batch" and not odd and training:
            var = np.broadcast_to(var.mean(), var.shape)
        if fault == "variance" and not odd:
            var = var * (FEATURES / (FEATURES - 1))
        inside = np.float32(0 if fault == "eps" else self.eps)
        std = np.sqrt(var + inside)
        if fault == "eps":
            std = std + np.float32(1e-12 if odd else self.eps)
        return (x - mean) / std, std

    def _backward(self, dy: Values, values: tuple[Values, ...]) -> Values:
        fault, odd = self._fault, self._odd
        h, std, gamma, y = values
        rows = tuple(range(dy.ndim - 1))
        dgamma = (dy * (y if fault == "gamma" and odd else h)).sum(axis=rows)
        self.gamma.add_grad(dgamma)
        self.beta.add_grad(dy.sum(axis=rows))
        outside = fault == "gamma" and not odd
        d = dy if outside else gamma * dy
        mean = d.mean(axis=-1, keepdims=True) * (not (fault == "dx" and odd))
        along = (d * h).mean(axis=-1, keepdims=True) * (not (fault == "dx" and not odd))
        dx: Values = (gamma if outside else 1) * (d - mean - h * along) / std
        return dx


def random_norm(rng: np.random.Generator, fault: str, one: int) -> dict[str, Any]:
    """The numbers of a layer with one of ``FAULTS`` (none if it is empty).

    Parameters
    ----------
    one : even or odd, which of its two kinds a fault has; half of the layers have the usual eps
    """
    eps = 1e-5 if (one // 2) % 2 else float(10 ** rng.uniform(-6, -5.3))
    return {"fault": fault, "one": one, "eps": eps}


def tell_apart(
    test: Callable[[UnknownNorm], Any], *, pairs: int = 8, seed: int = 0
) -> dict[str, int]:
    """`count_apart` for layer normalisations."""
    return count_apart(test, UnknownNorm, random_norm, FAULTS, pairs=pairs, seed=seed)
