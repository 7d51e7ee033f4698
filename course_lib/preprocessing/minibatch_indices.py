"""The minibatches of an epoch (S0, S1)."""

from course_lib.backend import Array, Generator, permutation
from course_lib.requirements import require_generator


def minibatch_indices(n: int, batch_size: int, rng: Generator) -> list[Array]:
    """Every index 0 … n-1 once, in random order, ``batch_size`` at a time.

    Parameters
    ----------
    n : number of samples, 1 or more
    batch_size : 1 or more; the last batch is smaller if it does not divide n
    rng : source of the order

    Returns
    -------
    batches : arrays of indices, ``ceil(n / batch_size)`` of them

    Raises
    ------
    ValueError
        If n or batch_size is less than 1.
    """
    if n < 1 or batch_size < 1:
        raise ValueError(
            f"minibatch_indices: n is {n} and batch_size {batch_size}, expected 1 or more of both"
        )
    require_generator("minibatch_indices", rng)
    order = permutation(rng, n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]
