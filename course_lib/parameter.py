"""A trainable array and the gradient of the loss with respect to it."""

from typing import Any

from course_lib.backend import Array, array_namespace, in_precision_of
from course_lib.habits import Helpful, no_attribute


class Parameter(Helpful):
    """An array that training changes, together with its gradient.

    Parameters
    ----------
    data : any shape, floating point
    grad : the same shape; zeros if left out

    Attributes
    ----------
    data, grad : as above.  Backward passes add to ``grad``; optimizers read it and replace
        ``data``.

    Raises
    ------
    TypeError
        If data is not an array or not floating point: steps of an optimizer would be rounded off.
    """

    def __init__(self, data: Array, grad: Array | None = None) -> None:
        if not hasattr(data, "dtype"):
            raise TypeError(
                f"Parameter: data is a {type(data).__name__}, expected an array; "
                "numpy.asarray(data, dtype='float32') makes one"
            )
        if not array_namespace(data).isdtype(data.dtype, "real floating"):
            raise TypeError(
                f"Parameter: data has dtype {data.dtype}, expected floating point; "
                "data.astype('float32') makes it so"
            )
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

    @property
    def requires_grad(self) -> bool:
        """Not here: setting it would have no effect, so it is refused."""
        raise no_attribute(self, "requires_grad")

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        raise no_attribute(self, "requires_grad")

    def __array__(self, *_: Any, **__: Any) -> Any:
        """Refuse to be an array: NumPy would make one of objects, and multiply by that."""
        raise TypeError(
            "a Parameter is not an array; p.data is the array of its values, p.grad its gradient"
        )

    def __repr__(self) -> str:
        return f"Parameter(shape={tuple(self.data.shape)}, dtype={self.data.dtype})"
