"""``exercises`` in course.toml: what is not listed becomes practice without points."""

import nbformat
import pytest
from typer.testing import CliRunner

from grader.authoring.build import solution_notebook
from grader.authoring.cells import cells_of
from grader.authoring.chosen import about_choice
from grader.authoring.compare import compare
from grader.authoring.lint.draft import draft_of
from grader.authoring.lint.layout import marked
from grader.authoring.release import release
from grader.authoring.self_study import lesson
from grader.cli import app
from grader.problems import AuthoringError
from grader.settings import SettingsError, load_settings
from tests.authoring.course import points_of, write_course

CHOICE = '[problem_sets.ps98]\nexercises = ["linear_backward"]\n'


@pytest.fixture
def course(tmp_path):
    root = write_course(tmp_path)
    (root / "course.toml").write_text(CHOICE, encoding="utf-8")
    return root


def text_of(notebook) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells)


def test_only_the_chosen_exercises_have_points(course):
    chosen = solution_notebook("ps98", course)
    assert points_of(chosen) == {"check_linear_forward": 0, "check_linear_backward": 3} | {
        "choice_rows": 1
    }
    text = text_of(chosen)
    assert 'check("linear_forward", linear_forward, points=0)' in text
    assert 'check("linear_backward", linear_forward, linear_backward)' in text
    assert "`linear_forward`, no points" in text and "`linear_backward`, 3 points" in text


def test_all_have_points_without_a_choice(course):
    everything = ["linear_forward", "linear_backward"]
    for choice in ("", f"[problem_sets.ps98]\nexercises = {everything}\n"):
        (course / "course.toml").write_text(choice, encoding="utf-8")
        assert points_of(solution_notebook("ps98", course))["check_linear_forward"] == 2
        assert "points=0" not in text_of(solution_notebook("ps98", course))


def test_the_cells_are_the_same_with_every_choice(course):
    """So nbgrader lets the choice change after students have handed in."""
    chosen = solution_notebook("ps98", course)
    (course / "course.toml").write_text("", encoding="utf-8")
    names = [
        [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
        for notebook in (chosen, solution_notebook("ps98", course))
    ]
    assert names[0] == names[1]


def test_points_are_added_up_without_the_others(course):
    text = text_of(solution_notebook("ps98", course))
    (graded,) = [part for part in text.split("\n\n") if part.startswith("GRADED")]
    assert '"linear_backward", "check", 3)' in graded and '"linear_forward"' not in graded
    assert "| **6** |" in text  # 3, the choice question and 2 for the answer in words
    assert list(marked(draft_of("ps98", course))) == []


def test_the_release_is_what_the_source_and_the_choice_give(course):
    path = release("ps98", course)
    assert points_of(nbformat.read(path, as_version=4))["check_linear_forward"] == 0
    assert compare(course) == []
    (course / "course.toml").write_text("", encoding="utf-8")
    assert compare(course) == [
        "notebooks/ps98/ps98_small.ipynb: is not what its source gives; "
        "run python -m grader build ps98"
    ]


def test_self_study_still_has_the_solution_of_practice(course):
    content = lesson(cells_of("ps98", course)).decode()
    assert '"linear_forward": "def linear_forward' in content


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("linear_backwards", "did you mean 'linear_backward'"),
        ("q", "there are: linear_forward, linear_backward"),
        ("softmax", "there are: linear_forward, linear_backward"),
    ],
)
def test_a_name_that_the_notebook_does_not_check_is_refused(course, name, says):
    (course / "course.toml").write_text(CHOICE.replace("linear_backward", name), "utf-8")
    with pytest.raises(AuthoringError, match=rf"\[problem_sets\.ps98\] names '{name}'.*{says}"):
        release("ps98", course)
    assert not (course / "notebooks").exists()


@pytest.mark.parametrize("value", ['"linear_forward"', "3", '["linear_forward", 3]', "{}"])
def test_the_setting_is_a_list_of_names(tmp_path, value):
    (tmp_path / "course.toml").write_text(f"[problem_sets.ps98]\nexercises = {value}", "utf-8")
    with pytest.raises(SettingsError, match=r"ps98\.exercises is .* expected a list of names"):
        load_settings(tmp_path)


def test_building_says_what_counts_and_what_is_needed_all_the_same(course, monkeypatch):
    monkeypatch.chdir(course)
    done = CliRunner().invoke(app, ["build", "ps98"], env={"COLUMNS": "200"})
    assert " ".join(done.stdout.split()) == (
        "ps98: notebooks/ps98/ps98_small.ipynb "
        "ps98: exercises with points: linear_backward (3 together, besides the questions) "
        "ps98: linear_forward has no points, but students have to write it for linear_backward"
    )
    assert len(list(about_choice(["linear_forward"]))) == 1
