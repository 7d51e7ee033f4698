"""The mean prediction of several models (S2)."""

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.requirements import require_floating, require_probabilities
from course_lib.shapes import require_shapes


def ensemble_predict(probabilities: Array) -> Array:
    """Mean of the members' probabilities: ``p[n, c] = (1/M) sum_m probabilities[m, n, c]``.

    The cross-entropy of the mean is never above the mean of the members' cross-entropies, because
    -log is convex.

    Parameters
    ----------
    probabilities : (M, N, C), the probabilities that M models give to C classes for N samples;
        after softmax, not scores

    Returns
    -------
    p : (N, C)

    Raises
    ------
    ValueError
        If there is no model, or a value outside [0, 1].
    TypeError
        If the values are not floating point.
    """
    require_shapes("ensemble_predict", probabilities=(probabilities, "M N C"))
    require_floating(
        "ensemble_predict",
        "make them floating point; labels cannot be averaged",
        probabilities=probabilities,
    )
    M, N, C = probabilities.shape
    if M == 0:
        raise ValueError("ensemble_predict: there is no model (M = 0), so there is no mean")
    if N * C > 0:
        require_probabilities(
            "ensemble_predict",
            "probabilities lie in [0, 1], apply softmax to scores first",
            probabilities=to_numpy(probabilities),
        )
    return array_namespace(probabilities).mean(probabilities, axis=0)
