"""What settings have to be: counts, pairs of lengths, a precision, functions.

As in `requirements`, ``where`` is the function or class that was called.
"""

import inspect
import math
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any


def require_counts(where: str, **counts: Any) -> None:
    """Raise unless all are whole numbers, 1 or more."""
    for name, value in counts.items():
        if not isinstance(value, Integral) or isinstance(value, bool):
            raise TypeError(f"{where}: {name} is {value!r}, expected a whole number, 1 or more")
        if value < 1:
            raise ValueError(f"{where}: {name} is {value}, expected 1 or more")


def require_lengths(where: str, lowest: int, advice: str = "", /, **lengths: Any) -> None:
    """Raise unless each is a whole number, or a pair (vertical, horizontal) of these."""
    for name, value in lengths.items():
        numbers = value if isinstance(value, tuple | list) and len(value) == 2 else [value]
        if not all(isinstance(number, Integral) for number in numbers):
            raise TypeError(
                f"{where}: {name} is {value!r}, expected a whole number or a pair of these{advice}"
            )
        if min(numbers) < lowest:
            raise ValueError(f"{where}: {name} is {value!r}, expected {lowest} or more")


def require_precision(where: str, dtype: Any) -> str:
    """The name of a precision, given as this name or as a data type; raise if it is none."""
    name = getattr(dtype, "name", getattr(dtype, "__name__", dtype))
    if name not in ("float32", "float64"):
        raise TypeError(f'{where}: dtype is {dtype!r}, expected "float32" or "float64"')
    return str(name)


def require_number(where: str, **numbers: Any) -> None:
    """Raise TypeError unless all are real numbers, of Python or NumPy."""
    for name, value in numbers.items():
        if not isinstance(value, Real):
            raise TypeError(f"{where}: {name} is {value!r}, expected a number")


def require_not_negative(where: str, **numbers: Any) -> None:
    """Raise unless all are finite real numbers, 0 or more."""
    require_number(where, **numbers)
    for name, value in numbers.items():
        if not 0.0 <= value < math.inf:
            raise ValueError(f"{where}: {name} is {value}, expected 0 or more, and finite")


def require_positive(where: str, **numbers: Any) -> None:
    """Raise unless all are finite real numbers above 0."""
    require_not_negative(where, **numbers)
    for name, value in numbers.items():
        if value == 0.0:
            raise ValueError(f"{where}: {name} is {value}, expected more than 0")


def require_function(where: str, example: str, /, *arguments: str, **functions: Any) -> None:
    """Raise TypeError unless all are functions that can be called with these arguments.

    Parameters
    ----------
    where : the function that was called
    example : what could be written instead
    arguments : names of the arguments, which are given by place
    functions : name -> function
    """
    for name, function in functions.items():
        call = f"{name}({', '.join(arguments)})"
        if not callable(function):
            raise TypeError(
                f"{where}: {name} is {function!r}, expected a function {call}, such as {example}"
            )
        if others := _does_not_take(function, len(arguments)):
            inner = getattr(function, "func", function)  # of a functools.partial
            shown = getattr(inner, "__name__", repr(inner))
            raise TypeError(
                f"{where}: {name} is called as {call}, but {shown} takes {others}; write a "
                f"function of {', '.join(arguments)}, such as {example}"
            )


def _does_not_take(function: Callable[..., Any], n: int) -> str:
    """The signature of a function that cannot be called with n arguments, else ""."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions have none
        return ""
    try:
        signature.bind(*range(n))
    except TypeError:
        names = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
        return str(inspect.Signature(names))
    return ""
