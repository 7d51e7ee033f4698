"""Shape checks of public functions, in one line that reads like the docstring.

``require_shapes("linear_forward", x=(x, "N n_in"), W=(W, "n_in n_out"), b=(b, "n_out"))``
"""

from typing import Any, TypeAlias

from course_lib.backend import Array, array_namespace

Pair: TypeAlias = tuple[int, int]
"""A vertical and a horizontal length, for instance (kh, kw)."""

_checked: set[tuple[Any, ...]] = set()
"""Types, shapes and letters that fit: a training loop asks with the same few in every step."""


def pair(value: int | Pair) -> Pair:
    """``(value, value)`` for one number; a pair as it is."""
    if isinstance(value, tuple | list):
        vertical, horizontal = value
        return int(vertical), int(horizontal)
    return int(value), int(value)


def require_shapes(where: str, **arrays: tuple[Array, str]) -> None:
    """Raise unless every array has its shape and equal letters mean equal lengths.

    Parameters
    ----------
    where : the function that was called, first word of the message
    arrays : name -> (array, lengths separated by spaces); ``...`` stands for any number of axes,
        the same ones wherever it occurs

    Raises
    ------
    TypeError
        If an argument is not an array, or if they come from different libraries.
    ValueError
        If a number of axes or a length does not fit; the message names both arrays.
    """
    given: tuple[Any, ...] = ()
    for array, letters in arrays.values():
        given += (type(array), getattr(array, "shape", None), letters)
    if given not in _checked:
        _require(where, arrays)
        if len(_checked) >= 1024:
            _checked.clear()
        _checked.add(given)


def _require(where: str, arrays: dict[str, tuple[Array, str]]) -> None:
    known: dict[str, tuple[object, str]] = {}  # letter -> (length, the array that fixed it)
    for name, (array, letters) in arrays.items():
        shape = getattr(array, "shape", None)
        if shape is None:
            raise TypeError(
                f"{where}: {name} is a {type(array).__name__}, expected an array of shape "
                f"{_spell(letters)}{_instead(name, array)}"
            )
        if hasattr(array, "filled"):
            raise TypeError(
                f"{where}: {name} is a masked array; {name}.filled(0.0) makes an ordinary one"
            )
        axes = letters.split()
        lengths: list[object] = list(shape)
        if "..." in axes:
            start = axes.index("...")
            end = len(shape) - (len(axes) - start - 1)
            lengths = [*shape[:start], tuple(shape[start:end]), *shape[max(start, end) :]]
        if len(axes) != len(lengths):
            raise ValueError(
                f"{where}: {name} has shape {tuple(shape)}, expected {_spell(letters)}"
            )
        for letter, length in zip(axes, lengths, strict=True):
            first, owner = known.setdefault(letter, (length, name))
            if first != length:
                expected = ", ".join(f"{n} {_spell(s)}" for n, (_, s) in arrays.items())
                what = "the remaining axes are" if letter == "..." else f"{letter} is"
                raise ValueError(
                    f"{where}: {what} {first} in {owner} of shape {arrays[owner][0].shape} "
                    f"but {length} in {name} of shape {shape}; expected {expected}"
                )
    try:
        array_namespace(*(array for array, _ in arrays.values()))
    except TypeError as problem:
        raise TypeError(f"{where}: {problem}") from None


def _instead(name: str, value: Any) -> str:
    """What to write where an array is expected."""
    if isinstance(value, tuple) and any(map(callable, value)):
        return "; a layer returns two values, y, backward = layer.forward(x, training=True)"
    if isinstance(value, tuple) and any(hasattr(item, "shape") for item in value):
        return "; a function that returns two values needs two names, for instance y, cache = …"
    if hasattr(getattr(value, "data", None), "shape"):
        return f"; {name}.data is the array of a parameter"
    if hasattr(value, "forward"):
        return "; the output of a model is model(x)"
    if isinstance(value, float) and name.startswith("d"):
        return "; a loss returns its value and this gradient, value, dy = loss(y, t)"
    return f"; numpy.asarray({name}) makes one"


def _spell(letters: str) -> str:
    axes = letters.split()
    return f"({axes[0]},)" if len(axes) == 1 and axes != ["..."] else f"({', '.join(axes)})"
