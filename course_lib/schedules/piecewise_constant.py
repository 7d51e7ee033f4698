"""A piecewise constant rate (S4)."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise


def piecewise_constant(t: int, *, boundaries: Sequence[int], values: Sequence[float]) -> float:
    """Rate ``values[number of boundaries <= t]``.

    Parameters
    ----------
    t : number of the step, counted from 0
    boundaries : steps at which the next value begins, increasing
    values : the rates, one more than boundaries

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If the boundaries do not increase, or there is not one value more than boundaries.
    """
    if len(values) != len(boundaries) + 1:
        raise ValueError(
            f"piecewise_constant: there are {len(boundaries)} boundaries and {len(values)} values, "
            "expected one value more than boundaries"
        )
    if any(first >= second for first, second in pairwise(boundaries)):
        raise ValueError(
            f"piecewise_constant: boundaries are {list(boundaries)}, expected increasing ones"
        )
    return float(values[bisect_right(boundaries, t)])
