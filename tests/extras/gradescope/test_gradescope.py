"""The autograder for Gradescope: what is in the zip file, and its scripts on a machine like theirs.

Its scripts are run as Gradescope's documentation says.
"""

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.extras.gradescope.bundle import write_bundle
from grader.extras.gradescope.there import NothingToGrade, as_results, handed_in
from grader.grading.sandbox.other_user import OtherUser
from grader.problems import AuthoringError, Problem
from tests.classroom.small_class import AUTOMATIC, NAME, SmallClass, make_class
from tests.classroom.ten_submissions import POINTS, ten
from tests.extras.gradescope.machine import Machine, made_machine, require_schema
from tests.project import ROOT

# What a submission must not do. Each of them succeeds as root on the same machine.
ATTEMPTS = {
    "read solutions": "open('/autograder/source/course/solutions/ps98/ps98_small.py').read()",
    "read references": "open('/autograder/source/course/grader/exercises/index.json').read()",
    "write results": "open('/autograder/results/results.json', 'a')",
    "change the scripts": "open('/autograder/run_autograder', 'a')",
    "reach the network": "__import__('socket').socket(__import__('socket').AF_INET)",
    "see the grader's environment": "open(f'/proc/{__import__(\"os\").getppid()}/environ').read()",
    "become another user": "__import__('os').setuid(1)",
    "have a process in no family": "orphan()",
}
ORPHAN = """
def orphan():
    import ctypes, os, time
    ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        child = os.getpid()
        if os.fork() == 0:
            while os.getppid() == child:
                time.sleep(0.01)
            os.write(writes, b"%d" % os.getppid())
        os._exit(0)
    os.waitpid(child, 0)
    if int(os.read(reads, 20)) == os.getpid():
        raise OSError("adopted")
"""
TRIED = f"{ORPHAN}\ndone = []\n" + "".join(
    f"try:\n    {source}\n    done.append({name!r})\nexcept OSError:\n    pass\n"
    for name, source in ATTEMPTS.items()
)


def whole_class(root: Path) -> SmallClass:
    small = make_class(root)
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, root)
    return small


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    return whole_class(tmp_path_factory.mktemp("course"))


