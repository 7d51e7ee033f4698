"""Minibatches of each epoch: of arrays in a new random order, or of an iterable (S0, S1)."""

import inspect
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from course_lib.backend import Array, Generator, array_namespace, permutation
from course_lib.habits import helpful
from course_lib.requirements import require_generator
from course_lib.settings import require_counts
from course_lib.training.evaluate import sample_count


@helpful
def minibatches(
    x: Array, t: Array, batch_size: int, rng: Generator, *, drop_last: bool = False
) -> Iterator[tuple[Array, Array]]:
    """Inputs and targets of one minibatch after the other, until every sample was used once.

    Parameters
    ----------
    x : (N, …) inputs
    t : (N, …) targets
    batch_size : samples per minibatch; the last minibatch has the rest
    rng : source of the order; it is used once, before the first minibatch
    drop_last : leave out a last minibatch that is smaller than the others

    Yields
    ------
    batch : (batch_size, …) rows of x
    targets : (batch_size, …) the same rows of t

    Raises
    ------
    ValueError
        At the call, if there are not as many targets as inputs, none at all, or batch_size is
        below 1.
    """
    require_counts("minibatches", batch_size=batch_size)
    return _minibatches(x, t, sample_count("minibatches", x, t), batch_size, rng, drop_last)


def _minibatches(
    x: Array, t: Array, N: int, batch_size: int, rng: Generator, drop_last: bool
) -> Iterator[tuple[Array, Array]]:
    xp = array_namespace(x, t)
    order = permutation(rng, N, like=x)
    for start in range(0, N, batch_size):
        stop = min(start + batch_size, N)
        if drop_last and stop - start < batch_size:
            return
        rows = order[start:stop]
        yield xp.take(x, rows, axis=0), xp.take(t, rows, axis=0)


class FromArrays:
    """Inputs and targets of all samples.

    Attributes
    ----------
    steps : minibatches in an epoch
    """

    def __init__(self, x: Array, t: Array, batch_size: Any, rng: Any, drop_last: bool) -> None:
        require_counts("fit", batch_size=batch_size)
        require_generator("fit", rng)
        self.x, self.t, self.batch_size, self.rng = x, t, batch_size, rng
        self.drop_last = drop_last
        N = sample_count("fit", x, t)
        self.steps = N // batch_size if drop_last else math.ceil(N / batch_size)
        if self.steps == 0:
            raise ValueError(
                f"fit: drop_last leaves no minibatch, because there are {N} samples and batch_size "
                f"is {batch_size}"
            )

    def epoch(self) -> Iterator[tuple[Array, Array]]:
        """The minibatches of the next epoch."""
        return minibatches(self.x, self.t, self.batch_size, self.rng, drop_last=self.drop_last)

    def all_labels(self, targets: Array) -> Array:
        """The targets of the data set that a minibatch comes from."""
        return self.t

    def last(self) -> tuple[Array, Array]:
        """Data to explain a loss with that was not finite somewhere in the last epoch."""
        return self.x, self.t


class FromIterable:
    """Minibatches from elsewhere: a list, a data set that is read from a file, a generator.

    Attributes
    ----------
    steps : minibatches in an epoch; None if the iterable has no length
    """

    def __init__(self, batches: Any) -> None:
        iterable = isinstance(batches, Iterable) and not hasattr(batches, "dtype")
        if not callable(batches) and not iterable:
            raise TypeError(
                f"fit: t is missing, and x is a {type(batches).__name__}; give inputs and targets, "
                "fit(model, x, t, …), or an iterable of minibatches (x, t)"
            )
        if isinstance(batches, Iterator):
            raise TypeError(
                f"fit: x is a {type(batches).__name__}, which ends after one epoch; give a "
                "function that makes a new one, such as the generator function itself"
            )
        if callable(batches):
            _require_no_arguments(batches)
        self._batches = batches
        self.steps: int | None = len(batches) if hasattr(batches, "__len__") else None
        self._last: Any = None

    def epoch(self) -> Iterator[tuple[Any, Array]]:
        """The minibatches of the next epoch."""
        batches = self._batches() if callable(self._batches) else self._batches
        self._last = None
        for pair in batches:
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise TypeError(f"fit: x gave a {type(pair).__name__}, expected minibatches (x, t)")
            self._last = pair
            yield pair[0], pair[1]
        if self._last is None:
            raise ValueError("fit: x gave no minibatch in this epoch")

    def all_labels(self, targets: Array) -> Array:
        """The targets of the minibatch, because there is no more."""
        return targets

    def last(self) -> tuple[Any, Array]:
        """The last minibatch."""
        return self._last[0], self._last[1]


def _require_no_arguments(make: Callable[..., Any]) -> None:
    try:
        inspect.signature(make).bind()
    except (TypeError, ValueError):
        raise TypeError(
            f"fit: x is called as {getattr(make, '__name__', 'x')}() in each epoch and needs "
            "arguments; write lambda: …"
        ) from None
