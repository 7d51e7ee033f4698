"""The layers of convolutional networks: convolution, pooling, and flattening to rows."""

from typing import ClassVar

from course_lib.backend import Array, Generator
from course_lib.fast import faster
from course_lib.functional.avg_pool2d import (
    avg_pool2d_backward,
    avg_pool2d_forward,
    global_avg_pool_backward,
    global_avg_pool_forward,
)
from course_lib.functional.conv2d import conv2d_backward, conv2d_forward, conv2d_parameter_gradients
from course_lib.functional.flatten import flatten_backward, flatten_forward
from course_lib.functional.max_pool2d import max_pool2d_backward, max_pool2d_forward
from course_lib.layers.activations import Activation
from course_lib.layers.layer import Backward, Layer
from course_lib.layers.linear import Affine, Init
from course_lib.op import Op, require_op
from course_lib.settings import require_counts, require_lengths
from course_lib.shapes import Pair, pair


class Conv2d(Affine):
    """Convolution of images (N, C_in, H, W) with C_out filters; b is initialised with zeros.

    Parameters
    ----------
    in_channels, out_channels : C_in and C_out, numbers of channels
    kernel_size : height and width of the filters, one number or (kh, kw)
    stride, padding : as in `conv2d_forward`
    bias : whether to add b
    rng : source of the initial weights
    init : ``init((C_out, C_in, kh, kw), rng)`` -> initial weights; `he_normal` if left out
    op : pair to use instead of `conv2d_forward` and `conv2d_backward`
    dtype : precision of the parameters

    Attributes
    ----------
    W : Parameter, (C_out, C_in, kh, kw)
    b : Parameter, (C_out,), or None without bias

    Raises
    ------
    ValueError
        If init returns another shape than it was asked for.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Pair,
        stride: int | Pair = 1,
        padding: int | Pair = 0,
        *,
        bias: bool = True,
        rng: Generator,
        init: Init | None = None,
        op: Op | None = None,
        dtype: str | type = "float32",
    ) -> None:
        require_counts("Conv2d", in_channels=in_channels, out_channels=out_channels)
        require_lengths("Conv2d", 1, kernel_size=kernel_size, stride=stride)
        same = "; padding=kernel_size // 2 keeps the size of the images if kernel_size is odd"
        require_lengths("Conv2d", 0, same, padding=padding)
        kh, kw = pair(kernel_size)
        shape = {"C_out": out_channels, "C_in": in_channels, "kh": kh, "kw": kw}
        op = op or Op(conv2d_forward, conv2d_backward, conv2d_parameter_gradients)
        super().__init__(shape, out_channels, bias=bias, rng=rng, init=init, op=op, dtype=dtype)
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding

    def forward(self, x: Array, *, training: bool = True) -> tuple[Array, Backward]:
        """Output (N, C_out, H', W') for x (N, C_in, H, W), and the backward function."""
        settings = {"stride": self.stride, "padding": self.padding}
        u, cache = self.op.forward(x, *self.arrays(), **settings)
        return u, self.backward_of(cache)

    def __repr__(self) -> str:
        out_channels, in_channels = self.W.data.shape[:2]
        extras = {"stride": (self.stride, 1), "padding": (self.padding, 0)}
        said = [f", {name}={value}" for name, (value, usual) in extras.items() if value != usual]
        said += [] if self.b else [", bias=False"]
        return f"Conv2d({in_channels}, {out_channels}, {self.kernel_size}{''.join(said)})"


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
        self.op = faster(require_op(type(self).__name__, op or self.default))

    def forward(self, x: Array, *, training: bool = True) -> tuple[Array, Backward]:
        """Output (N, C, H', W') for x (N, C, H, W), and the backward function."""
        y, cache = self.op.forward(x, size=self.kernel_size, stride=self.stride)
        return y, Backward(lambda dy: self.op.backward(dy, cache))

    def __repr__(self) -> str:
        stride = "" if self.stride == self.kernel_size else f", stride={self.stride}"
        return f"{type(self).__name__}({self.kernel_size}{stride})"


class MaxPool2d(Pooling):
    """The largest value of every window, by `max_pool2d_forward` and `max_pool2d_backward`."""

    default = Op(max_pool2d_forward, max_pool2d_backward)


class AvgPool2d(Pooling):
    """The mean of every window, by `avg_pool2d_forward` and `avg_pool2d_backward`."""

    default = Op(avg_pool2d_forward, avg_pool2d_backward)


class GlobalAvgPool(Activation):
    """The mean of all pixels of a channel: (N, C, …) -> (N, C), for images of any size.

    By `global_avg_pool_forward` and `global_avg_pool_backward`.
    """

    default = Op(global_avg_pool_forward, global_avg_pool_backward)


class Flatten(Activation):
    """All values of a sample in one row: (N, C, H, W) -> (N, C * H * W).

    By `flatten_forward` and `flatten_backward`.
    """

    default = Op(flatten_forward, flatten_backward)
