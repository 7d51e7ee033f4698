"""Starting over: a task or all of them are as released; what was written is kept beside it."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from grader import OLD_ANSWERS
from grader.checking import start_over
from grader.checking.home.start_over import NotChanged, rewrite
from tests.project import ROOT

RELEASED = ROOT / "notebooks" / "ps06" / "ps06_backpropagation.ipynb"
MINE = "# mine\n"


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    """A notebook in which every cell that is filled in has been changed, and one was added."""
    notebook = json.loads(RELEASED.read_text("utf-8"))
    for cell in notebook["cells"]:
        if "blank" in cell["metadata"]:
            cell["source"] = MINE + cell["metadata"]["blank"]
    own = {"cell_type": "markdown", "id": "own", "metadata": {}, "source": "my notes"}
    notebook["cells"].append(own)
    file = tmp_path / RELEASED.name
    file.write_text(json.dumps(notebook), "utf-8")
    return file


def cells(file: Path) -> list[dict[str, Any]]:
    return json.loads(file.read_text("utf-8"))["cells"]  # type: ignore[no-any-return]


def sources(file: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(file)]


def test_all_tasks_are_as_released_and_own_cells_stay(worked: Path) -> None:
    before = worked.read_bytes()
    names, kept = rewrite(worked, "")
    assert sources(worked) == [*sources(RELEASED), "my notes"]
    assert kept.read_bytes() == before and kept.parent == worked.parent / OLD_ANSWERS
    assert {"linear_forward", "repaired_backward"} < set(names)


def test_one_task_alone(worked: Path) -> None:
    names, _kept = rewrite(worked, "linear_forward")
    assert names == ["linear_forward"]
    still = [cell for cell in cells(worked) if "".join(cell["source"]).startswith(MINE)]
    blanks = [cell for cell in cells(RELEASED) if "blank" in cell["metadata"]]
    assert len(still) == len(blanks) - 1 > 3


def test_every_function_question_and_guess_of_the_course_can_be_named() -> None:
    for file in sorted(ROOT.glob("notebooks/*/*.ipynb")):
        for cell in cells(file):
            source = "".join(cell["source"])
            filled_in = cell["metadata"].get("nbgrader", {}).get("solution")
            if filled_in or source.startswith("guess("):
                assert cell["metadata"]["blank"] == source, file.name


def test_twice_in_a_second_keeps_both(worked: Path) -> None:
    first = rewrite(worked, "linear_forward")[1]
    second = rewrite(worked, "linear_backward")[1]
    assert first != second and first.read_bytes() != second.read_bytes()


@pytest.mark.parametrize(
    ("change", "task", "said"),
    [
        (lambda file: os.utime(file, (0, time.time() - 100)), "", "Save the notebook"),
        (lambda file: None, "softmax", "has no task 'softmax'. Its tasks: "),
        (lambda file: shutil.copy(RELEASED, file), "", "There is nothing to empty"),
        (lambda file: file.write_text("{}"), "", "is not a notebook"),
        (lambda file: file.unlink(), "", "cannot be read"),
    ],
)
def test_otherwise_nothing_is_changed(worked: Path, change: Any, task: str, said: str) -> None:
    change(worked)
    before = worked.read_bytes() if worked.exists() else None
    with pytest.raises(NotChanged, match=said):
        rewrite(worked, task)
    assert (worked.read_bytes() if worked.exists() else None) == before
    assert not (worked.parent / OLD_ANSWERS).exists()


def test_the_call_says_what_to_do_next(worked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start_over("linear_forward", notebook=worked)
    said = capsys.readouterr().out
    assert "Reload Notebook from Disk" in said and OLD_ANSWERS in said
    start_over("linear_forward", notebook=worked)
    assert "There is nothing to empty" in capsys.readouterr().out
