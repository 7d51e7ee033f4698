"""Layers one after the other."""

from collections.abc import Iterator
from textwrap import indent
from typing import Any, overload

from course_lib.backend import Array
from course_lib.layers.layer import Backward, Layer, output_and_backward


class Sequential(Layer):
    """The layers applied in their order; itself a layer.

    ``model[0]`` is its first layer, ``model[:-1]`` a `Sequential` of all layers but the last (the
    same objects, not copies), ``len(model)`` their number, and ``for layer in model`` meets each.

    Parameters
    ----------
    layers : the first one takes the input; the same layer may occur several times

    Raises
    ------
    TypeError
        If an item is not a layer, for instance a class instead of an instance, or a list.
    """

    def __init__(self, *layers: Layer) -> None:
        for i, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise TypeError(f"Sequential: item {i} is {layer!r}, expected a layer{_how(layer)}")
        self.layers = list(layers)

    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output of the last layer, and the backward function through all of them."""
        backward_passes: list[Backward] = []
        for layer in self.layers:
            x, backward = output_and_backward(layer, layer.forward(x, training=training))
            backward_passes.append(backward)
        done = False

        def with_dx(dy: Array) -> Array:
            _require_kept(not done)
            for backward in reversed(backward_passes):
                dy = backward.with_dx(dy)
            return dy

        def without_dx(dy: Array) -> None:
            nonlocal done
            _require_kept(not done)
            done = True
            while len(backward_passes) > 1:
                dy = backward_passes.pop().with_dx(dy)
            for first in backward_passes:
                first.without_dx(dy)
            backward_passes.clear()

        return x, Backward(with_dx, without_dx)

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    @overload
    def __getitem__(
        self, place: int
    ) -> Any: ...  # its attributes, such as W, are those of its class
    @overload
    def __getitem__(self, place: slice) -> "Sequential": ...
    def __getitem__(self, place: int | slice) -> Layer:
        chosen = self.layers[place]
        return chosen if isinstance(chosen, Layer) else Sequential(*chosen)

    def __repr__(self) -> str:
        """The layers in one line, or one in each line if that would be long."""
        layers = [repr(layer) for layer in self.layers]
        line = f"Sequential({', '.join(layers)})"
        if len(line) <= 88 and "\n" not in line:
            return line
        return "Sequential(\n" + indent("".join(f"{layer},\n" for layer in layers), "    ") + ")"


def _require_kept(kept: bool) -> None:
    """Raise if what the forward pass has kept is no longer there."""
    if not kept:
        raise RuntimeError(
            "Sequential: backward.without_dx(dy) was called before, and has released what the "
            "forward pass had kept; call model.forward again"
        )


def _how(item: Any) -> str:
    if isinstance(item, type) and issubclass(item, Layer):
        return f"; write {item.__name__}() instead of {item.__name__}"
    if isinstance(item, list | tuple | Iterator):
        return "; write Sequential(*layers) for a list of layers"
    return ""
