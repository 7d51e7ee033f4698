"""A small class in a course of plain nbgrader, with its commands alone: what is lost there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from grader.authoring.build import build
from tests.classroom.small_class import NAME, SmallClass, make_class
from tests.classroom.ten_submissions import POINTS, marks_of, ten

pytestmark = pytest.mark.slow  # nbgrader lets an endless loop run for half a minute
NO_POINTS = dict.fromkeys(POINTS, 0.0)
# No repair, and nothing is between a submission and its checks: its own check is believed.
DIFFERENT = {
    "renamed": dict.fromkeys(POINTS),  # it is not graded
    "missing": NO_POINTS,
    "forged": NO_POINTS | {"linear_backward": 2.0},
}
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "existing"
c.Exchange.root = {exchange!r}
"""
LISTED = """
from nbgrader.apps import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader
api = NbGraderAPI(config=PyFileConfigLoader("nbgrader_config.py", path=".").load_config())
(one,) = api.get_assignments()  # what formgrader's first page shows
print(one["name"], one["status"], one["num_submissions"], one["max_code_score"])
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    return make_class(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def existing(small: SmallClass, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a course of nbgrader's, with its own gradebook, where all have been graded."""
    root = tmp_path_factory.mktemp("plain")
    exchange = tmp_path_factory.mktemp("exchange")
    exchange.chmod(0o777)
    (root / "nbgrader_config.py").write_text(CONFIG.format(exchange=str(exchange)))
    shutil.copytree(build("ps98", small.settings.root).parent, root / "source" / "ps98")
    nbgrader("generate_assignment", root)
    nbgrader("release_assignment", root)
    (released,) = exchange.glob(f"existing/outbound/ps98/{NAME}.ipynb")
    assert "BEGIN SOLUTION" not in released.read_text("utf-8")
    for who, one in ten(small).items():
        one.write(root / "submitted" / who / "ps98")
    told = nbgrader("autograde", root, failing=True)
    assert re.findall(r"'ps98' for student '(\w+)'", told) == ["renamed"]
    return root


def nbgrader(command: str, root: Path, failing: bool = False) -> str:
    """In a process of its own: in this one, other tests have adapted nbgrader."""
    programs = str(Path(sys.executable).parent)  # nbgrader starts some of its environment
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", command, "ps98"],
        cwd=root,
        env=os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) is failing, done.stderr
    return done.stderr


def test_the_ten_submissions_get_their_marks_but_for_what_is_lost_there(
    existing: Path, small: SmallClass
) -> None:
    with Gradebook(f"sqlite:///{existing / 'gradebook.db'}") as gradebook:
        for who, one in ten(small).items():
            assert marks_of(gradebook, who) == DIFFERENT.get(who, one.marks), who


def test_formgrader_lists_it_with_all_points(existing: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LISTED], cwd=existing, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["ps98", "released", "10", "6.0"], done.stdout + done.stderr
