"""The rate min(0.1, 100/t) of stochastic approximation (S4; Robbins and Monro 1951)."""


def capped_inverse(t: int, *, cap: float, numerator: float) -> float:
    """Rate ``min(cap, numerator / t)``, in S4 with cap 0.1 and numerator 100.

    It meets the conditions of Robbins and Monro: the rates add up to infinity, so that every point
    can be reached, and their squares have a finite sum, so that the noise of the gradients averages
    out.

    Parameters
    ----------
    t : number of the step, counted from 1, unlike in the other schedules; `fit` counts from 0:
        ``fit(…, schedule=lambda t: capped_inverse(t + 1, cap=0.1, numerator=100))``
    cap : rate of the first steps
    numerator : rate times t in later steps

    Returns
    -------
    rate : float

    Raises
    ------
    ValueError
        If t is less than 1.
    """
    if t < 1:
        raise ValueError(
            f"capped_inverse: t is {t}; its steps are counted from 1, in fit pass t + 1"
        )
    return float(min(cap, numerator / t))
