import base64
import csv
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from grader.classroom.gradebook import Score
from grader.classroom.report import LONGEST, at_a_glance, rows, write_report
from grader.grading.submission.results import INSIDE, CellResult, Graded
from tests.classroom.large_class import results as results_of

CELL = CellResult("check_f", 1.0, 2.0, "partial", "shapes")


def record(student: str, **changes: Any) -> Graded:
    made = Graded("ps98", student, "n", isolation="bubblewrap", seconds=1.0, cells=(CELL,))
    return replace(made, **changes)


def test_what_students_wrote_is_neither_markup_nor_a_formula(tmp_path: Path) -> None:
    evil = "=cmd|' /C calc'!A0<script>alert(1)</script>"
    results = [record(evil, told=(evil,), cells=(replace(CELL, mistake=evil, example=evil),))]
    page = write_report(rows(results, {evil: Score(1, 2, 0)}), results, "ps98", tmp_path)
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    (script,) = soup.find_all("script")
    assert "alert(1)" not in script.text and evil in soup.get_text()
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    (policy,) = soup.select("meta[http-equiv=Content-Security-Policy]")
    assert f"script-src 'sha256-{digest}'" in str(policy["content"])
    assert "default-src 'none'" in str(policy["content"])
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
    assert "2 db is a mean. amy: in the case “one row”: db = 1 made by amy, bob" in said


def test_rare_mistakes_are_counted_together(tmp_path: Path) -> None:
    results = [
        record(f"s{n:02}", cells=(replace(CELL, mistake=f"mistake {n}"),)) for n in range(15)
    ]
    page = write_report(rows(results, {}), results, "ps98", tmp_path).read_text("utf-8")
    assert "5 other mistakes" in page and page.count("mistake 1") < 15


def test_the_page_of_a_thousand_stays_small_and_names_few(tmp_path: Path) -> None:
    results = results_of(1000)
    page = write_report(rows(results, {}), results, "ps98", tmp_path)
    assert page.stat().st_size < 1_000_000
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    assert len(soup.select("#submissions tbody tr")) == 1000
    glance = soup.select("details")
    assert len(glance) == 12 and all(len(one.select("tr")) <= 12 for one in glance)
    named = [
        len(cell.text.split("made by")[1].split(","))
        for one in glance
        for cell in one.select("td.names")
        if "made by" in cell.text
    ]
    assert named and max(named) == 6 and " more" in glance[0].text


def test_long_words_of_a_student_do_not_fill_the_page(tmp_path: Path) -> None:
    long = "x" * 10_000
    results = [
        record(
            f"s{n}",
            told=(long,) * 5,
            refused=long if n % 2 else "",
            sandboxed=False,
            cells=(replace(CELL, found=long, mistake=long, example=long),),
        )
        for n in range(20)
    ] + [record("amy")]
    page = write_report(rows(results, {}), results, "ps98", tmp_path).read_text("utf-8")
    assert len(page) < 200 * LONGEST and "x" * LONGEST not in page
    assert "NOT SANDBOXED: s0, s1, s10, s11, s12, and 15 more" in page


def test_rows_are_marked_by_what_they_need() -> None:
    results = [record("amy", told=("put back",)), record("bob", refused="no notebook")]
    found = rows(results, {"amy": Score(1, 2, 1), "bob": Score(0, 2, 0)})
    assert [row.marks for row in found] == [["person", "repaired"], ["refused"]]


def test_cells_with_the_same_finding_are_told_together() -> None:
    cells = tuple(replace(CELL, cell=f"check_f{n}", score=n) for n in range(5))
    (row,) = rows([record("amy", cells=cells)], {"amy": Score(1, 10, 0)})
    assert row.told == "f0, f1, f2, and 2 more: shapes"


def test_forgeable_cells_are_named() -> None:
    cell = replace(CELL, where=INSIDE)
    (row,) = rows([record("amy", cells=(cell,))], {"amy": Score(1, 2, 0)})
    assert row.forgeable == ("f",)
