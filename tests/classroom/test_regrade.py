"""What a new grading changed is told, exercise by exercise, and kept."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.classroom.gradebook.marks import Entry, Mark
from grader.classroom.gradebook.session import opened
from grader.classroom.regrade import Difference, differences, note_changes
from grader.cli import app
from tests.classroom.small_class import NAME, make_class


def entry(penalty: float = 0.0, **points: float) -> dict[str, Entry]:
    marks = {f"check_{name}": Mark(score, None, 0.0, False, 4.0) for name, score in points.items()}
    return {"book": Entry(penalty, marks)}


def told(before: dict[str, dict[str, Entry]], after: dict[str, dict[str, Entry]]) -> list[str]:
    return [f"{one.student} {one.description}" for one in differences(before, after)]


def test_nothing_changed() -> None:
    assert differences({"ada": entry(1.0, f=2)}, {"ada": entry(1.0, f=2)}) == []


def test_the_total_comes_first_then_each_exercise_that_changed() -> None:
    before = {"ben": entry(f=1, g=2, h=3), "ada": entry(f=2)}
    after = {"ben": entry(f=1, g=3.5, h=2), "ada": entry(f=2)}
    assert told(before, after) == ["ben total 6 → 6.5", "ben g 2 → 3.5", "ben h 3 → 2"]


def test_points_by_a_person_and_lateness_are_told_too() -> None:
    by_person = entry(1.5, f=2)
    by_person["book"].marks["manual_why"] = Mark(None, 2.0, 0.0, False, 2.0)
    before = entry(f=2)
    before["book"].marks["manual_why"] = Mark(None, None, 0.0, True, 2.0)
    assert told({"ada": before}, {"ada": by_person}) == [
        "ada total 2 → 2.5",
        "ada manual_why 0 → 2",
        "ada lateness no mark → -1.5",
    ]


def test_a_penalty_that_is_gone_and_an_exercise_that_is_gone() -> None:
    assert told({"ada": entry(1.0, f=2, g=1)}, {"ada": entry(f=2)}) == [
        "ada total 2 → 2",
        "ada g 1 → 0",
        "ada lateness -1 → 0",
    ]


def test_a_first_mark_has_none_before() -> None:
    assert told({}, {"ada": entry(f=2)})[0] == "ada total no mark → 2"


def test_earlier_changes_are_kept(tmp_path: Path) -> None:
    note_changes(tmp_path, [Difference("ada", "book", "total", 2.0, 3.0)])
    path = note_changes(tmp_path, [Difference("=x", "book", "total", None, 1.0)])
    lines = [line.partition(",")[2] for line in path.read_text("utf-8").splitlines()]
    assert lines == [
        "student,notebook,exercise,before,after",
        "ada,book,total,2,3",
        "'=x,book,total,,1",
    ]


# --- The commands ---------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.sandbox
def test_points_that_changed_reach_the_sheet_of_the_lms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = make_class(tmp_path)
    monkeypatch.chdir(tmp_path)
    small.hand_in("ada", small.notebook(), timestamp="2026-11-01 10:00:00 UTC")
    small.hand_in("ben", small.notebook("linear_forward"))
    assert "no mark" in run("regrade", "ps98")
    source = small.settings.solutions / "ps98" / "ps98_small.py"
    source.write_text(source.read_text("utf-8").replace("points=1", "points=3"), encoding="utf-8")
    with opened(small.group.gradebook) as gradebook:
        gradebook.update_or_create_assignment("ps98", duedate="2026-11-03 10:00:00 UTC")
    asked = ("export", "canvas", "grades.csv", "--problem-set", "ps98", "--not-final")
    (tmp_path / "grades.csv").write_text("Student,ID,ps98 (1)\nx,ada,\ny,ben,\n")
    said = run("regrade", "ps98", "--student", "ada")
    assert "rows 1 → 3" in said  # and ben's mark is one for the points before
    others = "graded when the exercises had other points"
    assert f"{others}: ps98: ben; run: python -m grader regrade" in " ".join(said.split())
    said = " ".join(run(*asked[:-1], "--scale", "--write").split())
    assert f"ben was {others}" in said
    assert "y,ben,\n" in (tmp_path / "grades_filled.csv").read_text()
    (tmp_path / "grades_filled.csv").unlink()
    assert f"{others}: ps98: ben" in run("export", "csv")
    refused = CliRunner().invoke(app, ["export", "csv", "--write"])
    assert refused.exit_code == 2 and f"{others}: ps98: ben" in " ".join(refused.output.split())
    assert not (small.settings.classroom / "results" / "marks.csv").exists()
    assert "1 mark of ps98 was given for other points" in run("term")
    report = small.settings.classroom / "results" / "ps98" / "report.csv"
    assert others in report.read_text("utf-8")
    assert "1 of 2 submissions were graded again" in run("regrade", "ps98")
    assert others not in report.read_text("utf-8")
    results = small.settings.classroom / "results" / "ps98"
    assert "ada,ps98_small,total,6,8\n" in (results / "changes.csv").read_text("utf-8")
    assert ",8.0,10.0,2.0," in (results / "report.csv").read_text("utf-8")
    assert "Time of handing in" in (results / "report.html").read_text("utf-8")

    said = run(*asked)
    assert "2 marks to write" in said and "older work" not in said
    assert not (tmp_path / "grades_filled.csv").exists()
    run(*asked, "--write")
    assert (tmp_path / "grades_filled.csv").read_text() == "Student,ID,ps98 (1)\nx,ada,8\ny,ben,2\n"
    assert "nothing changes" in run(*asked, "--write")
    run("export", "csv", "--write")
    assert "ada,,,,8,10,80,2" in (results.parent / "marks.csv").read_text("utf-8-sig")
    _check_grades(tmp_path / "course.toml", results.parent / "grades.csv")

    place = small.settings.classroom / "collected" / "ps98" / "origins.csv"
    place.parent.mkdir(parents=True)
    place.write_text(
        "student,name_in_lms,attempt,file,handed_in,order\n"
        "ada,x,1,ada_1_2_ps98.ipynb,,1\nben,x,1,ben_3_4_ps98.ipynb,,1\n"
    )
    for student, total in {"ada": "8 of 10", "ben": "1 of 10"}.items():
        page = small.settings.classroom / "feedback" / student / "ps98" / f"{NAME}.html"
        page.parent.mkdir(parents=True)
        page.write_text(f'<strong id="total">{total}</strong>')
    said = run("feedback-zip", "ps98", "canvas")
    assert "1 page\n" in said and "ben has a page that does not show" in said
    assert (results / "feedback_canvas.zip").is_file()

    small.hand_in("ben", small.notebook())
    for arguments in (asked, ("export", "csv")):
        assert "so these marks are of older work: ben; run:" in " ".join(run(*arguments).split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["canvas"], "needs the sheet as the LMS exports it"),
        (["canvas", "grades.csv"], "--problem-set ps06"),
        (["canvas", "grades.csv", "--problem-set", "ps98", "--out", "grades.csv"], "with --out"),
        (["canvas", "none.csv", "--problem-set", "ps98"], "none.csv cannot be"),
        (["csv"], "nothing is graded yet"),
    ],
)
def test_what_export_cannot_do_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    make_class(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "grades.csv").write_text("Student,ID,ps98 (1)\n")
    result = CliRunner().invoke(app, ["export", *arguments])
    assert result.exit_code == 2 and words in result.stderr, result.output


def _check_grades(settings: Path, table: Path) -> None:
    """Ada has 8 of 10 points and ben 2; 2 of ada's wait for a person."""
    before = settings.read_text("utf-8")
    refused = CliRunner().invoke(app, ["export", "grades"])
    assert refused.exit_code == 2 and "has no grade key" in refused.stderr
    key = '[grades]\nkey = {"pass" = 80, "fail" = 0}\n'
    settings.write_text(f"{before}\n{key}", encoding="utf-8")
    said = run("export", "grades")
    assert "points wait for a person: ada\n" in said and "rounded half up" in said
    refused = CliRunner().invoke(app, ["export", "grades", "--write"])
    assert refused.exit_code == 2 and "wait for a person: ada;" in refused.stderr
    assert not table.exists()
    run("export", "grades", "--write", "--not-final")
    lines = table.read_text("utf-8-sig").splitlines()
    assert lines == [
        "student,name,email,lms_id,percent,of,grade,missing",
        "ada,,,,80,100,pass,",
        "ben,,,,20,100,fail,",
    ]
    wrong = CliRunner().invoke(app, ["export", "grades", "sheet.csv"])
    assert wrong.exit_code == 2 and "without a sheet" in wrong.stderr
    settings.write_text(before, encoding="utf-8")
