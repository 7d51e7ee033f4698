"""Layers one after the other."""

from course_lib.backend import Array
from course_lib.layers.layer import Backward, Layer, without_dx


class Sequential(Layer):
    """The layers applied in their order; itself a layer.

    Parameters
    ----------
    layers : the first one takes the input; the same layer may occur several times

    Raises
    ------
    TypeError
        If an item is not a layer, for instance a class instead of an instance.
    """

    def __init__(self, *layers: Layer) -> None:
        for i, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                hint = "; write ReLU() instead of ReLU" if isinstance(layer, type) else ""
                raise TypeError(f"Sequential: item {i} is {layer!r}, expected a layer{hint}")
        self.layers = list(layers)

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output of the last layer, and the backward function through all of them."""
        backward_functions = []
        for layer in self.layers:
            x, back = layer.forward(x, training=training)
            backward_functions.append(back)

        def backward(dy: Array) -> Array:
            for back in reversed(backward_functions):
                dy = back(dy)
            return dy

        if backward_functions:

            def add_gradients(dy: Array) -> None:
                first, *others = backward_functions
                for back in reversed(others):
                    dy = back(dy)
                without_dx(first)(dy)

            vars(backward)["without_dx"] = add_gradients
        return x, backward

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"
