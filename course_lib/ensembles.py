"""Ensembles: several models predict together, and how much the mean of them gains."""

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_floating
from course_lib.shapes import require_shapes


def bias_variance(predictions: Array, t: Array) -> tuple[float, float]:
    """Squared bias and variance of the predictions that several training runs give.

    With the mean prediction ``mean[n] = (1/M) sum_m predictions[m, n]``::

        bias_squared = (1/N) sum_n (mean[n] - t[n])**2
        variance     = (1/(M N)) sum_m sum_n (predictions[m, n] - mean[n])**2

    Their sum is exactly the mean squared error ``(1/(M N)) sum_m sum_n (predictions[m, n] -
    t[n])**2``, because the variance has M and not M - 1 in the denominator. An ensemble of all M
    runs predicts the mean, so its error is bias_squared. If t is noisy, the variance of the noise
    is a part of bias_squared (Geman et al. 1992).

    Parameters
    ----------
    predictions : (M, N), of M models that were trained on different samples or from different
        initial weights, for N inputs
    t : (N,) targets

    Returns
    -------
    bias_squared, variance : floats, in the squared unit of t

    Raises
    ------
    ValueError
        If there is no model or no input, or the shapes do not fit.
    TypeError
        If the predictions are not floating point.
    """
    require_shapes("bias_variance", predictions=(predictions, "M N"), t=(t, "N"))
    require_floating("bias_variance", predictions=predictions)
    if 0 in predictions.shape:
        raise ValueError(
            f"bias_variance: predictions has shape {tuple(predictions.shape)}, expected one model "
            "and one input or more"
        )
    xp = array_namespace(predictions, t)
    mean = xp.mean(predictions, axis=0)
    bias = mean - xp.astype(t, predictions.dtype, copy=False)
    deviation = predictions - mean[None, :]
    return float(xp.mean(bias * bias)), float(xp.mean(deviation * deviation))


def ensemble_variance(var: float, correlation: float, M: int) -> float:
    """Variance of a mean of M predictions: ``correlation * var + (1 - correlation) * var / M``.

    All predictions have the variance var, and every two of them the same correlation (Breiman 2001;
    Hastie et al., The Elements of Statistical Learning, section 15.2). More members reduce only the
    second term. Copies of one model have correlation 1 and gain nothing (S2).

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
