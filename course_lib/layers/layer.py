"""The base class of layers: a forward method that returns the output and a backward function."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeAlias

from course_lib.backend import Array, choose_device, to_device
from course_lib.habits import helpful, no_attribute
from course_lib.parameter import Parameter
from course_lib.tree import Tree, is_array, map_arrays, walk


class Backward:
    """The backward pass through one call of a layer: ``dx = backward(dy)``.

    It also adds to the gradients of the layer's parameters. Where nobody needs dx, as in a training
    step, ``backward.without_dx(dy)`` adds to these gradients only, and takes less time. It may be
    called once: a network then releases what the forward pass has kept.

    Parameters
    ----------
    with_dx : takes dy, adds to the gradients, returns dx
    without_dx : takes dy, adds to the gradients; with_dx if left out
    """

    __slots__ = ("with_dx", "without_dx")

    def __init__(
        self, with_dx: Callable[[Array], Array], without_dx: Callable[[Array], object] | None = None
    ) -> None:
        self.with_dx = with_dx
        self.without_dx = without_dx or with_dx

    def __call__(self, dy: Array) -> Array:
        """dx, after adding to the gradients of the parameters."""
        return self.with_dx(dy)


def output_and_backward(layer: object, result: Any) -> tuple[Array, Backward]:
    """What forward of a layer returned; TypeError if it is not two values.

    A layer of your own may return a plain function ``dx = backward(dy)``.
    """
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError(
            f"forward of {layer!r} returned a {type(result).__name__}, expected two values, the "
            "output and the backward function"
        )
    y, backward = result
    return y, backward if isinstance(backward, Backward) else Backward(backward)


class Layer(Tree, ABC):
    """A function with parameters.

    ``y, backward = layer.forward(x, training=True)`` and ``dx = backward(dy)``; the backward
    function keeps everything that it needs. So one layer may be used several times in one pass, and
    the gradients of its parameters are added up. ``layer(x)`` is y with ``training=False``.

    A class whose ``forward`` takes other arguments is refused with a TypeError when it is defined.
    An array assigned in the place of a parameter is refused, too: ``layer.W.data = array`` changes
    the values of a parameter.

    Parameters, buffers (arrays) and inner layers are attributes, or in lists, tuples and
    dictionaries among the attributes. All methods below find them there, so a layer of your own
    needs no more than this::

        class Scale(Layer):
            def __init__(self, n):
                self.gamma = Parameter(np.ones(n))

            def forward(self, x, *, training=True):
                def backward(dy):
                    self.gamma.add_grad((dy * x).sum(axis=0))
                    return dy * self.gamma.data

                return x * self.gamma.data, backward
    """

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        signature = inspect.signature(cls.forward)
        try:
            signature.bind(None, None, training=True)
        except TypeError:
            raise TypeError(
                f"{cls.__name__}: forward takes {signature}, expected (self, x, *, training), and "
                "it returns two values, the output and the backward function"
            ) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("trainable", "requires_grad") and not hasattr(type(self), name):
            raise no_attribute(self, name)  # it would have no effect
        if is_array(value):
            old = getattr(self, "__dict__", {}).get(name)
            if isinstance(old, Parameter):
                raise TypeError(
                    f"{type(self).__name__}: {name} is a Parameter; write {name}.data = … to "
                    "change its values, or assign a Parameter"
                )
            if (changes := _CHANGES.get()) is not None:
                changes.append((self, name, old))
        super().__setattr__(name, value)

    @abstractmethod
    def forward(self, x: Array, *, training: bool) -> tuple[Array, Callable[[Array], Array]]:
        """Output, and the backward function of this call, a `Backward` or your own.

        ``training`` has a default in layers that do the same in training and in evaluation.
        """

    @helpful
    def __call__(self, x: Array) -> Array:
        """Output in evaluation: nothing is dropped, and running statistics are used."""
        return self.forward(x, training=False)[0]

    def named_parameters(self) -> list[tuple[str, Parameter]]:
        """Pairs of name and parameter; the names are those of `state_dict`."""
        leaves = walk(self)
        return [(leaf.name, leaf.value) for leaf in leaves if isinstance(leaf.value, Parameter)]

    def parameters(self) -> list[Parameter]:
        """The parameters that an optimizer changes, each one once."""
        return [p for _, p in self.named_parameters()]

    def num_parameters(self) -> int:
        """How many numbers the parameters hold."""
        return sum(p.data.size for p in self.parameters())

    def __repr__(self) -> str:
        """The class, and name and shape of each parameter."""
        shapes = [f"{name} {tuple(p.data.shape)}" for name, p in self.named_parameters()]
        return f"{type(self).__name__}({', '.join(shapes)})"

    def to(self, device: str = "auto") -> Self:
        """Move parameters and buffers to ``"cpu"``, ``"cuda"`` or ``"auto"``; returns the layer."""
        chosen = choose_device(device)
        map_arrays(self, lambda array: to_device(array, chosen))
        return self


Change: TypeAlias = tuple[Layer, str, Any]
_CHANGES: ContextVar[list[Change] | None] = ContextVar("_CHANGES", default=None)


@contextmanager
def buffers_restored_after_failure() -> Iterator[Callable[[], None]]:
    """After an exception, or a call, layers have their old arrays again: running statistics."""
    changes: list[Change] = []

    def restore() -> None:
        for layer, name, old in reversed(changes):
            object.__setattr__(layer, name, old)

    token = _CHANGES.set(changes)
    try:
        yield restore
    except BaseException:
        restore()
        raise
    finally:
        _CHANGES.reset(token)
