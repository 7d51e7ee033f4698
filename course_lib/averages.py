"""What a loss averaged over, where samples have weights or differ in length; `fit` listens.

A loss says it aside, and not by a third result: so every loss returns ``value, dy``, and a loss of
one's own that only passes them on, as a lambda with ``ignore=-1`` does, need not know of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from course_lib.backend import Array

_TOLD: ContextVar[list[Array | int] | None] = ContextVar("_TOLD", default=None)


def averaged_over(weights: Array | int) -> None:
    """Say in a loss what its value is the mean of.

    The value is ``sum_n weights[n] * L_n / sum_n weights[n]``, with the loss L_n of sample n. So
    the mean over several minibatches has the same weights, and a sample of weight 0 counts in no
    accuracy. A loss that does not call this is a mean over all samples.

    Parameters
    ----------
    weights : (N,), or (N, …) if each sample has several labels; 0 for what is ignored. A number n
        says that n labels count once each.
    """
    if (told := _TOLD.get()) is not None:
        told.append(weights)


@contextmanager
def weights_told() -> Iterator[list[Array | int]]:
    """The weights of the losses that are called meanwhile."""
    told: list[Array | int] = []
    token = _TOLD.set(told)
    try:
        yield told
    finally:
        _TOLD.reset(token)
