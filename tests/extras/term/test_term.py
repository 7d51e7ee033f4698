"""The term's report: what is counted, what is linked, and that no name is left without names."""

import csv
import random
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.school_class import Class
from grader.cli import app
from grader.extras.term.pages import write_term
from grader.extras.term.term import Line, Term, anonymous, read_term
from grader.problems import Problem
from grader.settings import load_settings
from tests.classroom.term_class import DUE, HINT, TermClass, Work, random_term

HOUR = timedelta(hours=1)
HOSTILE = "<img src=x onerror=alert(1)>"
GIVEN = {
    "ps00": {
        "ada": Work([2.0, 2.0], 9 * HOUR),
        "bob": Work([2.0, 0.5], -HOUR),
        "cem": Work([0.0, 0.0], 2 * HOUR, unwritten=2),
    },
    "ps01": {"ada": Work([2.0, 1.0], HOUR, waits=True), "bob": Work([0.5, 0.5], 9 * HOUR)},
}
NAMES = {"ada": "Ada Lovelace", "bob": HOSTILE, "cem": "Cem", "dan": "Dan Never"}


def a_class(
    root: Path, given: dict[str, dict[str, Work]], course: str = "", **how: object
) -> Class:
    root.mkdir(parents=True, exist_ok=True)
    (root / "course.toml").write_text(course, encoding="utf-8")
    settings = load_settings(root)
    url = gradebook_url(settings.classroom)
    TermClass(settings.classroom, url, given, **how).write()  # type: ignore[arg-type]
    return Class(settings, settings.classroom)


def lines(term: Term) -> dict[str, Line]:
    return {one.student: one for one in term.lines}


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Class:
    return a_class(tmp_path_factory.mktemp("course"), GIVEN, names=NAMES)


@pytest.fixture(scope="module")
def term(group: Class) -> Term:
    return read_term(group)


def test_students_are_those_of_the_roster_and_those_with_marks(term: Term) -> None:
    found = lines(term)
    assert list(found) == ["ada", "bob", "cem", "dan"]
    ada, bob, cem, dan = found.values()
    assert (ada.points, ada.total, ada.handed_in, ada.waits) == (6.0, 8.0, 2, 2.0)
    assert ada.share == pytest.approx((1 + 0.5) / 2)
    assert bob.late == 1 and bob.marks == ["late"]
    assert cem.handed_in == 1 and dan.handed_in == 0 and dan.share == 0
    assert [line.student for line in term.in_need] == ["cem", "dan"]
    assert cem.signs[-1] == "100 % of the exercises of ps00 not written"


def test_weights_of_the_course_count(tmp_path: Path) -> None:
    heavy = a_class(tmp_path, GIVEN, "[problem_sets.ps00]\nweight = 3\n", names=NAMES)
    (ada, *_) = read_term(heavy).lines
    assert ada.share == pytest.approx((3 * 1 + 1 * 0.5) / 4) and ada.points == 6.0


def test_what_is_not_due_is_not_missing(tmp_path: Path) -> None:
    group = a_class(tmp_path, GIVEN, names=NAMES)
    with opened(group.gradebook) as gradebook:
        gradebook.find_assignment("ps01").duedate = DUE.replace(year=2999)
        gradebook.db.commit()
    found = lines(read_term(group))
    assert len(found["dan"].steps) == 1 and len(found["ada"].steps) == 2
    page = write_term(read_term(group), group.folder / "results")
    sheet = (page.parent / "students" / "dan.html").read_text("utf-8")
    assert "Not due yet and not handed in: ps01" in sheet
    assert "not due yet" in page.read_text("utf-8")


def test_who_has_an_extension_is_not_missing_before_it_ends(tmp_path: Path) -> None:
    group = a_class(tmp_path, GIVEN, names=NAMES)
    rows = "student,problem_set,until\ndan,ps01,2999-01-01T00:00:00+00:00\ncem,ps01,{}\n"
    (group.folder / "extensions.csv").write_text(rows.format("2026-01-01T00:00:00+00:00"))
    found = lines(read_term(group))
    assert [step.of.name for step in found["dan"].steps] == ["ps00"]
    assert [step.of.name for step in found["cem"].steps] == ["ps00", "ps01"]
    hidden = anonymous(read_term(group), random.Random(1))
    assert sorted(len(line.steps) for line in hidden.lines) == [1, 2, 2, 2]


def test_an_answer_that_waits_is_in_no_exercise(term: Term) -> None:
    (_, second) = term.sets
    (f0, f1) = second.exercises
    assert (f0.graded, f1.graded) == (2, 1)


def test_a_submission_that_changed_after_grading_is_counted(tmp_path: Path) -> None:
    group = a_class(tmp_path, GIVEN)
    submitted = group.folder / "submitted"
    (submitted / "ada" / "ps00" / "ps00_notebook.ipynb").write_text("newer", encoding="utf-8")
    (submitted / "eve" / "ps00").mkdir(parents=True)
    assert [one.ungraded for one in read_term(group).sets] == [2, 0]
    page = write_term(read_term(group), group.folder / "results").read_text("utf-8")
    assert "2 submissions of ps00 are not graded as handed in" in page
    assert "no roster.csv" in page


