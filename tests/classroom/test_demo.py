"""The sample class, through nbgrader: every kind of submission ends as it should."""

import csv
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook

from grader.checking.report.blocks import number
from grader.classroom.demo import Demo, run_demo
from grader.classroom.gradebook.store import gradebook_url
from grader.settings import Settings, load_settings
from tests.authoring.course import write_course

AUTOMATIC, ALL = 6, 8


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = write_course(tmp_path_factory.mktemp("course"))
    (root / "course.toml").write_text("[limits]\ncall_seconds = 2\n", encoding="utf-8")
    return load_settings(root)


@pytest.fixture(scope="module")
def demo(settings: Settings) -> Demo:
    steps: list[str] = []

    def step(title: str, total: int) -> object:
        steps.append(title)
        return steps.append

    made = run_demo(settings, "ps98", step)  # type: ignore[arg-type]
    assert len(steps) > len(made.rows)
    return made


pytestmark = pytest.mark.sandbox


def scores(demo: Demo) -> dict[str, float]:
    return {row.student: row.score.score for row in demo.rows}


def test_there_are_at_least_twelve_submissions(demo: Demo) -> None:
    assert len(demo.rows) >= 12
    assert all(row.score.total == ALL and row.sandboxed for row in demo.rows)
    assert demo.left_out == []


@pytest.mark.parametrize(
    "student",
    ["ada-perfect", "finn-deleted-check", "gil-from-colab", "hana-lost-names", "ivan-warnings"],
)
def test_right_answers_get_full_marks_whatever_happened_to_the_file(
    demo: Demo, student: str
) -> None:
    assert scores(demo)[student] == AUTOMATIC


@pytest.mark.parametrize("student", ["ben-untouched", "jo-web-page", "kim-forger"])
def test_no_answers_get_nothing(demo: Demo, student: str) -> None:
    assert scores(demo)[student] == 0


def test_an_endless_loop_costs_its_own_exercise_only(demo: Demo) -> None:
    assert scores(demo)["eve-endless-loop"] == AUTOMATIC - 3


def test_every_mistake_costs_something_and_not_everything(demo: Demo) -> None:
    wrong = {name: score for name, score in scores(demo).items() if name.startswith("mistake")}
    assert len(wrong) >= 5
    assert all(0 < score < AUTOMATIC for score in wrong.values())


def test_what_was_found_and_repaired_is_told(demo: Demo) -> None:
    rows = {row.student: row for row in demo.rows}
    assert rows["ada-perfect"].findings_in_words == "all that is checked holds"
    assert rows["ben-untouched"].findings_in_words == "nothing written"
    assert "web page" in rows["jo-web-page"].findings_in_words
    assert "stopped after 2 seconds" in rows["eve-endless-loop"].findings_in_words
    assert "put back" in rows["finn-deleted-check"].repaired[0]
    assert rows["hana-lost-names"].repaired
    assert not rows["gil-from-colab"].repaired


def test_the_gradebook_is_nbgraders(demo: Demo, settings: Settings) -> None:
    with Gradebook(gradebook_url(demo.gradebook.parent)) as gradebook:
        submissions = gradebook.assignment_submissions("ps98")
        assert {s.student.id: s.score for s in submissions} == scores(demo)
        assert not any(
            grade.needs_manual_grade
            for submission in submissions
            if submission.student.id == "ben-untouched"
            for notebook in submission.notebooks
            for grade in notebook.grades
        )


def test_every_submission_gets_a_page_without_the_key(demo: Demo) -> None:
    for row in demo.rows:
        (page,) = (demo.feedback / row.student / "ps98").glob("*.html")
        text = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").get_text()
        assert "key=" not in text and "HIDDEN TESTS" not in text
        assert f"{number(row.score.score)} of {number(row.score.total)} points" in text
        if row.refused:
            assert "could not be graded" in text
        else:
            assert "linear_forward: " in text
        if row.repaired:
            assert "we repaired" in text
        assert page.stat().st_size < 5_000_000


def test_report_and_table_hold_every_submission(demo: Demo) -> None:
    page = demo.report.read_text(encoding="utf-8")
    with demo.report.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        table = {line["submission"]: line for line in csv.DictReader(file)}
    for row in demo.rows:
        assert row.student in page
        assert float(table[row.student]["score"]) == row.score.score
    assert float(table["ada-perfect"]["linear_backward"]) == 3


def test_the_class_of_the_course_is_not_touched(demo: Demo, settings: Settings) -> None:
    assert not settings.classroom.exists()
    assert demo.gradebook.is_relative_to(settings.build)


def test_original_submissions_are_kept(demo: Demo, settings: Settings) -> None:
    folder = settings.build / "demo" / "submitted" / "jo-web-page" / "ps98"
    (kept,) = folder.iterdir()
    assert kept.read_bytes().startswith(b"<!DOCTYPE")
    assert Path(kept).suffix == ".ipynb"
