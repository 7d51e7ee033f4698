"""The elastic net: L1 and L2 together (S2; Zou and Hastie 2005)."""

from collections.abc import Sequence

from course_lib.backend import Array, array_namespace, sign
from course_lib.transfers import Number, number


def elastic_net_penalty(
    weights: Sequence[Array], lam: float, beta: float
) -> tuple[Number, list[Array]]:
    """Penalty ``lam * (beta * sum(W**2) + sum(|W|))`` over all weights.

    Its gradient is ``lam * (2 * beta * W + sign(W))``, with sign(0) = 0.

    Parameters
    ----------
    weights : arrays of any shapes; leave out biases, gamma and beta of normalising layers
    lam : strength of the whole, not negative
    beta : weight of the squares, relative to the absolute values, not negative; 0 for L1 alone

    Returns
    -------
    value : float
    gradients : one per array, each of its shape

    Raises
    ------
    ValueError
        If lam or beta is negative.
    """
    for name, strength in (("lam", lam), ("beta", beta)):
        if not strength >= 0.0:
            raise ValueError(f"elastic_net_penalty: {name} is {strength}, expected 0 or more")
    lam, beta = float(lam), float(beta)
    value, gradients = 0.0, []
    for W in weights:
        xp = array_namespace(W)
        value += number(xp.sum(beta * W * W + xp.abs(W)))
        gradients.append(lam * (2.0 * beta * W + sign(W)))
    return lam * value, gradients
