"""Tables for a spreadsheet, in which no text that a student chose becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = str | float | None


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def plain_text(text: str) -> str:
    """The text that was made safe."""
    return text[1:] if text.startswith("'") and text[1:].startswith(BEGINS_A_FORMULA) else text


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows, the header among them, with every text made safe; numbers stay numbers."""
    file = io.StringIO(newline="")
    write = csv.writer(file).writerow
    for row in rows:
        write([safe_text(cell) if isinstance(cell, str) else cell for cell in row])
    return file.getvalue()
