"""The fully connected layer."""

from collections.abc import Callable

from course_lib.backend import Array, Generator, array_namespace, cast
from course_lib.layers.layer import Backward, Layer, library_op
from course_lib.op import Op
from course_lib.parameter import Parameter


class Linear(Layer):
    """Fully connected layer ``u = x @ W + b``; b starts at zero.

    Parameters
    ----------
    n_in, n_out : numbers of inputs and outputs
    rng : source of the first weights
    init : ``init((n_in, n_out), rng)`` -> first weights; He's normal ones if left out
    op : pair to use instead of `linear_forward` and `linear_backward`
    dtype : precision of the parameters

    Attributes
    ----------
    W : Parameter, (n_in, n_out)
    b : Parameter, (n_out,)

    Raises
    ------
    ValueError
        If init returns another shape than it was asked for.
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        rng: Generator,
        init: Callable[[tuple[int, ...], Generator], Array] | None = None,
        op: Op | None = None,
        dtype: str = "float32",
    ) -> None:
        if init is None:
            from course_lib import initializers

            init = initializers.he_normal
        W = init((n_in, n_out), rng)
        if tuple(W.shape) != (n_in, n_out):
            raise ValueError(
                f"Linear: init returned weights of shape {tuple(W.shape)}, expected "
                f"(n_in, n_out) = {(n_in, n_out)}"
            )
        W = cast(W, dtype)
        xp = array_namespace(W)
        self.W = Parameter(W)
        self.b = Parameter(xp.zeros(n_out, dtype=W.dtype, device=W.device))
        self.op = op or library_op("linear")

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output (N, n_out) for x (N, n_in), and the way back."""
        u, cache = self.op.forward(x, self.W.data, self.b.data)

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
        n_in, n_out = self.W.data.shape
        return f"Linear({n_in}, {n_out})"
