"""An exercise that needs torch has points where submissions can import it, and none elsewhere.

The tests hold with torch and without it: ``THERE`` says which of the two is tried.
"""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.authoring.release import release
from grader.checking import check, ready
from grader.checking.contract import exercise as contract
from grader.checking.contract.registry import find
from grader.checking.home.progress import _that_count
from grader.classroom import needed_packages
from grader.classroom.gradebook.marks import scores
from grader.classroom.record import autograde, generate_feedback
from grader.classroom.report.page import report_on
from grader.classroom.school_class import Class
from grader.grading.process.fault import GraderFault
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.submission import grade
from grader.grading.submission.restore import NotedCell
from grader.grading.submission.results import read_result, summary_for_student
from grader.settings import Settings, load_settings
from tests.authoring.course import SOURCE, write_course

ROOT = Path(__file__).parents[2]
THERE = find_spec("torch") is not None
SAID = "train_epoch: not judged, because torch cannot be imported where submissions are graded"
SOLUTION = '''
# %%
from importlib.util import find_spec

if find_spec("torch"):
    from torch.nn.functional import cross_entropy

# %% solution="train_epoch"
def train_epoch(model, batches, optimizer):
    """The mean loss of an epoch."""
    ### BEGIN SOLUTION
    model.train()
    total, n = 0.0, 0
    for x, labels in batches:
        loss = cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total, n = total + loss.item() * len(x), n + len(x)
    return total / n
    ### END SOLUTION


# %% check="train_epoch"
check("train_epoch", train_epoch)
'''


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A course in which linear_forward has 2 points, linear_backward 3, and train_epoch 3."""
    root = write_course(tmp_path_factory.mktemp("course"), SOURCE + SOLUTION)
    for name in ("course.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, root)
    release("ps98", root, root / "notebooks")
    return load_settings(root)


@pytest.fixture
def group(released: Settings, tmp_path: Path) -> Class:
    """The class of a student who has written everything."""
    shutil.copytree(released.root, tmp_path / "course")
    settings = load_settings(tmp_path / "course")
    folder = settings.classroom / "submitted" / "amy" / "ps98"
    folder.mkdir(parents=True)
    given = nbformat.read(settings.notebooks / "ps98" / "ps98_small.ipynb", 4)
    notebook = fill(given, answers_of(solution_notebook("ps98", settings.root)))
    nbformat.write(notebook, folder / "ps98_small.ipynb")
    return Class(settings, settings.classroom)


def points(group: Class) -> tuple[float, float]:
    found = scores(group.gradebook, "ps98")["amy"]
    return found.score, found.total


def graded(group: Class) -> str:
    """Why the student's work was graded."""
    why: dict[str, str] = {}
    autograde(group, "ps98", why.__setitem__)
    return why["amy"]


EARNED = (9.0, 11.0) if THERE else (6.0, 8.0)  # two points wait for a person


@pytest.mark.sandbox
def test_it_counts_where_the_package_is(group: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setattr(needed_packages, "can_import", lambda package, sandbox: False)
        assert graded(group)
        assert points(group) == (6.0, 8.0)
    assert bool(graded(group)) is THERE, "the package has come"
    assert points(group) == EARNED
    assert not graded(group), "nothing has changed"
    generate_feedback(group, "ps98")
    result = read_result(group.folder, "ps98", "amy", "ps98_small")
    assert result is not None
    page = (group.folder / "feedback/amy/ps98/ps98_small.html").read_text("utf-8")
    _, report = report_on(group, "ps98", [result])
    for text in (page, report.read_text("utf-8")):
        assert (SAID in text) is not THERE
    assert ("no points" in summary_for_student(result)) is not THERE
    with monkeypatch.context() as without:
        without.setattr(needed_packages, "can_import", lambda package, sandbox: False)
        assert bool(graded(group)) is THERE, "the package has gone"
        assert points(group) == (6.0, 8.0)


@pytest.mark.long
@pytest.mark.sandbox
def test_nbgraders_own_commands_give_the_same_marks(group: Class) -> None:
    for words in (["generate_assignment", "ps98", "--force"], ["autograde", "ps98"]):
        command = [sys.executable, "-m", "nbgrader", *words]
        root = group.settings.root
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert points(group) == EARNED


@pytest.mark.sandbox
@pytest.mark.torch
def test_the_package_is_loaded_before_the_notebook_runs_and_other_notebooks_do_not_see_it() -> None:
    from grader.grading.sandbox.notebook_process import NotebookProcess

    loaded = "import sys\nassert {'torch', 'torch._dynamo'} <= set(sys.modules)\n"
    for needs, cell, errors in (
        (frozenset({"torch"}), loaded + "import torch", False),
        (frozenset({"torch"}), "torch", True),
        (frozenset(), "import torch", True),
    ):
        process = NotebookProcess(Sandbox(needs=needs))
        try:
            head, _ = process.run(cell, 20)
        finally:
            process.close()
        assert any(one["output_type"] == "error" for one in head["outputs"]) is errors


def test_a_worker_that_lacks_it_gives_nobody_a_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grade, "can_import", lambda package, sandbox: False)
    source = 'check("train_epoch", train_epoch)'
    for worth in (3.0, 0.0):
        cell = NotedCell("check_train_epoch", "code", source, True, True, False, False, worth, "")
        if worth:
            with pytest.raises(GraderFault, match="install torch there"):
                grade.require_packages([cell], Sandbox())
        else:
            grade.require_packages([cell], Sandbox())


def test_the_release_is_the_same_with_and_without_it(
    released: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for found in (None, object()):
        monkeypatch.setattr(contract, "find_spec", lambda name, found=found: found)
        folder = release("ps98", released.root, tmp_path / str(found is None))
        made.append(folder.read_bytes())
    assert made[0] == made[1]


def test_at_home_it_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(contract, "find_spec", lambda name: None)

    def train_epoch(model, batches, optimizer):  # type: ignore[no-untyped-def]
        raise NotImplementedError

    globals()["train_epoch"] = train_epoch
    assert check("train_epoch", train_epoch) == 0
    said = capsys.readouterr().out
    assert "no points" in said and "torch cannot be imported here; this costs no points" in said
    assert not ready("train_epoch")
    plan = [("1", "train_epoch", "check", 3.0), ("1", "linear_forward", "check", 2.0)]
    assert _that_count(plan) == plan[1:]
    assert find("train_epoch").lacks == "torch"
