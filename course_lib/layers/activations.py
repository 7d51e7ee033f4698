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
    constants: tuple[float, ...] = ()  # what forward takes after x

    def __init__(self, *, op: Op | None = None) -> None:
        self.op = op or library_op(self.op_name)

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output of the shape of x, and the backward function."""
        z, cache = self.op.forward(x, *self.constants)
        return z, lambda dz: self.op.backward(dz, cache)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(str, self.constants))})"


class Sigmoid(Activation):
    """``z = 1 / (1 + exp(-u))``, by `sigmoid_forward` and `sigmoid_backward`."""

    op_name = "sigmoid"


class Tanh(Activation):
    """``z = tanh(u)``, by `tanh_forward` and `tanh_backward`."""

    op_name = "tanh"


class ReLU(Activation):
    """``z = max(u, 0)``, by `relu_forward` and `relu_backward`."""

    op_name = "relu"


class LeakyReLU(Activation):
    """``z = u`` where ``u > 0``, else ``slope * u``.

    Parameters
    ----------
    slope : factor for negative u
    op : pair to use instead of `leaky_relu_forward` and `leaky_relu_backward`
    """

    op_name = "leaky_relu"

    def __init__(self, slope: float = 0.01, *, op: Op | None = None) -> None:
        super().__init__(op=op)
        self.constants = (slope,)


class ELU(Activation):
    """``z = u`` where ``u > 0``, else ``alpha * (exp(u) - 1)``.

    Parameters
    ----------
    alpha : for u to -infinity, z tends to ``-alpha``
    op : pair to use instead of `elu_forward` and `elu_backward`
    """

    op_name = "elu"

    def __init__(self, alpha: float = 1.0, *, op: Op | None = None) -> None:
        super().__init__(op=op)
        self.constants = (alpha,)


class GELU(Activation):
    """``z = u * Phi(u)`` in its tanh form, by `gelu_forward` and `gelu_backward`.

    The exact form is ``GELU(op=Op(gelu_erf_forward, gelu_erf_backward))``.
    """

    op_name = "gelu"


class Softplus(Activation):
    """``z = log(1 + exp(u))``, by `softplus_forward` and `softplus_backward`."""

    op_name = "softplus"
