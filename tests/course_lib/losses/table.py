"""Every loss of the library with arguments to try it on; a new loss is one more row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib import losses
from course_lib.functional import log_softmax

Arrays = list[Any]


@dataclass(frozen=True)
class Row:
    """A loss, and what it is given for N samples of D outputs.

    ``arguments(rng, N, D)`` returns the arrays the loss has gradients for, and the rest.
    """

    name: str
    arguments: Callable[[np.random.Generator, int, int], tuple[Arrays, Arrays]]
    is_mean_over_samples: bool = True

    def __str__(self) -> str:
        return self.name

    def __call__(self, *arguments: Any) -> tuple[float, Arrays]:
        """The value, and the gradients in a list."""
        value, *gradients = getattr(losses, self.name)(*arguments)
        return value, gradients


def normal(rng: Any, *shapes: tuple[int, ...]) -> Arrays:
    return [rng.normal(size=shape) for shape in shapes]


def signs(rng: Any, N: int, D: int) -> Any:
    return rng.choice([-1.0, 1.0], size=(N, D))


def log_rows(rng: Any, N: int, D: int) -> Any:
    return log_softmax(2.0 * rng.normal(size=(N, D)))


LOSSES = [
    Row("squared_error", lambda r, N, D: (normal(r, (N, D)), normal(r, (N, D)))),
    Row("mean_absolute_error", lambda r, N, D: (normal(r, (N, D)), normal(r, (N, D)))),
    Row("huber", lambda r, N, D: (normal(r, (N, D)), [*normal(r, (N, D)), 0.7])),
    Row("softmax_cross_entropy", lambda r, N, D: (normal(r, (N, D)), [r.integers(0, D, N)])),
    Row("nll_loss", lambda r, N, D: ([log_rows(r, N, D)], [r.integers(0, D, N)])),
    Row("kl_divergence", lambda r, N, D: ([log_rows(r, N, D)], [np.exp(log_rows(r, N, D))])),
    Row("bce_with_logits", lambda r, N, D: (normal(r, (N, D)), [r.random((N, D))])),
    Row("binary_hinge", lambda r, N, D: (normal(r, (N, D)), [signs(r, N, D)])),
    Row("perceptron_loss", lambda r, N, D: (normal(r, (N, D)), [signs(r, N, D)])),
    Row("poisson_loss", lambda r, N, D: (normal(r, (N, D)), [r.poisson(2.0, (N, D)) * 1.0])),
    Row("multiclass_hinge", lambda r, N, D: (normal(r, (N, D)), [r.integers(0, D, N), 0.8])),
    # Distances of these are about sqrt(2 D): some below the margin, some above.
    Row(
        "contrastive_loss",
        lambda r, N, D: (normal(r, (N, D), (N, D)), [r.integers(0, 2, N), 1.5 * D**0.5]),
    ),
    Row("triplet_loss", lambda r, N, D: (normal(r, (N, D), (N, D), (N, D)), [0.3])),
    Row("info_nce", lambda r, N, D: (normal(r, (N, D), (N, D)), [0.4]), False),
    # Sequences of different lengths; soft_dtw has a gradient for the first one only.
    Row("soft_dtw", lambda r, N, D: (normal(r, (N, D)), [*normal(r, (N + 2, D)), 0.9]), False),
]
