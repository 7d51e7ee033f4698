"""Cross-validation: every sample is held out once (S0)."""

from course_lib.backend import Array, Generator, array_namespace, permutation
from course_lib.requirements import require_generator


def k_folds(n: int, k: int, rng: Generator) -> list[tuple[Array, Array]]:
    """Split the indices 0 … n-1 at random into training and validation set, in k ways.

    Parameters
    ----------
    n : number of samples
    k : number of folds, from 2 to n
    rng : source of the order

    Returns
    -------
    folds : k pairs (train, validation). Every index is in exactly one validation set, whose sizes
        differ by at most 1; train holds all other indices.

    Raises
    ------
    ValueError
        If k is less than 2 or greater than n.
    """
    if not 2 <= k <= n:
        raise ValueError(f"k_folds: k is {k}, expected 2 to n = {n} folds")
    require_generator("k_folds", rng)
    order = permutation(rng, n)
    xp = array_namespace(order)
    folds = []
    for j in range(k):
        start, stop = j * n // k, (j + 1) * n // k
        folds.append((xp.concat((order[:start], order[stop:])), order[start:stop]))
    return folds
