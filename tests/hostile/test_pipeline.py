"""A class of such students through nbgrader's own steps: gradebook, report, pages, formgrader."""

import csv
import os
import re
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from grader.classroom.backup.backup import backup_class, restore_class
from grader.classroom.converters import SECRET_OF_EXCHANGE
from grader.classroom.course_config import class_config
from grader.classroom.gradebook.marks import scores
from grader.classroom.nbgrader_adapter import submitted_timestamp
from grader.classroom.record import autograde, generate_feedback
from grader.classroom.report.page import Row, rows, write_report
from grader.classroom.school_class import Class
from grader.grading.submission.handed_in import TIMESTAMP
from tests.grading.test_sanitize import active_parts
from tests.hostile.classroom import ASSIGNMENT, hand_in, make_class
from tests.hostile.course import Canaries, Course, canaries, of_this_course, to_bytes
from tests.hostile.every_kind import KINDS
from tests.hostile.folders import FOLDERS, write_folders

pytestmark = pytest.mark.sandbox

# One of every sort; all of them are graded one by one elsewhere.
TAKEN = [
    "return half a character",
    "return an error with markup",
    "read the gradebook",
    "an endless loop",
    "a process bomb",
    "500 MB of output",
    "active outputs",
    "much HTML",
    "terminal codes printed",
    "metadata stripped",
    "active texts",
    "an odd kernel",
    "odd attachments",
    "truncated",
    "100,000 cells",
    "every other answer",
]

ACTIVE = ["return-an-error-with-markup", "active-outputs", "much-HTML", "active-texts"]
ACTIVE += ["odd-attachments", "terminal-codes-printed", "an-odd-kernel", "odd-name"]


@dataclass(frozen=True)
class Graded:
    """A class, graded."""

    course: Course
    group: Class
    rows: dict[str, Row]
    feedback: Path
    report: Path
    planted: Canaries


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    course = of_this_course(ASSIGNMENT)
    group, name = make_class(tmp_path_factory.mktemp("course"))
    with canaries(tmp_path_factory.mktemp("other"), secrets.token_hex(8)) as planted:
        write_folders(group.folder / "submitted", ASSIGNMENT, name, to_bytes(course.perfect()))
        for kind in KINDS:
            if kind.name in TAKEN:
                content = planted.fill_in(kind.make(course).decode("latin-1")).encode("latin-1")
                hand_in(group, kind.name.replace(" ", "-"), name, content)
        try:
            records = autograde(group, ASSIGNMENT)
            feedback = generate_feedback(group, ASSIGNMENT)
            table = rows(records, scores(group.gradebook, ASSIGNMENT))
            report = write_report(table, records, ASSIGNMENT, group.folder / "results" / ASSIGNMENT)
            by_student = {row.student: row for row in table}
            yield Graded(course, group, by_student, feedback, report, planted)
        finally:  # Python's own way to remove a tree cannot remove a deep one
            subprocess.run(["rm", "-rf", str(group.folder)], check=True)


def test_every_student_has_a_row_a_score_and_a_page(graded: Graded) -> None:
    students = set(os.listdir(graded.group.folder / "submitted"))
    assert students == set(graded.rows) == set(scores(graded.group.gradebook, ASSIGNMENT))
    with graded.report.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        assert {line["submission"] for line in csv.DictReader(file)} == students
    for student in students:
        files = {path.name: path for path in (graded.feedback / student / ASSIGNMENT).iterdir()}
        assert files.keys() > {SECRET_OF_EXCHANGE, TIMESTAMP} and len(files) == 3, student
        (page,) = (path for path in files.values() if path.suffix == ".html")
        assert page.stat().st_size < 5_000_000, student


@pytest.mark.parametrize("student", FOLDERS)
def test_folders(graded: Graded, student: str) -> None:
    row, folder = graded.rows[student], FOLDERS[student]
    told = " ".join([*row.repaired, row.refused])
    assert row.score.score == (graded.course.points if folder.graded else 0), told
    assert folder.says in told and told.isprintable()
    assert bool(row.refused) != folder.graded
    if folder.says:
        (page,) = (graded.feedback / student / ASSIGNMENT).glob("*.html")
        assert folder.says in unescape(re.sub("<[^>]*>", "", page.read_text("utf-8")))


