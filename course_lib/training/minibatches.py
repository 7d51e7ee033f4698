"""Minibatches of one epoch, in a random order (S0, S1)."""

from collections.abc import Iterator

from course_lib.backend import Array, Generator, array_namespace, permutation
from course_lib.habits import helpful
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
