"""Metrics of a classifier, accuracy and confusion matrix, and means over minibatches."""

from collections.abc import Sequence

import numpy as np

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.requirements import is_kind, require_labels
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def accuracy(y: Array, target: Array) -> float:
    """Share of rows whose largest output is in the column of the target.

    Parameters
    ----------
    y : (N, K) scores or probabilities; (N, 1) scores of class 1 against class 0, which are above 0
        where class 1 is the likelier one
    target : (N,) integer labels, or (N, K) rows of probabilities, whose largest entry counts

    Returns
    -------
    share : in [0, 1]

    Raises
    ------
    ValueError
        If there are no rows, the shapes do not fit, a label is not in 0 … K-1, or the sum of a row
        of the target is not 1.
    """
    correct = count_correct(y, target)
    xp = array_namespace(y, target)
    if target.ndim == 1:
        require_labels("accuracy", to_numpy(target), max(2, y.shape[1]), _columns(y))
    elif y.shape[1] > 1:
        off = float(xp.max(xp.abs(xp.sum(xp.astype(target, xp.float64), axis=1) - 1)))
        if not off < 1e-3:
            raise ValueError(
                f"accuracy: the sum of a row of target is {off:.3g} away from 1, expected "
                "probabilities; with several classes in a row, compare the columns one by one"
            )
    return float(correct) / int(y.shape[0])


def _columns(y: Array) -> str:
    return f"y has {y.shape[1]} {'column' if y.shape[1] == 1 else 'columns'}"


def _classes(y: Array, border: float = 0.0) -> Array:
    """The class of each row: the column of the largest entry, or which side of the border."""
    xp = array_namespace(y)
    if y.shape[1] == 1:
        return xp.astype(y[:, 0] > border, xp.int64)
    return xp.argmax(y, axis=1)


def count_correct(y: Array, target: Array) -> Array:
    """Number of rows that `accuracy` counts as correct, an array without axes."""
    letters = "N" if getattr(target, "ndim", 1) == 1 else "N K"
    require_shapes("accuracy", y=(y, "N K"), target=(target, letters))
    if y.shape[0] == 0:
        raise ValueError("accuracy: there are no rows (N = 0)")
    xp = array_namespace(y, target)
    labels = target if target.ndim == 1 else _classes(target, 0.5)
    return xp.count_nonzero(_classes(y) == labels)


def confusion_matrix(y: Array, target: Array) -> Array:
    """Counts of true and predicted classes: entry [i, j] counts samples of class i predicted as j.

    The diagonal counts the correct predictions; its sum divided by N is the accuracy.

    Parameters
    ----------
    y : (N, K) scores or probabilities, or (N, 1) scores, as in `accuracy`
    target : (N,) integer labels in 0 … K-1, or (N, K) rows of probabilities

    Returns
    -------
    counts : (K, K) integers, a row for each true class and a column for each predicted one; (2, 2)
        for one column of scores

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If there are no rows, the shapes do not fit, or a label is not in 0 … K-1.
    """
    letters = "N" if getattr(target, "ndim", 1) == 1 else "N K"
    require_shapes("confusion_matrix", y=(y, "N K"), target=(target, letters))
    N, K = y.shape
    if N == 0:
        raise ValueError("confusion_matrix: there are no rows (N = 0)")
    xp = array_namespace(y, target)
    labels = to_numpy(target if target.ndim == 1 else _classes(target, 0.5))
    n = max(2, K)
    require_labels("confusion_matrix", labels, n, _columns(y))
    pairs = labels.astype(np.int64) * n + to_numpy(_classes(y))
    counts = np.bincount(pairs, minlength=n * n).reshape(n, n)
    return xp.asarray(counts, device=y.device)


# --- Mean loss and accuracy over samples that come minibatch by minibatch -------------------------


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
