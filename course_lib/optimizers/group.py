"""Groups of parameters, each with settings of its own, and which parameters are weights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from course_lib.parameter import Parameter
from course_lib.settings import require_not_negative
from course_lib.tree import Tree

Parameters: TypeAlias = Iterable[Parameter] | Iterable[Mapping[str, Any]]
"""Parameters, or groups of parameters: ``[{"params": […], "lr": 0.01}, {"params": […]}]``."""


@dataclass
class Group(Tree):
    """Parameters that share their settings; the settings are part of the optimizer's state.

    Attributes
    ----------
    params : the parameters
    lr_ratio : learning rate of the group divided by that of the optimizer
    settings : the other arguments of the optimizer, by name
    """

    params: list[Parameter]
    lr_ratio: float
    settings: dict[str, Any]


def make_groups(
    optimizer: str, params: Parameters, lr: float, settings: Mapping[str, Any]
) -> list[Group]:
    """Groups from a list of parameters (one group) or from a list of dictionaries.

    Parameters
    ----------
    optimizer : its name, first word of every message
    params : parameters, or dictionaries with ``"params"`` and those settings that differ
    lr, settings : of the optimizer, for the groups that have none of their own

    Raises
    ------
    TypeError
        If there is something else than parameters or dictionaries, or both.
    ValueError
        If there are no parameters, one of them is listed twice, a setting is unknown, or if only a
        group has a learning rate above 0.
    """
    entries = _entries(optimizer, params)
    if not entries:
        raise ValueError(f"{optimizer}: there are no parameters; pass model.parameters()")
    if not any(isinstance(entry, Mapping) for entry in entries):
        entries = [{"params": entries}]
    groups = [
        _group(f"{optimizer}: group {number}", entry, lr, settings)
        for number, entry in enumerate(entries)
    ]
    everything = [id(p) for group in groups for p in group.params]
    if len(set(everything)) < len(everything):
        raise ValueError(
            f"{optimizer}: a parameter is listed twice, in one group or in two; it would be "
            "updated twice in each step"
        )
    return groups


def _entries(optimizer: str, params: Any) -> list[Any]:
    """The parameters or groups in a list."""
    is_model = hasattr(params, "parameters")
    if is_model or not isinstance(params, Iterable):
        how = "" if is_model or not callable(params) else " with its parentheses"
        raise TypeError(
            f"{optimizer}: params is a {type(params).__name__}, expected a list of parameters; "
            f"write model.parameters(){how}"
        )
    return list(params)


def _group(where: str, entry: Any, lr: float, settings: Mapping[str, Any]) -> Group:
    if not isinstance(entry, Mapping):
        raise TypeError(
            f"{where} is a {type(entry).__name__}, expected a dictionary with 'params', as the "
            "other groups are"
        )
    known = ["params", "lr", *settings]
    if unknown := [name for name in entry if name not in known]:
        raise ValueError(f"{where} has {unknown[0]!r}; a group may have {', '.join(known)}")
    own = dict(entry)
    params = own.pop("params", [])
    params = [params] if isinstance(params, Parameter) else list(params)
    if not params:
        raise ValueError(f"{where} has no parameters; list them under 'params'")
    if others := [p for p in params if not isinstance(p, Parameter)]:
        raise TypeError(
            f"{where} has a {type(others[0]).__name__} among its parameters; pass "
            "model.parameters() or a part of them"
        )
    own_lr = own.pop("lr", lr)
    require_not_negative(where, lr=own_lr)
    if own_lr > lr == 0.0:
        raise ValueError(
            f"{where} has lr {own_lr}, but lr of the optimizer is 0; a group keeps the ratio of "
            "the two, so lr of the optimizer must be positive"
        )
    return Group(params, 1.0 if own_lr == lr else own_lr / lr, {**settings, **own})


def is_weight(p: Parameter) -> bool:
    """Whether a parameter multiplies inputs, as matrices and convolution filters do.

    Those have two axes or more. Biases, gamma and beta are vectors; they are never penalised.

    Parameters
    ----------
    p : any parameter
    """
    return len(p.data.shape) >= 2
