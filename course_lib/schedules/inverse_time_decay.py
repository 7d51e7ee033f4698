"""A rate that falls fast at first and then more and more slowly (S2)."""


def inverse_time_decay(t: int, *, lr: float, k: float) -> float:
    """Rate ``lr / (1 + k * t)``.

    Parameters
    ----------
    t : number of the step, counted from 0
    lr : rate of the first step
    k : speed of the decay per step, not negative; after 1/k steps the rate has halved

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If k is negative: the denominator would reach zero.
    """
    if not k >= 0.0:
        raise ValueError(f"inverse_time_decay: k is {k}, expected 0 or more")
    return float(lr / (1.0 + k * t))
