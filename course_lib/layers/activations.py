"""Activation functions as layers: element by element, without parameters."""

from typing import ClassVar

from course_lib.backend import Array
from course_lib.functional.activations import (
    elu_backward,
    elu_forward,
    leaky_relu_backward,
    leaky_relu_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
)
from course_lib.functional.smooth_rectifiers import (
    gelu_backward,
    gelu_forward,
    softplus_backward,
    softplus_forward,
)
from course_lib.layers.layer import Backward, Layer
from course_lib.op import Op, require_op
from course_lib.settings import require_number


class Activation(Layer):
    """A function of one array, without parameters.

    Parameters
    ----------
    op : pair to use instead of the library's
    """

    default: ClassVar[Op]
    constants: tuple[float, ...] = ()  # what forward takes after x

    def __init__(self, *, op: Op | None = None) -> None:
        self.op = require_op(type(self).__name__, op or self.default)

    def forward(self, x: Array, *, training: bool = True) -> tuple[Array, Backward]:
        """Output, and the backward function."""
        z, cache = self.op.forward(x, *self.constants)
        return z, Backward(lambda dz: self.op.backward(dz, cache))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(str, self.constants))})"


class Sigmoid(Activation):
    """``z = 1 / (1 + exp(-u))``, by `sigmoid_forward` and `sigmoid_backward`."""

    default = Op(sigmoid_forward, sigmoid_backward)


class Tanh(Activation):
    """``z = tanh(u)``, by `tanh_forward` and `tanh_backward`."""

    default = Op(tanh_forward, tanh_backward)


class ReLU(Activation):
    """``z = max(u, 0)``, by `relu_forward` and `relu_backward`."""

    default = Op(relu_forward, relu_backward)


class LeakyReLU(Activation):
    """``z = u`` where ``u > 0``, else ``negative_slope * u``.

    Parameters
    ----------
    negative_slope : factor for negative u
    op : pair to use instead of `leaky_relu_forward` and `leaky_relu_backward`
    """

    default = Op(leaky_relu_forward, leaky_relu_backward)

    def __init__(self, negative_slope: float = 0.01, *, op: Op | None = None) -> None:
        require_number("LeakyReLU", negative_slope=negative_slope)
        super().__init__(op=op)
        self.constants = (negative_slope,)


class ELU(Activation):
    """``z = u`` where ``u > 0``, else ``alpha * (exp(u) - 1)``.

    Parameters
    ----------
    alpha : for u to -infinity, z tends to ``-alpha``
    op : pair to use instead of `elu_forward` and `elu_backward`
    """

    default = Op(elu_forward, elu_backward)

    def __init__(self, alpha: float = 1.0, *, op: Op | None = None) -> None:
        require_number("ELU", alpha=alpha)
        super().__init__(op=op)
        self.constants = (alpha,)


class GELU(Activation):
    """``z = u * Phi(u)`` in its tanh form, by `gelu_forward` and `gelu_backward`.

    The exact form is ``GELU(op=Op(gelu_erf_forward, gelu_erf_backward))``.
    """

    default = Op(gelu_forward, gelu_backward)


class Softplus(Activation):
    """``z = log(1 + exp(u))``, by `softplus_forward` and `softplus_backward`."""

    default = Op(softplus_forward, softplus_backward)
