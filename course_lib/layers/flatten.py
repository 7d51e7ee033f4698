"""Flattening as a layer."""

from course_lib.backend import Array
from course_lib.functional.flatten import flatten_backward, flatten_forward
from course_lib.layers.layer import Backward, Layer
from course_lib.op import Op, require_op


class Flatten(Layer):
    """All values of a sample in one row: (N, C, H, W) -> (N, C * H * W).

    Parameters
    ----------
    op : pair to use instead of `flatten_forward` and `flatten_backward`
    """

    def __init__(self, *, op: Op | None = None) -> None:
        self.op = require_op("Flatten", op or Op(flatten_forward, flatten_backward))

    def forward(self, x: Array, *, training: bool = True) -> tuple[Array, Backward]:
        """Output (N, D) for x (N, …), and the backward function."""
        y, cache = self.op.forward(x)
        return y, Backward(lambda dy: self.op.backward(dy, cache))

    def __repr__(self) -> str:
        return "Flatten()"
