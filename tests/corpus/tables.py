"""Decorators that put a student's solution into a table under its own name."""

from collections.abc import Callable
from typing import Any

Functions = tuple[Callable[..., Any], ...]
Table = dict[str, Functions]


def put(table: Table, *given: Callable[..., Any]) -> Callable[[Any], Any]:
    """Enter the decorated function, after those functions that were given (a right forward)."""

    def keep(function: Any) -> Any:
        assert function.__name__ not in table, f"{function.__name__} stands in the table already"
        table[function.__name__] = (*given, function)
        return function

    return keep


def own(table: Table) -> Callable[[Any], Any]:
    """Enter what the decorated builder returns: for pairs that share a cache of their own."""

    def keep(build: Any) -> Any:
        assert build.__name__ not in table, f"{build.__name__} stands in the table already"
        table[build.__name__] = build()
        return build

    return keep
