"""An update in the middle of a term: what students have handed in keeps its cells."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.classroom.as_given import all_kept, kept_as_given
from grader.cli import app
from tests.classroom.small_class import AUTOMATIC, SmallClass, make_class

ROOT = Path(__file__).parents[2]
QUESTION = """
# %% [markdown] manual="more" points=2
# ### BEGIN SOLUTION
# An answer.
# ### END SOLUTION
"""


def update(small: SmallClass) -> None:
    """The source has another question, and no question ``rows`` any more."""
    source = small.settings.solutions / "ps98" / "ps98_small.py"
    text = source.read_text("utf-8").replace('"rows"', '"lines"').replace("_rows", "_lines")
    source.write_text(text + QUESTION, encoding="utf-8")


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_before_anybody_has_handed_in_the_update_counts(tmp_path: Path) -> None:
    small = make_class(tmp_path)
    update(small)
    assert kept_as_given(small.group, "ps98") == "" and all_kept(small.group) == {}


@pytest.mark.sandbox
def test_an_update_stops_nothing_and_says_what_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = make_class(tmp_path)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    monkeypatch.chdir(tmp_path)
    small.hand_in("ada", small.notebook())
    run("autograde", "ps98")
    given = {path: path.read_bytes() for path in small.settings.notebooks.rglob("*.ipynb")}
    points = small.points()
    assert points == {"ada": AUTOMATIC}
    update(small)
    words = "ps98 stays as students were given it"
    said = run("build")
    assert words in said and "does not have answer_rows, choice_rows" in said
    assert "has the new answer_lines, choice_lines, " in said
    assert words in run("regrade", "ps98")
    small.hand_in("ben", small.notebook())
    assert words in run("autograde", "ps98")
    assert small.points() == {**points, "ben": AUTOMATIC}
    run("build", "--check")
    run("feedback", "ps98")
    run("verify", "ps98")
    assert {path: path.read_bytes() for path in given} == given
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "ps98", "--force"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode and words in done.stderr
    assert "Cannot add or remove" not in done.stderr
