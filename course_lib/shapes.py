"""Shape checks of public functions, in one line that reads like the docstring.

``require_shapes("linear_forward", x=(x, "N n_in"), W=(W, "n_in n_out"), b=(b, "n_out"))``
"""

from functools import lru_cache
from typing import TypeAlias

from course_lib.backend import Array, array_namespace

Given: TypeAlias = tuple[type, tuple[int, ...] | None, str]
"""Type of an argument, its shape if it has one, and the lengths that are asked for."""

Pair: TypeAlias = tuple[int, int]
"""A vertical and a horizontal length, for instance (kh, kw)."""


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
    arrays : name -> (array, lengths separated by spaces); ``...`` at the end stands for any number
        of further axes, the same ones wherever it occurs

    Raises
    ------
    TypeError
        If an argument is not an array, or if they come from different libraries.
    ValueError
        If a number of axes or a length does not fit; the message names both arrays.
    """
    given: tuple[Given, ...] = ()
    for array, letters in arrays.values():
        given += ((type(array), getattr(array, "shape", None), letters),)
    if not _fit(where, tuple(arrays), given):
        try:
            array_namespace(*(array for array, _ in arrays.values()))
        except TypeError as problem:
            raise TypeError(f"{where}: {problem}") from None


@lru_cache(maxsize=1024)  # a training loop asks with the same few shapes in every step
def _fit(where: str, names: tuple[str, ...], given: tuple[Given, ...]) -> bool:
    """Raise as `require_shapes` if a shape does not fit; return whether there is one library."""
    known: dict[str, tuple[object, int]] = {}  # letter -> (length, the array that fixed it)
    for i, (kind, shape, letters) in enumerate(given):
        if shape is None:
            raise TypeError(
                f"{where}: {names[i]} is a {kind.__name__}, expected an array of shape "
                f"{_spell(letters)}; numpy.asarray({names[i]}) makes one"
            )
        axes = letters.split()
        lengths: list[object] = list(shape)
        if axes and axes[-1] == "...":
            fixed = len(axes) - 1
            lengths = [*shape[:fixed], tuple(shape[fixed:])]
        if len(axes) != len(lengths) or len(shape) < len(axes) - (axes[-1:] == ["..."]):
            raise ValueError(
                f"{where}: {names[i]} has shape {tuple(shape)}, expected {_spell(letters)}"
            )
        for letter, length in zip(axes, lengths, strict=True):
            first, owner = known.setdefault(letter, (length, i))
            if first != length:
                expected = ", ".join(
                    f"{n} {_spell(s)}" for n, (_, _, s) in zip(names, given, strict=True)
                )
                what = "the remaining axes are" if letter == "..." else f"{letter} is"
                raise ValueError(
                    f"{where}: {what} {first} in {names[owner]} of shape {given[owner][1]} "
                    f"but {length} in {names[i]} of shape {shape}; expected {expected}"
                )
    return len({kind.__module__ for kind, _, _ in given}) == 1


def _spell(letters: str) -> str:
    axes = letters.split()
    return f"({axes[0]},)" if len(axes) == 1 and axes != ["..."] else f"({', '.join(axes)})"
