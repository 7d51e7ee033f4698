"""A class in a folder of its own: the course elsewhere is taught, and never written into."""

import os
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import grader.settings as settings_module
from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook, solved_at
from grader.authoring.compare import compare, outdated
from grader.authoring.new_class import NBGRADER, new_class
from grader.authoring.new_exercise import new_exercise
from grader.authoring.publish import publish
from grader.authoring.release import release
from grader.classroom.preconditions import other_course
from grader.cli import app
from grader.exercises.own_folder import use_course
from grader.problems import AuthoringError
from grader.settings import TEACHING, SettingsError, load_settings
from tests.authoring.course import SOURCE, write_course
from tests.authoring.own_course import EXERCISE
from tests.authoring.own_course import SOURCE as OWN
from tests.project import ROOT


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed course with two notebooks."""
    folder = tmp_path / "site-packages" / TEACHING
    write_course(write_course(folder), SOURCE.replace("A small problem set", "Another"), "ps96")
    for name in ("course.toml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    monkeypatch.setattr("grader.authoring.new_class.installed_course", lambda: folder)
    monkeypatch.setattr(settings_module, "installed_course", lambda: folder)
    return folder


@pytest.fixture
def class_folder(course: Path, tmp_path: Path):
    new_class(tmp_path / "my class", ["ps98", "ps96"])
    yield tmp_path / "my class"
    use_course(ROOT)


def state(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_class_builds_and_publishes_what_it_chooses_in_its_order(
    course: Path, class_folder: Path, tmp_path: Path
) -> None:
    before = state(course)
    settings = load_settings(class_folder)
    assert assignments(class_folder) == ["ps98", "ps96"]
    assert settings.course_files == course
    for name in assignments(class_folder):
        assert release(name, class_folder).is_relative_to(class_folder / "notebooks")
    assert compare(class_folder) == [] and outdated(class_folder) == []
    assert solved_at("ps98", class_folder).read_text().count("### BEGIN SOLUTION") >= 3
    publish(class_folder, tmp_path / "students")
    readme = (tmp_path / "students/README.md").read_text()
    assert readme.index("A small problem set") < readme.index("Another")
    there = {p.parent.name for p in (tmp_path / "students/notebooks").glob("*/*.ipynb")}
    assert there == {"ps98", "ps96"}
    assert state(course) == before


def test_a_notebook_that_is_not_taught_is_referred_to_by_its_title(
    course: Path, class_folder: Path
) -> None:
    source = course / "solutions/ps98/ps98_small.py"
    link = "See [notebook 96](../ps96/ps96_small.ipynb) for more. What is a sample?"
    source.write_text(source.read_text().replace("What is a sample?", link))
    assert link in "".join(cell.source for cell in solution_notebook("ps98", class_folder).cells)
    toml = class_folder / "course.toml"
    toml.write_text(toml.read_text().replace('["ps98", "ps96"]', '["ps98"]'))
    text = "".join(cell.source for cell in solution_notebook("ps98", class_folder).cells)
    assert "See notebook 96 (“Another”, which is not in this course) for more." in text
    toml.write_text(toml.read_text().replace('site = ""', 'site = "https://course.example/"'))
    text = "".join(cell.source for cell in solution_notebook("ps98", class_folder).cells)
    assert "[notebook 96](https://course.example/notebooks/ps96/ps96_small.html) (“Another”" in text


def test_its_settings_explain_all_entries(class_folder: Path) -> None:
    before = (ROOT / "course.toml").read_text("utf-8").splitlines()
    now = (class_folder / "course.toml").read_text("utf-8").splitlines()
    changed = [
        line.partition(" = ")[0] for line, old in zip(now, before, strict=True) if line != old
    ]
    assert changed == ["id", "course", "notebooks", "own"]
    settings = load_settings(class_folder)
    assert (settings.course.id, settings.folders.own) == ("my class", "own")


def test_an_update_is_another_source(course: Path, class_folder: Path) -> None:
    release("ps98", class_folder)
    source = course / "solutions/ps98/ps98_small.py"
    source.write_text(source.read_text().replace("What is a sample?", "What is one sample?"))
    assert outdated(class_folder) == ["ps96", "ps98"]
    assert "What is one sample?" in release("ps98", class_folder).read_text()


def test_own_notebooks_have_any_name_and_stand_where_the_list_says(class_folder: Path) -> None:
    (exercise,) = new_exercise("knn", "scaled_sum(x, a) -> y", class_folder)
    assert exercise == class_folder / "own/exercises/knn/scaled_sum.py"
    exercise.write_text(EXERCISE)
    use_course(class_folder)
    source = class_folder / "own/solutions/knn/knn.py"
    source.parent.mkdir()
    source.write_text(OWN)
    assert assignments(class_folder) == ["ps98", "ps96"]
    toml = class_folder / "course.toml"
    toml.write_text(toml.read_text().replace('["ps98", "ps96"]', '["knn", "ps98"]'))
    assert assignments(class_folder) == ["knn", "ps98"]
    assert release("knn", class_folder).name == "knn.ipynb"


def test_a_name_that_is_not_there_is_refused_with_those_that_are(class_folder: Path) -> None:
    toml = class_folder / "course.toml"
    toml.write_text(toml.read_text().replace('"ps96"]', '"ps69"]'))
    with pytest.raises(AuthoringError, match=r"names 'ps69'.*there are ps9"):
        assignments(class_folder)
    toml.write_text(toml.read_text().replace('"ps69"]', '"ps98"]'))
    with pytest.raises(AuthoringError, match="names ps98 twice"):
        assignments(class_folder)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["ps89"], "'ps89' is no notebook of the course; did you mean ps98?"),
        (["x"], "'x' is no notebook of the course; it has ps96, ps98"),
        (["ps98", "ps98"], "ps98 is named twice"),
    ],
)
def test_names_are_tried_before_anything_is_written(
    course: Path, tmp_path: Path, names: list[str], words: str
) -> None:
    with pytest.raises(AuthoringError, match=re.escape(words)):
        new_class(tmp_path / "class", names)
    assert not (tmp_path / "class").exists()


def test_a_folder_with_files_and_one_in_the_course_are_refused(
    course: Path, class_folder: Path
) -> None:
    before = state(class_folder)
    with pytest.raises(AuthoringError, match="name a new or an empty folder"):
        new_class(class_folder)
    with pytest.raises(AuthoringError, match="lies in the course"):
        new_class(course / "mine")
    assert state(class_folder) == before and not (course / "mine").exists()


def test_without_an_own_folder_nothing_is_started(class_folder: Path) -> None:
    toml = class_folder / "course.toml"
    toml.write_text(toml.read_text().replace('own = "own" ', 'own = "" '))
    with pytest.raises(SettingsError, match="not written into"):
        new_exercise("knn", "scaled_sum(x, a) -> y", class_folder)


def test_another_version_than_the_named_one_is_told(
    class_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert other_course(load_settings(class_folder)) == ""
    toml = class_folder / "course.toml"
    toml.write_text(re.sub('==[^"]+', "==0.0.1", toml.read_text()))
    words = other_course(load_settings(class_folder))
    assert "'training-neural-networks==0.0.1'" in words and "write training-neural" in words
    monkeypatch.chdir(class_folder)
    said = CliRunner().invoke(app, ["build"])
    assert said.exit_code == 2 and "build again" in said.stderr
    assert not (class_folder / "notebooks").exists()


def test_a_class_can_name_the_folder_of_a_copy(class_folder: Path) -> None:
    toml = class_folder / "course.toml"
    copy = os.path.relpath(ROOT, class_folder)
    toml.write_text(re.sub("^course = .*", f'course = "{copy}"', toml.read_text(), flags=re.M))
    settings = load_settings(class_folder)
    assert settings.course_files == ROOT and other_course(settings) == ""
    toml.write_text(toml.read_text().replace(copy, "nowhere"))
    with pytest.raises(SettingsError, match="no folder solutions"):
        _ = load_settings(class_folder).course_files


def test_nbgraders_settings_are_those_of_the_course() -> None:
    assert (ROOT / "nbgrader_config.py").read_text("utf-8") == NBGRADER
