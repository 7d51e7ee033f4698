"""A mark is made anew when what it was made from has changed, and only then."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell

from grader.checking.contract.registry import module_of, names
from grader.classroom.converters import StudentGrades
from grader.classroom.course_config import class_config
from grader.classroom.gradebook.cells import noted_cells
from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.record import generate_feedback
from grader.classroom.staleness import staleness
from grader.classroom.staleness.imports import digest_of_code, files_behind
from grader.grading.submission.results import LIMITS
from grader.problems import Problem, Stopped
from grader.settings import Limits, load_settings
from tests.classroom.small_class import AUTOMATIC, NAME, SmallClass, make_class

pytestmark = pytest.mark.sandbox
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    made = make_class(tmp_path_factory.mktemp("course"))
    made.hand_in("amy", made.notebook())
    made.hand_in("ben", made.notebook("linear_forward"))
    assert set(made.autograde().values()) == {"not graded yet"}
    assert made.points() == {"amy": AUTOMATIC, "ben": 2.0}
    return made


@pytest.fixture
def small(graded: SmallClass, tmp_path: Path) -> SmallClass:
    """A copy of the graded class."""
    return graded.copy(tmp_path / "course")


def test_nothing_is_graded_twice_until_it_changes(small: SmallClass) -> None:
    assert small.autograde() == {"amy": "", "ben": ""}
    os.utime(small.hand_in("ben", small.notebook("linear_forward")))
    assert small.autograde() == {"amy": "", "ben": ""}  # a new date is not a new submission
    small.hand_in("ben", small.notebook())
    assert small.autograde() == {"amy": "", "ben": "the submission changed"}
    assert small.points() == {"amy": AUTOMATIC, "ben": AUTOMATIC}
    small.hand_in("amy", small.notebook(), own="a file beside the notebook")
    assert small.autograde() == {"amy": "the submission changed", "ben": ""}
    assert set(small.autograde(force=True).values()) == {"asked for"}


def test_points_that_change_in_the_source_count_for_everybody(small: SmallClass) -> None:
    source = small.settings.solutions / "ps98" / "ps98_small.py"
    source.write_text(source.read_text("utf-8").replace("points=1", "points=3"), encoding="utf-8")
    reasons = small.autograde()
    assert all("points" in why for why in reasons.values())
    assert small.points() == {"amy": AUTOMATIC + 2, "ben": 2.0}
    assert {score.total for score in small.scores().values()} == {10.0}


def test_an_exercise_that_changes_is_named(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = tmp_path / "linear_backward.py"
    (original,) = [p for p in staleness.sources("linear_backward") if p.stem == "linear_backward"]
    shutil.copy(original, copy)
    sources = staleness.sources
    monkeypatch.setattr(
        staleness,
        "sources",
        lambda name: [copy if path == original else path for path in sources(name)],
    )
    assert set(small.autograde().values()) == {""}
    copy.write_text(copy.read_text("utf-8") + "\n# a change\n", encoding="utf-8")
    assert set(small.autograde().values()) == {"linear_backward changed"}


def test_an_exercise_depends_on_what_it_imports_and_on_the_answer() -> None:
    names = {f"{path.parent.name}/{path.name}" for path in staleness.sources("balance_units")}
    assert names > {
        "ps11/balance_units.py",
        "exercises/symmetries.py",
        "course_lib/symmetry.py",
    }
    assert "linear.py" in {path.name for path in staleness.sources("linear_backward")}
    assert "evaluate_graph.py" in {path.name for path in staleness.sources("backprop")}
    trained_with = {path.name for path in staleness.sources("configuration")}
    assert trained_with > {"capstone.py", "linear.py", "whole_pixels.py", "fit.py", "adam.py"}
    assert "conv2d.py" not in names and "adam.py" not in names


def test_the_files_of_every_exercise_are_found() -> None:
    """Also where a package's ``__init__`` imports a submodule of its own, as that of plots does."""
    assert [name for name in names() if not files_behind([module_of(name)])] == []
    behind = {path.stem for path in files_behind([module_of("race_report")])}
    assert {"adaptive_methods", "theme"} < behind  # what its trainings are made from


def test_code_counts_and_words_about_it_do_not() -> None:
    def digest(source: str) -> str:
        return digest_of_code([("course_lib/x.py", source.encode())])

    code = 'def f(x):\n    """Doubles."""\n    return 2 * x\n'
    same = "# why\ndef f(\n    x,\n):\n    'It doubles.'\n    return 2*x  # twice\n"
    assert digest(code) == digest(same) != digest(code.replace("2", "3"))
    assert digest(code) != digest_of_code([("course_lib/y.py", code.encode())])
    data = [("course_lib/x.npz", b"1")], [("course_lib/x.npz", b"2")]
    assert digest_of_code(data[0]) != digest_of_code(data[1])


