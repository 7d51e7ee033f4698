"""The L1 penalty, also called lasso; it makes weights exactly zero (S2, S3)."""

from collections.abc import Sequence

from course_lib.backend import Array, array_namespace, sign
from course_lib.transfers import Number, number


def l1_penalty(weights: Sequence[Array], lam: float) -> tuple[Number, list[Array]]:
    """Penalty ``lam * sum(|W|)`` over all weights; its gradient is ``lam * sign(W)``, 0 at 0.

    Parameters
    ----------
    weights : arrays of any shapes; leave out biases, gamma and beta
    lam : strength, not negative

    Returns
    -------
    value : float
    gradients : one per array, each of its shape

    Raises
    ------
    ValueError
        If lam is negative.
    """
    if not lam >= 0.0:
        raise ValueError(f"l1_penalty: lam is {lam}, expected 0 or more")
    lam = float(lam)
    value, gradients = 0.0, []
    for W in weights:
        xp = array_namespace(W)
        value += number(xp.sum(xp.abs(W)))
        gradients.append(lam * sign(W))
    return lam * value, gradients
