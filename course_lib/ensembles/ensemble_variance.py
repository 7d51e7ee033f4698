"""How much less the mean of several predictions varies than one of them (S2)."""


def ensemble_variance(var: float, correlation: float, M: int) -> float:
    """Variance of a mean of M predictions: ``correlation * var + (1 - correlation) * var / M``.

    All predictions have the variance var, and every two of them the same correlation (Breiman 2001;
    Hastie et al., The Elements of Statistical Learning, section 15.2). More members reduce only the
    second term. Copies of one model have correlation 1 and gain nothing.

    Parameters
    ----------
    var : variance of one member's prediction, not negative
    correlation : between two members, from ``-1 / (M - 1)`` to 1; the mean of M predictions with a
        lower correlation would have a negative variance
    M : number of members, 1 or more; with one member the correlation plays no role

    Returns
    -------
    var_mean : float, in the unit of var

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if M < 1 or not var >= 0.0:
        raise ValueError(
            f"ensemble_variance: M is {M} and var {var}, expected M of 1 or more and var of 0 or "
            "more"
        )
    lowest = -1.0 / max(M - 1, 1)
    if not lowest <= correlation <= 1.0:
        raise ValueError(
            f"ensemble_variance: correlation is {correlation}, expected {lowest:g} to 1; a "
            f"correlation between all pairs of {M} members lies in this range"
        )
    # At the lowest correlation the two terms cancel; rounding must not make the sum negative.
    return max(float(correlation * var + (1.0 - correlation) * var / M), 0.0)
