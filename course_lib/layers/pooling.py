"""Pooling as layers."""

from typing import ClassVar

from course_lib.backend import Array
from course_lib.layers.layer import Backward, Layer, library_op
from course_lib.op import Op


class Pooling(Layer):
    """One number for every window of an image, channel by channel.

    Parameters
    ----------
    size : height and width of the windows
    stride : distance of neighbouring windows; size if left out, so that they do not overlap
    op : pair to use instead of the library's
    """

    op_name: ClassVar[str]

    def __init__(self, size: int, *, stride: int | None = None, op: Op | None = None) -> None:
        self.size = size
        self.stride = size if stride is None else stride
        self.op = op or library_op(self.op_name)

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output (N, C, H', W') for x (N, C, H, W), and the backward function."""
        y, cache = self.op.forward(x, size=self.size, stride=self.stride)
        return y, lambda dy: self.op.backward(dy, cache)

    def __repr__(self) -> str:
        stride = "" if self.stride == self.size else f", stride={self.stride}"
        return f"{type(self).__name__}({self.size}{stride})"


class MaxPool2d(Pooling):
    """The largest value of every window, by `max_pool2d_forward` and `max_pool2d_backward`."""

    op_name = "max_pool2d"


class AvgPool2d(Pooling):
    """The mean of every window, by `avg_pool2d_forward` and `avg_pool2d_backward`."""

    op_name = "avg_pool2d"
