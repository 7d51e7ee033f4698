"""Binary cross-entropy as a function of the scores (S3)."""

from course_lib.backend import Array, array_namespace
from course_lib.functional.sigmoid import sigmoid_forward
from course_lib.requirements import require_probabilities, require_samples
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def bce_with_logits(u: Array, t: Array) -> tuple[Number, Array]:
    """Loss ``L = -(1/N) sum_n sum_k (t log y + (1 - t) log(1 - y))`` with ``y = sigmoid(u)``.

    Its gradient is ``du = (y - t) / N``.  Each element is computed as
    ``max(u, 0) - u t + log(1 + exp(-|u|))``, which is the same and stays finite for scores of any
    size.

    Parameters
    ----------
    u : (N, …) scores (logits); each output is a separate yes-or-no classification
    t : shape of u, targets 0 and 1 or probabilities between them

    Returns
    -------
    value : float, sum over the outputs and mean over the N samples
    du : shape of u

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ or a target lies outside [0, 1].
    TypeError
        If u is not floating point.
    """
    require_shapes("bce_with_logits", u=(u, "N ..."), t=(t, "N ..."))
    require_samples("bce_with_logits", u=u)
    N = u.shape[0]
    xp = array_namespace(u, t)
    t = xp.astype(t, u.dtype, copy=False)
    require_probabilities("bce_with_logits", t=t)
    value = number(xp.sum(xp.maximum(u, 0.0) - u * t + xp.log1p(xp.exp(-xp.abs(u))))) / N
    y, _ = sigmoid_forward(u)
    return value, (y - t) / N
