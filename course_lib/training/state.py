"""Every number that makes up a model or an optimizer, each under a name.

They are found by inspection of attributes: parameters, arrays (running statistics, moments),
numbers (a step counter) and random generators, which an object keeps in its attributes, in lists or
dictionaries among its attributes, or in the layers inside a layer. So a layer or optimizer of your
own is saved like the library's, without extra code.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.layers.layer import Layer
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter


@dataclass(frozen=True)
class Slot:
    """Where a value is stored: a function that reads it and a function that replaces it."""

    get: Callable[[], Any]
    put: Callable[[Any], None]


def slots(owner: Layer | Optimizer) -> dict[str, Slot]:
    """Name -> slot, for everything that training changes.

    ``0.W`` is the weight of a `Sequential`'s first layer, ``1.state.mean`` a running mean of its
    second, ``m.0`` Adam's first moment of its first parameter. An optimizer's parameters are left
    out: they are the model's.
    """
    attributes = vars(owner)
    if isinstance(owner, Optimizer):
        names: list[Any] = [name for name in attributes if name != "params"]
        return dict(_slots_in(attributes, names, "", numbers=True))
    layers = attributes.get("layers")
    if isinstance(layers, list):  # a Sequential's: 0.W reads better than layers.0.W
        return dict(_slots_in(layers, range(len(layers)), "", numbers=False))
    return dict(_slots_in(attributes, attributes, "", numbers=False))


def _slots_in(
    container: Any, keys: Any, prefix: str, *, numbers: bool
) -> Iterator[tuple[str, Slot]]:
    for key in keys:
        value, name = container[key], f"{prefix}{key}"
        if isinstance(value, Parameter):
            yield name, _slot(vars(value), "data")
        elif is_array(value):
            yield name, _slot(container, key)
        elif isinstance(value, np.random.Generator):
            yield name, generator_slot(value)
        elif numbers and isinstance(value, Real):
            yield name, _slot(container, key)
        elif isinstance(value, Layer):
            for inner, slot in slots(value).items():
                yield f"{name}.{inner}", slot
        elif isinstance(value, list):
            yield from _slots_in(value, range(len(value)), f"{name}.", numbers=numbers)
        elif isinstance(value, Mapping):
            yield from _slots_in(value, list(value), f"{name}.", numbers=numbers)


def is_array(value: Any) -> bool:
    """Whether a value looks like an array of any library."""
    return hasattr(value, "shape") and hasattr(value, "dtype") and not isinstance(value, Real)


def _slot(container: Any, key: Any) -> Slot:
    def put(value: Any) -> None:
        old = container[key]
        container[key] = _copy_like(value, old) if is_array(old) else value

    return Slot(lambda: container[key], put)


def generator_slot(rng: np.random.Generator) -> Slot:
    """The state of a generator, which stays the same object: others may be drawing from it."""
    return Slot(
        lambda: rng.bit_generator.state, lambda state: setattr(rng.bit_generator, "state", state)
    )


def _copy_like(value: Array, like: Array) -> Array:
    """A copy with the library, device and precision of ``like``."""
    xp = array_namespace(like)
    return xp.asarray(to_numpy(value).copy(), dtype=like.dtype, device=like.device)


def arrays_of(owner: Layer | Optimizer) -> dict[str, Slot]:
    """The slots that hold arrays."""
    return {name: slot for name, slot in slots(owner).items() if is_array(slot.get())}


def copy_arrays(source: Layer, target: Layer) -> None:
    """Give a model the parameters and running statistics of its copy."""
    theirs = arrays_of(source)
    for name, slot in arrays_of(target).items():
        slot.put(theirs[name].get())


def require_same_arrays(
    where: str, expected: Mapping[str, tuple[int, ...]], found: Mapping[str, tuple[int, ...]]
) -> None:
    """Raise unless both have the same names with the same shapes.

    Parameters
    ----------
    where : first words of the message, for instance ``"load: model.npz"``
    expected : name -> shape in the model
    found : name -> shape in the file

    Raises
    ------
    ValueError
        The message lists every missing and every additional name, and every shape that differs.
    """
    problems = [f"{name} {expected[name]} is not in the file" for name in expected.keys() - found]
    problems += [f"{name} {found[name]} is not in the model" for name in found.keys() - expected]
    problems += [
        f"{name} has shape {found[name]} in the file and {expected[name]} in the model"
        for name in expected.keys() & found
        if found[name] != expected[name]
    ]
    if problems:
        raise ValueError(
            f"{where} does not fit the model: {'; '.join(sorted(problems))}. Make the model with "
            "the same layers and sizes as the one that was saved"
        )
