"""A class's own changes of a course's notebook, its points, and the trial of what it made."""

import re
from pathlib import Path

import nbformat
import pytest

from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.cells import source_cells
from grader.authoring.lint.code import checked
from grader.authoring.lint.draft import draft_of
from grader.authoring.release import release
from grader.authoring.trial import try_solved, untried
from grader.problems import AuthoringError
from tests.authoring.course import points_of, write_course

CHANGES = '''
given = ["linear_forward"]

[[replace]]
text = "An affine map,  $u = x W + b$."
by = "A layer: $u = x W + b$."

[[add]]
after = "check:linear_backward"
cells = """
# %% [markdown]
# **In words:** why has `b` one entry for each output?

# %% [markdown] manual="why_bias" points=2
# ### BEGIN SOLUTION
# Each unit has its own threshold.
# ### END SOLUTION
"""
'''


@pytest.fixture
def course(tmp_path: Path) -> Path:
    write_course(tmp_path)
    (tmp_path / "course.toml").write_text('[folders]\nown = "own"\n', encoding="utf-8")
    return tmp_path


def change(course: Path, text: str, name: str = "ps98") -> None:
    file = course / "own/changes" / f"{name}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def points(course: Path, text: str) -> None:
    toml = course / "course.toml"
    toml.write_text(f'[folders]\nown = "own"\n[problem_sets.ps98]\n{text}\n', encoding="utf-8")


def test_all_changes_are_in_the_notebook_and_the_source_is_as_it_was(course: Path) -> None:
    source = course / "solutions/ps98/ps98_small.py"
    before = source.read_bytes()
    change(course, CHANGES)
    notebook = nbformat.read(release("ps98", course), as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "A layer: $u = x W + b$." in text and "An affine map" not in text
    assert "product + b, (x, W)" in text  # given: its lines are no solution any more
    assert set(points_of(notebook)) == {"check_linear_backward", "choice_rows"}
    kinds = [(cell.kind, cell.name) for cell in source_cells("ps98", course)]
    assert kinds.index(("check", "linear_backward")) == kinds.index(("manual", "why_bias")) - 2
    assert source.read_bytes() == before
    assert list(checked(draft_of("ps98", course))) == []


def test_without_the_check_above_later_checks_get_full_marks(course: Path) -> None:
    change(course, CHANGES)
    assert untried(course) == ["ps98"]
    assert try_solved("ps98", course) == []
    assert untried(course) == []
    change(course, CHANGES.replace("A layer", "One layer"))
    assert untried(course) == ["ps98"]


def test_a_dropped_function_is_what_the_trial_finds(course: Path) -> None:
    change(course, 'drop = ["check:linear_forward"]\n')
    source = course / "solutions/ps98/ps98_small.py"
    source.write_text(source.read_text().replace("return du @ W.T, x", "return product @ W.T, x"))
    (problem,) = try_solved("ps98", course)
    assert re.fullmatch(r"ps98: check_linear_backward: .* gets 0 of 3 points", problem)
    assert untried(course) == ["ps98"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '[[replace]]\ntext = "An affine map, $u = x W$."\nby = "x"',
            "stands there 0 times, not once. The nearest: 'An affine map, $u = x W + b$.'",
        ),
        ('[[replace]]\ntext = "linear"\nby = "x"', r"times, not once"),
        ('drop = ["check:linear_forwards"]', "The nearest: 'check:linear_forward'"),
        ('given = ["softmax"]', "no solution cell is called 'softmax'; there are linear_forward,"),
        ('drop = "x"', 'expected a list: drop = ["…"]'),
        ('[[replace]]\ntext = "x"', 'expected [[replace]] with text = "…" and by = "…"'),
        ('[[add]]\nafter = 3\ncells = "x"', "needs a text"),
        ("deleted = []", "unknown entry deleted; known are: given, drop, replace, add"),
        ("[", "is no valid TOML"),
    ],
)
def test_what_does_not_fit_stops_the_build(course: Path, text: str, words: str) -> None:
    first = release("ps98", course).read_bytes()
    change(course, text)
    with pytest.raises(AuthoringError, match=re.escape(words)) as told:
        release("ps98", course)
    assert str(told.value).startswith("ps98.toml: ")
    assert (course / "notebooks/ps98/ps98_small.ipynb").read_bytes() == first


def test_a_file_that_changes_no_notebook_is_told(course: Path) -> None:
    change(course, CHANGES, "ps89")
    with pytest.raises(AuthoringError, match=r"no notebook is called 'ps89'.*one of ps98"):
        assignments(course)


def test_points_are_those_of_the_class(course: Path) -> None:
    points(course, "points = {linear_backward = 5, rows = 2, why = 4}")
    notebook = solution_notebook("ps98", course)
    assert points_of(notebook) == {
        "check_linear_forward": 2,
        "check_linear_backward": 5,
        "choice_rows": 2,
    }
    text = "\n".join(cell.source for cell in notebook.cells)
    assert 'check("linear_backward", linear_forward, linear_backward, points=5)' in text
    assert '"linear_backward", "check", 5)' in text
    assert try_solved("ps98", course) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("points = {linear_bckward = 5}", "did you mean 'linear_backward'?"),
        (
            'exercises = ["linear_forward"]\npoints = {linear_backward = 5}',
            "which its list exercises leaves out",
        ),
    ],
)
def test_points_of_what_does_not_count_are_refused(course: Path, text: str, words: str) -> None:
    points(course, text)
    with pytest.raises(AuthoringError, match=re.escape(words)):
        solution_notebook("ps98", course)
