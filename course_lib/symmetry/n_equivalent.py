"""The number of equivalent settings of the weights (S4)."""

import math


def n_equivalent(m: int) -> int:
    """Number of equivalent settings of a layer of m tanh units: ``m! * 2**m``.

    m! orders of the units, and a sign for each of them.

    Parameters
    ----------
    m : number of hidden units, 0 or more

    Returns
    -------
    count : an exact integer, however large

    Raises
    ------
    ValueError
        If m is negative.
    """
    if m < 0:
        raise ValueError(f"n_equivalent: m is {m}, expected 0 or more hidden units")
    return math.factorial(m) * int(2**m)
