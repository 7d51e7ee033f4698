"""Arrays whose numbers are the student's draw: what they are compared as, and what is judged."""

from typing import Any

import numpy as np


def in_shape(value: Any, like: np.ndarray) -> np.ndarray | None:
    """``value`` as an array in the shape of ``like``, if it has that but for axes of length 1."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    fits = [n for n in array.shape if n > 1] == [n for n in like.shape if n > 1]
    return array.reshape(like.shape) if fits and array.dtype.kind in "biuf" else None


def blank(value: Any, dtype: type | None = None) -> Any:
    """Zeros in the form of ``value``, whose numbers are the student's draw."""
    try:
        zeros = np.zeros_like(value, dtype=dtype)
    except ValueError:
        return "lists of unequal lengths"
    return zeros if isinstance(value, np.ndarray) else zeros.tolist()


def hidden(value: Any) -> Any:
    """nan in the form of ``value``, which is wrong, in numbers that are the student's draw."""
    numbers = np.asarray(blank(value))
    numbers = np.full_like(numbers, np.nan) if numbers.dtype.kind == "f" else numbers
    return numbers if isinstance(value, np.ndarray) else numbers.tolist()
