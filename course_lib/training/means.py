"""Mean loss and accuracy over samples that come minibatch by minibatch."""

from collections.abc import Sequence

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.requirements import is_kind
from course_lib.training.metrics import count_correct
from course_lib.transfers import Number, number


class Means:
    """Collect losses and hits of minibatches, which may differ in size.

    On a GPU they stay there until they are asked for, which is one transfer for each list.
    """

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._losses: list[Number] = []
        self._hits: list[Number] = []

    def add(self, value: Number, y: Array, t: Array) -> None:
        """Include a minibatch: its mean loss, outputs and targets."""
        self._sizes.append(int(t.shape[0]))
        self._losses.append(value)
        if are_labels(t):
            self._hits.append(number(count_correct(y, t)))

    def losses(self) -> list[float]:
        """Mean loss of every minibatch so far."""
        self._losses = fetched(self._losses)
        return self._losses

    def loss(self) -> float:
        """Mean over all samples so far."""
        products = (n * value for n, value in zip(self._sizes, self.losses(), strict=True))
        return sum(products, 0.0) / sum(self._sizes)

    def accuracy(self) -> float | None:
        """Share of correct samples so far; None unless the targets are integer labels."""
        return sum(fetched(self._hits)) / sum(self._sizes) if self._hits else None


def are_labels(t: Array) -> bool:
    """Whether targets are integer labels, so that an accuracy makes sense."""
    return t.ndim == 1 and is_kind(t, "integral")


def fetched(numbers: Sequence[Number]) -> list[float]:
    """The numbers as floats; those on a GPU come in one transfer."""
    if all(isinstance(value, float) for value in numbers):
        return list(numbers)
    return [float(value) for value in to_numpy(array_namespace(*numbers).stack(numbers))]
