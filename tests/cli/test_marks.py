"""verify, backup, restore; a class folder for its owner only; progress in a log."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.apps import NbGraderApp

from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import gradebook_url
from grader.settings import Settings
from tests.classroom.small_class import AUTOMATIC, NAME, SmallClass, make_class
from tests.cli.commands import run

pytestmark = pytest.mark.sandbox
ODD = "o'brien [a-z] ü*"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    """Three submissions, graded, with pages, in a folder that all could read before."""
    small = make_class(tmp_path_factory.mktemp("course"))
    small.hand_in("amy", small.notebook())
    small.hand_in(ODD, small.notebook("linear_forward"))
    odd = small.notebook("linear_forward")
    odd.cells[2].source += "\n### BEGIN HIDDEN TESTS"
    small.hand_in("ben", odd)
    small.settings.classroom.chmod(0o755)
    os.chdir(small.settings.root)
    result = run("autograde", "ps98")
    assert result.exit_code == 0, result.output
    assert [line for line in result.stdout.splitlines() if line.startswith("grading 1 of 3")]
    result = run("feedback", "ps98")
    assert result.exit_code == 0, result.output
    assert "3 of 3 pages written" in result.stdout
    return small


@pytest.fixture
def small(graded: SmallClass, tmp_path: Path) -> Iterator[SmallClass]:
    """A copy."""
    root = tmp_path / "course"
    shutil.copytree(graded.settings.root, root)
    os.chdir(root)
    yield SmallClass(Settings(root, limits=graded.settings.limits))
    os.chdir(graded.settings.root)


def page(small: SmallClass, student: str) -> Path:
    return small.settings.classroom / "feedback" / student / "ps98" / f"{NAME}.html"


def test_all_agree_and_everybody_has_a_page(graded: SmallClass) -> None:
    result = run("verify", "ps98")
    assert result.exit_code == 0 and "3 submissions" in result.stdout, result.output
    assert graded.points() == {"amy": AUTOMATIC, ODD: 2.0, "ben": 2.0}
    for student in graded.points():
        assert '<strong id="total">' in page(graded, student).read_text("utf-8")
    assert "BEGIN HIDDEN TESTS" in page(graded, "ben").read_text("utf-8")
    report = graded.settings.classroom / "results" / "ps98" / "report.html"
    assert f'href="../../feedback/amy/ps98/{NAME}.html"' in report.read_text("utf-8")


def test_the_class_is_for_its_owner_only(graded: SmallClass) -> None:
    assert graded.settings.classroom.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("what", ["score", "penalty", "record", "notebook", "page"])
def test_what_does_not_agree_is_said_and_put_right(small: SmallClass, what: str) -> None:
    classroom = small.settings.classroom
    if what in ("score", "penalty"):
        with opened(gradebook_url(classroom)) as gradebook:
            book = gradebook.find_submission_notebook(NAME, "ps98", "amy")
            if what == "score":
                book.grades[0].auto_score = 0.0
            else:
                book.late_submission_penalty = 3.0
            gradebook.db.commit()
    elif what == "record":
        path = classroom / "results" / "ps98" / "amy" / f"{NAME}.json"
        path.write_text(path.read_text("utf-8").replace('"score": 3.0', '"score": 2.0'))
    elif what == "notebook":
        path = classroom / "autograded" / "amy" / "ps98" / f"{NAME}.ipynb"
        path.chmod(0o644)
        path.write_text("{}")
    else:
        text = page(small, "amy").read_text("utf-8")
        page(small, "amy").write_text(re.sub(r'id="total">[\d.]+', 'id="total">1', text))
    result = run("verify", "ps98")
    assert result.exit_code == 1 and result.stderr.startswith("amy: "), result.output
    assert result.stderr.count("\n") == 1
    if what == "record":  # a result is believed; it counts when the gradebook has it
        assert run("autograde", "ps98", "--force").exit_code == 0
    else:
        assert run("autograde", "ps98").exit_code == 0
    assert run("feedback", "ps98").exit_code == 0
    assert run("verify", "ps98").exit_code == 0
    assert small.points()["amy"] == AUTOMATIC


@pytest.mark.parametrize("damage", ["page", "truncated", "other", "text"])
@pytest.mark.parametrize("command", ["autograde", "feedback", "verify", "build", "backup"])
def test_a_damaged_gradebook_is_recognised_before_work_begins(
    small: SmallClass, command: str, damage: str
) -> None:
    gradebook = small.settings.classroom / "gradebook.db"
    content = bytearray(gradebook.read_bytes())
    if damage == "page":
        content[4096 * 3 : 4096 * 9] = os.urandom(4096 * 6)
    elif damage == "truncated":
        del content[len(content) // 2 :]
    elif damage == "text":
        content = bytearray(b"rubbish" * 1000)
    gradebook.write_bytes(content)
    if damage == "other":
        gradebook.unlink()
        import sqlite3

        with sqlite3.connect(gradebook) as database:
            database.execute("CREATE TABLE recipes (name)")
        database.close()
    before = gradebook.read_bytes()
    result = run(command) if command == "backup" else run(command, "ps98")
    assert result.exit_code == 2, result.output
    assert "gradebook" in result.stderr and "damaged" in result.stderr
    assert "grader restore" in result.stderr and result.stderr.count("\n") == 1
    assert gradebook.read_bytes() == before


def test_a_backup_brings_back_every_mark(small: SmallClass) -> None:
    points, secret = small.points(), (small.settings.classroom / ".secret").read_bytes()
    roster, extensions = (small.settings.classroom / f"{n}.csv" for n in ("roster", "extensions"))
    roster.write_text("student,name,email,lms_id\namy,,,\n")
    result = run("backup")
    assert result.exit_code == 0, result.output
    (file,) = (small.settings.classroom / "backups").glob("*.tar.gz")
    assert file.stat().st_mode & 0o077 == 0
    (small.settings.classroom / "gradebook.db").write_text("rubbish")
    shutil.rmtree(small.settings.classroom / "results")
    small.hand_in("amy", small.release)
    roster.unlink()
    extensions.write_text("student,problem_set,until\n")
    result = run("restore")
    assert result.exit_code == 0, result.output
    assert small.points() == points
    assert (small.settings.classroom / ".secret").read_bytes() == secret
    assert "amy" in roster.read_text() and extensions.exists()  # which the backup knew nothing of
    assert run("verify", "ps98").exit_code == 0
    (aside,) = (small.settings.classroom / "backups").glob("before-*")
    assert (aside / "gradebook.db").read_text() == "rubbish"


def test_what_the_grader_cannot_master_costs_one_student(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grader.grading.process.fault import SubmissionFault
    from grader.grading.process.limited_process import LimitedProcess

    ask = LimitedProcess.ask

    def limited(self: LimitedProcess, request: dict[str, Any], seconds: float) -> object:
        if request.get("about", {}).get("student") == "amy" and "as given" not in request:
            raise SubmissionFault("grading it takes more than 400 seconds of processor time")
        return ask(self, request, seconds)

    monkeypatch.setattr(LimitedProcess, "ask", limited)
    result = run("autograde", "ps98", "--force")
    assert result.exit_code == 2 and "amy: grading it takes more" in result.stderr
    assert small.points() == {"amy": 0.0, ODD: 2.0, "ben": 2.0}
    assert not page(small, "amy").exists()  # it showed another score
    assert run("feedback", "ps98").exit_code == 0
    assert "grading it takes more" in page(small, "amy").read_text("utf-8")


def test_students_can_reach_the_exchange(small: SmallClass) -> None:
    shutil.copy(Path(__file__).parents[2] / "nbgrader_config.py", small.settings.root)
    found = NbGraderApp()
    found.initialize([])
    exchange = Path(found.config.Exchange.root)
    assert exchange.is_dir() and not exchange.is_relative_to(small.settings.classroom)
