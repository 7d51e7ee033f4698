"""Dropout of a linear model's inputs as a penalty on its weights (Wager, Wang & Liang 2013)."""

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_drop_prob, require_floating, require_samples
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def dropout_penalty(x: Array, w: Array, drop_prob: float) -> Number:
    """What inverted dropout of the inputs adds to the expected squared error of a linear model.

    The output ``y = (x * m / (1 - p)) @ w`` has the mean ``x @ w`` and, as the entries of m are
    independent, the variance ``p / (1 - p) * sum_i (w_i x_i)**2``.  So the squared error
    ``(y - t)**2`` rises on average by this variance, whatever the target t is.  The mean over the
    samples is ``p / (1 - p) * sum_i w_i**2 * mean(x_i**2)``, an L2 penalty with its own strength
    for each weight.  An error ``(y - t)**2 / 2`` rises by half of it.

    Parameters
    ----------
    x : (N, D), inputs before dropout
    w : (D,), weights of one output
    drop_prob : probability p of DROPPING an input, in [0, 1)

    Returns
    -------
    penalty : float

    Raises
    ------
    ValueError
        If drop_prob is not in [0, 1), x has no samples, or the shapes do not fit.
    TypeError
        If x or w is not floating point.
    """
    require_shapes("dropout_penalty", x=(x, "N D"), w=(w, "D"))
    require_samples("dropout_penalty", x=x)
    require_floating("dropout_penalty", w=w)
    require_drop_prob("dropout_penalty", drop_prob)
    terms = x * w
    drop_prob = float(drop_prob)
    total = number(array_namespace(x).sum(terms * terms))
    return drop_prob / (1.0 - drop_prob) * total / x.shape[0]
