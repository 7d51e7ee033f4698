"""A sheet of marks as a learning management system (LMS) exports it, in which single cells change.

Everything else stays as it is, byte for byte: encoding, byte-order mark, quotes, line ends, order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.problems import Problem

LARGEST = 50 << 20  # bytes
SEPARATORS = ",;\t"
ENCODINGS = ("utf-8-sig", "utf-8", "cp1252")  # the last is what Excel writes in Western Europe
BOM = "\ufeff".encode()


@dataclass
class Sheet:
    """Rows of cells, each as it stands in the file, and how each row ends."""

    encoding: str
    separator: str
    rows: list[list[str]]
    ends: list[str]

    def value(self, row: int, column: int) -> str:
        """What a cell says, without quotes; "" where the row has no such cell."""
        cells = self.rows[row]
        return _unquoted(cells[column]) if column < len(cells) else ""

    def values(self, row: int) -> list[str]:
        return [_unquoted(cell) for cell in self.rows[row]]

    def put(self, row: int, column: int, text: str) -> None:
        """Write plain text, such as a number, into a cell; quotes stay where they were."""
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        needs = cells[column].startswith('"') or self.separator in text
        cells[column] = f'"{text}"' if needs else text

    def to_bytes(self) -> bytes:
        lines = zip(self.rows, self.ends, strict=True)
        text = "".join(self.separator.join(cells) + end for cells, end in lines)
        return text.encode(self.encoding)


def read_sheet(path: Path) -> Sheet:
    """The sheet in a file.

    Raises
    ------
    Problem
        It is too large, or no text with cells: where, and what to do.
    """
    if path.stat().st_size > LARGEST:
        raise Problem(f"{path} has more than {LARGEST >> 20} MB; export it again")
    content = path.read_bytes()
    encoding, text = _decoded(content, path)
    first = text.splitlines()[0] if text.strip() else ""
    separator = max(SEPARATORS, key=first.count)
    if separator not in first:
        raise Problem(
            f"{path} is not a table: its first line has no cells; export it from your LMS as CSV, "
            "not as a spreadsheet for Excel"
        )
    rows, ends = _scanned(text, separator, path)
    return Sheet(encoding, separator, rows, ends)


def _decoded(content: bytes, path: Path) -> tuple[str, str]:
    for encoding in ENCODINGS[not content.startswith(BOM) :]:
        try:
            return encoding, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem(f'{path} is not text; save the sheet as "CSV UTF-8"')


def _scanned(text: str, separator: str, path: Path) -> tuple[list[list[str]], list[str]]:
    between = re.escape(separator)
    cell = re.compile(rf'("(?:[^"]|"")*"|(?!")[^{between}\r\n]*)({between}|\r\n|\n|\r|\Z)')
    rows: list[list[str]] = []
    ends: list[str] = []
    row: list[str] = []
    place = 0
    while place < len(text) or row:
        found = cell.match(text, place)
        if found is None:
            line = text.count("\n", 0, place) + 1
            raise Problem(
                f"{path}, line {line}: a quotation mark has no partner; export the sheet again, "
                "and do not edit it with an editor for text"
            )
        row.append(found[1])
        place = found.end()
        if found[2] != separator:
            rows.append(row)
            ends.append(found[2])
            row = []
    return rows, ends


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def column_named(header: Iterable[str], names: Iterable[str]) -> list[int]:
    """The columns that are called so; neither case nor spaces around count."""
    wanted = {name.casefold() for name in names}
    return [n for n, title in enumerate(header) if title.strip().casefold() in wanted]
