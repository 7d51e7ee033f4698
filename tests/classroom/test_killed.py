"""After kill -9, or on a full disk: every mark is that of an undisturbed run, once resumed.

``LONG=1`` kills at 20 random moments while 200 submissions are graded.
"""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from grader.classroom.agreement import Agreement
from grader.classroom.gradebook.store import gradebook_url, store_of
from grader.grading.process.limits import family
from tests.classroom.killed import STEPS
from tests.classroom.small_class import NAME, SmallClass, make_class

pytestmark = pytest.mark.sandbox
ROOT = Path(__file__).parents[2]
STUDENTS, KILLS = 200, 20  # whose grading is killed at random moments, and how often
FEW = 8  # students whose grading is killed at known steps, and on a full disk
# Which call of it: early enough that there is still somebody to be graded.
STEPS_AND_CALLS = dict.fromkeys(STEPS, 1) | {"between two cells": 3, "before the note": 2}


def started(small: SmallClass, *step: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.classroom.killed", str(small.settings.root), *step]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
    )


def resumed(small: SmallClass) -> None:
    process = started(small)
    said, _ = process.communicate(timeout=3600)
    assert process.returncode == 0, said


def class_of(students: int, root: Path) -> tuple[SmallClass, dict[str, float]]:
    """A class of students who have solved different parts, and the marks that they must get."""
    small = make_class(root)
    parts = [["linear_forward"], ["linear_forward", "linear_backward"], [], ["answer_rows"]]
    worth = [2.0, 5.0, 6.0, 1.0]
    for number in range(students):
        small.hand_in(f"student-{number:03}", small.notebook(*parts[number % 4]))
    return small, {f"student-{number:03}": worth[number % 4] for number in range(students)}


@pytest.fixture(scope="module")
def class_and_marks(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[SmallClass, dict[str, float]]:
    """The marks that an undisturbed run really gives."""
    small, expected = class_of(FEW, tmp_path_factory.mktemp("undisturbed"))
    resumed(small)
    assert small.points() == expected
    shutil.rmtree(small.settings.classroom / "autograded")
    shutil.rmtree(small.settings.classroom / "results")
    (small.settings.classroom / "gradebook.db").unlink()
    return small, expected


@pytest.fixture
def small(class_and_marks: tuple[SmallClass, dict[str, float]], tmp_path: Path) -> SmallClass:
    """A copy in which nothing is graded."""
    return class_and_marks[0].copy(tmp_path / "course")


def require_agreement(small: SmallClass) -> None:
    agreement = Agreement(small.settings.classroom, small.group.gradebook, "ps98")
    assert agreement.disagreements(small.group.students("ps98"), [NAME]) == {}


def test_killed_at_every_step_on_the_way_of_a_mark(
    small: SmallClass, class_and_marks: tuple[SmallClass, dict[str, float]]
) -> None:
    """One run after the other is killed at another step, in whatever the last one left."""
    for step, number in STEPS_AND_CALLS.items():
        process = started(small, step, str(number))
        said, _ = process.communicate(timeout=600)
        assert process.returncode == -signal.SIGKILL, (step, said)
    resumed(small)
    assert small.points() == class_and_marks[1]
    require_agreement(small)


@pytest.mark.long  # every step is tried above
def test_killed_at_random_moments(tmp_path: Path) -> None:
    """The main process, the grading process and the workers, by turns, over the whole class.

    No submission is disturbed twice: that its process ends again counts against it.
    """
    small, expected = class_of(STUDENTS, tmp_path)
    chance = random.Random(20_26)
    process, told = started_and_told(small)
    for number in range(KILLS):
        wait_until_graded(process, told, chance.randint(1, max(STUDENTS // KILLS - 1, 1)))
        time.sleep(chance.uniform(0, 0.3))
        inner = [pid for pid in family(process.pid) if pid != process.pid]
        # the main process, what it started first (the one that grades), or last (a worker)
        with_care([process.pid, *inner[:1], *inner[-1:]][number % 3 if inner else 0])
        if number % 3 == 0 or not inner:
            process.wait(60)
            process, told = started_and_told(small)
    process.wait(3600)
    resumed(small)
    assert small.points() == expected
    require_agreement(small)


HALF_WRITTEN = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the commit
database.execute("BEGIN")
database.execute("DELETE FROM grade")
database.executemany("INSERT INTO grade VALUES (?)", [("9" * 1000,)] * 100)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_has_half_written_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.db"
    with closing(sqlite3.connect(path)) as database, database:
        for table in ("assignment", "grade", "submitted_notebook"):
            database.execute(f"CREATE TABLE {table} (points)")
        database.execute("INSERT INTO grade VALUES (7)")
    done = subprocess.run([sys.executable, "-c", HALF_WRITTEN, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.with_name("gradebook.db-journal").stat().st_size > 0
    store_of(gradebook_url(tmp_path)).require_sound()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT points FROM grade").fetchall() == [(7,)]


def started_and_told(small: SmallClass) -> tuple[subprocess.Popen[str], list[str]]:
    """A run, and the lines that it prints, which go on to grow."""
    process, lines = started(small), list[str]()

    def read() -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                lines.append(line)

    threading.Thread(target=read, daemon=True).start()
    return process, lines


def wait_until_graded(process: subprocess.Popen[str], told: list[str], more: int) -> None:
    """Wait until it is the turn of so many students, after now, who are not yet graded."""
    start = len(told)
    while sum(len(line.split()) > 1 for line in told[start:]) < more:  # a name alone: was graded
        assert process.poll() is None, f"it ended before it could be disturbed: {told[-40:]}"
        time.sleep(0.02)


def with_care(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


FULL = """
set -e
mount -t tmpfs -o size=$2 tmpfs "$1/class"
cp -r "$1/handed-in/." "$1/class/"
head -c $3 /dev/zero > "$1/class/left"
cat /dev/zero > "$1/class/filler" 2> /dev/null || true
rm "$1/class/left"
"$4" -m tests.classroom.killed "$1" > "$1/first.txt" 2>&1 && echo "it was not full" && exit 3
rm "$1/class/filler"
"$4" -m tests.classroom.killed "$1" > "$1/second.txt" 2>&1
mkdir "$1/saved"
cp -r "$1/class/." "$1/saved/"
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_a_full_disk(
    small: SmallClass, class_and_marks: tuple[SmallClass, dict[str, float]]
) -> None:
    root, classroom = small.settings.root, small.settings.classroom
    classroom.rename(root / "handed-in")
    classroom.mkdir()
    script = ["sh", "-c", FULL, "sh", str(root), "40m", "250000", sys.executable]
    command = ["unshare", "--mount", *script]
    if os.getuid():
        command = ["unshare", "--mount", "--map-root-user", *script]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    first = (root / "first.txt").read_text("utf-8")
    assert done.returncode == 0, done.stdout + done.stderr + first
    assert "grading stopped" in first or "No space left" in first, first
    classroom.rmdir()
    (root / "saved").rename(classroom)
    assert small.points() == class_and_marks[1]
    require_agreement(small)
