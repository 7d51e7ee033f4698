"""A problem set goes to a student and back through nbgrader's exchange, as on a hub.

The student's side has nothing of ours. Both have the account of these tests.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.authoring.fill import fill
from tests.classroom.small_class import AUTOMATIC, NAME, SmallClass, make_class
from tests.project import ROOT

STUDENTS = """
c = get_config()
c.CourseDirectory.course_id = "training-neural-networks"
c.CourseDirectory.student_id = "amy"  # else the name of the account
c.Exchange.root = {exchange!r}
"""


def nbgrader(folder: Path, command: str) -> None:
    programs = str(Path(sys.executable).parent)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", command, "ps98"],
        cwd=folder,
        env=os.environ
        | {"PYTHONPATH": str(ROOT)}
        | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"


@pytest.mark.sandbox
def test_release_fetch_submit_collect_grade_and_feedback(tmp_path: Path) -> None:
    exchange, home = tmp_path / "srv" / "exchange", tmp_path / "home" / "amy"
    for folder in (exchange, home):
        folder.mkdir(parents=True)
    exchange.chmod(0o777)
    small: SmallClass = make_class(tmp_path / "class", f'[folders]\nexchange = "{exchange}"\n')
    root = small.settings.root
    shutil.copy(ROOT / "nbgrader_config.py", root)
    (home / "nbgrader_config.py").write_text(STUDENTS.format(exchange=str(exchange)))

    nbgrader(root, "generate_assignment")
    nbgrader(root, "release_assignment")
    assert not (root / "exchange").exists()
    nbgrader(home, "fetch_assignment")
    work = home / "ps98" / f"{NAME}.ipynb"
    nbformat.write(fill(nbformat.read(work, 4), small.answers), work)
    nbgrader(home, "submit")

    for command in ("collect", "autograde", "generate_feedback", "release_feedback"):
        nbgrader(root, command)
    assert small.points() == {"amy": AUTOMATIC}
    nbgrader(home, "fetch_feedback")
    (page,) = home.glob(f"ps98/feedback/*/{NAME}.html")
    text = page.read_text("utf-8")
    assert "linear_backward" in text and "<!DOCTYPE html>" in text
