"""Inputs and targets: one array or a tuple of several, as many as the model has.

They may be larger than memory. A minibatch at a time is cast to the precision of the parameters and
moved to their device.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from course_lib.backend import Array, array_namespace, in_precision_of
from course_lib.parameter import Parameter
from course_lib.requirements import is_kind
from course_lib.shapes import require_shapes
from course_lib.transfers import in_main_memory

Data: TypeAlias = Any
"""An array (N, …), or a tuple of arrays with the same N."""


def arrays_of(data: Data) -> Sequence[Array]:
    """The arrays of a model's inputs, outputs or targets."""
    return data if isinstance(data, tuple) else (data,)


def each(function: Callable[[Array], Array], data: Data) -> Data:
    """``function(array)``, or a tuple of these for several arrays."""
    return tuple(map(function, data)) if isinstance(data, tuple) else function(data)


def rows(data: Data, start: int, stop: int) -> Data:
    """The samples from start to stop, at most as many as there are."""
    return each(lambda a: a[start : min(stop, a.shape[0]), ...], data)


def joined(parts: Sequence[Data]) -> Data:
    """The samples of all parts, one part after the other."""
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], tuple):
        return tuple(map(joined, zip(*parts, strict=True)))
    return array_namespace(*parts).concat(parts, axis=0)


def numbers_in(data: Data) -> int:
    """How many numbers the arrays hold."""
    return sum(a.size for a in arrays_of(data))


def fitted_to(params: Iterable[Parameter]) -> Callable[[Data], Data]:
    """A function that gives data the precision and the device of these parameters.

    NumPy's default, double precision, would make every step double. Integers stay integers, and so
    does everything if the parameters have several precisions, or if there are none.
    """
    of_types = {p.data.dtype: p.data for p in params}
    if len(of_types) != 1:
        return lambda data: data
    ((dtype, like),) = of_types.items()
    here = in_main_memory(like)

    def fitted(a: Array) -> Array:
        if not here and in_main_memory(a):
            a = array_namespace(like).asarray(a, device=like.device)
        if getattr(a, "dtype", dtype) is not dtype and is_kind(a, "real floating"):
            a = in_precision_of(like, a)
        return a

    return lambda data: each(fitted, data)


def sample_count(where: str, x: Data, t: Data, weight: Array | None = None, of: str = "") -> int:
    """Number of samples, the same in inputs, targets and their weights, and not zero."""
    named = [("inputs", "x", a) for a in arrays_of(x)] + [("targets", "t", a) for a in arrays_of(t)]
    if weight is not None:
        named.append(("weights", "sample_weight", weight))
    for _, name, array in named:
        require_shapes(where, **{name: (array, "N ...")})
        if not (is_kind(array, "numeric") or is_kind(array, "bool")):
            raise TypeError(
                f"{where}: {name} has dtype {array.dtype}, expected numbers; if {name} is a table "
                f'of numbers, numpy.asarray({name}, dtype="float32") converts it'
            )
    N = int(named[0][2].shape[0])
    for what, _, array in named:
        if N == 0 or array.shape[0] != N:
            raise ValueError(
                f"{where}: there are {N} {of}inputs and {array.shape[0]} {of}{what}; expected as "
                "many of both, at least one"
            )
    if weight is not None and in_main_memory(weight) and not (weight >= 0).all():
        raise ValueError(f"{where}: a number in sample_weight is negative or nan")
    return N
