"""Minibatches of each epoch: of arrays in a new random order, or of an iterable (S0, S1)."""

import inspect
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from course_lib.backend import Array, Generator, array_namespace, permutation
from course_lib.habits import helpful
from course_lib.requirements import require_generator
from course_lib.settings import require_counts
from course_lib.training.samples import Data, arrays_of, each, sample_count


@helpful
def minibatches(
    x: Data, t: Data, batch_size: int, rng: Generator, *, drop_last: bool = False
) -> Iterator[tuple[Data, Data]]:
    """Inputs and targets of one minibatch after the other, until every sample was used once.

    Parameters
    ----------
    x : (N, …) inputs, or a tuple of several
    t : (N, …) targets, or a tuple of several
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
    N = sample_count("minibatches", x, t)
    return ((x, t) for x, t, _ in _minibatches((x, t, None), N, batch_size, rng, drop_last))


def _minibatches(
    data: tuple[Data, Data, Any], N: int, batch_size: int, rng: Generator, drop_last: bool
) -> Iterator[tuple[Data, Data, Any]]:
    first = arrays_of(data[0])[0]
    order = permutation(rng, N, like=first)
    for start in range(0, N, batch_size):
        stop = min(start + batch_size, N)
        if drop_last and stop - start < batch_size:
            return
        chosen = order[start:stop]

        def take(a: Array, chosen: Array = chosen) -> Array:
            return array_namespace(first, a).take(a, chosen, axis=0)

        x, t, weight = data
        yield each(take, x), each(take, t), None if weight is None else take(weight)


class FromArrays:
    """Inputs and targets of all samples, and their weights, if they have any.

    Attributes
    ----------
    steps : minibatches in an epoch
    """

    def __init__(
        self, x: Data, t: Data, weight: Any, batch_size: Any, rng: Any, drop_last: bool
    ) -> None:
        require_counts("fit", batch_size=batch_size)
        require_generator("fit", rng)
        self.x, self.t, self.weight, self.batch_size, self.rng = x, t, weight, batch_size, rng
        self.drop_last = drop_last
        self.N = sample_count("fit", x, t, weight)
        self.steps = self.N // batch_size if drop_last else math.ceil(self.N / batch_size)
        if self.steps == 0:
            raise ValueError(
                f"fit: drop_last leaves no minibatch, because there are {self.N} samples and "
                f"batch_size is {batch_size}"
            )

    def epoch(self) -> Iterator[tuple[Data, Data, Any]]:
        """The minibatches of the next epoch."""
        data = self.x, self.t, self.weight
        return _minibatches(data, self.N, self.batch_size, self.rng, self.drop_last)

    def last(self) -> tuple[Data, Data]:
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

    def epoch(self) -> Iterator[tuple[Data, Data, Any]]:
        """The minibatches of the next epoch."""
        batches = self._batches() if callable(self._batches) else self._batches
        self._last = None
        for pair in batches:
            if not isinstance(pair, tuple | list) or len(pair) not in (2, 3):
                raise TypeError(
                    f"fit: x gave a {type(pair).__name__}, expected minibatches (x, t), or "
                    "(x, t, sample_weight)"
                )
            self._last = pair
            yield pair[0], pair[1], pair[2] if len(pair) == 3 else None
        if self._last is None:
            raise ValueError("fit: x gave no minibatch in this epoch")

    def last(self) -> tuple[Data, Data]:
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
