"""The fully connected layer."""

from course_lib.backend import Array, Generator
from course_lib.layers.initial_parameters import Init, initial_parameters
from course_lib.layers.layer import Backward, Layer, library_op
from course_lib.op import Cache, Op
from course_lib.parameter import Parameter


class Linear(Layer):
    """Fully connected layer ``u = x @ W + b``; b is initialised with zeros.

    Parameters
    ----------
    n_in, n_out : numbers of inputs and outputs
    rng : source of the initial weights
    init : ``init((n_in, n_out), rng)`` -> initial weights; `he_normal` if left out
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
        init: Init | None = None,
        op: Op | None = None,
        dtype: str = "float32",
    ) -> None:
        shape = {"n_in": n_in, "n_out": n_out}
        self.W, self.b = initial_parameters(type(self).__name__, shape, n_out, rng, init, dtype)
        self.op = op or library_op("linear")

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output (N, n_out) for x (N, n_in), and the backward function."""
        u, cache = self.op.forward(x, self.W.data, self.b.data)
        return u, self.backward_of(cache)

    def backward_of(self, cache: Cache) -> Backward:
        """The backward function of one call: adds to the gradients of W and b, returns dx."""

        def backward(du: Array) -> Array:
            dx, dW, db = self.op.backward(du, cache)
            self.W.add_grad(dW)
            self.b.add_grad(db)
            return dx

        return backward

    def parameters(self) -> list[Parameter]:
        """[W, b]."""
        return [self.W, self.b]

    def __repr__(self) -> str:
        n_in, n_out = self.W.data.shape
        return f"Linear({n_in}, {n_out})"
