"""What losses require of their arguments beyond the shapes; each message says what to change."""

from course_lib.backend import Array, array_namespace


def require_samples(where: str, **outputs: Array) -> None:
    """Raise unless every array is floating point and has at least one row.

    Parameters
    ----------
    where : the function that was called, first word of the message
    outputs : name -> array of shape (N, …)

    Raises
    ------
    TypeError
        If an array is not floating point: targets would be rounded to integers, too.
    ValueError
        If the batch is empty.
    """
    for name, y in outputs.items():
        if not array_namespace(y).isdtype(y.dtype, "real floating"):
            raise TypeError(
                f"{where}: {name} has dtype {y.dtype}; make it floating point, {name}.astype(float)"
            )
        if y.shape[0] == 0:
            raise ValueError(f"{where}: the batch is empty (N = 0), so it has no mean")


def require_labels(where: str, labels: Array, K: int, given: str) -> None:
    """Raise unless labels are integers in 0 … K-1; ``given`` says where K comes from."""
    xp = array_namespace(labels)
    if not xp.isdtype(labels.dtype, "integral"):
        raise TypeError(
            f"{where}: the target of shape (N,) has dtype {labels.dtype}; labels must be integers"
        )
    if labels.shape[0] == 0:
        return
    lowest, highest = int(xp.min(labels)), int(xp.max(labels))
    if lowest < 0 or highest >= K:
        raise ValueError(
            f"{where}: labels run from {lowest} to {highest}, but {given}; labels must lie in "
            f"0 … {K - 1}"
        )


def require_signs(where: str, **targets: Array) -> None:
    """Raise unless all targets are -1 or +1."""
    for name, t in targets.items():
        xp = array_namespace(t)
        if not bool(xp.all(xp.abs(t) == 1.0)):
            raise ValueError(
                f"{where}: {name} has values from {float(xp.min(t)):g} to {float(xp.max(t)):g}, "
                f"expected -1 and +1 only; 2 * {name} - 1 makes them of 0 and 1"
            )


def require_probabilities(where: str, **targets: Array) -> None:
    """Raise unless all targets lie in [0, 1]."""
    for name, t in targets.items():
        xp = array_namespace(t)
        lowest, highest = float(xp.min(t)), float(xp.max(t))
        if not (lowest >= 0.0 and highest <= 1.0):  # written so that nan is refused, too
            raise ValueError(
                f"{where}: {name} has values from {lowest:g} to {highest:g}; probabilities lie in "
                "[0, 1]"
            )


def require_distributions(where: str, **targets: Array) -> None:
    """Raise unless all rows are probabilities that sum to 1."""
    require_probabilities(where, **targets)
    for name, t in targets.items():
        xp = array_namespace(t)
        furthest = float(xp.max(xp.abs(xp.sum(t, axis=1) - 1.0)))
        if furthest > 1e-3:  # room for rounding in low precision, far below any real mistake
            raise ValueError(
                f"{where}: a row of {name} misses the sum 1 by {furthest:g}; divide each row by "
                "its sum"
            )


def require_log_probabilities(where: str, **outputs: Array) -> None:
    """Raise if a logarithm is positive; nan may pass: it is the training loop's to explain."""
    for name, log_p in outputs.items():
        highest = float(array_namespace(log_p).max(log_p))
        if highest > 1e-3:  # room for rounding, and for the steps of a gradient check
            raise ValueError(
                f"{where}: {name} has values up to {highest:g}, but logarithms of probabilities "
                "are not positive; log_softmax(u) makes them of scores"
            )
