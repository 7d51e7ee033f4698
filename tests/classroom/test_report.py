import base64
import csv
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from grader.classroom.gradebook.marks import Score
from grader.classroom.report.class_numbers import BINS, exercises, lost, spread
from grader.classroom.report.page import LONGEST, at_a_glance, rows, write_report
from grader.classroom.report.times import NO_TIMES, Times
from grader.grading.submission.results import INSIDE, CellResult, Graded
from tests.classroom.large_class import results as results_of

CELL = CellResult("check_f", 1.0, 2.0, "partial", "shapes")


def record(student: str, **changes: Any) -> Graded:
    made = Graded("ps98", student, "n", isolation="bubblewrap", seconds=1.0, cells=(CELL,))
    return replace(made, **changes)


def test_what_students_wrote_is_neither_markup_nor_a_formula(tmp_path: Path) -> None:
    evil = "=cmd|' /C calc'!A0<script>alert(1)</script>"
    results = [record(evil, repairs=(evil,), cells=(replace(CELL, mistake=evil, example=evil),))]
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
    glance = soup.select("details.exercise")
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
            repairs=(long,) * 5,
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
    results = [record("amy", repairs=("put back",)), record("bob", refused="no notebook")]
    found = rows(results, {"amy": Score(1, 2, 1), "bob": Score(0, 2, 0)})
    assert [row.marks for row in found] == [["person", "repaired"], ["refused"]]


def test_cells_with_the_same_finding_are_told_together() -> None:
    cells = tuple(replace(CELL, cell=f"check_f{n}", score=n) for n in range(5))
    (row,) = rows([record("amy", cells=cells)], {"amy": Score(1, 10, 0)})
    assert row.findings_in_words == "f0, f1, f2, and 2 more: shapes"


def test_forgeable_cells_are_named() -> None:
    cell = replace(CELL, where=INSIDE)
    (row,) = rows([record("amy", cells=(cell,))], {"amy": Score(1, 2, 0)})
    assert row.forgeable == ("f",)


# --- Figures and links --------------------------------------------------------------------------


def reported(
    folder: Path, results: list[Graded], scores: dict[str, Score], times: Times = NO_TIMES
) -> BeautifulSoup:
    """The page of a class in ``folder``, as it is after feedback."""
    place = folder / "results" / "ps98"
    place.mkdir(parents=True, exist_ok=True)
    page = write_report(rows(results, scores, times), results, "ps98", place)
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def points(*given: float, total: float = 10.0) -> list[Score]:
    return [Score(one, total, 0.0) for one in given]


def test_every_submission_is_in_one_bar_of_the_histogram() -> None:
    given = points(-1, 0, 0.99, 1, 2.9999, 3, 5, 9, 9.99, 10, 12)
    found = spread(given)
    assert found.counts == (3, 1, 1, 1, 0, 1, 0, 0, 0, 4)
    assert sum(found.counts) == len(given) and len(found.counts) == BINS
    assert spread([]).counts == (0,) * BINS and spread(points(0, total=0)).counts[0] == 1
    for n in range(BINS + 1):  # tenths are not exact in binary
        assert spread(points(n / 10 * 7, total=7)).counts[min(n, BINS - 1)] == 1


def test_the_histogram_shows_its_counts(tmp_path: Path) -> None:
    results = [record(f"s{n}") for n in range(7)]
    scores = {f"s{n}": Score(score, 8, 0) for n, score in enumerate((0, 0, 1, 4, 8, 8, 8))}
    soup = reported(tmp_path, results, scores)
    shown = [int(one.text) for one in soup.select("svg text.count")]
    assert shown == [2, 1, 1, 3] and sum(shown) == len(results)
    said = soup.svg["aria-label"]
    assert said.endswith("80 to 90 %: 0; 90 to 100 %: 3")
    assert "Mean 4.14 of 8 (52 %), median 4" in " ".join(soup.text.split())
    assert soup.select("svg line.median")[0]["x1"] == "210.0"  # 50 %, between 10 and 410
    assert "median 50 %" in soup.svg.text


def test_without_points_the_histogram_has_no_median(tmp_path: Path) -> None:
    soup = reported(tmp_path, [record("amy")], {})
    assert soup.select("svg rect") and not soup.select("svg line.median")


def test_scores_stand_beside_the_time_of_handing_in(tmp_path: Path) -> None:
    students = [f"s{n:02}" for n in range(12)]
    results = [record(student) for student in students]
    scores = {student: Score(n / 2, 8, 0) for n, student in enumerate(students)}
    before = {s: timedelta(hours=6 * n - 1) for n, s in enumerate(students[:-1])}
    soup = reported(tmp_path, results, scores, Times(datetime.now(UTC), before))
    assert len(soup.select("svg circle")) == 11
    bands = [row.get_text(" ").split()[-4:] for row in soup.select("table.bands tbody tr")]
    assert sum(int(words[-3]) for words in bands) == 11
    assert bands[-1] == ["late", "1", "0", "%"]
    assert "Rank correlation of the time left and the score: 1.00 (11)" in soup.text
    assert soup.select("svg circle")[0]["cy"] == "170.0"
    assert "Time of handing in" not in reported(tmp_path, results, scores).text


