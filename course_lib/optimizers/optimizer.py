"""What all optimizers share: groups of parameters, a learning rate, and a step."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from course_lib.backend import Array, array_namespace, in_precision_of
from course_lib.fast import step
from course_lib.habits import helpful
from course_lib.optimizers.group import Parameters, make_groups
from course_lib.parameter import Parameter
from course_lib.settings import require_not_negative, require_number, require_positive
from course_lib.transfers import in_main_memory
from course_lib.tree import Tree, is_array, is_number


class Optimizer(Tree, ABC):
    """Change parameters by the gradients that the backward passes have added to them.

    Parameters
    ----------
    params : the parameters, usually ``model.parameters()``; or groups of parameters. A group is a
        dictionary with ``"params"`` and those settings that differ from the optimizer's:
        ``[{"params": first, "lr": 0.01}, {"params": rest}]``
    lr : learning rate
    settings : the other settings of the formula, by name

    An array that you hold, ``before = p.data``, keeps its values: then a step gives the parameter a
    new array. If nobody else holds it, a step may write over it. The arrays of the state, such as a
    velocity, are the optimizer's own, and may be written over; `state_dict` copies them.

    Attributes
    ----------
    params : all parameters, group after group
    groups : list of `Group`
    lr : may be set before any step; a schedule does exactly this. A group that was made with
        another learning rate keeps the ratio of the two.

    Raises
    ------
    TypeError
        If params has something else than parameters or groups, or both.
    ValueError
        If there are no parameters, one of them is listed twice, lr is negative or not finite,
        eps is not positive, or a group has a setting that this optimizer does not know.
    """

    def __init__(self, params: Parameters, lr: float, **settings: Any) -> None:
        self._name = type(self).__name__
        require_not_negative(self._name, lr=lr)
        self.lr = lr
        self.groups = make_groups(self._name, params, lr, settings)
        self.params = [p for group in self.groups for p in group.params]
        for group in self.groups:
            if "eps" in group.settings:
                require_positive(self._name, eps=group.settings["eps"])

    def _require_below_one(self, setting: str) -> None:
        """Raise unless this setting, or each number in it, is in [0, 1) in every group."""
        for group in self.groups:
            value = group.settings[setting]
            numbers = value if isinstance(value, tuple | list) else [value]
            for number in numbers:
                require_number(self._name, **{setting: number})
            if not all(0.0 <= number < 1.0 for number in numbers):
                raise ValueError(f"{self._name}: {setting} is {value}, expected 0 <= … < 1")

    def _zeros(self) -> list[Array]:
        """An array of zeros for each parameter, such as a velocity before the first step."""
        return [array_namespace(p.data).zeros_like(p.data) for p in self.params]

    def _each_parameter(self) -> Iterator[tuple[int, Parameter, dict[str, Any]]]:
        """Number, parameter and settings (``"lr"`` among them), for every parameter."""
        number = count()
        for group in self.groups:
            settings = {**group.settings, "lr": self.lr * group.lr_ratio}
            for p in group.params:
                yield next(number), p, settings

    def _require_pair(self, setting: str) -> None:
        """Raise unless this setting is two numbers in [0, 1) in every group."""
        for group in self.groups:
            value = group.settings[setting]
            if not isinstance(value, tuple | list) or len(value) != 2:
                raise TypeError(
                    f"{self._name}: {setting} is {value!r}, expected two numbers, (0.9, 0.999)"
                )
        self._require_below_one(setting)

    def __repr__(self) -> str:
        settings = {"lr": self.lr, **self.groups[0].settings}
        shown = [f"{len(self.params)} parameter arrays"]
        if len(self.groups) > 1:
            shown.append(f"{len(self.groups)} groups, settings of the first")
        shown += [f"{name}={value}" for name, value in settings.items() if value is not None]
        return f"{self._name}({', '.join(shown)})"

    def is_state(self, value: Any) -> bool:
        """Arrays and numbers; the parameters belong to the model."""
        return is_array(value) or is_number(value)

    @helpful
    def zero_grad(self) -> None:
        """Set all gradients to zero; to be called before each backward pass."""
        for p in self.params:
            p.zero_grad()

    @abstractmethod
    def step(self) -> None:
        """Update every parameter once."""

    def _update(
        self,
        rule: Callable[..., Any],
        i: int,
        p: Parameter,
        states: list[list[Array]],
        *rest: Any,
        **settings: Any,
    ) -> None:
        """Replace parameter number i, and the i-th array of each state, by what ``rule`` returns.

        ``rule(w, dw, *states, *rest, **settings)`` returns w, or w and the new states.
        """
        old = [state[i] for state in states]
        self._require_state_beside(p, old)
        w, *new = step(rule, p, old, *rest, **settings)
        for state, array in zip(states, new, strict=True):
            state[i] = in_precision_of(p.data, array)
        self._move(p, w)

    def _require_state_beside(self, p: Parameter, states: list[Array]) -> None:
        """Raise unless parameter and state are both in main memory, or both on a GPU."""
        for state in states:
            if in_main_memory(state) != in_main_memory(p.data):
                kinds = [f"{type(a).__module__}.{type(a).__name__}" for a in (state, p.data)]
                raise TypeError(
                    f"{self._name}: the optimizer's state is a {kinds[0]}, but its parameter is a "
                    f"{kinds[1]}: the model was moved to another device after the optimizer was "
                    "made; call model.to(…) first, then make the optimizer"
                )

    def _move(self, p: Parameter, w: Array) -> None:
        """Give the parameter its new value, converted to its own precision."""
        if w.shape != p.data.shape:
            raise ValueError(
                f"{self._name}: the step function returned w of shape {tuple(w.shape)} "
                f"for a parameter of shape {tuple(p.data.shape)}"
            )
        p.data = in_precision_of(p.data, w)
