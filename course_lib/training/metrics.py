"""Metrics of a classifier, accuracy and confusion matrix, those of others, and means over parts."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.requirements import is_kind, require_labels
from course_lib.settings import require_function
from course_lib.shapes import require_shapes
from course_lib.training.samples import Data, arrays_of
from course_lib.transfers import Number, number

Metric: TypeAlias = Callable[[Any, Any], float]
"""``metric(y, t)`` -> a number, of outputs and targets as NumPy arrays."""


def accuracy(y: Array, target: Array) -> float:
    """Share of rows whose largest output is in the column of the target; nan is never right.

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
    _require_rows("accuracy", y, target)
    xp = array_namespace(y, target)
    labels = target if target.ndim == 1 else _classes(target, 0.5)
    if target.ndim == 1:
        require_labels("accuracy", to_numpy(target), max(2, y.shape[1]), _columns(y))
    elif y.shape[1] > 1:
        off = float(xp.max(xp.abs(xp.sum(xp.astype(target, xp.float64), axis=1) - 1)))
        if not off < 1e-3:
            raise ValueError(
                f"accuracy: the sum of a row of target is {off:.3g} away from 1, expected "
                "probabilities; with several classes in a row, compare the columns one by one"
            )
    return float(xp.count_nonzero(_right(y, labels))) / int(y.shape[0])


def _columns(y: Array) -> str:
    return f"y has {y.shape[1]} {'column' if y.shape[1] == 1 else 'columns'}"


def _classes(y: Array, border: float = 0.0) -> Array:
    """The class of each row: the place of the largest entry, or which side of the border."""
    xp = array_namespace(y)
    if y.shape[-1] == 1:
        return xp.astype(y[..., 0] > border, xp.int64)
    return xp.argmax(y, axis=-1)


def _right(y: Array, labels: Array) -> Array:
    """Whether the class of each row is its label; a row with nan has none."""
    largest = array_namespace(y).max(y, axis=-1)  # nan if there is one
    return (_classes(y) == labels) & (largest == largest)


def _require_rows(where: str, y: Array, target: Array) -> None:
    letters = "N" if getattr(target, "ndim", 1) == 1 else "N K"
    require_shapes(where, y=(y, "N K"), target=(target, letters))
    if y.shape[0] == 0:
        raise ValueError(f"{where}: there are no rows (N = 0)")


