"""The moving average of a noisy curve."""

from course_lib.backend import Array
from course_lib.requirements import require_floating
from course_lib.shapes import require_shapes


def moving_average(x: Array, window: int) -> Array:
    """Means of ``window`` neighbours: ``y[i] = (x[i] + … + x[i + window - 1]) / window``.

    Parameters
    ----------
    x : (T,)
    window : number of values in each mean, in 1 … T

    Returns
    -------
    y : (T - window + 1,)

    Raises
    ------
    ValueError
        If the window is empty or longer than x.
    TypeError
        If x is not floating point.
    """
    require_shapes("moving_average", x=(x, "T"))
    T = x.shape[0]
    if not 1 <= window <= T:
        raise ValueError(f"moving_average: window is {window}, expected 1 … {T}, the length of x")
    require_floating("moving_average", x=x)
    # Shifted copies: differences of one cumulative sum would accumulate rounding errors.
    y = x[: T - window + 1]
    for shift in range(1, window):
        y = y + x[shift : T - window + 1 + shift]
    return y / int(window)
