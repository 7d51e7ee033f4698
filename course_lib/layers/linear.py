"""The fully connected layer, and what it shares with convolutions: weights W and a bias b."""

import math
from collections.abc import Callable
from typing import TypeAlias

from course_lib.backend import Array, Generator, array_namespace, cast
from course_lib.fast import faster
from course_lib.functional.linear import linear_backward, linear_forward, linear_parameter_gradients
from course_lib.initializers import he_normal
from course_lib.layers.layer import Backward, Layer
from course_lib.op import Cache, Op, require_op
from course_lib.parameter import Parameter
from course_lib.requirements import require_floating, require_generator
from course_lib.settings import require_counts, require_function, require_precision

Init: TypeAlias = Callable[[tuple[int, ...], Generator], Array]
"""``init(shape, rng)`` -> initial weights of that shape."""


class Affine(Layer):
    """Base class of `Linear`, `DropConnect` and `Conv2d`; b is initialised with zeros.

    Parameters
    ----------
    shape : of the weights, each length with its name
    n_out : length of the bias
    bias : whether there is a b; if not, op gets zeros
    rng, init, dtype : as the layer was given them; `he_normal` if init is None
    op : the pair that computes the output

    Attributes
    ----------
    W : Parameter
    b : Parameter, (n_out,), or None

    Raises
    ------
    ValueError
        If init returns another shape than it was asked for.
    TypeError
        If rng is not a generator.
    """

    def __init__(
        self,
        shape: dict[str, int],
        n_out: int,
        *,
        bias: bool,
        rng: Generator,
        init: Init | None,
        op: Op,
        dtype: str | type,
    ) -> None:
        name = type(self).__name__
        require_generator(name, rng)
        dtype = require_precision(name, dtype)
        if init is not None:
            require_function(name, "course_lib.initializers.he_normal", "shape", "rng", init=init)
        lengths = tuple(shape.values())
        W = (init or he_normal)(lengths, rng)
        if tuple(W.shape) != lengths:
            raise ValueError(
                f"{name}: init returned weights of shape {tuple(W.shape)}, expected "
                f"({', '.join(shape)}) = {lengths}"
            )
        self.W = Parameter(cast(W, dtype))
        self.n_out = n_out
        self.b = Parameter(self._zeros()) if bias else None
        self.op = faster(require_op(name, op))

    def _zeros(self) -> Array:
        W = self.W.data
        return array_namespace(W).zeros(self.n_out, dtype=W.dtype, device=W.device)

    def require_floating(self, x: Array) -> None:
        """Raise TypeError if the inputs are integers: the output would be in double precision."""
        if getattr(x, "dtype", None) != self.W.data.dtype:  # the usual case needs no look
            advice = 'make it floating point, x.astype("float32")'
            require_floating(type(self).__name__, advice, x=x)

    def arrays(self) -> tuple[Array, Array]:
        """W and b for the forward function of the pair."""
        return self.W.data, self._zeros() if self.b is None else self.b.data

    def backward_of(self, cache: Cache) -> Backward:
        """The backward function of one call: adds to the gradients of W and b, returns dx."""

        def with_dx(du: Array) -> Array:
            dx: Array
            dx, dW, db = self.op.backward(du, cache)
            self._add_gradients(dW, db)
            return dx

        def without_dx(du: Array) -> None:
            if self.op.parameter_gradients is None:
                with_dx(du)
            else:
                self._add_gradients(*self.op.parameter_gradients(du, cache))

        return Backward(with_dx, without_dx)

    def _add_gradients(self, dW: Array, db: Array) -> None:
        self.W.add_grad(dW)
        if self.b is not None:
            self.b.add_grad(db)


class Linear(Affine):
    """Fully connected layer ``u = x @ W + b`` of the last axis; b is initialised with zeros.

    Parameters
    ----------
    in_features, out_features : n_in and n_out, numbers of inputs and outputs
    bias : whether to add b
    rng : source of the initial weights
    init : ``init((n_in, n_out), rng)`` -> initial weights; `he_normal` if left out
    op : pair to use instead of `linear_forward` and `linear_backward`
    dtype : precision of the parameters

    Attributes
    ----------
    W : Parameter, (n_in, n_out)
    b : Parameter, (n_out,), or None without bias

    Raises
    ------
    ValueError
        If init returns another shape than it was asked for.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        bias: bool = True,
        rng: Generator,
        init: Init | None = None,
        op: Op | None = None,
        dtype: str | type = "float32",
    ) -> None:
        require_counts("Linear", in_features=in_features, out_features=out_features)
        shape = {"n_in": in_features, "n_out": out_features}
        op = op or Op(linear_forward, linear_backward, linear_parameter_gradients)
        super().__init__(shape, out_features, bias=bias, rng=rng, init=init, op=op, dtype=dtype)

    def forward(self, x: Array, *, training: bool = True) -> tuple[Array, Backward]:
        """Output (N, …, n_out) for x (N, …, n_in), and the backward function."""
        self.require_floating(x)
        if getattr(x, "ndim", 2) <= 2 or x.shape[-1] != self.W.data.shape[0]:
            u, cache = self.op.forward(x, *self.arrays())
            return u, self.backward_of(cache)
        xp = array_namespace(x)
        n_in, n_out = self.W.data.shape
        shape = (*x.shape[:-1], n_out)
        rows = xp.reshape(x, (math.prod(x.shape[:-1]), n_in))
        u, cache = self.op.forward(rows, *self.arrays())
        of_rows = self.backward_of(cache)

        def in_rows(du: Array) -> Array:
            if tuple(du.shape) != shape:
                raise ValueError(f"Linear: du has shape {tuple(du.shape)}, expected {shape}")
            return xp.reshape(du, (rows.shape[0], n_out))

        def with_dx(du: Array) -> Array:
            return xp.reshape(of_rows(in_rows(du)), tuple(x.shape))

        return xp.reshape(u, shape), Backward(with_dx, lambda du: of_rows.without_dx(in_rows(du)))

    def __repr__(self) -> str:
        n_in, n_out = self.W.data.shape
        return f"Linear({n_in}, {n_out}{'' if self.b else ', bias=False'})"
