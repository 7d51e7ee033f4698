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


# nbgrader's two notes of others: what they handed in, or nothing.
NOTES: dict[str, dict[str, bytes]] = {
    "bob": {},
    "cem": {"submission_secret.txt": b""},
    "dan": {"submission_secret.txt": b"\xff" * 128, "timestamp.txt": b"\xff"},
    "eve": {"submission_secret.txt": b"0" * 128, "timestamp.txt": b""},
}


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

    nbgrader(root, "collect")
    for student, notes in NOTES.items():  # they came in another way
        folder = small.hand_in(student, small.notebook())
        for name, note in notes.items():
            (folder / name).write_bytes(note)
    for command in ("autograde", "generate_feedback", "release_feedback"):
        nbgrader(root, command)
    assert small.points() == dict.fromkeys(["amy", *NOTES], AUTOMATIC)
    released = (exchange / small.settings.course.id / "feedback").glob("*.html")
    assert len(list(released)) == 1 + len(NOTES)
    nbgrader(home, "fetch_feedback")
    (page,) = home.glob(f"ps98/feedback/*/{NAME}.html")
    text = page.read_text("utf-8")
    assert "linear_backward" in text and "<!DOCTYPE html>" in text
