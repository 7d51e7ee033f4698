"""The base class of layers: a forward method that returns the output and a backward function."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeAlias

from course_lib.backend import Array, choose_device, to_device
from course_lib.op import Op
from course_lib.parameter import Parameter

Backward: TypeAlias = Callable[[Array], Array]
"""``dx = backward(dy)``; it also adds to the gradients of the layer's parameters."""


class Layer(ABC):
    """A function with parameters.

    ``y, backward = layer.forward(x, training=True)`` and ``dx = backward(dy)``; the backward
    function keeps everything that it needs. So one layer may be used several times in one pass, and
    the gradients of its parameters are added up. ``layer(x)`` is y with ``training=False``.
    """

    @abstractmethod
    def forward(self, x: Array, *, training: bool) -> tuple[Array, Backward]:
        """Output, and the backward function of this call."""

    def __call__(self, x: Array) -> Array:
        """Output in evaluation: nothing is dropped, and running statistics are used."""
        return self.forward(x, training=False)[0]

    def parameters(self) -> list[Parameter]:
        """The parameters that an optimizer changes, each one once."""
        return []

    def to(self, device: str = "auto") -> "Layer":
        """Move the parameters to ``"cpu"``, ``"cuda"`` or ``"auto"``; returns the layer."""
        self._to(choose_device(device, say=device == "auto"))
        return self

    def _to(self, device: str) -> None:
        for p in self.parameters():
            p.data, p.grad = to_device(p.data, device), to_device(p.grad, device)


def library_op(name: str) -> Op:
    """The library's own pair of this name.

    Looked up when a layer is made and not when its module is imported: where submissions are graded
    the library has no formulas, but a layer still works with a given pair.
    """
    from course_lib import functional

    return Op(getattr(functional, f"{name}_forward"), getattr(functional, f"{name}_backward"))
