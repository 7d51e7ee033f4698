"""Readers of settings that a student hands in as plain data: each checks one entry.

A reader is a function (name of the entry, value) -> value in Python's own type. It raises
:class:`ConfigurationError`, which says what was given and what may be.
"""

import math
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import numpy as np

from grader.checking.contract.compare import described
from grader.checking.contract.plain_numbers import finite_number


class ConfigurationError(ValueError):
    """A configuration that cannot be trained; the message says why."""


def one_of(*names: str) -> Callable[[str, Any], str]:
    """A reader for one of a few names."""

    def read_name(key: str, value: Any) -> str:
        if not isinstance(value, str) or value not in names:
            said = value[:40].lower() if isinstance(value, str) else ""
            near = get_close_matches(said, names, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise unusable(key, value, "one of " + ", ".join(map(repr, names)), hint)
        return value

    return read_name


def whole(low: int, high: int) -> Callable[[str, Any], int]:
    """A reader for a whole number; 64.0 is one as well."""

    def read_whole(key: str, value: Any) -> int:
        number = finite_number(value)
        if number is None or not low <= number <= high or number != math.floor(number):
            raise unusable(key, value, f"a whole number from {low} to {high:,}")
        return int(number)

    return read_whole


def between(low: float, high: float, *, above: bool = False) -> Callable[[str, Any], float]:
    """A reader for a number from low to high, or above low."""

    def read_number(key: str, value: Any) -> float:
        number = finite_number(value)
        if number is None or not low <= number <= high or (above and number == low):
            wanted = f"above {low:g}, {high:g} at most" if above else f"from {low:g} to {high:g}"
            raise unusable(key, value, f"a number {wanted}")
        return number

    return read_number


def sizes(
    fewest: int, most_layers: int, most_units: int, of: str
) -> Callable[[str, Any], list[int]]:
    """A reader for a list of sizes, one for each layer."""
    unit = whole(1, most_units)

    def read_sizes(key: str, value: Any) -> list[int]:
        wanted = (
            f"a list of {fewest} to {most_layers} whole numbers from 1 to {most_units}, one for "
            f"each {of}"
        )
        if isinstance(value, np.ndarray) and value.ndim == 1:
            value = value.tolist()
        if not isinstance(value, list) or not fewest <= len(value) <= most_layers:
            raise unusable(key, value, wanted)
        try:
            return [unit(key, item) for item in value]
        except ConfigurationError:
            raise unusable(key, value, wanted) from None

    return read_sizes


def unusable(key: str, value: Any, wanted: str, hint: str = "") -> ConfigurationError:
    """What to raise about an entry: what it is, and what may be."""
    if isinstance(value, list) and len(value) <= 6 and "list" in wanted:
        shown = f"[{', '.join(described(item)[:40] for item in value)}]"
    else:
        shown = described(value)
        if isinstance(value, str):
            shown += ", a text"
        elif isinstance(value, (list, np.ndarray)) and np.size(value) != 1:
            hint = hint or "; give one of them, not a list"
    return ConfigurationError(f"{key!r} is {shown}; expected {wanted}{hint}")
