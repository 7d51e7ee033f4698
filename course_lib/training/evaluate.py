"""What a model computes for data it is not trained on: its outputs, their loss and accuracy."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from inspect import signature
from typing import Any

from course_lib.averages import weights_told
from course_lib.backend import Array, to_numpy
from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.requirements import labels_checked
from course_lib.settings import require_counts, require_function
from course_lib.training.metrics import Means, Metric
from course_lib.training.samples import (
    Data,
    arrays_of,
    each,
    fitted_to,
    joined,
    numbers_in,
    rows,
    sample_count,
)
from course_lib.transfers import in_main_memory, number

NUMBERS = 100_000  # of the inputs that go through the model together
TOGETHER = 10_000_000  # numbers of outputs that go through the loss together: 40 MB

Loss = Callable[..., Any]
"""``value, gradient = loss(y, t)``; with weights ``loss(y, t, sample_weight=w)``."""


@helpful
def predict(model: Layer, x: Data, *, batch_size: int | None = None) -> Data:
    """Outputs with ``training=False``, as ``model(x)``, in the memory of a few rows at a time.

    Parameters
    ----------
    model : any layer
    x : (N, …) inputs, or a tuple of several
    batch_size : rows at a time, as in `evaluate`

    Returns
    -------
    y : (N, …) outputs; a tuple if the model has several

    Raises
    ------
    ValueError
        If there are no rows, or batch_size is below 1.
    """
    sample_count("predict", x, x)
    fitted = fitted_to(model.parameters())
    return joined(list(_outputs("predict", model, x, batch_size, fitted)))


@helpful
def evaluate(
    model: Layer,
    x: Data,
    t: Data,
    *,
    loss: Loss,
    sample_weight: Array | None = None,
    batch_size: int | None = None,
) -> tuple[float, float | None]:
    """Loss and accuracy of all samples with ``training=False``.

    Parameters
    ----------
    model : any layer
    x : (N, …) inputs, or a tuple of several
    t : (N, …) targets, or a tuple of several
    loss : ``value, gradient = loss(y, t)``. It gets the outputs of all samples at once, so it may
        average as it likes. Of more than 10 million numbers it gets a part at a time; a loss that
        is not a mean over samples then has to say `averaged_over`.
    sample_weight : (N,) how often each sample counts; the loss gets it as its argument of this name
    batch_size : how many rows go through the model at a time, which changes only time and memory;
        by default as many as have about 100,000 numbers, and 1,000 on a GPU

    Returns
    -------
    loss : float
    accuracy : share of the labels that have the largest output, without those that the loss
        ignored; None unless the targets are integers (N,), or (N, …) for outputs (N, …, K)

    Raises
    ------
    ValueError
        If there are no rows, not as many targets, a label is out of range, or batch_size is below
        1.
    """
    sample_count("evaluate", x, t, sample_weight)
    require_loss("evaluate", loss, sample_weight)
    found, share, _ = judged(model, x, t, sample_weight, loss=loss, batch_size=batch_size)
    return found, share


def judged(
    model: Layer,
    x: Data,
    t: Data,
    weight: Array | None = None,
    *,
    loss: Loss,
    metrics: Mapping[str, Metric] | None = None,
    batch_size: int | None = None,
) -> tuple[float, float | None, dict[str, float]]:
    """Loss, accuracy, and the metrics, which get all outputs and targets as NumPy arrays."""
    fitted = fitted_to(model.parameters())
    parts: list[Data] = []
    kept: list[Data] = []
    means, start = Means(), 0

    def add() -> None:
        """Include the samples whose outputs are in parts."""
        nonlocal start
        y, begin = joined(parts), start
        start += int(arrays_of(y)[0].shape[0])
        targets: Any = fitted(rows(t, begin, start))
        w = None if weight is None else fitted(rows(weight, begin, start))
        check = labels_checked(targets, t) if begin == 0 else nullcontext()
        with check, weights_told() as told:
            value = loss(y, targets, **given(w))[0]
        means.add(number(value), y, targets, told)
        parts.clear()

    for y in _outputs("evaluate", model, x, batch_size, fitted):
        if parts and sum(map(numbers_in, [*parts, y])) > TOGETHER:
            add()
        parts.append(y)
        kept += [each(to_numpy, y)] if metrics else []
    add()
    outputs, targets = (joined(kept), each(to_numpy, t)) if metrics else (None, None)
    values = {name: float(metric(outputs, targets)) for name, metric in (metrics or {}).items()}
    return means.loss(), means.accuracy(), values


def _outputs(
    where: str, model: Layer, x: Data, batch_size: int | None, fitted: Callable[[Data], Data]
) -> Iterator[Data]:
    """Outputs for some rows after the others."""
    first = arrays_of(x)[0]
    N = int(first.shape[0])
    if batch_size is None:
        # So few that the outputs of a convolution, some times as large, stay near the cache.
        few = max(32, min(1000, NUMBERS * N // max(numbers_in(x), 1)))
        batch_size = few if in_main_memory(first) else 1000
    require_counts(where, batch_size=batch_size)
    for start in range(0, N, batch_size):
        yield model(fitted(rows(x, start, start + batch_size)))


def given(weight: Array | None) -> dict[str, Array]:
    """The argument for the loss, if samples have weights."""
    return {} if weight is None else {"sample_weight": weight}


def require_loss(where: str, loss: Loss, weight: Array | None = None) -> None:
    """Raise TypeError unless a loss can be called with outputs, targets and, if given, weights."""
    require_function(where, "course_lib.losses.classification", "y", "t", loss=loss)
    if weight is None:
        return
    try:
        signature(loss).bind(None, None, sample_weight=weight)
    except TypeError:
        raise TypeError(
            f"{where}: with sample_weight, loss is called as loss(y, t, sample_weight=w), which "
            f"{getattr(loss, '__name__', loss)} does not take; a function of your own passes it "
            "on: lambda y, t, **more: huber(y, t, 1.0, **more)"
        ) from None