def confusion_matrix(y: Array, target: Array) -> Array:
    """Counts of true and predicted classes: entry [i, j] counts samples of class i predicted as j.

    The diagonal counts the correct predictions; its sum divided by N is the accuracy. A row with
    nan is counted nowhere.

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
    _require_rows("confusion_matrix", y, target)
    K = y.shape[1]
    xp = array_namespace(y, target)
    labels = to_numpy(target if target.ndim == 1 else _classes(target, 0.5))
    n = max(2, K)
    require_labels("confusion_matrix", labels, n, _columns(y))
    pairs = labels.astype(np.int64) * n + to_numpy(_classes(y))
    counts = np.bincount(pairs[~np.isnan(to_numpy(y)).any(axis=1)], minlength=n * n).reshape(n, n)
    return xp.asarray(counts, device=y.device)


# --- Metrics of others, by name or as functions ---------------------------------------------------


def metrics_of(metrics: Any) -> dict[str, Metric]:
    """Name -> function of outputs and targets, from what `fit` was given."""
    if isinstance(metrics, str) or not isinstance(metrics, Iterable):
        raise TypeError(
            f"fit: metrics is {metrics!r}, expected a list of names and functions, or a dictionary "
            'name -> function; write metrics=["balanced_accuracy_score"]'
        )
    named = metrics if isinstance(metrics, Mapping) else {_name(m): m for m in metrics}
    return {str(name): _metric(name, metric) for name, metric in named.items()}


def _name(metric: Any) -> Any:
    return getattr(_function(metric), "__name__", metric)


def _function(metric: Any) -> Any:
    return getattr(metric, "func", metric)  # of a functools.partial


def _metric(name: str, metric: Any) -> Metric:
    """A function of yours, or one of scikit-learn, which takes y_true, then y_pred or y_score."""
    if isinstance(metric, str):
        metric = _of_scikit_learn(metric)
    require_function("fit", "lambda y, t: abs(y - t).max()", "y", "t", metric=metric)
    first, second, *_ = [*inspect.signature(metric).parameters, "", ""]
    of_classes = second in ("y_pred", "y2")
    home = str(getattr(_function(metric), "__module__", ""))
    one_column = "_classification" in home  # of scikit-learn: their targets are classes

    def measured(y: Any, t: Any) -> float:
        if first not in ("y_true", "y1"):
            value = metric(y, t)
        elif of_classes and _are_labels(y, t):
            value = metric(t, _classes(y))
        elif of_classes and one_column and np.shape(y) == np.shape(t) == (len(t), 1):
            value = metric(t[:, 0], _classes(y))
        else:
            value = metric(t, y)
        if np.ndim(value) or not hasattr(value, "__float__"):
            raise TypeError(f"fit: metric {name} returned {value!r}, expected a number")
        return float(value)

    return measured


def _of_scikit_learn(name: str) -> Callable[..., Any]:
    """The function of this name."""
    theirs = import_module("sklearn.metrics")
    if not hasattr(theirs, name):
        near = [w for w in dir(theirs) if w in (f"{name}_score", f"{name}_error", f"{name}_loss")]
        advice = f"; write {near[0]!r}" if near else "; give a function metric(y, t)"
        raise ValueError(f"fit: scikit-learn has no metric {name!r}{advice}")
    found: Callable[..., Any] = getattr(theirs, name)
    return found


# --- Mean loss and accuracy over samples that come minibatch by minibatch -------------------------


class Means:
    """Collect losses and hits of minibatches, which may differ in size, and in what they count.

    On a GPU they stay there until they are asked for, which is one transfer.
    """

    def __init__(self) -> None:
        self._parts: list[list[Number]] = []

    def add(self, value: Number, y: Data, t: Data, told: Sequence[Array | int] = ()) -> None:
        """Include a minibatch.

        Parameters
        ----------
        value : its loss
        y, t : outputs and targets
        told : what the loss said that it averaged over; if nothing, or several, over all samples
        """
        weights = told[0] if len(told) == 1 else int(arrays_of(t)[0].shape[0])
        xp = array_namespace(*arrays_of(y))
        whole = float(weights) if isinstance(weights, int) else number(xp.sum(weights))
        part = [value, whole]
        if _are_labels(y, t):
            counts = t >= 0
            if not isinstance(weights, int) and weights.size == t.size:
                counts = counts & (xp.reshape(weights, t.shape) > 0)
            hits = _right(y, t) & counts
            beyond = counts & (t >= max(2, y.shape[-1]))
            part += [number(xp.count_nonzero(found)) for found in (hits, counts, beyond)]
        self._parts.append(part)

    def losses(self) -> list[float]:
        """Loss of every minibatch so far."""
        self._parts = fetched(self._parts)
        return [part[0] for part in self._parts]

    def loss(self) -> float:
        """Mean over all samples so far; 0 if none counts."""
        self._parts = fetched(self._parts)
        whole = sum(part[1] for part in self._parts)
        return float(sum(part[0] * part[1] for part in self._parts) / (whole or 1.0))

    def accuracy(self) -> float | None:
        """Share of correct labels so far; None if none counts, or if one has no output.

        Then the targets are other integers, such as counts.
        """
        self._parts = fetched(self._parts)
        hits, counted, beyond = (sum(sum(p[i : i + 1]) for p in self._parts) for i in (2, 3, 4))
        return hits / counted if counted and not beyond else None


def _are_labels(y: Data, t: Data) -> bool:
    """Whether targets are integers, one for each row of scores."""
    one = not isinstance(y, tuple) and not isinstance(t, tuple)
    return one and y.ndim > 1 and y.shape[:-1] == t.shape and is_kind(t, "integral")


def fetched(parts: Sequence[Sequence[Number]]) -> list[list[float]]:
    """The numbers as floats; those on a GPU come in one transfer."""
    there = [x for part in parts for x in part if not isinstance(x, float)]
    if not there:
        return [list(part) for part in parts]
    xp = array_namespace(*there)
    values = iter(to_numpy(xp.stack([xp.astype(x, xp.float64) for x in there])))
    return [[x if isinstance(x, float) else float(next(values)) for x in part] for part in parts]