def test_each_exercise_says_how_well_it_separates(tmp_path: Path) -> None:
    def cells(n: int) -> tuple[CellResult, ...]:
        values = {"f": float(n), "g": float(n), "odd": float(12 - n), "same": 1.0}
        return tuple(CellResult(f"check_{k}", v, 12.0, "partial", "") for k, v in values.items())

    results = [record(f"s{n:02}", cells=cells(n)) for n in range(12)]
    soup = reported(tmp_path, results, {})
    shown = {row.th.text: row.select("td")[-1] for row in soup.select("table.exercises tbody tr")}
    assert shown["odd"].text == "-1.00 (12)" and "bad" in shown["odd"]["class"]
    assert shown["same"].text == "all alike (12)" and "bad" not in shown["same"]["class"]
    few = reported(tmp_path, results[:3], {})
    assert few.select("table.exercises tbody td")[-1].text == "too few (3)"


def test_pass_rates_count_who_has_all_points() -> None:
    cells = [{"f": (2.0, 2.0), "g": (0.5, 1.0)}, {"f": (1.9, 2.0), "g": (1.0, 1.0)}, {"f": (0, 2)}]
    assert [(one.name, one.passed, one.graded) for one in exercises(cells)] == [
        ("f", 1, 3),
        ("g", 1, 2),
    ]


@pytest.mark.parametrize(("score", "step"), [(4, 0), (3.9, 1), (3, 1), (2, 2), (0.1, 3), (0, 4)])
def test_tints_say_how_much_is_lost(score: float, step: int) -> None:
    assert lost(score, 4) == step


def test_every_student_and_every_exercise_is_a_link_that_leads_somewhere(tmp_path: Path) -> None:
    odd = "=%3F a/b#?&<x>".replace("/", "∕")
    results = [
        record("amy", cells=(CELL, replace(CELL, cell="check_g", score=2.0, found=""))),
        record(odd, cells=(CELL,)),
    ]
    for result in results:
        page = tmp_path / "feedback" / result.student / "ps98" / "n.html"
        page.parent.mkdir(parents=True)
        page.write_text("")
    soup = reported(tmp_path, results, {})
    links = [a["href"] for a in soup.find_all("a")]
    pages = [link for link in links if not link.startswith("#")]
    assert len(pages) == 2
    for page in pages:
        assert (tmp_path / "results" / "ps98" / unquote(page)).is_file()
        assert not set("#?&<> ") & set(page)
    inside = [link.removeprefix("#") for link in links if link.startswith("#")]
    assert sorted(inside) == ["wrong-f", "wrong-f", "wrong-g", "wrong-g"]
    assert all(len(soup.find_all(id=one)) == 1 for one in inside)
    assert soup.select_one("#wrong-g").text.strip() == "Nothing: all have all points."
    assert "no feedback page yet" not in soup.text


def test_a_student_without_a_page_has_no_dead_link(tmp_path: Path) -> None:
    soup = reported(tmp_path, [record("amy")], {})
    assert soup.select("#submissions tbody a") == []
    assert "1 submission has no feedback page yet" in soup.text


@pytest.mark.parametrize(
    ("waiting", "words"),
    [
        ([1.0], ["ps98: 1 submission", "1 waits for you", "1 submission has answers that wait"]),
        ([2.0, 3.0], ["ps98: 2 submissions", "2 wait", "2 submissions have answers that wait"]),
    ],
)
def test_one_is_not_many(tmp_path: Path, waiting: list[float], words: list[str]) -> None:
    scores = {f"s{n}": Score(1, 8, points) for n, points in enumerate(waiting)}
    text = reported(tmp_path, [record(student) for student in scores], scores).text
    assert all(word in " ".join(text.split()) for word in words)


def test_repairs_take_a_line_with_a_fold(tmp_path: Path) -> None:
    repair = "names of cells were lost and found by content: " + ", ".join(["check_f"] * 20)
    soup = reported(tmp_path, [record("amy", repairs=(repair, "put back"))], {})
    fold = soup.select_one("td.found details")
    assert not fold.has_attr("open") and fold.summary.text.startswith("repaired: names of cells")
    assert [one.text for one in fold.select("li")] == [repair, "put back"]


def test_backticks_become_code_also_where_a_text_is_cut(tmp_path: Path) -> None:
    hint = f"`v` moves; `{'w' * LONGEST}`"
    cell = replace(CELL, found=hint, mistake=hint, example="in `x`")
    soup = reported(tmp_path, [record("amy", cells=(cell,))], {})
    assert "`" not in soup.main.text
    assert soup.select_one("td.found code").text == "v"


def test_who_has_two_notebooks_has_two_links(tmp_path: Path) -> None:
    results = [record("amy"), record("amy", notebook="m")]
    for name in ("n", "m"):
        page = tmp_path / "feedback" / "amy" / "ps98" / f"{name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("")
    soup = reported(tmp_path, results, {})
    assert [a.text for a in soup.select("#submissions tbody a")] == ["amy", "2"]