def test_the_file_has_the_course_and_nothing_of_the_class(
    small: SmallClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small.copy(tmp_path / "class").settings.root
    (root / "class").mkdir()
    (root / "class" / "gradebook.db").touch()
    text = (root / "course.toml").read_text()
    url = '[gradebook]\nurl = "postgresql://db/marks"\n'
    (root / "course.toml").write_text(f'{text}{url}[course]\ncourse = "."\n')
    monkeypatch.chdir(root)
    done = CliRunner().invoke(app, ["gradescope", "ps98"])
    assert done.exit_code == 0, done.output
    assert "build/gradescope/ps98.zip" in done.stdout
    written = root / "build" / "gradescope" / "ps98.zip"
    assert written.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(written) as archive:
        names = set(archive.namelist())
        settings = archive.read("course/course.toml").decode()
        for script in ("setup.sh", "run_autograder"):
            assert archive.getinfo(script).external_attr >> 16 & 0o111
            subprocess.run(["bash", "-n"], input=archive.read(script), check=True)
        hosts = archive.read("setup.sh") + archive.read("requirements.txt")
        assert b"http" not in hosts and b"nbgrader" in hosts
    assert 'url = ""' in settings and 'course = ""' in settings
    assert {f"course/notebooks/ps98/{NAME}.ipynb", f"course/solutions/ps98/{NAME}.py"} <= names
    assert {"course/grader/cli/check.py", "requirements.txt", "constraints.txt"} <= names
    assert not [name for name in names if "gradebook.db" in name or "student_files" in name]


def test_wheels_are_packed_and_then_nothing_else_is_installed(
    small: SmallClass, tmp_path: Path
) -> None:
    with pytest.raises(Problem, match="has no wheels"):
        write_bundle(small.settings, "ps98", tmp_path / "one.zip", tmp_path)
    assert not (tmp_path / "one.zip").exists()
    (tmp_path / "numpy-2.0-none-any.whl").touch()
    write_bundle(small.settings, "ps98", tmp_path / "one.zip", tmp_path)
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert "wheels/numpy-2.0-none-any.whl" in archive.namelist()
        assert b"--no-index --find-links wheels" in archive.read("setup.sh")


def test_a_notebook_that_is_not_what_its_source_gives_is_not_packed(
    small: SmallClass, tmp_path: Path
) -> None:
    other = small.copy(tmp_path / "class")
    released = other.settings.notebooks / "ps98" / f"{NAME}.ipynb"
    released.write_text(released.read_text().replace("affine", "linear"))
    with pytest.raises(AuthoringError, match="ps98"):
        write_bundle(other.settings, "ps98", tmp_path / "one.zip")
    with pytest.raises(Problem, match="no assignment"):
        write_bundle(other.settings, "ps97", tmp_path / "one.zip")


def test_the_notebook_is_found_as_autograding_finds_it(tmp_path: Path) -> None:
    with pytest.raises(NothingToGrade, match=r"no file called ps06_x.ipynb .*found: nothing"):
        handed_in(tmp_path, "ps06_x")
    for name in ("deep/my work.ipynb", "__MACOSX/._my work.ipynb", ".ipynb_checkpoints/a.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    found, note = handed_in(tmp_path, "ps06_x")
    assert found == tmp_path / "deep" / "my work.ipynb" and "my work.ipynb, expected ps06" in note
    (tmp_path / "deep" / "other.ipynb").touch()
    with pytest.raises(NothingToGrade, match=r"my work.ipynb, deep/other.ipynb"):
        handed_in(tmp_path, "ps06_x")
    (tmp_path / "ps06_x (1).ipynb").touch()
    assert handed_in(tmp_path, "ps06_x")[0] == tmp_path / "ps06_x (1).ipynb"
    (tmp_path / "ps06_x.ipynb").symlink_to("/etc/passwd")
    with pytest.raises(NothingToGrade, match="is a link"):
        handed_in(tmp_path, "ps06_x")


def test_results_have_the_form_that_gradescope_describes() -> None:
    task = {"name": "f", "score": 1.5, "max_score": 2.0, "found": "no", "hint": "`W`", "case": "no"}
    found = {
        "score": 1.5,
        "refused": "",
        "repairs": ["put back"],
        "isolation": "wall",
        "tasks": [task],
        "by_hand": [{"name": "why", "max_score": 2.0}],
    }
    results = as_results(found, "called x")
    require_schema(results | {"execution_time": 3})
    assert results["output"].splitlines()[:2] == ["called x", "put back"]
    assert "2 more points for: why" in results["output"]
    assert results["tests"][0]["output"] == "no\nW"


def test_a_machine_without_a_python_that_is_new_enough_is_told(
    small: SmallClass, tmp_path: Path
) -> None:
    write_bundle(small.settings, "ps98", tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        archive.extract("setup.sh", tmp_path / "source")
    apt = tmp_path / "bin" / "apt-get"
    apt.parent.mkdir()
    apt.write_text('#!/bin/sh\n[ "$1" = update ] && [ "$DEBIAN_FRONTEND" = noninteractive ]\n')
    apt.chmod(0o755)
    done = subprocess.run(
        [str(shutil.which("bash")), str(tmp_path / "source" / "setup.sh")],
        env={"PATH": str(apt.parent), "AUTOGRADER": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "no Python 3.11 or newer" in done.stderr


def test_what_is_open_to_all_users_is_named() -> None:
    assert OtherUser().why_not(ROOT, [Path("/usr")]).endswith("chmod 700 /usr")


@pytest.fixture(scope="module")
def machine(small: SmallClass) -> Iterator[Machine]:
    with made_machine(small.settings, "ps98") as made:
        yield made


@pytest.mark.sandbox
@pytest.mark.root
def test_the_ten_submissions_get_their_marks(machine: Machine, small: SmallClass) -> None:
    found = {}
    for who, one in ten(small).items():
        name = one.file.removesuffix(".ipynb")
        found[who] = machine.grade(**{name: nbformat.writes(one.notebook)})
        assert {task["name"]: task["score"] for task in found[who]["tests"]} == one.marks, who
        assert {task["name"]: task["max_score"] for task in found[who]["tests"]} == POINTS
        assert found[who]["score"] == sum(one.marks.values())
    assert "called my work.ipynb, expected" in found["renamed"]["output"]
    (backward,) = [one for one in found["mistake"]["tests"] if one["name"] == "linear_backward"]
    assert "db" in backward["output"] and "sum" in backward["output"]
    assert "2 more points for: why" in found["mistake"]["output"]
    assert machine.grade()["score"] == 0
    assert "damaged or incomplete" in machine.grade(broken="{")["output"]


@pytest.mark.sandbox
@pytest.mark.root
def test_a_submission_cannot_read_answers_or_write_results(
    machine: Machine, small: SmallClass
) -> None:
    (machine.top / "results" / "results.json").touch()
    as_root = machine.run("/autograder/venv/bin/python", "-c", f"{TRIED}print(*done, sep=', ')")
    assert as_root.stdout.strip() == ", ".join(ATTEMPTS), as_root.stderr
    hostile = small.notebook()
    for cell in hostile.cells:
        if cell.source.startswith("def linear_forward"):
            cell.source += f"\n\n{TRIED}\nif done:\n    linear_forward = None"
    results = machine.grade(hostile=nbformat.writes(hostile))
    assert results["score"] == AUTOMATIC, results
    assert results["extra_data"]["isolation"] == OtherUser.isolation


@pytest.mark.sandbox
@pytest.mark.root
@pytest.mark.parametrize("folder", ["source", "results"])
def test_nothing_is_graded_while_it_is_open(machine: Machine, folder: str) -> None:
    script = machine.top / "run_autograder"
    text = script.read_text()
    try:
        script.write_text(text.replace("export", f'chmod 755 "$top/{folder}"\nexport'))
        done = machine.run("/autograder/run_autograder")
    finally:
        script.write_text(text)
    assert done.returncode and f"chmod 700 /autograder/{folder}" in done.stderr
