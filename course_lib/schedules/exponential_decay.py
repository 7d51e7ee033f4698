"""A rate that falls by the same factor in every step (S2)."""

import math


def exponential_decay(t: int, *, lr: float, k: float) -> float:
    """Rate ``lr * exp(-k * t)``.

    Parameters
    ----------
    t : number of the step, counted from 0
    lr : rate of the first step
    k : speed of the decay per step, not negative

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If k is negative: the rate would grow.
    """
    if not k >= 0.0:
        raise ValueError(f"exponential_decay: k is {k}, expected 0 or more")
    return float(lr * math.exp(-k * t))