def test_marks_without_a_row_in_the_roster_are_named(tmp_path: Path) -> None:
    names = {name: NAMES[name] for name in ("ada", "bob")}
    found = read_term(a_class(tmp_path, GIVEN, names=names))
    assert found.strangers == ("cem",)


def test_the_page_and_the_table_say_the_same(term: Term, tmp_path: Path) -> None:
    page = write_term(term, tmp_path)
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    with (page.parent / "term.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    rows = soup.select("#students tbody tr")
    assert [row.th.a.text for row in rows] == [row["student"] for row in table]
    for row, told in zip(rows, table, strict=True):
        assert row.select("td")[0].text.startswith(f"{float(told['points']):g} of ")
        cells = ["" if cell.text == "missing" else cell.text for cell in row.select("td.cell")]
        assert cells == [f"{float(told[n]):g}" if told[n] else "" for n in ("ps00", "ps01")]
    assert table[0]["wait"] == "2.0" and table[3]["signs"].startswith("not handed in: ps00, ps01")


def test_every_link_leads_somewhere(group: Class, term: Term) -> None:
    page = write_term(term, group.folder / "results")
    pages = [page, *(page.parent / "students").iterdir()]
    assert len(pages) == 5
    for one in pages:
        soup = BeautifulSoup(one.read_text(encoding="utf-8"), "html.parser")
        assert not soup.find_all("img") and HOSTILE in f"{soup.text}{HOSTILE * (one != page)}"
        for link in (a["href"] for a in soup.find_all("a")):
            if link.startswith("#"):
                assert soup.find(id=link.removeprefix("#"))
            else:
                assert (one.parent / unquote(link)).is_file(), link


def test_a_sheet_has_what_was_missing_most_first(group: Class, term: Term) -> None:
    page = write_term(term, group.folder / "results")
    text = (page.parent / "students" / "bob.html").read_text("utf-8")
    soup = BeautifulSoup(text, "html.parser")
    lost = [row.get_text(" ").split() for row in soup.select("#lost tbody tr")]
    assert [[row[0], "".join(row[1:3])] for row in lost] == [
        ["ps00", "function_1"],
        ["ps01", "function_0"],
        ["ps01", "function_1"],
    ]
    assert HINT.replace("`", "") in " ".join(soup.text.split())
    assert "ada" not in text and "Lovelace" not in text


def test_a_sheet_says_what_lateness_costs(tmp_path: Path) -> None:
    group = a_class(tmp_path, GIVEN)
    with opened(group.gradebook) as gradebook:
        gradebook.find_submission("ps00", "bob").notebooks[0].late_submission_penalty = 1.0
        gradebook.db.commit()
    page = write_term(read_term(group), group.folder / "results")
    soup = BeautifulSoup((page.parent / "students" / "bob.html").read_text("utf-8"), "html.parser")
    first = soup.select("tbody tr")[0].get_text(" ")
    assert "1.5 of 4" in first and "1 hour late costs 1 point" in first


def test_without_names_there_is_no_name_and_no_order(group: Class, term: Term) -> None:
    given = random_term(20, 3)
    named = {student: f"Pupil {student[-2:]}" for student in given["ps00"]}
    big = read_term(a_class(group.settings.root / "big", given, names=named))
    hidden = anonymous(big, random.Random(5))
    page = write_term(hidden, group.folder / "results")
    assert page.parent.name == "term_anonymous"
    for file in page.parent.rglob("*"):
        text = file.name if file.is_dir() else f"{file.name} {file.read_text('utf-8')}"
        assert "student-" not in text and "Pupil" not in text and "feedback" not in text, file
    points = sorted(line.points for line in big.lines)
    assert sorted(line.points for line in hidden.lines) == points
    assert [line.points for line in hidden.lines] != [line.points for line in big.lines]
    others = anonymous(big, random.Random(6))
    assert [line.points for line in hidden.lines] != [line.points for line in others.lines]
    for one in hidden.sets:
        assert list(one.results) == sorted(one.results, key=int)
        assert not any(lost.found for taken in one.results.values() for lost in taken.lost)


def test_sheets_of_an_earlier_run_are_gone(term: Term, tmp_path: Path) -> None:
    write_term(term, tmp_path)
    fewer = Term(term.sets, term.lines[:1], has_roster=True)
    page = write_term(fewer, tmp_path)
    assert [one.name for one in (page.parent / "students").iterdir()] == ["ada.html"]
    assert [one.name for one in tmp_path.iterdir()] == ["term"]  # nothing is left beside it


def test_a_long_name_has_a_sheet(term: Term, tmp_path: Path) -> None:
    long = Line("x" * 254, "", term.lines[0].steps)
    page = write_term(Term(term.sets, (long,), has_roster=True), tmp_path)
    link = BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one("#students tbody a")
    assert (page.parent / link["href"]).is_file()


def test_nothing_graded_is_said(tmp_path: Path) -> None:
    group = a_class(tmp_path, {})
    with pytest.raises(Problem, match="nothing is graded yet"):
        read_term(group)


def test_the_command(group: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(group.settings.root)
    for options in ([], ["--anonymous"]):
        done = CliRunner().invoke(app, ["term", *options])
        assert done.exit_code == 0, done.output
        assert "2 problem sets, 4 students; 2 may need help" in done.output
    assert CliRunner().invoke(app, ["term", "--help"]).output.strip().endswith("exit.")
