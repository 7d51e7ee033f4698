"""What all optimizers share: parameters, a learning rate, and a step."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from numbers import Real
from typing import Any

from course_lib.backend import Array, array_namespace
from course_lib.parameter import Parameter
from course_lib.tree import Tree, is_array


class Optimizer(Tree, ABC):
    """Change parameters by the gradients that the backward passes have added to them.

    Parameters
    ----------
    params : the parameters, usually ``model.parameters()``
    lr : learning rate

    Attributes
    ----------
    lr : may be set before any step; a schedule does exactly this

    Raises
    ------
    ValueError
        If there are no parameters, one of them is listed twice, or lr is negative.
    """

    def __init__(self, params: Iterable[Parameter], lr: float) -> None:
        self.params = list(params)
        name = type(self).__name__
        if not self.params:
            raise ValueError(f"{name}: there are no parameters; pass model.parameters()")
        if len({id(p) for p in self.params}) < len(self.params):
            raise ValueError(
                f"{name}: a parameter is listed twice; it would be updated twice in each step"
            )
        if not lr >= 0.0:
            raise ValueError(f"{name}: lr is {lr}, expected 0 or more")
        self.lr = lr

    def is_state(self, value: Any) -> bool:
        """Arrays and numbers; the parameters belong to the model."""
        return is_array(value) or isinstance(value, Real)

    def zero_grad(self) -> None:
        """Set all gradients to zero; to be called before each backward pass."""
        for p in self.params:
            p.zero_grad()

    @abstractmethod
    def step(self) -> None:
        """Update every parameter once."""

    def _move(self, p: Parameter, w: Array) -> None:
        """Give the parameter its new value, converted to its own precision."""
        if tuple(w.shape) != tuple(p.data.shape):
            raise ValueError(
                f"{type(self).__name__}: the step function returned w of shape {tuple(w.shape)} "
                f"for a parameter of shape {tuple(p.data.shape)}"
            )
        p.data = array_namespace(w).astype(w, p.data.dtype, copy=False)
