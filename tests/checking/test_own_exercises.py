"""Exercises in a course's own folder are found like all others, and replace none of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader.checking import check
from grader.checking.contract.registry import (
    answer_modules,
    find,
    is_exercise,
    module_of,
    names,
    problem_set,
)
from grader.classroom.staleness.staleness import digest_of_exercise, sources
from grader.exercises.own_folder import OwnExercisesError, folder_of, use_course
from grader.extras.cluster.workers import made_from
from tests.authoring.own_course import EXERCISE, write_exercise, write_own_course

ROOT = Path(__file__).parents[2]


@pytest.fixture
def own(tmp_path):
    yield write_own_course(tmp_path)
    use_course(ROOT)


def scaled_sum(x, a):
    return a * x.sum(axis=1)


def test_it_is_found_beside_those_of_the_course(own):
    before = names()
    use_course(own)
    assert names("ps97") == ["scaled_sum"] and set(names()) == {*before, "scaled_sum"}
    assert problem_set("scaled_sum") == "ps97"
    assert module_of("scaled_sum") == "grader.exercises.ps97.scaled_sum"
    assert check("scaled_sum", scaled_sum) == find("scaled_sum").points


def test_another_course_does_not_have_it(own):
    use_course(own)
    assert is_exercise("scaled_sum")
    use_course(ROOT)
    assert not is_exercise("scaled_sum") and "grader.exercises.ps97" not in sys.modules


def test_it_may_belong_to_a_problem_set_of_the_course(own):
    package = own / "own/exercises/ps06"
    (own / "own/exercises/ps97").rename(package)
    (package / "__init__.py").unlink()  # the course's own counts
    use_course(own)
    assert {"scaled_sum", "linear_forward"} <= set(names("ps06"))


def test_a_check_at_home_finds_it_from_any_folder_of_the_course(own):
    code = (
        "from grader.checking import check\n"
        "assert check('scaled_sum', lambda x, a: a * x.sum(axis=1)) == 2"
    )
    folder = own / "own/solutions/ps97"
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True)


def test_shared_code_of_own_exercises_can_be_imported(own):
    (own / "own/exercises/row_sums.py").write_text("from numpy import sum as total\n", "utf-8")
    line = "from grader.exercises.row_sums import total\n"
    write_exercise(own, EXERCISE.replace("\n\n\ndef", f"\n{line}\n\ndef", 1))
    use_course(own)
    assert find("scaled_sum").name == "scaled_sum"
    assert {path.name for path in sources("scaled_sum")} == {"scaled_sum.py", "row_sums.py"}


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("ps06/linear_forward.py", r"has the name of .*ps06.linear_forward\.py"),
        ("ps97/linear_forward.py", r"has the name of .*ps06.linear_forward\.py"),
        ("ps98/scaled_sum.py", r"has the name of .*ps97.scaled_sum\.py"),
        ("losses.py", r"has the name of .*exercises.losses\.py"),
        ("ps96/alone.py", r"ps96.__init__\.py is missing; create an empty file"),
    ],
)
def test_what_would_hide_another_file_or_be_hidden_is_refused(own, place, says):
    path = own / "own/exercises" / place
    path.parent.mkdir(exist_ok=True)
    if path.parent.name == "ps98":
        (path.parent / "__init__.py").touch()
    path.write_text(EXERCISE, encoding="utf-8")
    with pytest.raises(OwnExercisesError, match=says):
        use_course(own)
    path.unlink()
    use_course(own)
    assert is_exercise("scaled_sum") and find("linear_forward")


def test_one_of_the_name_of_a_class_whose_file_is_called_otherwise_is_refused(own):
    path = own / "own/exercises/ps97/EarlyStopping.py"
    path.write_text(EXERCISE, encoding="utf-8")
    use_course(own)
    with pytest.raises(OwnExercisesError, match=r"has the name of .*ps18\.early_stopping"):
        find("EarlyStopping")


def test_a_file_that_is_called_otherwise_than_its_function_is_refused(own):
    (own / "own/exercises/ps97/scaled_sum.py").rename(own / "own/exercises/ps97/row_sum.py")
    use_course(own)
    with pytest.raises(LookupError, match=r"'scaled_sum'; call the file scaled_sum\.py"):
        find("row_sum")


def test_one_that_cannot_be_imported_disturbs_no_other(own):
    before = answer_modules()
    (own / "own/exercises/ps97/broken.py").write_text("exercise =", encoding="utf-8")
    use_course(own)
    assert answer_modules() == before and find("scaled_sum")
    with pytest.raises(OwnExercisesError, match=r"broken\.py"):
        find("broken")


def test_copies_that_an_editor_keeps_do_not_count(own):
    copy = own / "own/exercises/ps97/.ipynb_checkpoints/scaled_sum-checkpoint.py"
    copy.parent.mkdir()
    copy.write_text(EXERCISE, encoding="utf-8")
    use_course(own)
    assert names("ps97") == ["scaled_sum"]


@pytest.mark.parametrize(
    "text", ["", "[folders]\nown = ''", "[folders]\nown = 3", "folders = 1", "["]
)
def test_a_course_without_an_own_folder_has_none(tmp_path, text):
    (tmp_path / "course.toml").write_text(text, encoding="utf-8")
    assert folder_of(tmp_path) is None


def test_a_mark_depends_on_its_file(own):
    use_course(own)
    before, machine = digest_of_exercise("scaled_sum"), made_from(own, own / "class")
    write_exercise(own, EXERCISE.replace("points=2", "points=3"))
    assert digest_of_exercise("scaled_sum") != before
    now = made_from(own, own / "class")
    assert {name for name in now if now[name] != machine[name]} == {"the course's own exercises"}
