"""Loss and accuracy of a model on data it is not trained on."""

from collections.abc import Callable
from typing import Any

from course_lib.backend import Array, to_numpy
from course_lib.fast import compute
from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.requirements import is_kind, require_labels
from course_lib.settings import require_counts, require_function
from course_lib.shapes import require_shapes
from course_lib.training.means import Means, are_labels
from course_lib.transfers import in_main_memory, number

Loss = Callable[[Array, Array], Any]
"""``value, gradient = loss(y, t)``."""


@helpful
def evaluate(
    model: Layer, x: Array, t: Array, *, loss: Loss, batch_size: int = 1000
) -> tuple[float, float | None]:
    """Mean loss and accuracy with ``training=False``.

    Parameters
    ----------
    model : any layer
    x : (N, …) inputs
    t : (N, …) targets
    loss : ``value, gradient = loss(y, t)``, a mean over samples
    batch_size : how many rows at a time; changes nothing but the memory needed

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
    require_counts("evaluate", batch_size=batch_size)
    means = Means()
    for start in range(0, N, batch_size):
        stop = min(start + batch_size, N)
        batch, targets = x[start:stop, ...], t[start:stop, ...]
        y = model(batch)
        if start == 0:
            check_labels("evaluate", y, t)
        means.add(number(compute(loss, y, targets)[0]), y, targets)
    return means.loss(), means.accuracy()


def check_labels(where: str, y: Array, t: Array) -> None:
    """Raise unless the labels t of a data set are classes, that is, columns of the outputs y.

    Only on a GPU: in main memory the losses check the labels of every minibatch. A model with one
    output has no classes to choose from.
    """
    if are_labels(t) and not in_main_memory(t) and y.shape[-1] > 1:
        K = int(y.shape[-1])
        require_labels(where, to_numpy(t), K, f"the model has {K} outputs")


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
    require_function(where, "course_lib.losses.softmax_cross_entropy", "y", "t", loss=loss)
