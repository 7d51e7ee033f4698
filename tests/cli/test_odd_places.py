"""Any path of the course, any folder for temporary files, any name of a student's folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.classroom.gradebook.store import gradebook_url, store_of
from tests.classroom.small_class import AUTOMATIC, SmallClass, make_class
from tests.sizes import mostly_long

pytestmark = pytest.mark.sandbox
ROOT = Path(__file__).parents[2]
ODD = ["a [b] *", "c? %41 %zz #1", "{x} {} $HOME ~", 'it\'s "quoted" & = ; \\ ü']
TOGETHER = (ODD[0] + ODD[1], ODD[2] + ODD[3])
PLACES = mostly_long([TOGETHER, TOGETHER[::-1], *zip(ODD, ODD, strict=True)], [TOGETHER])


def grader(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command in a terminal where no environment is active."""
    environment = {**os.environ, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **variables}
    return subprocess.run(
        [sys.executable, "-m", "grader", *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def works(root: Path, *arguments: str, **variables: str) -> str:
    done = grader(root, *arguments, **variables)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    small = make_class(tmp_path_factory.mktemp("course"))
    shutil.copy(ROOT / "nbgrader_config.py", small.settings.root)
    small.hand_in("amy", small.notebook())
    small.hand_in("ben", small.notebook("linear_forward"), notes="mine")
    return small


@pytest.mark.parametrize("course_and_temporary", PLACES)
def test_every_path_of_the_course_and_of_temporary_files_will_do(
    handed_in: SmallClass, tmp_path: Path, course_and_temporary: tuple[str, str]
) -> None:
    small = handed_in.copy(tmp_path / course_and_temporary[0] / "course")
    temporary = tmp_path / f"temporary {course_and_temporary[1]}"
    temporary.mkdir()
    root, variables = small.settings.root, {"TMPDIR": str(temporary)}
    works(root, "build", **variables)
    released = {path.name for path in (root / "notebooks").rglob("*") if path.is_file()}
    assert released == {"ps98_small.ipynb"}, "solutions in the release"
    for command in ("autograde", "feedback", "verify"):
        works(root, command, "ps98", **variables)
    works(root, "backup", **variables)
    works(root, "restore", **variables)
    assert "2 submissions" in works(root, "verify", "ps98", **variables)
    assert small.points() == {"amy": AUTOMATIC, "ben": 2.0}
    kept = small.settings.classroom / "autograded" / "ben" / "ps98"
    assert {path.name for path in kept.iterdir()} == {"ps98_small.ipynb", "notes.txt"}
    books = [path for path in tmp_path.rglob("gradebook.db") if "backups" not in path.parts]
    assert books == [small.settings.classroom / "gradebook.db"]
    assert [path.name for path in temporary.iterdir() if "dask" in path.name] == []


@pytest.mark.parametrize("odd", ODD)
def test_the_address_of_a_gradebook_names_its_file(tmp_path: Path, odd: str) -> None:
    assert store_of(gradebook_url(tmp_path / odd)).file == tmp_path / odd / "gradebook.db"


def test_before_anything_is_graded_that_is_said_and_no_gradebook_made(
    handed_in: SmallClass, tmp_path: Path
) -> None:
    small = handed_in.copy(tmp_path / "course")
    for command in ("verify", "feedback"):
        done = grader(small.settings.root, command, "ps98")
        assert done.returncode == 2 and "nothing of ps98 is graded" in done.stderr, done.stderr
    assert not (small.settings.classroom / "gradebook.db").exists()


def test_a_name_that_is_not_text_or_one_of_ours_costs_nobody_else(
    handed_in: SmallClass, tmp_path: Path
) -> None:
    small = handed_in.copy(tmp_path / "course")
    submitted = small.settings.classroom / "submitted"
    for name in ("caf\udce9", "log.txt", "report.html", "*", "{}"):
        shutil.copytree(submitted / "amy", submitted / name)
    done = grader(small.settings.root, "autograde", "ps98")
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    assert done.stderr.count("\n") == 1
    assert "3 of 7" in done.stderr and "not text in UTF-8 (it is b'caf\\xe9')" in done.stderr
    assert "log.txt, which is a file of ours" in done.stderr
    expected = {"amy": AUTOMATIC, "ben": 2.0, "*": AUTOMATIC, "{}": AUTOMATIC}
    assert small.points() == expected
    assert (small.settings.classroom / "results" / "ps98" / "report.html").is_file()
    works(small.settings.root, "feedback", "ps98")
    works(small.settings.root, "feedback", "ps98", "--student", "*", "--force")
    done = grader(small.settings.root, "verify", "ps98")
    assert done.returncode == 1 and done.stderr.count("\n") == 3
    works(small.settings.root, "backup")
    works(small.settings.root, "restore")
    assert "caf\udce9" in os.listdir(submitted) and small.points() == expected


# Room for Python's own trial of the folder; from a full one it goes on to another.
FULL = """
mount -t tmpfs -o size=64k tmpfs "$1"
head -c 57344 /dev/zero > "$1/filler"
shift
exec "$@"
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
@pytest.mark.parametrize("command", [("build", "ps98"), ("autograde", "ps98")])
def test_a_full_folder_for_temporary_files_is_named(
    handed_in: SmallClass, tmp_path: Path, command: tuple[str, ...]
) -> None:
    small = handed_in.copy(tmp_path / "course")
    full = tmp_path / "full"
    full.mkdir()
    mapped = ["--map-root-user"] if os.getuid() else []
    words = ["unshare", "--mount", *mapped, "sh", "-c", FULL, "sh", str(full)]
    done = subprocess.run(
        [*words, sys.executable, "-m", "grader", *command],
        cwd=small.settings.root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(full)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    assert "No space left" in done.stderr
    assert not (small.settings.classroom / "results" / "ps98" / "amy").exists()
