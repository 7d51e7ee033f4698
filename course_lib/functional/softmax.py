"""From scores to probabilities, and to their logarithms (S1, S2, S3)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def softmax(u: Array) -> Array:
    """Probabilities ``y[n, k] = exp(u[n, k]) / sum_j exp(u[n, j])``.

    Parameters
    ----------
    u : (N, …, K) scores (logits), of any size: the result stays finite. A row lies along the last
        axis.

    Returns
    -------
    y : shape of u, each row sums to 1
    """
    require_shapes("softmax", u=(u, "N ... K"))
    xp = array_namespace(u)
    # A constant added to a row does not change the result; with maximum 0 exp cannot overflow.
    e = xp.exp(u - xp.max(u, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def log_softmax(u: Array) -> Array:
    """Logarithms of `softmax`: ``log_p[n, k] = u[n, k] - log(sum_j exp(u[n, j]))``.

    Finite even where the probability itself is rounded to 0.

    Parameters
    ----------
    u : (N, …, K) scores (logits)

    Returns
    -------
    log_p : shape of u, not positive
    """
    require_shapes("log_softmax", u=(u, "N ... K"))
    xp = array_namespace(u)
    u = u - xp.max(u, axis=-1, keepdims=True)
    return u - xp.log(xp.sum(xp.exp(u), axis=-1, keepdims=True))
