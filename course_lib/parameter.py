"""A trainable array and the gradient of the loss with respect to it."""

from course_lib.backend import Array, array_namespace
from course_lib.precision import in_precision_of


class Parameter:
    """An array that training changes, together with its gradient.

    Parameters
    ----------
    data : any shape, floating point
    grad : the same shape; zeros if left out

    Attributes
    ----------
    data, grad : as above.  Backward passes add to ``grad``; optimizers read it and replace
        ``data``.
    """

    def __init__(self, data: Array, grad: Array | None = None) -> None:
        self.data = data
        self._grad = grad

    @property
    def grad(self) -> Array:
        """The gradient; zeros before a backward pass has added to it."""
        if self._grad is None:
            self._grad = array_namespace(self.data).zeros_like(self.data)
        return self._grad

    @grad.setter
    def grad(self, grad: Array) -> None:
        self._grad = grad

    def add_grad(self, grad: Array) -> None:
        """Add to the gradient: that of a weight used three times is a sum of three.

        Raises
        ------
        ValueError
            If the gradient does not have the shape of the parameter.
        """
        if grad.shape != self.data.shape:
            raise ValueError(
                f"a gradient of shape {tuple(grad.shape)} was computed for a parameter of shape "
                f"{tuple(self.data.shape)}; a gradient has the shape of its parameter"
            )
        grad = in_precision_of(self.data, grad)
        self._grad = grad if self._grad is None else self._grad + grad

    def zero_grad(self) -> None:
        """Set the gradient to zero."""
        self._grad = None

    def __repr__(self) -> str:
        return f"Parameter(shape={tuple(self.data.shape)}, dtype={self.data.dtype})"
