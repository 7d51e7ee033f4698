"""Pooling as layers."""

from typing import ClassVar

from course_lib.backend import Array
from course_lib.fast import compute, forward
from course_lib.functional.avg_pool2d import avg_pool2d_backward, avg_pool2d_forward
from course_lib.functional.max_pool2d import max_pool2d_backward, max_pool2d_forward
from course_lib.layers.layer import Backward, Layer
from course_lib.op import Op, require_op
from course_lib.settings import require_lengths
from course_lib.shapes import Pair


class Pooling(Layer):
    """One number for every window of an image, channel by channel.

    Parameters
    ----------
    kernel_size : height and width of the windows, one number or (kh, kw)
    stride : distance of neighbouring windows, one number or (vertical, horizontal); kernel_size if
        left out, so that they do not overlap
    op : pair to use instead of the library's; its forward function gets kernel_size as ``size``
    """

    default: ClassVar[Op]

    def __init__(
        self, kernel_size: int | Pair, stride: int | Pair | None = None, *, op: Op | None = None
    ) -> None:
        require_lengths(type(self).__name__, 1, kernel_size=kernel_size)
        if stride is not None:
            require_lengths(type(self).__name__, 1, stride=stride)
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.op = require_op(type(self).__name__, op or self.default)

    def forward(self, x: Array, *, training: bool = True) -> tuple[Array, Backward]:
        """Output (N, C, H', W') for x (N, C, H, W), and the backward function."""
        y, cache = forward(self.op, x, size=self.kernel_size, stride=self.stride)
        return y, Backward(lambda dy: compute(self.op.backward, dy, cache))

    def __repr__(self) -> str:
        stride = "" if self.stride == self.kernel_size else f", stride={self.stride}"
        return f"{type(self).__name__}({self.kernel_size}{stride})"


class MaxPool2d(Pooling):
    """The largest value of every window, by `max_pool2d_forward` and `max_pool2d_backward`."""

    default = Op(max_pool2d_forward, max_pool2d_backward)


class AvgPool2d(Pooling):
    """The mean of every window, by `avg_pool2d_forward` and `avg_pool2d_backward`."""

    default = Op(avg_pool2d_forward, avg_pool2d_backward)
