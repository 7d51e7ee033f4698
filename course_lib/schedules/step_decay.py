"""A rate that is multiplied by a factor after every fixed number of steps (S2)."""

import math


def step_decay(t: int, *, lr: float, factor: float, every: int) -> float:
    """Rate ``lr * factor**floor(t / every)``.

    Parameters
    ----------
    t : number of the step, counted from 0
    lr : rate of the first steps
    factor : the rate is multiplied with it, usually in (0, 1)
    every : after how many steps, 1 or more

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If every is less than 1.
    """
    if every < 1:
        raise ValueError(f"step_decay: every is {every}, expected 1 or more steps")
    return float(lr * factor ** math.floor(t / every))
