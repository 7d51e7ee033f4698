"""Take rows out of a CSV file, and leave every other byte as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

from grader.classroom.personal_data import all_personal_data

# The columns of the core's tables that hold a student; a number in another may look like an id.
OF_STUDENTS = {"student", "submission", "name", "name_in_lms", "email"}


def without_rows(text: str, values: Collection[str]) -> tuple[str, int]:
    """The text without the rows that name one of ``values``, and how many these are.

    The first line is the header, which says what names a student, and stays. Cells are separated by
    semicolons if it has some and no comma, as some versions of Excel write them.
    """
    lines = list(io.StringIO(text, newline=""))
    header = lines[0] if lines else ""
    separator = ";" if ";" in header and "," not in header else ","
    reader = csv.reader(lines, delimiter=separator)
    kept, taken, begin = "", 0, 0
    columns: list[int] = []
    of_students = OF_STUDENTS.union(*(one.columns for one in all_personal_data()))
    for number, row in enumerate(reader):
        entry = "".join(lines[begin : reader.line_num])
        begin = reader.line_num
        if not number:
            columns = [n for n, name in enumerate(row) if name.strip("\ufeff ") in of_students]
        if number and any(row[n].strip() in values for n in columns if n < len(row)):
            taken += 1
        else:
            kept += entry
    return kept, taken
