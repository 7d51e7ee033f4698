"""The L2 penalty, also called weight decay or ridge (S2, S3, S4)."""

from collections.abc import Sequence

from course_lib.backend import Array, array_namespace
from course_lib.transfers import Number, number


def l2_penalty(weights: Sequence[Array], lam: float) -> tuple[Number, list[Array]]:
    """Penalty ``lam * sum(W**2)`` over all weights; its gradient is ``2 * lam * W``.

    Parameters
    ----------
    weights : arrays of any shapes; leave out biases, gamma and beta
    lam : strength, not negative. The loss must be a mean over samples: with a sum over N samples
        the same lam would be N times weaker.

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
        raise ValueError(f"l2_penalty: lam is {lam}, expected 0 or more")
    lam = float(lam)
    value = sum((number(array_namespace(W).sum(W * W)) for W in weights), 0.0)
    return lam * value, [2.0 * lam * W for W in weights]
