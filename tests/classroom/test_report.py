import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from grader.classroom.gradebook import Score
from grader.classroom.report import rows, write_report
from grader.grading.results import INSIDE, CellResult, Graded

CELL = CellResult("check_f", 1.0, 2.0, "partial", "shapes")


def record(student: str, **changes: Any) -> Graded:
    made = Graded("ps98", student, "n", isolation="bubblewrap", seconds=1.0, cells=(CELL,))
    return replace(made, **changes)


def test_what_students_wrote_is_neither_markup_nor_a_formula(tmp_path: Path) -> None:
    evil = "=cmd|' /C calc'!A0<script>alert(1)</script>"
    made = rows([record(evil, told=(evil,))], {evil: Score(1, 2, 0)})
    page = write_report(made, "ps98", tmp_path)
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    assert soup.find("script") is None and evil in soup.get_text()
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        (line,) = csv.DictReader(file)
    assert not any(value.startswith("=") for value in line.values())


def test_missing_isolation_is_said_in_page_and_row(tmp_path: Path) -> None:
    made = rows(
        [record("amy", sandboxed=False, isolation="NOT SANDBOXED: …"), record("bob")],
        {"amy": Score(1, 2, 0), "bob": Score(1, 2, 0)},
    )
    text = write_report(made, "ps98", tmp_path).read_text(encoding="utf-8")
    assert text.count("NOT SANDBOXED") == 2


def test_cells_with_the_same_finding_are_told_together() -> None:
    cells = tuple(replace(CELL, cell=f"check_f{n}", score=n) for n in range(5))
    (row,) = rows([record("amy", cells=cells)], {"amy": Score(1, 10, 0)})
    assert row.told == "f0, f1, f2, and 2 more: shapes"


def test_forgeable_cells_are_named() -> None:
    cell = replace(CELL, where=INSIDE)
    (row,) = rows([record("amy", cells=(cell,))], {"amy": Score(1, 2, 0)})
    assert row.forgeable == ("f",)