@pytest.mark.parametrize("kind", [k for k in KINDS if k.name in TAKEN], ids=lambda kind: kind.name)
def test_kinds(graded: Graded, kind: Any) -> None:
    row = graded.rows[kind.name.replace(" ", "-")]
    if kind.earns == "half":
        assert 0 < row.score.score < graded.course.points
    else:
        assert row.score.score == (graded.course.points if kind.earns == "everything" else 0)
    assert bool(row.refused) == (kind.earns == "refused")


def test_nothing_was_reached_and_no_link_followed(graded: Graded) -> None:
    assert graded.planted.touched() == []
    for step in ("autograded", "feedback"):
        for path in (graded.group.folder / step).rglob("*"):
            assert not path.is_symlink() and path.name not in ("secret.txt", "all", "data.bin")
            if path.is_file():
                assert f"content {graded.planted.word}".encode() not in path.read_bytes()


def test_what_was_handed_in_is_kept_as_it_was(graded: Graded) -> None:
    submitted = graded.group.folder / "submitted"
    assert (submitted / "links-beside" / ASSIGNMENT / "secret.txt").is_symlink()
    assert [p.name for p in (submitted / "own-name" / ASSIGNMENT).iterdir()] == [
        "my homework.ipynb"
    ]


def test_the_second_run_has_nothing_to_do(graded: Graded) -> None:
    why: dict[str, str] = {}
    autograde(graded.group, ASSIGNMENT, why.__setitem__)
    assert set(why.values()) == {""}
    generate_feedback(graded.group, ASSIGNMENT, why.__setitem__)
    assert set(why.values()) == {""} and set(why) == set(graded.rows)


def test_nothing_runs_in_a_feedback_page(graded: Graded) -> None:
    for student in ACTIVE:
        (page,) = (graded.feedback / student / ASSIGNMENT).glob("*.html")
        body = BeautifulSoup(page.read_text("utf-8"), "html.parser").find("div", id="notebook")
        assert active_parts(body) == [], page


def test_students_read_first_how_it_went(graded: Graded) -> None:
    (page,) = (graded.feedback / "right" / ASSIGNMENT).glob("*.html")
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    names = [a["href"].removeprefix("#") for a in soup.find(id="points").find_all("a")]
    assert set(names) == {one.name for one in graded.course.known if one.grade}
    assert all(soup.find(id=name) for name in names)
    earned = soup.find(id="total").get_text().split(" of ")[0]
    assert float(earned) == graded.course.points
    (page,) = (graded.feedback / "every-other-answer" / ASSIGNMENT).glob("*.html")
    table = BeautifulSoup(page.read_text("utf-8"), "html.parser").find(id="points").get_text()
    assert "not written" in table and "all checks pass" in table


def test_formgrader_sees_the_same_scores(graded: Graded, monkeypatch: pytest.MonkeyPatch) -> None:
    # As nbgrader_config.py does: a time in words, which was handed in, stops nbgrader's own reader.
    monkeypatch.setattr(NbGraderAPI, "get_submitted_timestamp", submitted_timestamp)
    config = class_config(graded.group.settings, graded.group.folder)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    seen = {s["student"]: s["score"] for s in api.get_submissions(ASSIGNMENT)}
    assert seen == {student: row.score.score for student, row in graded.rows.items()}


def test_a_backup_brings_back_all_that_is_graded(graded: Graded) -> None:
    """The last test here, because it moves the class away."""
    group, classroom = graded.group, graded.group.folder
    made = backup_class(classroom, group.gradebook, group.settings.course.id)
    left_out = {told.partition(":")[0] for told in made.left_out}
    assert left_out >= {"too-deep", "30-gb-beside", "a-linked-student", "a-linked-folder"}
    assert not left_out & {"right", "*", "own-module", "a-folder", "names-that-are-not-text"}
    assert made.file.stat().st_size < 100_000_000
    marks = scores(group.gradebook, ASSIGNMENT)
    restore_class(classroom, group.gradebook, group.settings.course.id, made.file)
    assert scores(group.gradebook, ASSIGNMENT) == marks
    linked = {"a-linked-student", "a-linked-folder", "a-linked-folder-of-the-machine"}
    assert set(group.students(ASSIGNMENT)) == set(graded.rows) - linked
    why: dict[str, str] = {}
    autograde(group, ASSIGNMENT, why.__setitem__)
    again = {student for student, reason in why.items() if reason}
    assert again <= left_out, "what was left out of the backup may be graded again, nothing else"
    assert {one: score.score for one, score in marks.items()} == {
        one: score.score for one, score in scores(group.gradebook, ASSIGNMENT).items()
    }
