"""Take rows out of a CSV file, and leave every other byte as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection


def without_rows(text: str, values: Collection[str]) -> tuple[str, int]:
    """The text without the rows of which a cell is one of ``values``, and how many these are.

    The first line is the header and stays. Cells are separated by semicolons if it has some and no
    comma, as some versions of Excel write them.
    """
    lines = list(io.StringIO(text, newline=""))
    header = lines[0] if lines else ""
    separator = ";" if ";" in header and "," not in header else ","
    reader = csv.reader(lines, delimiter=separator)
    kept, taken, begin = "", 0, 0
    for number, row in enumerate(reader):
        ours = "".join(lines[begin : reader.line_num])
        begin = reader.line_num
        if number and any(cell.strip() in values for cell in row):
            taken += 1
        else:
            kept += ours
    return kept, taken
