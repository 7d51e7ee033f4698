"""The convolutional layer."""

from course_lib.backend import Array, Generator
from course_lib.layers.initial_parameters import Init, initial_parameters
from course_lib.layers.layer import Backward, Layer, library_op
from course_lib.op import Op
from course_lib.parameter import Parameter


class Conv2d(Layer):
    """Convolution of images (N, C_in, H, W) with C_out square filters; b is initialised with zeros.

    Parameters
    ----------
    n_in, n_out : C_in and C_out, numbers of channels
    size : height and width of the filters
    stride, padding : as in `conv2d_forward`
    rng : source of the initial weights
    init : ``init((C_out, C_in, size, size), rng)`` -> initial weights; `he_normal` if left out
    op : pair to use instead of `conv2d_forward` and `conv2d_backward`
    dtype : precision of the parameters

    Attributes
    ----------
    W : Parameter, (C_out, C_in, size, size)
    b : Parameter, (C_out,)

    Raises
    ------
    ValueError
        If init returns another shape than it was asked for.
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        size: int,
        *,
        rng: Generator,
        stride: int = 1,
        padding: int = 0,
        init: Init | None = None,
        op: Op | None = None,
        dtype: str = "float32",
    ) -> None:
        shape = {"C_out": n_out, "C_in": n_in, "kh": size, "kw": size}
        self.W, self.b = initial_parameters("Conv2d", shape, n_out, rng, init, dtype)
        self.stride = stride
        self.padding = padding
        self.op = op or library_op("conv2d")

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output (N, C_out, H', W') for x (N, C_in, H, W), and the backward function."""
        u, cache = self.op.forward(
            x, self.W.data, self.b.data, stride=self.stride, padding=self.padding
        )

        def backward(du: Array) -> Array:
            dx, dW, db = self.op.backward(du, cache)
            self.W.add_grad(dW)
            self.b.add_grad(db)
            return dx

        return u, backward

    def parameters(self) -> list[Parameter]:
        """[W, b]."""
        return [self.W, self.b]

    def __repr__(self) -> str:
        n_out, n_in, size, _ = self.W.data.shape
        extras = {"stride": (self.stride, 1), "padding": (self.padding, 0)}
        said = [f", {name}={value}" for name, (value, usual) in extras.items() if value != usual]
        return f"Conv2d({n_in}, {n_out}, {size}{''.join(said)})"
