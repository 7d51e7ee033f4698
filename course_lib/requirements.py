"""What functions require of their arguments beyond the shapes; each message says what to change.

In all of them ``where`` is the function that was called, the first word of the message.

Labels, signs and probabilities are checked by looking at their values, in main memory only: on a
GPU the losses would fetch numbers in every training step. `fit` and `evaluate` check labels there
once per data set. To check an array on a GPU, pass ``to_numpy(x)``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import ModuleType
from typing import Any

from course_lib.backend import Array, Generator, array_namespace, to_numpy
from course_lib.settings import require_number
from course_lib.shapes import require_shapes
from course_lib.transfers import in_main_memory


def require_floating(where: str, advice: str | None = None, /, **arrays: Array) -> None:
    """Raise TypeError unless every array is floating point."""
    for name, x in arrays.items():
        if not hasattr(x, "dtype"):
            require_shapes(where, **{name: (x, "...")})  # refuses it, and says what to write
        if not is_kind(x, "real floating"):
            how = advice or f"make it floating point, {name}.astype(float)"
            raise TypeError(f"{where}: {name} has dtype {x.dtype}; {how}")


def require_images(where: str, axes: str, **images: Array) -> None:
    """Raise unless images have these axes, for instance "N C H W", and are floating point."""
    require_shapes(where, **{name: (x, axes) for name, x in images.items()})
    require_floating(
        where, 'make images floating point and divide by 255: x.astype("float32") / 255', **images
    )


def require_samples(where: str, **outputs: Array) -> None:
    """Raise unless every array is floating point and has at least one row.

    Parameters
    ----------
    where : the function that was called
    outputs : name -> array of shape (N, …)

    Raises
    ------
    TypeError
        If an array is not floating point: targets would be rounded to integers, too.
    ValueError
        If the batch is empty.
    """
    require_floating(where, **outputs)
    for y in outputs.values():
        if y.shape[0] == 0:
            raise ValueError(f"{where}: the batch is empty (N = 0), so it has no mean")


def require_labels(where: str, labels: Array, K: int, given: str) -> None:
    """Raise unless labels are integers, in main memory 0 … K-1; ``given`` says what K is from."""
    if not is_kind(labels, "integral"):
        raise TypeError(
            f"{where}: the target of shape (N,) has dtype {labels.dtype}; labels must be integers"
        )
    if (checked := _CHECKED.get()) is not None and not in_main_memory(labels):
        part, every = checked
        labels = to_numpy(every if labels is part else labels)
    if not in_main_memory(labels) or labels.size == 0:
        return
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0 or highest >= K:
        raise ValueError(
            f"{where}: labels run from {lowest} to {highest}, but {given}; labels must lie in "
            f"0 … {K - 1}"
        )


_CHECKED: ContextVar[tuple[Array, Array] | None] = ContextVar("_CHECKED", default=None)


@contextmanager
def labels_checked(part: Array, every: Array) -> Iterator[None]:
    """Losses check labels on a GPU, too: instead of a minibatch, part, the whole data set, every.

    A loss of one's own, which may give other labels a meaning, decides what it checks.
    """
    token = _CHECKED.set((part, every))
    try:
        yield
    finally:
        _CHECKED.reset(token)


def require_signs(where: str, **targets: Array) -> None:
    """Raise unless all targets are -1 or +1."""
    for name, t in targets.items():
        if in_main_memory(t) and not (abs(t) == 1.0).all():
            raise ValueError(
                f"{where}: {name} has values from {t.min():g} to {t.max():g}, "
                f"expected -1 and +1 only; 2 * {name} - 1 makes them of 0 and 1"
            )


def require_probabilities(where: str, **targets: Array) -> None:
    """Raise unless all values lie in [0, 1]; nan is refused, rounding is not."""
    for name, t in targets.items():
        if not in_main_memory(t):
            continue
        lowest, highest = float(t.min()), float(t.max())
        if not (lowest >= 0.0 and highest <= 1.0 + 1e-6):  # written so that nan is refused
            raise ValueError(
                f"{where}: {name} has values from {lowest:g} to {highest:g}; probabilities lie in "
                "[0, 1]"
            )


def require_distributions(where: str, **targets: Array) -> None:
    """Raise unless all rows are probabilities that sum to 1."""
    require_probabilities(where, **targets)
    for name, t in targets.items():
        if not in_main_memory(t):
            continue
        furthest = float(abs(t.sum(axis=1) - 1.0).max())
        if furthest > 1e-3:  # tolerance for rounding in low precision, far below any real mistake
            raise ValueError(
                f"{where}: the sum of a row of {name} differs from 1 by {furthest:g}; divide each "
                "row by its sum"
            )


def require_log_probabilities(where: str, **outputs: Array) -> None:
    """Raise if a logarithm is positive; nan passes, because the training loop explains it."""
    for name, log_p in outputs.items():
        highest = float(log_p.max()) if in_main_memory(log_p) else 0.0
        if highest > 1e-3:  # tolerance for rounding, and for the steps of a gradient check
            raise ValueError(
                f"{where}: {name} has values up to {highest:g}, but logarithms of probabilities "
                "are not positive; log_softmax(u) makes them of scores"
            )


def require_share(where: str, **shares: float) -> None:
    """Raise unless all are numbers in [0, 1]."""
    require_number(where, **shares)
    for name, share in shares.items():
        if not 0.0 <= share <= 1.0:
            raise ValueError(
                f"{where}: {name} is {share}, expected 0 <= {name} <= 1; it is the share of the "
                "uniform distribution"
            )


def require_drop_prob(where: str, drop_prob: float) -> None:
    """Raise ValueError unless ``0 <= drop_prob < 1``."""
    require_number(where, drop_prob=drop_prob)
    if not 0.0 <= drop_prob < 1.0:
        raise ValueError(
            f"{where}: drop_prob is {drop_prob}, expected 0 <= drop_prob < 1; it is the "
            "probability of dropping an element, not of keeping it"
        )


def require_generator(where: str, rng: Generator) -> None:
    """Raise TypeError unless rng can draw; passing only a seed is the usual mistake."""
    if not hasattr(rng, "random") or isinstance(rng, ModuleType):
        seed = rng if isinstance(rng, int) else 0
        raise TypeError(
            f"{where}: rng is {rng!r}, expected a random generator; "
            f"numpy.random.default_rng({seed}) makes one"
        )


def is_kind(x: Array, kind: str) -> bool:
    """Whether the data type of x is of this kind."""
    xp: Any = array_namespace(x)
    return _dtype_is_kind(xp, x.dtype, kind)


@cache  # a training loop asks the same in every step
def _dtype_is_kind(xp: Any, dtype: Any, kind: str) -> bool:
    return bool(xp.isdtype(dtype, kind))
