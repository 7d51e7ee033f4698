"""Ensembles: several models answer together (S2)."""

from course_lib.backend import Array, array_namespace
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
    xp = array_namespace(probabilities)
    if not xp.isdtype(probabilities.dtype, "real floating"):
        raise TypeError(
            f"ensemble_predict: probabilities have dtype {probabilities.dtype}, expected floating "
            "point; labels cannot be averaged"
        )
    M, N, C = probabilities.shape
    if M == 0:
        raise ValueError("ensemble_predict: there is no model (M = 0), so there is no mean")
    if N * C > 0:
        lowest, highest = float(xp.min(probabilities)), float(xp.max(probabilities))
        if not (lowest >= 0.0 and highest <= 1.0 + 1e-6):  # nan is refused, rounding is not
            raise ValueError(
                f"ensemble_predict: the values run from {lowest:g} to {highest:g}; expected "
                "probabilities in [0, 1], apply softmax to scores first"
            )
    return xp.mean(probabilities, axis=0)