def digests(small: SmallClass, **limits: int) -> dict[str, str]:
    cells = noted_cells(small.group.gradebook, "ps98", NAME)
    released = small.settings.notebooks / "ps98" / f"{NAME}.ipynb"
    staleness._of_grader.cache_clear()
    return staleness.course_digests(cells, small.settings, Limits(**limits), released)


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_a_mark_depends_on_all_that_it_is_made_from(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digests(small)
    assert digests(small) == before
    tree = list(staleness.contents())
    with monkeypatch.context() as patched:
        more = [*tree, ("course_lib/plots/new.py", b"x = 1")]
        patched.setattr(staleness, "contents", lambda: iter(more))
        assert changed(before, digests(small)) == {staleness.TREE}
    with monkeypatch.context() as patched:
        patched.setattr(staleness, "version", lambda name: "99" if name == "numpy" else "1")
        assert "numpy" in changed(before, digests(small))
    (small.settings.notebooks / "ps98" / "data.csv").write_text("1, 2")
    assert changed(before, digests(small)) == {staleness.GIVEN}
    (small.settings.notebooks / "ps98" / "data.csv").unlink()
    assert changed(before, digests(small, cell_seconds=9)) == {LIMITS}


def test_limits_count_where_one_was_reached(small: SmallClass) -> None:
    loop = small.notebook()
    loop.cells.insert(1, new_code_cell("while True: pass"))
    small.hand_in("ben", loop)
    small.hand_in("cem", small.with_text("linear_forward"))
    printed = small.notebook()
    printed.cells.insert(1, new_code_cell("raise MemoryError"))
    small.hand_in("dan", printed)
    small.autograde()
    settings = small.settings.root / "course.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("memory_megabytes = 1024", "memory_megabytes = 1025"))
    again = SmallClass(load_settings(small.settings.root)).autograde()
    why = "[limits] in course.toml changed"
    assert again == {"amy": "", "ben": why, "cem": "", "dan": why}


def test_an_exercise_without_cases_costs_nobody_a_point(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_cases(*_: object) -> None:
        raise ValueError("no cases today")

    monkeypatch.setattr("grader.classroom.preconditions.make_cases", no_cases)
    with pytest.raises(Problem, match=r"linear_forward makes no cases.*no cases today"):
        small.autograde(force=True)
    assert small.points() == {"amy": AUTOMATIC, "ben": 2.0}


def test_a_review_by_a_person_is_asked_for_again_only_for_new_work(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = gradebook_url(small.settings.classroom)
    small.hand_in("ben", small.with_text("linear_forward"))
    small.autograde()
    with opened(url) as gradebook:
        grade = gradebook.find_grade("manual_why", "ps98_small", "ps98", "ben")
        assert grade.needs_manual_grade
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()

    def waits() -> tuple[float, bool]:
        with opened(url) as gradebook:
            grade = gradebook.find_grade("manual_why", "ps98_small", "ps98", "ben")
            return grade.manual_score, grade.needs_manual_grade

    small.autograde(force=True)
    assert waits() == (1.5, False)
    small.hand_in("ben", small.with_text("linear_backward"))
    small.autograde()
    assert waits() == (1.5, False)  # the code is new, what the person graded is not
    changed = small.with_text("linear_backward")
    (answer,) = [c for c in changed.cells if c.source.startswith("The gradient has the shape")]
    answer.source += " It has to, because W is updated by it."
    small.hand_in("ben", changed)
    small.autograde()
    assert waits() == (1.5, True)
    with opened(url) as gradebook:
        grade = gradebook.find_grade("manual_why", "ps98_small", "ps98", "ben")
        grade.needs_manual_grade = False
        gradebook.db.commit()
    small.hand_in("ben", small.with_text("answer_rows"))
    with monkeypatch.context() as patched:
        patched.setattr(StudentGrades, "record_notebook", interrupted)
        with pytest.raises(Stopped):
            small.autograde()
    small.autograde()
    assert waits() == (1.5, True)


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_feedback_writes_only_pages_that_changed(small: SmallClass) -> None:
    written: dict[str, str] = {}
    generate_feedback(small.group, "ps98", written.__setitem__)
    assert written == {"amy": "written", "ben": "written"}
    generate_feedback(small.group, "ps98", written.__setitem__)
    assert written == {"amy": "", "ben": ""}
    with opened(gradebook_url(small.settings.classroom)) as gradebook:
        gradebook.find_comment("linear_forward", "ps98_small", "ps98", "amy").manual_comment = "!"
        gradebook.db.commit()
    small.hand_in("ben", small.notebook())
    small.autograde()
    generate_feedback(small.group, "ps98", written.__setitem__)
    assert written == {"amy": "written", "ben": "written"}


def test_nbgraders_settings_build_nothing(tmp_path: Path) -> None:
    small = make_class(tmp_path)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    built = small.settings.solved / "ps98" / f"{NAME}.ipynb"
    built.unlink(missing_ok=True)
    class_config(small.settings, small.settings.classroom)
    assert not built.exists()
    generate = [sys.executable, "-m", "nbgrader", "generate_assignment", "ps98", "--force"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(generate, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and built.exists(), done.stderr
