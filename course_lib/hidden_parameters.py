"""Parameters in places that the walk over a tree does not follow, such as sets and other objects.

Training would not find them. So `course_lib.tree.walk` looks there, too, and refuses them.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Set
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from course_lib.parameter import Parameter


def hidden_parameters(value: Any) -> Iterator[Parameter]:
    """Parameters in collections and in objects' attributes, at most eight levels deep."""
    level = [value]
    seen: dict[int, Any] = {}  # holds the objects, so that no id is used again
    for _ in range(9):
        below: list[Any] = []
        for item in level:
            if id(item) in seen or isinstance(item, str | bytes | type | ModuleType | FunctionType):
                continue
            seen[id(item)] = item
            if isinstance(item, Parameter):
                yield item
            elif isinstance(item, np.ndarray):
                below += item.ravel().tolist() if item.dtype == object else []
            elif isinstance(item, Mapping):
                below += [*item.keys(), *item.values()]
            elif isinstance(item, Set | deque | list | tuple):
                below += item
            else:  # __self__: the object of a method
                below += [*attributes_of(item).values(), getattr(item, "__self__", None)]
        level = below


def shared_attributes(value: Any, tree: type) -> list[tuple[str, Any]]:
    """Attributes that an object shares with all objects of its class and that may hold parameters.

    Parameters
    ----------
    value : a layer or an optimizer
    tree : their common class
    """
    holders = _holders(value.__class__, tree)
    return [(key, item) for key, item in holders if getattr(value, key) is item]


@cache
def _holders(kind: type, tree: type) -> list[tuple[str, Any]]:
    holders = (Parameter, tree, list, tuple, dict, set, frozenset)
    return [
        (key, item)
        for owner in kind.__mro__
        for key, item in vars(owner).items()
        if isinstance(item, holders) and not key.startswith("__")
    ]


def attributes_of(value: Any) -> dict[str, Any]:
    """Attributes of an object by name, those in ``__slots__`` among them."""
    found = {name: getattr(value, name) for name in _slots(value.__class__) if hasattr(value, name)}
    return found | getattr(value, "__dict__", {})


@cache
def _slots(kind: type) -> list[str]:
    slots = [vars(owner).get("__slots__", ()) for owner in kind.__mro__]
    return [name for some in slots for name in ([some] if isinstance(some, str) else some)]
