"""A shortcut around other layers."""

from course_lib.backend import Array
from course_lib.functional.residual import residual_backward, residual_forward
from course_lib.layers.layer import Backward, Layer, output_and_backward
from course_lib.op import Op, require_op


class Residual(Layer):
    """Add the output of a layer to its input: ``y = x + layer(x)``.

    Parameters
    ----------
    layer : what the shortcut leads around, for instance a `Sequential`; its output has the shape of
        its input
    op : pair to use instead of `residual_forward` and `residual_backward`

    Raises
    ------
    TypeError
        If it is not a layer.
    """

    def __init__(self, layer: Layer, *, op: Op | None = None) -> None:
        if not isinstance(layer, Layer):
            raise TypeError(
                f"Residual: layer is {layer!r}, expected one layer; put several into a Sequential"
            )
        self.layer = layer
        self.op = require_op("Residual", op or Op(residual_forward, residual_backward))

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output of the shape of x, and the backward function."""

        def f_forward(x: Array) -> tuple[Array, Backward]:
            return output_and_backward(self.layer, self.layer.forward(x, training=training))

        def f_backward(dz: Array, backward: Backward) -> Array:
            return backward(dz)

        y, cache = self.op.forward(x, f_forward)

        def backward(dy: Array) -> Array:
            dx: Array = self.op.backward(dy, cache, f_backward)
            return dx

        return y, Backward(backward)

    def __repr__(self) -> str:
        return f"Residual({self.layer!r})"
