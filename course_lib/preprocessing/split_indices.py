"""Splits into training, validation and test sets (S3)."""

import math
from collections.abc import Sequence

from course_lib.backend import Array, Generator, permutation
from course_lib.requirements import require_generator


def split_indices(n: int, fractions: Sequence[float], rng: Generator) -> tuple[Array, ...]:
    """Split the indices 0 … n-1 at random, for instance into training and validation set.

    Every part but the first gets ``floor(n * fraction)`` of them, and the first gets the rest.

    Parameters
    ----------
    n : number of samples, 1 or more
    fractions : shares of the parts, positive, with sum 1
    rng : source of the order

    Returns
    -------
    parts : one array of indices per fraction; together they hold every index once

    Raises
    ------
    ValueError
        If n is less than 1, a fraction is not positive or they do not sum to 1.
    """
    if n < 1:
        raise ValueError(f"split_indices: n is {n}, expected 1 or more samples")
    if not fractions or min(fractions) <= 0.0 or not math.isclose(sum(fractions), 1.0):
        raise ValueError(
            f"split_indices: fractions are {tuple(fractions)}, expected positive numbers with sum 1"
        )
    require_generator("split_indices", rng)
    order = permutation(rng, n)
    sizes = [math.floor(n * fraction) for fraction in fractions[1:]]
    start = n - sum(sizes)
    parts = [order[:start]]
    for size in sizes:
        parts.append(order[start : start + size])
        start += size
    return tuple(parts)
