"""Test cells of other people's assignments: isolated, in their place, said to be forgeable."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.classroom.gradebook.marks import scores
from grader.classroom.record import autograde, generate_feedback
from grader.classroom.report.page import rows
from grader.classroom.school_class import Class
from grader.grading.sandbox.notebook_process import NotebookProcesses
from grader.grading.submission.results import INSIDE
from grader.settings import load_settings
from tests.hostile.attacks import READING
from tests.hostile.broken import BROKEN
from tests.hostile.course import LIMITS, ROOT, Canaries, Course, to_bytes, with_cell
from tests.hostile.foreign import HAS_PANDAS, foreign_course
from tests.hostile.harms import HARMS
from tests.hostile.kinds import Kind

pytestmark = pytest.mark.sandbox

RIGHT = {
    "mean": "def mean(values):\n    return sum(values) / len(values) if values else 0",
    "sort": "def sort(values):\n    return sorted(values)",
}
# Harms of every sort; all of them are tried on our own notebooks.
SOME_HARMS = list(HARMS)[::5]
# Where cells are graded inside, an unknown cell with a check's name is still overwritten.
SOME_BROKEN = [kind for kind in BROKEN if "100,000" not in kind.name]
# One test depends on its place before a cell that changes the name again: who loses the place may
# lose that point.
PLACE_LOST = {"checks moved to the end", "metadata stripped, checks deleted"}


@pytest.fixture(scope="module")
def course() -> Course:
    return foreign_course()


def earned(course: Course, processes: NotebookProcesses, **answers: str) -> dict[str, float]:
    notebook = course.perfect()
    for cell in notebook.cells:
        if (name := cell.metadata.get("nbgrader", {}).get("grade_id")) in answers:
            cell.source = answers[name]
    return {j.cell: j.score for j in course.grade(to_bytes(notebook), processes).judged}


def test_right_answers_earn_everything_and_none_nothing(
    course: Course, processes: NotebookProcesses
) -> None:
    graded = course.grade(to_bytes(course.perfect()), processes)
    assert graded.score == course.points == 8
    assert all(one.where == INSIDE for one in graded.judged)
    assert course.grade(to_bytes(course.untouched()), processes).score == 0


@pytest.mark.skipif(not HAS_PANDAS, reason="pandas is not installed")
def test_data_frames(processes: NotebookProcesses) -> None:
    course = foreign_course(pandas=True)
    patient = replace(LIMITS, cell_seconds=20)
    assert course.grade(to_bytes(course.perfect()), processes, patient).score == course.points
    assert course.grade(to_bytes(course.untouched()), processes, patient).score == 0


def test_partial_credit_and_messages(course: Course, processes: NotebookProcesses) -> None:
    assert (
        earned(course, processes, sort="def sort(values):\n    return values")["test_sort"] == 1.5
    )
    wrong = "def mean(values):\n    return sum(values) / len(values)"
    notebook = course.perfect()
    notebook.cells[2].source = wrong
    graded = course.grade(to_bytes(notebook), processes)
    (mean,) = [one for one in graded.judged if one.cell == "test_mean"]
    assert mean.score == 0 and mean.found == "a test failed: ZeroDivisionError"
    notebook.cells[2].source = wrong.replace("return", "return 0 if not values else 1 +")
    graded = course.grade(to_bytes(notebook), processes)
    (mean,) = [one for one in graded.judged if one.cell == "test_mean"]
    assert mean.found == "AssertionError: the mean of 1, 2, 3 is 2" or "1, 2, 3" in mean.found


def test_hidden_tests_stay_hidden(course: Course, processes: NotebookProcesses) -> None:
    spies = [
        "import sys\ndef mean(values):\n    frame = sys._getframe(1)\n"
        "    raise AssertionError(str(frame.f_globals.get('In')) + str(frame.f_code.co_consts))",
        "import linecache, sys\ndef mean(values):\n"
        "    print(linecache.getlines(sys._getframe(1).f_code.co_filename))\n    return 0",
        "seen = []\nget_ipython().input_transformers_cleanup.append(\n"
        "    lambda lines: seen.extend(lines) or print(seen) or lines)",
        "ip = get_ipython()\nrun = ip.run_cell\n"
        "def spy(source, *a, **k):\n    print(source)\n    return run(source, *a, **k)\n"
        "ip.run_cell = spy",
    ]
    for spy in spies:
        notebook = course.perfect()
        notebook.cells[2].source = spy
        content = with_cell(notebook, "print(In if 'In' in dir() else '')", len(notebook.cells))
        cells = course.grade(content, processes).notebook.cells
        shown = str([cell.get("outputs") for cell in cells])
        assert "nobody sees this" not in shown and "10, 20" not in shown


def test_a_forged_result_is_at_least_said_to_be_forgeable(
    course: Course, processes: NotebookProcesses
) -> None:
    forged = "import ast\nclass T(ast.NodeTransformer):\n    visit_Assert = lambda s, n: None\n"
    forged += "get_ipython().ast_transformers.append(T())"
    graded = course.grade(with_cell(course.untouched(), forged), processes)
    assert graded.score <= course.points
    assert all("forgeable" in one.where for one in graded.judged)


def test_too_much_is_never_given(course: Course, processes: NotebookProcesses) -> None:
    for value in ("1e9", "float('nan')", "-5", "float('inf')"):
        source = f"class L(list):\n    __eq__ = lambda s, o: True\ndef sort(v):\n    return {value}"
        assert 0 <= earned(course, processes, sort=source)["test_sort"] <= 2


@pytest.mark.parametrize("name", SOME_HARMS)
def test_harms_cost_nothing(course: Course, processes: NotebookProcesses, name: str) -> None:
    assert course.grade(with_cell(course.perfect(), HARMS[name]), processes).score == course.points


@pytest.mark.parametrize("kind", SOME_BROKEN, ids=lambda kind: kind.name)
def test_broken_files(course: Course, processes: NotebookProcesses, kind: Kind) -> None:
    graded = course.grade(kind.make(course), processes)
    lost = 1 if kind.name in PLACE_LOST else 0
    assert graded.score == {"everything": course.points - lost}.get(kind.earns, 0)
    assert kind.says in " ".join([*graded.repairs, graded.refused])


@pytest.mark.parametrize("name", list(READING)[::3])
def test_nothing_is_reached(
    course: Course, processes: NotebookProcesses, planted: Canaries, name: str
) -> None:
    attack = planted.fill_in(READING[name])
    graded = course.grade(with_cell(course.untouched(), attack), processes)
    assert graded.score == 0 and planted.touched() == []
    assert f"content {planted.word}" not in graded.shown


def test_through_nbgrader(course: Course, tmp_path: Path) -> None:
    """Made by nbgrader's own command, graded by ours."""
    for file in ("course.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, tmp_path)
    source = load_settings(tmp_path).solved / "hw1" / "hw1.ipynb"
    source.parent.mkdir(parents=True)
    source.write_bytes(to_bytes(course.solution))
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "hw1"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    group = Class(load_settings(tmp_path), tmp_path / "class")
    handed_in = {"ada": course.perfect(), "ben": course.untouched(), "cem": course.half()}
    for student, notebook in handed_in.items():
        place = group.folder / "submitted" / student / "hw1"
        place.mkdir(parents=True)
        (place / "hw1.ipynb").write_bytes(to_bytes(notebook))
    records = autograde(group, "hw1")
    table = {row.student: row for row in rows(records, scores(group.gradebook, "hw1"))}
    assert table["ada"].score.score == table["ada"].score.total == course.points
    assert table["ben"].score.score == 0 < table["cem"].score.score < course.points
    assert all(len(row.forgeable) == 5 and "forgeable" in row.in_brief for row in table.values())
    folder = generate_feedback(group, "hw1")
    for page in folder.rglob("*.html"):
        text = page.read_text("utf-8")
        assert "forgeable" in text and "nobody sees this" not in text
