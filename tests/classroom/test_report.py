import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from grader.classroom.gradebook import Score
from grader.classroom.report import at_a_glance, rows, write_report
from grader.grading.results import INSIDE, CellResult, Graded

CELL = CellResult("check_f", 1.0, 2.0, "partial", "shapes")


def record(student: str, **changes: Any) -> Graded:
    made = Graded("ps98", student, "n", isolation="bubblewrap", seconds=1.0, cells=(CELL,))
    return replace(made, **changes)


def test_what_students_wrote_is_neither_markup_nor_a_formula(tmp_path: Path) -> None:
    evil = "=cmd|' /C calc'!A0<script>alert(1)</script>"
    results = [record(evil, told=(evil,), cells=(replace(CELL, mistake=evil, example=evil),))]
    page = write_report(rows(results, {evil: Score(1, 2, 0)}), results, "ps98", tmp_path)
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    assert soup.find("script") is None and evil in soup.get_text()
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        (line,) = csv.DictReader(file)
    assert not any(value.startswith("=") for value in line.values())


def test_missing_isolation_is_said_once_with_the_names_where_it_concerns_some(
    tmp_path: Path,
) -> None:
    results = [record("amy", sandboxed=False, isolation="NOT SANDBOXED: …"), record("bob")]
    scores = {"amy": Score(1, 2, 0), "bob": Score(1, 2, 0)}
    for some, named in ((results, "NOT SANDBOXED: amy"), (results[:1], "the submissions")):
        text = write_report(rows(some, scores), some, "ps98", tmp_path).read_text("utf-8")
        assert text.count("NOT SANDBOXED") == 1 and named in text


def test_the_page_counts_who_made_which_mistake_and_shows_one(tmp_path: Path) -> None:
    mean = replace(CELL, mistake="db is a mean.", example="in the case “one row”: db = 1")
    right = replace(CELL, found="", score=2.0)
    results = [
        record("amy", cells=(mean,)),
        record("bob", cells=(replace(mean, example="db = 2"),)),
        record("cat", cells=(replace(CELL, found="not written"),)),
        record("dan", cells=(right,)),
    ]
    glance = at_a_glance(results)
    assert [(one.mistake, one.students) for one in glance["f"]] == [
        ("db is a mean.", ("amy", "bob")),
        ("not written", ("cat",)),
    ]
    page = write_report(rows(results, {}), results, "ps98", tmp_path).read_text("utf-8")
    said = " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())
    assert "f : 3 of 4" in said
    assert "2 db is a mean. amy: in the case “one row”: db = 1" in said


def test_rare_mistakes_are_counted_together(tmp_path: Path) -> None:
    results = [
        record(f"s{n:02}", cells=(replace(CELL, mistake=f"mistake {n}"),)) for n in range(15)
    ]
    page = write_report(rows(results, {}), results, "ps98", tmp_path).read_text("utf-8")
    assert "5 other mistakes" in page and page.count("mistake 1") < 15


def test_cells_with_the_same_finding_are_told_together() -> None:
    cells = tuple(replace(CELL, cell=f"check_f{n}", score=n) for n in range(5))
    (row,) = rows([record("amy", cells=cells)], {"amy": Score(1, 10, 0)})
    assert row.told == "f0, f1, f2, and 2 more: shapes"


def test_forgeable_cells_are_named() -> None:
    cell = replace(CELL, where=INSIDE)
    (row,) = rows([record("amy", cells=(cell,))], {"amy": Score(1, 2, 0)})
    assert row.forgeable == ("f",)
