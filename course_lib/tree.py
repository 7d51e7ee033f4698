"""One walk over the state of a layer or an optimizer.

State is declared by assigning it to an attribute: a `Parameter`, an array (a *buffer*, such as a
running mean), a random generator, another layer, or lists, tuples and dictionaries of these.
Everything that needs to know what is inside a model uses this walk: `parameters`, `state_dict`,
`to`, saving, checkpoints. So a layer of your own needs no code for them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from numbers import Real
from types import FunctionType
from typing import Any, TypeAlias

import numpy as np

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.habits import Helpful, helpful
from course_lib.hidden_parameters import attributes_of, hidden_parameters, shared_attributes
from course_lib.parameter import Parameter

Item: TypeAlias = tuple[str, Any, Callable[[Any], None]]
"""Name, value, and a function that stores another value in its place."""


@dataclass(frozen=True)
class Leaf:
    """A parameter, array, generator or number, and where it is stored.

    Attributes
    ----------
    name : for instance ``"0.W"``
    value : what is stored there
    replace : stores something else in the same place
    """

    name: str
    value: Any
    replace: Callable[[Any], None]


class Tree(Helpful):
    """An object whose state is in its attributes; base class of layers and optimizers."""

    def is_state(self, value: Any) -> bool:
        """Whether `state_dict` contains a value of this kind: parameters and buffers."""
        return isinstance(value, Parameter) or is_array(value)

    def state_dict(self) -> dict[str, Array]:
        """Name -> array, for all parameters and buffers; copies, which training does not change.

        ``0.W`` is the weight of a `Sequential`'s first layer, ``1.running_mean`` a buffer of its
        second. An optimizer's state has arrays and numbers: ``m.0`` is Adam's first moment of its
        first parameter, ``t`` its number of steps, ``groups.0.settings.eps`` a setting of its first
        group. Its parameters belong to the model and are left out. What is stored in two places is
        listed once, under its first name.
        """
        return {leaf.name: _copy(leaf.value) for leaf in self._state()}

    @helpful
    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Replace all parameters and buffers by copies of these arrays.

        Floating-point arrays keep their precision, and all arrays their device. Everything else
        has afterwards the type of the state: a learning rate of 1 becomes 0.5, not int(0.5).

        Parameters
        ----------
        state_dict : name -> array, from the `state_dict` of a tree with the same names and shapes

        Raises
        ------
        TypeError
            If state_dict is not a dictionary.
        ValueError
            If a name is missing or unknown, or if a shape differs. The message lists all of these,
            and nothing is changed.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"load_state_dict: state_dict is a {type(state_dict).__name__}, expected a "
                "dictionary name -> array; course_lib.training.load(model, path) reads a file"
            )
        require_no_differences("load_state_dict", differences(self, state_dict))
        # Convert everything first: if that fails, nothing has changed.
        new = [(leaf, _copy_like(state_dict[leaf.name], leaf.value)) for leaf in self._state()]
        for leaf, value in new:
            if isinstance(leaf.value, Parameter):
                leaf.value.data = value
            else:
                leaf.replace(value)

    def _state(self) -> list[Leaf]:
        return [leaf for leaf in walk(self) if self.is_state(leaf.value)]


def walk(tree: Tree) -> list[Leaf]:
    """Every parameter, array, random generator and number in a tree, in the order of assignment.

    A name is the path to the value: ``hidden.0.W`` is ``tree.hidden[0].W``. The items of a layer's
    list ``layers`` are named by their number only. A parameter, generator or layer that is stored
    in two places is listed once.

    Raises
    ------
    TypeError
        If a parameter is stored where the walk does not find it, for instance in a set or in an
        object that is not a layer: it would be neither trained nor saved.
    ValueError
        If two values have the same name.
    """
    seen: set[int] = set()
    unfollowed: list[tuple[str, Any]] = []
    leaves = list(_walk(tree, "", lambda _: None, seen, unfollowed))
    if twice := [name for name, n in Counter(leaf.name for leaf in leaves).items() if n > 1]:
        raise ValueError(f"{type(tree).__name__}: two values are named {', '.join(twice)}")
    for name, value in unfollowed:
        for found in hidden_parameters(value):
            if id(found) not in seen and tree.is_state(found):
                raise TypeError(
                    f"{type(tree).__name__}: {found!r} is inside {name}, a "
                    f"{type(value).__name__}, where training would not find it; assign it to an "
                    "attribute of the layer, or store it in a list, a dictionary or another Layer"
                )
    return leaves


def _walk(
    value: Any,
    name: str,
    replace: Callable[[Any], None],
    seen: set[int],
    unfollowed: list[tuple[str, Any]],
) -> Iterator[Leaf]:
    if isinstance(value, Tree | Parameter | list | dict) or is_generator(value):
        if id(value) in seen:
            return
        seen.add(id(value))
    if isinstance(value, Parameter) or is_generator(value) or is_number(value) or is_array(value):
        yield Leaf(name, value, replace)
    elif isinstance(value, Tree | dict | list | tuple):
        for key, item, replace_item in _items(value, replace):
            path = ".".join(part for part in (name, key) if part)
            yield from _walk(item, path, replace_item, seen, unfollowed)
    elif value is not None and not isinstance(value, str | FunctionType):
        unfollowed.append((name, value))
    if isinstance(value, Tree):
        unfollowed += shared_attributes(value, Tree)


def _items(value: Any, replace: Callable[[Any], None]) -> list[Item]:
    """What is inside a tree, dictionary, list or tuple; replace stores a new tuple."""
    if isinstance(value, Tree):
        attributes = attributes_of(value)
        numbered = isinstance(attributes.get("layers"), list | tuple)  # 0.W, not layers.0.W
        return [
            ("" if key == "layers" and numbered else key, item, partial(setattr, value, key))
            for key, item in attributes.items()
        ]
    if isinstance(value, dict):
        return [(str(key), item, partial(value.__setitem__, key)) for key, item in value.items()]
    if isinstance(value, list):
        return [(str(i), item, partial(value.__setitem__, i)) for i, item in enumerate(value)]
    items = list(value)
    make = getattr(type(value), "_make", tuple)  # of a named tuple

    def replace_item(i: int, new: Any) -> None:
        items[i] = new
        replace(make(items))

    return [(str(i), item, partial(replace_item, i)) for i, item in enumerate(value)]


def differences(tree: Tree, state_dict: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Every name and shape in which a state differs from that of a tree."""
    expected = {leaf.name: _shape(leaf.value) for leaf in tree._state()}
    found = {name: _shape(value) for name, value in state_dict.items()}
    problems = [f"{prefix}{n} {expected[n]} is missing" for n in expected.keys() - found]
    problems += [f"{prefix}{n} {found[n]} is not expected" for n in found.keys() - expected]
    problems += [
        f"{prefix}{n} has shape {found[n]}, expected {expected[n]}"
        for n in expected.keys() & found
        if found[n] != expected[n]
    ]
    return sorted(problems)


