"""Mean loss and accuracy over samples that come minibatch by minibatch."""

from course_lib.backend import Array, array_namespace
from course_lib.training.metrics import accuracy


class Means:
    """Collect losses and hits of minibatches, which may differ in size."""

    def __init__(self) -> None:
        self._samples, self._loss, self._hits = 0, 0.0, 0.0
        self._classifies = True

    def add(self, value: float, y: Array, t: Array) -> None:
        """Include a minibatch: its mean loss, outputs and targets."""
        n = int(t.shape[0])
        self._samples += n
        self._loss += n * value
        self._classifies = _are_labels(t)
        if self._classifies:
            self._hits += n * accuracy(y, t)

    @property
    def loss(self) -> float:
        """Mean over all samples so far."""
        return self._loss / self._samples

    @property
    def accuracy(self) -> float | None:
        """Share of correct samples so far; None unless the targets are integer labels."""
        return self._hits / self._samples if self._classifies else None


def _are_labels(t: Array) -> bool:
    """Whether targets are integer labels, so that an accuracy makes sense."""
    return t.ndim == 1 and bool(array_namespace(t).isdtype(t.dtype, "integral"))
