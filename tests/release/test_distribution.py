"""What a release holds, that it is the same every time, and that its wheel works alone."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest

import course_lib
from grader.authoring.build import solution_notebook
from grader.authoring.distribution import SUMS, distribute, released_on
from grader.authoring.fill import answers_of, fill
from grader.authoring.leaks import MARKS
from grader.authoring.release import release, released
from grader.files import PACKAGES
from grader.problems import AuthoringError
from grader.settings import TEACHING
from grader.start import IN_WHEEL, PAGES
from tests.authoring.course import points_of
from tests.project import ROOT
from tests.release.environment import FOLDER, PYTHON, TAUGHT, TAUGHT_PYTHON

pytestmark = pytest.mark.slow
VERSION = course_lib.__version__
NAME = f"training_neural_networks-{VERSION}"
RUN = """
import json, sys
import grader
assert grader.__file__.startswith(sys.argv[2]), grader.__file__
scores = {}
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    if cell["cell_type"] == "code" and "practice" not in cell["metadata"].get("tags", []):
        source = "".join(cell["source"])
        if name.startswith("check_"):
            scores[name] = eval(source)
        else:
            exec(source, globals())
print(json.dumps(scores))
"""


def started(names: Iterable[str]) -> list[str]:
    """Of the files of the wheel those that `training-neural-networks start` writes."""
    return [name for name in names if name.startswith(f"grader/{IN_WHEEL}/")]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This course with one problem set."""
    copy = tmp_path_factory.mktemp("one") / "course"
    for name in (*PACKAGES, "docs", "solutions/ps06", "tests/release"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("course.toml", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, copy)
    shutil.copy(ROOT / "constraints.txt", copy)
    release("ps06", copy)
    return copy


@pytest.fixture(scope="module")
def made(course: Path) -> dict[str, bytes]:
    """Content of each file of the release, by its name."""
    return {path.name: path.read_bytes() for path in distribute(course, site=False)}


@pytest.fixture
def folder(made: dict[str, bytes], tmp_path: Path) -> Path:
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_the_files_of_a_release(made: dict[str, bytes]) -> None:
    assert made.keys() == {
        f"{NAME}.tar.gz",
        f"{NAME}-py3-none-any.whl",
        f"{TEACHING}-{VERSION}-py3-none-any.whl",
        f"students-{VERSION}.zip",
        f"self-study-{VERSION}.zip",
        SUMS,
    }


def test_its_checksums_are_right(made: dict[str, bytes]) -> None:
    lines = [line.split("  ") for line in made[SUMS].decode().splitlines()]
    assert {name for _sum, name in lines} == made.keys() - {SUMS}
    for found, name in lines:
        assert found == hashlib.sha256(made[name]).hexdigest()


def test_a_second_one_has_the_same_bytes(course: Path, made: dict[str, bytes]) -> None:
    stray = course / "build" / "release" / "older.zip"
    stray.touch()
    assert {path.name: path.read_bytes() for path in distribute(course, site=False)} == made
    assert not stray.exists()


def test_the_wheel_holds_the_packages_and_their_data(folder: Path) -> None:
    with zipfile.ZipFile(folder / f"{NAME}-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
        about = wheel.read(f"{NAME}.dist-info/METADATA").decode()
    assert {name.split("/")[0] for name in names} == {
        *PACKAGES,
        f"{NAME}.dist-info",
    }
    assert f"\nVersion: {VERSION}\n" in about
    for package in PACKAGES:
        expected = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / package).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        held = {name for name in names if name.startswith(f"{package}/")}
        assert expected == held - set(started(names))
    assert any(name.endswith(".npz") for name in names)
    assert {name.rpartition("/")[2] for name in started(names)} == {
        "ps06_backpropagation.ipynb",
        *(page.rpartition("/")[2] for page in PAGES),
    }
    assert f"{NAME}.dist-info/licenses/LICENSE" in names


def test_the_source_distribution_holds_nothing_of_tests_and_solutions(folder: Path) -> None:
    with tarfile.open(folder / f"{NAME}.tar.gz") as sdist:
        members = {member.name: member for member in sdist.getmembers()}
    names = {name.partition("/")[2] for name in members}
    top = {name.split("/")[0] for name in names} - {""}
    assert top == {
        *PACKAGES,
        "training_neural_networks.egg-info",
        *("CHANGELOG.md", "LICENSE", "MANIFEST.in", "PKG-INFO", "README.md"),
        *("constraints.txt", "pyproject.toml", "setup.cfg"),
    }
    notebooks = [name for name in names if name.endswith(".ipynb")]
    assert notebooks == ["grader/student_files/notebooks/ps06/ps06_backpropagation.ipynb"]
    assert not [name for name in names if "self_study/" in name]
    assert {(one.uid, one.uname, one.mtime) for one in members.values()} == {
        (0, "", int(released_on(ROOT, VERSION).timestamp()))
    }


def test_the_sources_are_a_wheel_of_their_own(folder: Path) -> None:
    with zipfile.ZipFile(folder / f"{TEACHING}-{VERSION}-py3-none-any.whl") as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        about = wheel.read(f"{TEACHING}-{VERSION}.dist-info/METADATA").decode()
    assert f"{TEACHING}/solutions/ps06/ps06_backpropagation.py" in names
    assert {name.split("/")[0] for name in names} == {TEACHING}
    assert f"{TEACHING}/pyproject.toml" in names
    assert f"Requires-Dist: training-neural-networks[grader,notebooks]=={VERSION}" in about


def test_only_the_tree_for_self_study_has_solutions(folder: Path) -> None:
    held = {}
    for name in ("students", "self-study"):
        with zipfile.ZipFile(folder / f"{name}-{VERSION}.zip") as tree:
            top = f"{name}-{VERSION}/"
            assert all(entry.startswith(top) for entry in tree.namelist())
            held[name] = {entry.removeprefix(top): tree.read(entry) for entry in tree.namelist()}
    more = held["self-study"].keys() - held["students"].keys()
    assert more == {"grader/self_study/ps06.json"}
    assert "published.txt" in held["students"]
    for tree in held.values():
        (notebook,) = [content for name, content in tree.items() if name.endswith(".ipynb")]
        assert not [mark for mark in MARKS if mark.encode() in notebook]


def test_the_version_is_said_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "version" not in project and project["dynamic"] == ["version"]
    found = re.findall(r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert found[0] == VERSION


def test_a_version_that_the_changelog_does_not_know_is_refused(course: Path) -> None:
    with pytest.raises(AuthoringError, match=r"no heading “## \[9.9.9\] - <year-month-day>”"):
        released_on(course, "9.9.9")


def test_a_site_that_cannot_be_built_stops_the_release(
    course: Path, made: dict[str, bytes], tmp_path: Path
) -> None:
    course = shutil.copytree(course, tmp_path / "course")
    (course / "Makefile").write_text("site:\n\t@exit 3\n")
    with pytest.raises(AuthoringError, match="make site failed"):
        distribute(course)
    kept = {path.name: path.read_bytes() for path in (course / "build/release").iterdir()}
    assert kept == made
    pages = "site:\n\t@mkdir -p build/site && echo hello > build/site/index.html\n"
    (course / "Makefile").write_text(pages)
    (site,) = [path for path in distribute(course) if path.name.startswith("site-")]
    assert zipfile.ZipFile(site).namelist() == [f"site-{VERSION}/index.html"]


@pytest.mark.release
def test_the_wheel_alone_writes_the_notebooks(tmp_path: Path) -> None:
    command = [str(PYTHON.parent / "training-neural-networks"), "start", "course"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
    for path in sorted(ROOT.glob("notebooks/*/*.ipynb")):
        written = tmp_path / "course" / path.relative_to(ROOT)
        assert written.read_bytes() == path.read_bytes()


@pytest.mark.release
def test_the_wheel_alone_checks_a_solved_notebook(tmp_path: Path) -> None:
    solution = solution_notebook("ps06", ROOT)
    notebook = released(solution)
    nbformat.write(fill(notebook, answers_of(solution)), tmp_path / "ps06.ipynb")
    done = subprocess.run(
        [PYTHON, "-I", "-c", RUN, "ps06.ipynb", str(FOLDER)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    expected = {name: n for name, n in points_of(notebook).items() if name.startswith("check_")}
    assert json.loads(done.stdout.splitlines()[-1]) == pytest.approx(expected)


PEEK = """
import glob, os
assert os.path.isdir("INSTALLED"), "this is another Python"
found = glob.glob("INSTALLED/solutions/*/*")
assert not found, found
"""


@pytest.mark.release
@pytest.mark.sandbox
def test_a_class_beside_the_installed_course_is_graded_and_sees_no_solution(
    tmp_path: Path,
) -> None:
    """From an empty folder to marks; one submission looks for the installed solutions."""

    def run(*words: str) -> str:
        done = subprocess.run(
            [TAUGHT_PYTHON, "-m", "grader", *words],
            cwd=here,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    installed = next(TAUGHT.rglob(TEACHING))
    before = {path: path.stat().st_mtime_ns for path in installed.rglob("*.*")}
    here = tmp_path
    run("new", "class", "my class", "ps06")
    here = tmp_path / "my class"
    assert f'course = "training-neural-networks=={VERSION}"' in (here / "course.toml").read_text()
    run("build")
    run("student-release", "../students")
    given = nbformat.read(here / "notebooks/ps06/ps06_backpropagation.ipynb", 4)
    answers = answers_of(solution_notebook("ps06", ROOT))
    peek = PEEK.replace("INSTALLED", str(installed))
    looking = {**answers, "linear_forward": peek + answers["linear_forward"]}
    there = {**answers, "linear_forward": "assert False\n" + answers["linear_forward"]}
    for student, written in (("ada", answers), ("eve", looking), ("ben", there)):
        place = here / "class/submitted" / student / "ps06/ps06_backpropagation.ipynb"
        place.parent.mkdir(parents=True)
        nbformat.write(fill(given, written), place)
    run("autograde", "ps06")
    rows = (here / "class/results/ps06/report.csv").read_text().splitlines()
    points = {row.split(",")[0]: row.split(",")[1] for row in rows[1:]}
    assert points["ada"] == points["eve"] != points["ben"]
    assert {path: path.stat().st_mtime_ns for path in installed.rglob("*.*")} == before
