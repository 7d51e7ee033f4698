"""Dropout of units and of weights as layers."""

from course_lib.backend import Array, Generator
from course_lib.functional.dropout import (
    dropconnect_backward,
    dropconnect_forward,
    dropout_backward,
    dropout_forward,
)
from course_lib.layers.layer import Backward, Layer
from course_lib.layers.linear import Affine, Init
from course_lib.op import Op, require_op
from course_lib.requirements import require_drop_prob, require_generator
from course_lib.settings import require_counts


class Dropout(Layer):
    """Drop elements at random in training; do nothing in evaluation.

    Parameters
    ----------
    drop_prob : probability of dropping an element, in [0, 1)
    rng : source of randomness; every call in training draws from it
    op : pair to use instead of `dropout_forward` and `dropout_backward`

    Raises
    ------
    ValueError
        If drop_prob is not in [0, 1).
    TypeError
        If rng is not a generator.
    """

    def __init__(self, drop_prob: float, *, rng: Generator, op: Op | None = None) -> None:
        require_drop_prob("Dropout", drop_prob)
        require_generator("Dropout", rng)
        self.drop_prob = drop_prob
        self.rng = rng
        self.op = require_op("Dropout", op or Op(dropout_forward, dropout_backward))

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output of the shape of x, and the backward function."""
        y, cache = self.op.forward(x, self.drop_prob, self.rng, training=training)
        return y, Backward(lambda dy: self.op.backward(dy, cache))

    def __repr__(self) -> str:
        return f"Dropout({self.drop_prob})"


class DropConnect(Affine):
    """Fully connected layer that leaves out weights at random in training.

    Parameters
    ----------
    in_features, out_features : n_in and n_out, numbers of inputs and outputs
    drop_prob : probability of dropping a weight, in [0, 1)
    rng : source of the initial weights and of the masks; every call in training draws from it
    bias, init, dtype : as in `Linear`
    op : pair to use instead of `dropconnect_forward` and `dropconnect_backward`

    Attributes
    ----------
    W : Parameter, (n_in, n_out)
    b : Parameter, (n_out,), or None without bias
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        drop_prob: float,
        *,
        bias: bool = True,
        rng: Generator,
        init: Init | None = None,
        op: Op | None = None,
        dtype: str | type = "float32",
    ) -> None:
        require_drop_prob("DropConnect", drop_prob)
        require_counts("DropConnect", in_features=in_features, out_features=out_features)
        shape = {"n_in": in_features, "n_out": out_features}
        op = op or Op(dropconnect_forward, dropconnect_backward)
        super().__init__(shape, out_features, bias=bias, rng=rng, init=init, op=op, dtype=dtype)
        self.drop_prob = drop_prob
        self.rng = rng

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output (N, n_out) for x (N, n_in), and the backward function with the same mask."""
        self.require_floating(x)
        inputs = x, *self.arrays(), self.drop_prob, self.rng
        y, cache = self.op.forward(*inputs, training=training)
        return y, self.backward_of(cache)

    def __repr__(self) -> str:
        n_in, n_out = self.W.data.shape
        bias = "" if self.b else ", bias=False"
        return f"DropConnect({n_in}, {n_out}, {self.drop_prob}{bias})"
