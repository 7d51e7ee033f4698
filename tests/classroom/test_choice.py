"""Marks follow the choice of exercises, also after students have handed in."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.classroom.record import generate_feedback
from grader.classroom.report.class_numbers import exercises
from grader.classroom.report.page import at_a_glance, rows
from grader.grading.submission.results import read_result, summary_for_student
from tests.classroom.small_class import AUTOMATIC, NAME, SmallClass, make_class

pytestmark = pytest.mark.sandbox
ROOT = Path(__file__).parents[2]
CHOICE = '\n[problem_sets.ps98]\nexercises = ["linear_backward"]\n'
CHANGED = "the cells or their points changed"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    made = make_class(tmp_path_factory.mktemp("course"))
    made.hand_in("amy", made.notebook())
    made.hand_in("ben", made.notebook("linear_forward", "answer_rows"))
    made.autograde()
    assert made.points() == {"amy": AUTOMATIC, "ben": 3.0}
    return made


@pytest.fixture
def small(graded: SmallClass, tmp_path: Path) -> SmallClass:
    """The class, after its instructor has made a choice."""
    copy = graded.copy(tmp_path / "course")
    with (copy.settings.root / "course.toml").open("a", encoding="utf-8") as file:
        file.write(CHOICE)
    return copy.copy(tmp_path / "chosen")  # reads course.toml anew


def test_marks_follow_and_come_back(small: SmallClass, tmp_path: Path) -> None:
    assert set(small.autograde().values()) == {CHANGED}
    assert small.points() == {"amy": AUTOMATIC - 2, "ben": 1.0}
    assert {score.total for score in small.scores().values()} == {6.0}
    toml = small.settings.root / "course.toml"
    toml.write_text(toml.read_text("utf-8").replace(CHOICE, ""), encoding="utf-8")
    again = small.copy(tmp_path / "again")
    assert set(again.autograde().values()) == {CHANGED}
    assert again.points() == {"amy": AUTOMATIC, "ben": 3.0}


def test_practice_gets_feedback_and_is_in_no_number_of_the_class(small: SmallClass) -> None:
    small.hand_in("cem", small.notebook("linear_backward"))  # linear_forward is not written
    small.autograde()
    generate_feedback(small.group, "ps98")
    results = [
        result
        for student in ("amy", "ben", "cem")
        if (result := read_result(small.group.folder, "ps98", student, NAME))
    ]
    table = rows(results, small.scores())
    assert {name for row in table for name in row.cells} == {"linear_backward", "rows"}
    assert [one.name for one in exercises(row.cells for row in table)] == [
        "linear_backward",
        "rows",
    ]
    assert "linear_forward" not in at_a_glance(results)
    assert "linear_forward" not in table[2].findings_in_words
    assert "no points" in summary_for_student(results[2])
    page = (small.group.folder / f"feedback/cem/ps98/{NAME}.html").read_text("utf-8")
    points = page.partition('id="points"')[2].partition("</section>")[0]
    assert "linear_backward" in points and "linear_forward" not in points
    assert "<h3>linear_forward</h3>" in page and "no points" in page


def test_nbgraders_own_commands_give_the_same_marks(small: SmallClass) -> None:
    root = small.settings.root
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for words in (["generate_assignment", "ps98", "--force"], ["autograde", "ps98"]):
        command = [sys.executable, "-m", "nbgrader", *words]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert small.points() == {"amy": AUTOMATIC - 2, "ben": 1.0}


def test_feedback_report_and_marks_have_the_points_of_the_class(
    graded: SmallClass, tmp_path: Path
) -> None:
    copy = graded.copy(tmp_path / "course")
    with (copy.settings.root / "course.toml").open("a", encoding="utf-8") as file:
        file.write("\n[problem_sets.ps98]\npoints = {linear_backward = 5}\n")
    weighted = copy.copy(tmp_path / "weighted")
    given = "".join(cell.source for cell in weighted.release.cells)
    assert '"linear_backward", "check", 5)' in given  # what progress at home counts
    assert set(weighted.autograde().values()) == {CHANGED}
    assert weighted.points() == {"amy": AUTOMATIC + 2, "ben": 3.0}
    assert {score.total for score in weighted.scores().values()} == {10.0}
    generate_feedback(weighted.group, "ps98")
    page = (weighted.group.folder / f"feedback/amy/ps98/{NAME}.html").read_text("utf-8")
    points = page.partition('id="points"')[2].partition("</section>")[0]
    assert "5 of 5" in points and "3 of 3" not in points
    results = [read_result(weighted.group.folder, "ps98", name, NAME) for name in ("amy", "ben")]
    table = rows([one for one in results if one], weighted.scores())
    cells = {row.student: row.cells["linear_backward"] for row in table}
    assert cells == {"amy": (5, 5), "ben": (0, 5)}
