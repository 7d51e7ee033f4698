"""The backward pass of broadcasting: a sum over the copies."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def unbroadcast(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Gradient with respect to an array that was broadcast: the sum over its copies.

    Broadcasting an array of this shape adds axes in front and repeats axes of length 1. Every
    element is then used several times, and its gradient is the sum over its uses. So this function
    sums over the axes that were added and over those that were repeated.

    Parameters
    ----------
    gradient : the gradient with respect to the result of broadcasting
    shape : shape of the array before broadcasting; ``()`` for a scalar

    Returns
    -------
    d : new array of exactly this shape

    Raises
    ------
    ValueError
        If an array of this shape cannot be broadcast to the shape of gradient.
    """
    require_shapes("unbroadcast", gradient=(gradient, "..."))
    xp = array_namespace(gradient)
    shape = tuple(shape)
    extra = gradient.ndim - len(shape)
    if extra < 0 or any(
        old not in (1, new) for old, new in zip(shape, gradient.shape[extra:], strict=True)
    ):
        raise ValueError(
            f"unbroadcast: an array of shape {shape} cannot be broadcast to the shape "
            f"{tuple(gradient.shape)} of gradient; shape belongs to the smaller array"
        )
    repeated = tuple(i for i in range(gradient.ndim) if i < extra or shape[i - extra] == 1)
    if not repeated:
        return xp.asarray(gradient, copy=True)
    # keepdims: a sum over all axes is else a number in NumPy and no array of shape ().
    return xp.reshape(xp.sum(gradient, axis=repeated, keepdims=True), shape)
