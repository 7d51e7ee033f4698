"""The logarithm of softmax (S1, S2, S3)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def log_softmax(u: Array) -> Array:
    """Logarithms of `softmax`: ``log_p[n, k] = u[n, k] - log(sum_j exp(u[n, j]))``.

    Finite even where the probability itself is rounded to 0.

    Parameters
    ----------
    u : (N, K) scores (logits)

    Returns
    -------
    log_p : (N, K), not positive
    """
    require_shapes("log_softmax", u=(u, "N K"))
    xp = array_namespace(u)
    u = u - xp.max(u, axis=1, keepdims=True)
    return u - xp.log(xp.sum(xp.exp(u), axis=1, keepdims=True))
