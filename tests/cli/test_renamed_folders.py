"""A course whose folders all have other names, and whose settings name nothing else."""

from pathlib import Path

import nbformat
import pytest
from nbgrader.coursedir import CourseDirectory
from typer.testing import CliRunner, Result

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.classroom.converters import StudentGrades
from grader.classroom.course_config import class_config
from grader.classroom.gradebook.marks import scores
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.school_class import Class
from grader.classroom.steps import Grading
from grader.cli import app
from grader.settings import Settings, SettingsError, load_settings
from tests.authoring.course import write_course
from tests.project import copy_course

pytestmark = pytest.mark.sandbox
FOLDERS = """
[folders]
solutions = "sources"
notebooks = "out/given"
classroom = "marks/2026"
build = "made"

[limits]
cell_seconds = 2.9
"""


@pytest.fixture
def renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    course = write_course(tmp_path / "course")
    (course / "solutions").rename(course / "sources")
    (course / "course.toml").write_text(FOLDERS, encoding="utf-8")
    files = ("pyproject.toml", "nbgrader_config.py")
    copy_course(course, "course_lib", "course_lessons", "grader", *files)
    monkeypatch.chdir(course)
    return load_settings(course)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result


def test_every_step_uses_the_names_of_the_settings(renamed: Settings, tmp_path: Path) -> None:
    root = renamed.root
    assert "out/given/ps98" in run("build").stdout
    assert "out/given/ is up to date with sources/" in run("build", "--check").stdout
    released = root / "out/given/ps98/ps98_small.ipynb"
    answers = answers_of(solution_notebook("ps98", root))
    handed_in = root / "marks/2026/submitted/ada/ps98/ps98_small.ipynb"
    handed_in.parent.mkdir(parents=True)
    nbformat.write(fill(nbformat.read(released, 4), answers), handed_in)
    assert "6 of 8" in run("autograde", "ps98").stdout
    run("feedback", "ps98")
    run("verify", "ps98")
    run("doctor")
    (score,) = scores(gradebook_url(root / "marks/2026"), "ps98").values()
    assert score.score == 6
    run("student-release", str(tmp_path / "students"))
    assert (tmp_path / "students/notebooks/ps98/ps98_small.ipynb").exists()
    assert "How neural networks are trained" in (tmp_path / "students/README.md").read_text("utf-8")
    for name in ("solutions", "notebooks", "class", "build"):
        assert not (root / name).exists(), name


def test_a_part_of_a_second_counts(renamed: Settings) -> None:
    group = Class(renamed, renamed.classroom)
    config = class_config(renamed, renamed.classroom)
    for timeout, seconds in ((None, 2.9), (0.7, 0.7)):  # nbgrader's own option goes first
        if timeout:
            config.Execute.timeout = timeout
        nbgrader = StudentGrades(coursedir=CourseDirectory(config=config), config=config)
        assert Grading(group, "ps98", [], nbgrader).limits.cell_seconds == seconds


def test_settings_that_no_worker_reads_are_refused(renamed: Settings) -> None:
    with pytest.raises(SettingsError, match=r"differ from those in .*course\.toml"):
        Class(Settings(renamed.root), renamed.classroom)
