"""One file is judged without a class: the marks of autograding as plain data, and nothing kept."""

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from typer.testing import CliRunner

from grader.classroom.gradebook.session import opened
from grader.cli import app
from grader.grading.submission.results import read_result
from tests.classroom.small_class import AUTOMATIC, NAME, SmallClass, make_class
from tests.classroom.ten_submissions import marks_of, ten

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    return make_class(tmp_path_factory.mktemp("course"))


def judged(
    small: SmallClass, file: Path, monkeypatch: pytest.MonkeyPatch, *words: str
) -> tuple[int, Any]:
    monkeypatch.chdir(small.settings.root)
    done = CliRunner().invoke(app, ["check", str(file), "--json", *words])
    return done.exit_code, json.loads(done.stdout) if done.exit_code < 2 else done.stderr


def test_the_ten_submissions_get_their_marks_in_a_class_and_without_one(
    small: SmallClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = ten(small)
    broken = tmp_path / "broken" / f"{NAME}.ipynb"
    broken.parent.mkdir()
    broken.write_text("{")
    files = {who: one.write(tmp_path / who) for who, one in work.items()} | {"broken": broken}
    found = {}
    for who, file in files.items():
        code, found[who] = judged(small, file, monkeypatch, "--ps", "ps98")
        assert code == (found[who]["score"] < AUTOMATIC) and not small.settings.classroom.exists()
    for who, file in files.items():
        shutil.copytree(file.parent, small.settings.classroom / "submitted" / who / "ps98")
    small.autograde(jobs=2)
    with opened(small.group.gradebook) as gradebook:
        for who, one in work.items():
            assert {task["name"]: task["score"] for task in found[who]["tasks"]} == one.marks, who
            assert marks_of(gradebook, who) == one.marks, who
    assert small.scores()["everything"].by_hand == 2  # its written answer waits
    for who, data in found.items():
        graded = read_result(small.group.folder, "ps98", who, NAME)
        assert graded is not None and data["max_score"] == AUTOMATIC
        assert [one["found"] for one in data["tasks"]] == [one.found for one in graded.cells]
        assert data["refused"] == graded.refused
        assert data["by_hand"] == [{"name": "why", "max_score": 2}]
    assert "damaged or incomplete" in found["broken"]["refused"]
    (task,) = [one for one in found["mistake"]["tasks"] if one["name"] == "linear_backward"]
    assert "db" in task["case"] and "sum" in task["hint"] and task["status"] != "complete"


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
