"""Activation functions as layers: element by element, without parameters."""

from typing import ClassVar

from course_lib.backend import Array
from course_lib.layers.layer import Backward, Layer, library_op
from course_lib.op import Op


class Activation(Layer):
    """A function of each element by itself.

    Parameters
    ----------
    op : pair to use instead of the library's
    """

    op_name: ClassVar[str]

    def __init__(self, *, op: Op | None = None) -> None:
        self.op = op or library_op(self.op_name)

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output of the shape of x, and the way back."""
        z, cache = self.op.forward(x)
        return z, lambda dz: self.op.backward(dz, cache)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Sigmoid(Activation):
    """``z = 1 / (1 + exp(-u))``, by `sigmoid_forward` and `sigmoid_backward`."""

    op_name = "sigmoid"


class Tanh(Activation):
    """``z = tanh(u)``, by `tanh_forward` and `tanh_backward`."""

    op_name = "tanh"


class ReLU(Activation):
    """``z = max(u, 0)``, by `relu_forward` and `relu_backward`."""

    op_name = "relu"
