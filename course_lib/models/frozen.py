"""A layer that training leaves as it is."""

from course_lib.backend import Array
from course_lib.layers.layer import Backward, Layer, output_and_backward


class Frozen(Layer):
    """A layer that computes in training as in evaluation: running statistics stay, nothing drops.

    ``model = Sequential(Frozen(trained[:-1]), Linear(32, 5, rng=rng))``. The optimizer gets the
    parameters of the other layers only, here ``model[1].parameters()``; `fit` refuses others.

    Attributes
    ----------
    frozen : the layer
    """

    def __init__(self, layer: Layer) -> None:
        self.frozen = layer

    def forward(self, x: Array, *, training: bool = False) -> tuple[Array, Backward]:
        """Output of the layer in evaluation, and its backward function."""
        y, backward = output_and_backward(self.frozen, self.frozen.forward(x, training=False))
        return y, Backward(backward.with_dx, lambda dy: None)

    def __repr__(self) -> str:
        return f"Frozen({self.frozen!r})"
