"""Loss and accuracy of a model on data it is not trained on."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from course_lib.backend import Array, in_precision_of
from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.parameter import Parameter
from course_lib.requirements import is_kind, labels_checked
from course_lib.settings import require_counts, require_function
from course_lib.shapes import require_shapes
from course_lib.training.metrics import Means
from course_lib.transfers import in_main_memory, number

NUMBERS = 100_000

Loss = Callable[[Array, Array], Any]
"""``value, gradient = loss(y, t)``."""


@helpful
def evaluate(
    model: Layer, x: Array, t: Array, *, loss: Loss, batch_size: int | None = None
) -> tuple[float, float | None]:
    """Mean loss and accuracy with ``training=False``.

    Parameters
    ----------
    model : any layer
    x : (N, …) inputs
    t : (N, …) targets
    loss : ``value, gradient = loss(y, t)``, a mean over samples
    batch_size : how many rows at a time, which changes only time and memory; by default as many as
        have about 100,000 numbers, and 1,000 on a GPU

    Returns
    -------
    loss : float
    accuracy : float, or None if the targets are not integer labels (N,)

    Raises
    ------
    ValueError
        If there are no rows, not as many targets, a label is out of range, or batch_size is below
        1.
    """
    N = sample_count("evaluate", x, t)
    require_loss("evaluate", loss)
    if batch_size is None:
        batch_size = _rows_at_a_time(x)
    require_counts("evaluate", batch_size=batch_size)
    means = Means()
    parameter = parameter_for(model, x)
    for start in range(0, N, batch_size):
        stop = min(start + batch_size, N)
        batch, targets = x[start:stop, ...], t[start:stop, ...]
        y = model(batch if parameter is None else in_precision_of(parameter.data, batch))
        with labels_checked(targets, t) if start == 0 else nullcontext():
            value = loss(y, targets)[0]
        means.add(number(value), y, targets)
    return means.loss(), means.accuracy()


def _rows_at_a_time(x: Array) -> int:
    """So few that the outputs of a convolution, some times as large, stay near the cache."""
    if not in_main_memory(x):
        return 1000
    return max(32, min(1000, NUMBERS * int(x.shape[0]) // max(x.size, 1)))


def parameter_for(model: Layer, x: Array) -> Parameter | None:
    """A parameter whose data type floating-point data are to have, if the model has one alone.

    Otherwise data in double precision, which NumPy gives by default, would make every step double.
    """
    parameters = model.parameters()
    if not is_kind(x, "real floating") or len({p.data.dtype for p in parameters}) != 1:
        return None
    return parameters[0]


def sample_count(where: str, x: Array, t: Array, *, of: str = "") -> int:
    """Number of samples, the same in inputs and targets and not zero."""
    for name, array in (("x", x), ("t", t)):
        require_shapes(where, **{name: (array, "N ...")})
        if not (is_kind(array, "numeric") or is_kind(array, "bool")):
            raise TypeError(
                f"{where}: {name} has dtype {array.dtype}, expected numbers; if {name} is a table "
                f'of numbers, numpy.asarray({name}, dtype="float32") converts it'
            )
    N = int(x.shape[0])
    if N == 0 or t.shape[0] != N:
        raise ValueError(
            f"{where}: there are {N} {of}inputs and {t.shape[0]} {of}targets; expected as many of "
            "both, at least one"
        )
    return N


def require_loss(where: str, loss: Loss) -> None:
    """Raise TypeError unless a loss can be called with outputs and targets."""
    require_function(where, "course_lib.losses.classification", "y", "t", loss=loss)
