"""Dropout as a layer."""

from course_lib.backend import Array, Generator
from course_lib.functional.dropout import dropout_backward, dropout_forward
from course_lib.layers.layer import Backward, Layer
from course_lib.op import Op, require_op
from course_lib.requirements import require_drop_prob, require_generator


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
