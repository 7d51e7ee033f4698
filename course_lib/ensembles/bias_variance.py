"""Mean squared error as squared bias and variance (Geman et al. 1992)."""

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
    is a part of bias_squared.

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
