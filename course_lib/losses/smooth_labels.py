"""Label smoothing (Szegedy et al. 2016): targets that are not quite certain."""

from course_lib.backend import Array, array_namespace
from course_lib.losses.label_rows import label_rows
from course_lib.requirements import require_labels
from course_lib.shapes import require_shapes


def smooth_labels(labels: Array, n_classes: int, amount: float) -> Array:
    """One-hot rows mixed with the uniform distribution: ``(1 - amount) * one_hot + amount / K``.

    The label's class gets the probability ``1 - amount + amount / K``, every other class
    ``amount / K``. With these targets the softmax cross-entropy is smallest at finite scores. With
    one-hot targets it falls as long as the score of the right class grows.

    Parameters
    ----------
    labels : (N,) integers in 0 … n_classes-1
    n_classes : K, 1 or more
    amount : share of the uniform distribution, in [0, 1]; 0 gives one-hot rows, 0.1 is customary

    Returns
    -------
    t : (N, K), double precision; every row sums to 1

    Raises
    ------
    ValueError
        If n_classes is less than 1, a label is out of range or amount is not in [0, 1].
    TypeError
        If labels are not integers.
    """
    require_shapes("smooth_labels", labels=(labels, "N"))
    if n_classes < 1:
        raise ValueError(f"smooth_labels: n_classes is {n_classes}, expected 1 or more")
    require_labels("smooth_labels", labels, n_classes, f"n_classes is {n_classes}")
    if not 0.0 <= amount <= 1.0:
        raise ValueError(
            f"smooth_labels: amount is {amount}, expected 0 <= amount <= 1; it is the share of the "
            "uniform distribution"
        )
    xp = array_namespace(labels)
    amount = float(amount)
    one_hot = xp.astype(label_rows(labels, n_classes), xp.float64)
    return (1.0 - amount) * one_hot + amount / int(n_classes)
