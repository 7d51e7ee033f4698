"""A linear warm-up, then a fall along half a cosine (Loshchilov and Hutter 2017)."""

import math


def warmup_cosine(t: int, *, lr: float, warmup: int, total: int) -> float:
    """Rate ``lr * t / warmup`` at first, then ``lr * (1 + cos(pi * s)) / 2``, then 0.

    In the middle part s runs from 0 to 1: ``s = (t - warmup) / (total - warmup)``.

    Parameters
    ----------
    t : number of the step, counted from 0; with a warm-up the rate of step 0 is 0
    lr : highest rate, that of step ``warmup``
    warmup : number of warm-up steps, 0 or more
    total : step at which, and after which, the rate is 0; not less than warmup

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If not 0 <= warmup <= total.
    """
    if not 0 <= warmup <= total:
        raise ValueError(
            f"warmup_cosine: warmup is {warmup} and total {total}, expected 0 <= warmup <= total"
        )
    if t < warmup:
        return float(lr * t / warmup)
    if t >= total:
        return 0.0
    return float(0.5 * lr * (1.0 + math.cos(math.pi * (t - warmup) / (total - warmup))))
