"""The first sheet of an Excel workbook (.xlsx) as text: a zip file with XML, read within limits."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from grader.problems import Problem

LARGEST = 20 << 20  # bytes of one part, unpacked
MOST_COLUMNS = 200
MARK = b"PK\x03\x04"  # what a zip file begins with
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError),
    *(KeyError, ValueError, IndexError, ParseError, DefusedXmlException),
)
OLD = b"\xd0\xcf\x11\xe0"  # .xls, or a workbook with a password


def first_sheet(path: Path) -> list[list[str]]:
    """Rows of the first sheet; rows and cells that are left empty are there, too.

    Raises
    ------
    Problem
        It is no workbook, damaged, or too large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            strings = list(_strings(archive, path))
            sheet = _part(archive, _place_of_sheet(archive, path), path)
            return _rows(sheet, strings, path)
    except UNREADABLE:
        raise _damaged(path) from None


def _damaged(path: Path) -> Problem:
    return Problem(
        f"{path} cannot be read as an Excel workbook (.xlsx): it is damaged or of another kind; "
        'open it and save it as "CSV UTF-8"'
    )


def _part(archive: zipfile.ZipFile, name: str, path: Path) -> Any:
    """The root of a part's XML."""
    with archive.open(name) as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Problem(
            f"{path} holds more than {LARGEST >> 20} MB in {name}; save the sheet with the "
            'participants alone as "CSV UTF-8"'
        )
    return fromstring(content, forbid_dtd=True)


def _strings(archive: zipfile.ZipFile, path: Path) -> Iterator[str]:
    """The texts that cells refer to by number."""
    if "xl/sharedStrings.xml" in archive.namelist():
        for item in _part(archive, "xl/sharedStrings.xml", path).findall("{*}si"):
            yield _text(item)


def _text(item: Any) -> str:
    """A text, or one in pieces; not the pronunciation that may stand beside it."""
    return "".join(t.text or "" for t in (*item.findall("{*}t"), *item.findall("{*}r/{*}t")))


def _place_of_sheet(archive: zipfile.ZipFile, path: Path) -> str:
    sheet = _part(archive, "xl/workbook.xml", path).find("{*}sheets/{*}sheet")
    if sheet is None:
        raise KeyError
    (relation,) = (value for name, value in sheet.attrib.items() if name.endswith("}id"))
    for one in _part(archive, "xl/_rels/workbook.xml.rels", path):
        if one.get("Id") == relation:
            return PurePosixPath("/xl", one.attrib["Target"]).as_posix().removeprefix("/")
    raise KeyError(relation)


def _rows(sheet: Any, strings: list[str], path: Path) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in sheet.findall("{*}sheetData/{*}row"):
        number = int(row.get("r", len(rows) + 1))
        if not len(rows) < number <= 1 << 20:  # as many rows as Excel has
            raise _damaged(path)
        rows += [[] for _ in range(number - len(rows))]
        cells = rows[-1]
        for cell in row.findall("{*}c"):
            column = _column(cell.get("r", "")) or len(cells) + 1
            if column <= MOST_COLUMNS:
                cells += [""] * (column - len(cells))
                cells[column - 1] = _value(cell, strings)
    return rows


def _column(reference: str) -> int:
    """The number of column "AB" in "AB12"; 0 without a reference."""
    number = 0
    for letter in re.sub(r"[^A-Z]", "", reference):
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _value(cell: Any, strings: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(map(_text, cell.findall("{*}is")))
    text = cell.findtext("{*}v") or ""
    if kind == "s" and text:
        return strings[int(text)]
    return _number(text) if kind == "n" else text


def _number(text: str) -> str:
    """A whole number without a point: Excel may write the id 4711 as 4711.0 or 4.711E3."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    whole = value.is_finite() and value.adjusted() < 30 and value == value.to_integral_value()
    return f"{value:.0f}" if whole else text
