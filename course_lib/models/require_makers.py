"""A check of the functions that make a model's layers."""

from typing import Any

from course_lib.layers.layer import Layer


def require_makers(where: str, **makers: Any) -> None:
    """Raise TypeError unless all are functions or classes that make layers, or None."""
    for name, maker in makers.items():
        if isinstance(maker, Layer):
            kind = type(maker).__name__
            raise TypeError(
                f"{where}: {name} is the layer {maker!r}, expected a class or function that makes "
                f"one for each place; write {name}={kind}"
            )
        if maker is not None and not callable(maker):
            raise TypeError(
                f"{where}: {name} is {maker!r}, expected a class or function that makes a layer, "
                "such as ReLU, MaxPool2d or BatchNorm of course_lib.layers"
            )
