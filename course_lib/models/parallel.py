"""Layers side by side, for models with several inputs or outputs."""

from itertools import accumulate, pairwise
from typing import Any

from course_lib.backend import Array, array_namespace
from course_lib.layers.layer import Backward, Layer, output_and_backward


class Parallel(Layer):
    """Each layer on its own input, or all on the same one; inputs and outputs are tuples.

    A model of two inputs, and one of two outputs, whose loss gets tuples::

        Sequential(Parallel(cnn, mlp([5, 8], rng=rng)), Concatenate(), head)
        Sequential(body, Parallel(classes, age))

    Raises
    ------
    ValueError
        In forward, if there is another number of inputs than of layers.
    """

    def __init__(self, *layers: Layer) -> None:
        self.layers = list(layers)

    def forward(self, x: Any, *, training: bool) -> tuple[Any, Backward]:
        """Outputs, and the backward function; of one input for all, it adds up the gradients."""
        inputs = x if isinstance(x, tuple) else (x,) * len(self.layers)
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
            return dx if inputs is x else sum(dx[1:], dx[0])

        return tuple(y for y, _ in pairs), Backward(backward)

    def __repr__(self) -> str:
        return f"Parallel({', '.join(map(repr, self.layers))})"


class Concatenate(Layer):
    """One array of a tuple: ``y = concat(x, axis=1)`` of arrays (N, D_i, …)."""

    def forward(self, x: Any, *, training: bool = False) -> tuple[Array, Backward]:
        """Output (N, D_1 + D_2 + …, …), and the backward function, which gives a tuple."""
        ends = list(accumulate(a.shape[1] for a in x))

        def backward(dy: Array) -> Any:
            return tuple(dy[:, i:j, ...] for i, j in pairwise([0, *ends]))

        return array_namespace(*x).concat(list(x), axis=1), Backward(backward)
