"""Layers side by side, for models with several inputs or outputs."""

from typing import Any

from course_lib.backend import Array, array_namespace
from course_lib.layers.layer import Backward, Layer, output_and_backward


class Parallel(Layer):
    """Each layer on its own input, or all on the same one; the outputs are a tuple.

    A model with two inputs, ``fit(model, (images, table), t, …)``::

        model = Sequential(Parallel(cnn, mlp([5, 8], rng=rng)), Concatenate(), head)

    and one with two outputs, whose loss gets tuples, ``fit(model, x, (labels, ages), …)``::

        model = Sequential(body, Parallel(classes, age))

    Parameters
    ----------
    layers : one for each input

    Raises
    ------
    ValueError
        In forward, if there is another number of inputs than of layers.
    """

    def __init__(self, *layers: Layer) -> None:
        self.layers = list(layers)

    def forward(self, x: Any, *, training: bool) -> tuple[Any, Backward]:
        """Outputs, a tuple; their gradients are a tuple, too."""
        shared = not isinstance(x, tuple)
        inputs = (x,) * len(self.layers) if shared else x
        if len(inputs) != len(self.layers):
            raise ValueError(
                f"Parallel: there are {len(inputs)} inputs and {len(self.layers)} layers; give a "
                "tuple with one input for each layer, or one array for all"
            )
        pairs = [
            output_and_backward(layer, layer.forward(item, training=training))
            for layer, item in zip(self.layers, inputs, strict=True)
        ]

        def backward(dy: Any) -> Any:
            dx = tuple(back(d) for (_, back), d in zip(pairs, dy, strict=True))
            return sum(dx[1:], dx[0]) if shared else dx

        return tuple(y for y, _ in pairs), Backward(backward)

    def __repr__(self) -> str:
        return f"Parallel({', '.join(map(repr, self.layers))})"


class Concatenate(Layer):
    """One array of several: ``y = concat(x, axis=1)`` of a tuple of arrays (N, D_i, …)."""

    def forward(self, x: Any, *, training: bool = False) -> tuple[Array, Backward]:
        """Output (N, D_1 + D_2 + …, …), and the backward function, which gives a tuple."""

        def backward(dy: Array) -> Any:
            parts, start = [], 0
            for a in x:
                parts.append(dy[:, start : start + a.shape[1], ...])
                start += a.shape[1]
            return tuple(parts)

        return array_namespace(*x).concat(list(x), axis=1), Backward(backward)
