"""One file is judged without a class: the marks of autograding as plain data, and nothing kept."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.grading.submission.results import read_result
from tests.classroom.small_class import AUTOMATIC, NAME, SmallClass, make_class

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    return make_class(tmp_path_factory.mktemp("course"))


def judged(small: SmallClass, file: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, Any]:
    monkeypatch.chdir(small.settings.root)
    done = CliRunner().invoke(app, ["check", str(file), "--json"])
    return done.exit_code, json.loads(done.stdout) if done.exit_code < 2 else done.stderr


def test_marks_are_those_of_autograding_and_nothing_is_kept(
    small: SmallClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = small.notebook("linear_forward", "linear_backward")
    for cell in wrong.cells:
        if "def linear_backward" in cell.source:
            cell.source = cell.source.replace("du.sum(axis=0)", "du.mean(axis=0)")
    work = {"all": small.with_text(), "none": small.release, "wrong": wrong, "broken": "{"}
    found = {}
    for who, notebook in work.items():
        file = tmp_path / who / f"{NAME}.ipynb"
        file.parent.mkdir()
        text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
        file.write_text(text, encoding="utf-8")
        found[who] = judged(small, file, monkeypatch)
    assert not small.settings.classroom.exists()
    assert {who: code for who, (code, _) in found.items()} == {
        "all": 0,
        "none": 1,
        "wrong": 1,
        "broken": 1,
    }
    for who, notebook in work.items():
        small.hand_in(who, notebook)
    small.group.folder.mkdir(exist_ok=True)
    small.autograde(jobs=2)
    for who, (_, data) in found.items():
        graded = read_result(small.group.folder, "ps98", who, NAME)
        assert graded is not None and data["max_score"] == AUTOMATIC
        assert data["score"] == sum(one.score for one in graded.cells), who
        assert [one["found"] for one in data["tasks"]] == [one.found for one in graded.cells]
        assert data["refused"] == graded.refused
        assert data["by_hand"] == [{"name": "why", "max_score": 2}]
    assert "damaged or incomplete" in found["broken"][1]["refused"]
    (task,) = [one for one in found["wrong"][1]["tasks"] if one["name"] == "linear_backward"]
    assert 0 < task["score"] < task["max_score"] and "db" in task["case"]
    assert "sum" in task["hint"] and task["status"] != "complete"


def test_what_a_file_answers_is_asked_for(
    small: SmallClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "my work.ipynb"
    other.write_text(nbformat.writes(small.release), encoding="utf-8")
    code, words = judged(small, other, monkeypatch)
    assert code == 2 and "say which it answers: --ps" in words
    named = CliRunner().invoke(app, ["check", str(other), "--ps", "ps98"])
    assert named.exit_code == 1 and "0 of 6" in named.stdout and "not written" in named.stdout
    code, words = judged(small, tmp_path / "nothing.ipynb", monkeypatch)
    assert code == 2 and "there is no file" in words
