"""The gradient of a large batch, computed in parts that fit into memory."""

from collections.abc import Callable, Iterable

from course_lib.backend import Array
from course_lib.shapes import require_shapes


def accumulated_gradient(
    w: Array,
    parts: Iterable[tuple[Array, Array]],
    gradient: Callable[[Array, Array, Array], Array],
) -> Array:
    """Mean gradient over the samples of all parts, whatever their sizes.

    With the sizes ``n_k`` of the parts and the means ``g_k`` of their gradients::

        dw = sum_k n_k g_k / sum_k n_k

    The mean of the ``g_k`` is the same only if all parts have the same size.

    Parameters
    ----------
    w : any shape, the weights
    parts : pairs of x (n_k, …) and t (n_k, …); no part is empty
    gradient : ``gradient(w, x, t)`` -> shape of w, the mean over the samples of a part

    Returns
    -------
    dw : shape of w

    Raises
    ------
    ValueError
        If there is no part, a part is empty, its x and t differ in length, or a gradient has
        another shape than w.
    """
    require_shapes("accumulated_gradient", w=(w, "..."))
    total: Array | None = None
    count = 0
    for x, t in parts:
        n = x.shape[0]
        if n == 0 or t.shape[0] != n:
            raise ValueError(
                f"accumulated_gradient: a part has {n} inputs and {t.shape[0]} targets, expected "
                "as many of both, 1 or more"
            )
        dw = gradient(w, x, t)
        require_shapes("accumulated_gradient", w=(w, "..."), dw=(dw, "..."))
        total = n * dw if total is None else total + n * dw
        count += n
    if total is None:
        raise ValueError("accumulated_gradient: there is no part, so there is no mean")
    return total / count
