"""Texts from outside, and lists of them, as they are shown."""

from __future__ import annotations

from collections.abc import Sequence


def one_line(text: str) -> str:
    """Text that cannot steer a terminal, and that every file can hold."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def first_of(items: Sequence[str], most: int) -> list[str]:
    """The first of some texts, and how many more there are."""
    more = len(items) - most
    return [*items[:most], *([f"and {more:,} more"] if more > 0 else [])]