def require_no_differences(where: str, problems: list[str]) -> None:
    """Raise ValueError with all problems, if there are any; ``where`` is its first word."""
    if problems:
        raise ValueError(
            f"{where}: the state does not fit: {'; '.join(problems)}. Make the model with the same "
            "layers and sizes as the one that the state is from"
        )


def map_arrays(tree: Tree, function: Callable[[Array], Array]) -> None:
    """Replace every array by ``function(array)``: parameters, their gradients, buffers."""
    for leaf in walk(tree):
        if isinstance(leaf.value, Parameter):
            leaf.value.data, leaf.value.grad = map(function, (leaf.value.data, leaf.value.grad))
        elif is_array(leaf.value):
            leaf.replace(function(leaf.value))


def generators(tree: Tree) -> dict[str, Any]:
    """Name -> random generator, NumPy's or another library's."""
    return {leaf.name: leaf.value for leaf in walk(tree) if is_generator(leaf.value)}


def is_generator(value: Any) -> bool:
    """Whether a value is a random generator, of any library."""
    return hasattr(value, "random") and hasattr(value, "standard_normal")


def is_array(value: Any) -> bool:
    """Whether a value is an array of numbers, of any library."""
    return (
        hasattr(value, "shape")
        and hasattr(value, "dtype")
        and not is_number(value)
        and not isinstance(value, type)
        and value.dtype != object
    )


def is_number(value: Any) -> bool:
    """Whether a value is a number or a truth value, of Python or NumPy."""
    return isinstance(value, Real | np.bool_)


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(np.shape(value.data if isinstance(value, Parameter) else value))


def _copy(value: Any) -> Any:
    if is_number(value):
        return value
    array = value.data if isinstance(value, Parameter) else value
    return array_namespace(array).asarray(array, copy=True)


def _copy_like(value: Any, old: Any) -> Any:
    """A copy of a number, or of an array with the library, device and precision of the old one."""
    if is_number(old):
        if is_number(value):
            return value
        array = to_numpy(value)  # a number from a file; only NumPy's numbers keep its precision
        return array[()] if isinstance(old, np.generic) else array.item()
    like = old.data if isinstance(old, Parameter) else old
    xp = array_namespace(like)
    # Counts may have become means: integers have no precision that could be kept.
    dtype = like.dtype if xp.isdtype(like.dtype, "real floating") else None
    return xp.asarray(to_numpy(value).copy(), dtype=dtype, device=like.device)
