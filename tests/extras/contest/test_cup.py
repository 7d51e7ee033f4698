"""The cup from the submissions to the board, with networks that train in a second."""

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from grader.authoring.release import release
from grader.cli import app
from grader.settings import load_settings
from tests.authoring.course import write_course
from tests.classroom.small_class import LIMITS, SmallClass

pytestmark = pytest.mark.sandbox

SOURCE = '''# %% [markdown]
# # A small cup

# %% setup=true
from grader.checking import check

# %% solution="configuration"
def configuration():
    """The settings of your network, and an 80 % interval for its accuracy."""
    ### BEGIN SOLUTION
    return {"epochs": 1, "channels": [2], "batch_size": 100}, (0.1, 0.3)
    ### END SOLUTION


# %% check="configuration"
check("configuration", configuration)
'''
OVER = {"channels": [64, 64, 64], "epochs": 100}
ENTRIES = {
    "amy": ({"epochs": 9, "channels": [2], "lr": 0.03}, (0.1, 0.5)),
    "ben": ({"epochs": 1, "channels": [1], "optimizer": "sgd", "lr": 10.0}, (0.9, 1.0)),  # diverges
    "cat": (OVER, (0.1, 0.3)),
}


@pytest.fixture(scope="module")
def cup(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    """Three entries, one of them over the budget, and a notebook that was not filled in."""
    root = tmp_path_factory.mktemp("cup")
    write_course(root, SOURCE)
    (root / "course.toml").write_text(LIMITS, encoding="utf-8")
    release("ps98", root, root / "notebooks")
    small = SmallClass(load_settings(root))
    for student, entry in ENTRIES.items():
        notebook = small.notebook()
        for cell in notebook.cells:
            if cell.source.startswith("def configuration"):
                cell.source = f"def configuration():\n    return {entry!r}"
        small.hand_in(student, notebook)
    small.hand_in("dan", small.release)
    return small


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, [*arguments])


def test_from_the_submissions_to_the_board(
    cup: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(cup.settings.root)
    graded = run("autograde", "ps98")
    assert graded.exit_code == 0, graded.output
    shown = run("board", "ps98")
    assert shown.exit_code == 0, shown.output
    results = cup.settings.classroom / "results" / "ps98"
    envelope = json.loads((results / "envelope.json").read_text("utf-8"))
    assert envelope["entries"].keys() == {"amy", "ben"}
    amy, ben = (envelope["entries"][student] for student in ("amy", "ben"))
    assert ben["final"] == [0.125] * 3 and len(set(amy["final"])) > 1  # other splits, other scores
    assert amy["settings"]["epochs"] == 9 and (amy["low"], amy["high"]) == (0.1, 0.5)
    assert "The envelope is open: 2 entries are locked." in shown.stdout
    page = BeautifulSoup((results / "board.html").read_text("utf-8"), "html.parser")
    assert len(page.select("#ranks tbody tr")) == 2
    assert "amy" not in page.get_text(" ")
    assert "Nothing was trained: it costs 13.57 times what is allowed" in " ".join(
        shown.stdout.split()
    )
    assert cup.points()["cat"] == cup.points()["dan"] == 0


def test_feedback_tells_each_student_the_three_accuracies(
    cup: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(cup.settings.root)
    assert run("feedback", "ps98").exit_code == 0
    folder = cup.settings.classroom / "feedback" / "amy" / "ps98"
    (page,) = Path(folder).glob("*.html")
    said = page.read_text("utf-8")
    assert "The mean accuracy is" in said and "points start at" in said
