"""What the grader saw of one student's work is shown, and comes of it again."""

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from typer.testing import CliRunner, Result

from grader.classroom.agreement import Agreement
from grader.cli import app
from tests.classroom.graded_class import WRONG
from tests.classroom.small_class import NAME, SmallClass, make_class


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["replay", *arguments], env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    """ada is right in all; ben has a wrong forward pass."""
    small = make_class(tmp_path_factory.mktemp("replay") / "course")
    wrong = small.notebook()
    for cell in wrong.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "linear_forward":
            cell.source = WRONG
    small.hand_in("ada", small.notebook(), timestamp="2026-11-01 10:00:00 UTC")
    small.hand_in("ben", wrong)
    origins = small.settings.classroom / "collected" / "ps98" / "origins.csv"
    origins.parent.mkdir(parents=True)
    origins.write_text(
        "student,name_in_lms,attempt,file,handed_in,order\nada,Ada,2,Abgabe 98.ipynb,,0\n"
    )
    small.autograde()
    return small


@pytest.fixture(autouse=True)
def in_the_course(small: SmallClass, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small.settings.root)


def kept(small: SmallClass) -> dict[Path, bytes]:
    """All files of the class."""
    return {p: p.read_bytes() for p in small.settings.classroom.rglob("*") if p.is_file()}


@pytest.mark.sandbox
def test_the_same_work_comes_to_the_same_and_nothing_is_written(small: SmallClass) -> None:
    before = kept(small)
    result = run("ps98", "ada")
    assert result.exit_code == 0, result.output
    assert "the same points and findings" in result.stdout
    assert "2026-11-01 10:00:00 UTC" in result.stdout and "2, Abgabe 98.ipynb" in result.stdout
    assert "numpy" in result.stdout and "seed of" not in result.stdout
    assert kept(small) == before


@pytest.mark.sandbox
def test_a_lost_point_is_shown_with_its_case_which_a_notebook_runs(
    small: SmallClass, tmp_path: Path
) -> None:
    file = tmp_path / "ben.ipynb"
    result = run("ps98", "ben", "--notebook", str(file))
    assert result.exit_code == 0, result.output
    assert "linear_forward: " in result.stdout and "seed of the cases" in result.stdout
    inputs = result.stdout.partition("The smallest input that fails:\n")[2].splitlines()
    assert inputs[0].startswith("    x = ")
    assert file.stat().st_mode & 0o777 == 0o600
    printed = "".join(runs(nbformat.read(file, 4)))
    example = small_example(small, "ben")
    values = re.findall(r"-?\d+\.\d{3,}", example)  # random: those of the same seed alone
    assert len(values) == 2 and all(value in printed and value in result.stdout for value in values)
    assert (again := run("ps98", "ben", "--notebook", str(file))).exit_code == 2
    assert "is there already" in again.stderr


def small_example(small: SmallClass, student: str) -> str:
    agreement = Agreement(small.settings.classroom, small.group.gradebook, "ps98")
    result = agreement.result(student, NAME)
    assert result is not None
    return next(one.example for one in result.cells if one.cell == "check_linear_forward")


def runs(notebook: Any) -> Iterator[str]:
    """What each code cell prints, in order, in one namespace."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                exec(cell.source, names)
            yield said.getvalue()


@pytest.mark.sandbox
def test_other_work_and_another_mark_are_told(small: SmallClass, tmp_path: Path) -> None:
    copy = small.copy(tmp_path / "course")
    copy.hand_in("ada", copy.notebook("linear_backward"))
    with contextlib.chdir(copy.settings.root):
        result = run("ps98", "ada")
    assert result.exit_code == 1, result.output
    assert "Other work lies there now" in result.stdout
    assert "linear_forward: 2 of 2 → 0 of 2" in result.stdout


@pytest.mark.sandbox
def test_who_is_unknown_or_not_graded_is_told(small: SmallClass) -> None:
    small.hand_in("zoe", small.notebook())
    told = {"eve": "no student 'eve'", "": "no student", "zoe": "autograde ps98 --student zoe"}
    refused = [(run("ps98", student), words) for student, words in told.items()]
    for result, words in [*refused, (run("ps00", "ada"), "there are: ps98")]:
        assert result.exit_code == 2 and words in result.stderr, result.output
        assert result.stderr.count("\n") == 1
