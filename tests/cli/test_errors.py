"""Whatever is wrong is one line on standard error, exit code 2, and nothing half written."""

import csv
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.sample_class import Sample
from grader.classroom.writer import LOCK
from grader.cli.console import say_problems
from grader.settings import Settings
from tests.cli.commands import refused, run

pytestmark = pytest.mark.sandbox


@pytest.fixture(autouse=True)
def in_the_course(course: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course.root)


def files(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if path.is_file())


def hand_in(course: Settings, student: str, content: str, name: str = "ps98_small.ipynb") -> None:
    folder = course.classroom / "submitted" / student / "ps98"
    folder.mkdir(parents=True)
    (folder / name).write_text(content, encoding="utf-8")


@pytest.mark.parametrize("command", ["build", "autograde", "feedback", "demo"])
def test_an_unknown_assignment_names_the_known_ones(course: Settings, command: str) -> None:
    before = list(files(course.root))
    refused(run(command, "ps00"), "ps00", "ps98")
    assert list(files(course.root)) == before


def test_no_submissions(course: Settings) -> None:
    before = list(files(course.root))
    refused(run("autograde", "ps98"), "no submissions", "submitted")
    refused(run("feedback", "ps98"), "nothing of ps98 is graded")
    assert list(files(course.root)) == before


def test_any_name_of_a_folder_gets_a_row(course: Settings) -> None:
    assert run("build").exit_code == 0
    content = (course.notebooks / "ps98" / "ps98_small.ipynb").read_text("utf-8")
    students = ["a+b", "line\nbreak", "[a]*", "änne ü", "x" * 100, "-rf", "zoe"]
    for student in students:
        hand_in(course, student, content)
    result = run("autograde", "ps98")
    assert "Traceback" not in result.output and result.exit_code in (0, 2)
    with (course.classroom / "results" / "ps98" / "report.csv").open(encoding="utf-8") as file:
        assert sum(1 for _ in csv.DictReader(file)) == len(students)
    assert (course.classroom / "autograded" / "zoe" / "ps98" / "ps98_small.ipynb").exists()


@pytest.mark.parametrize("inside", ["course", "class", "home"])
@pytest.mark.parametrize("command", [("autograde", "ps98"), ("doctor",)])
def test_nothing_is_graded_where_submissions_could_read_the_course(
    course: Settings, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], inside: str
) -> None:
    hand_in(course, "amy", "{}")
    if inside == "home":
        (course.root / "ada").mkdir()
        monkeypatch.setenv("HOME", str(course.root / "ada"))
    shown = {"course": course.root, "class": course.classroom, "home": course.root / "ada"}[inside]
    monkeypatch.setattr("grader.grading.sandbox.bubblewrap.python_folders", lambda: [str(shown)])
    refused(run(*command), str(shown), "every submission can read")
    assert not (course.classroom / "gradebook.db").exists()


def test_the_doctor_says_why_nothing_starts(
    course: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ["-c", "raise SystemExit('this Python is broken')"]
    monkeypatch.setattr("grader.grading.sandbox.sandbox.process_arguments", lambda *_: broken)
    refused(run("doctor"), "no notebook process could be started", "this Python is broken")


@pytest.mark.parametrize("state", ["read-only", "folder", "rubbish"])
def test_a_gradebook_that_cannot_be_written(course: Settings, state: str) -> None:
    hand_in(course, "amy", "{}")
    gradebook = course.classroom / "gradebook.db"
    if state == "folder":
        gradebook.mkdir()
    else:
        gradebook.write_text("rubbish" * 100 if state == "rubbish" else "")
        gradebook.chmod(0o444 if state == "read-only" else 0o644)
    before = {path: path.read_bytes() for path in files(course.root)}
    words = {"rubbish": ("is damaged", "grader restore")}.get(state, ("cannot be written",))
    refused(run("autograde", "ps98"), "gradebook", *words)
    assert {path: path.read_bytes() for path in files(course.root)} == before


def test_submissions_that_are_not_notebooks_do_not_stop_the_others(course: Settings) -> None:
    assert run("build").exit_code == 0
    hand_in(course, "amy", "<html>")
    hand_in(course, "bob", (course.notebooks / "ps98" / "ps98_small.ipynb").read_text("utf-8"))
    hand_in(course, "cem", "x", name="my homework.pdf")
    result = run("autograde", "ps98")
    refused(result, "2 of 3", "amy", "web page", "cem", "my homework.pdf")
    assert "nothing written" in result.stdout
    for student in ("amy", "bob"):
        assert (course.classroom / "autograded" / student / "ps98" / "ps98_small.ipynb").exists()
    report = (course.classroom / "results" / "ps98" / "report.html").read_text("utf-8")
    assert "amy" in report and "bob" in report and "cem" in report
    assert run("feedback", "ps98").exit_code == 0


def test_no_sandbox_and_not_asked_to_do_without(
    course: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(course, "amy", "{}")
    monkeypatch.setattr(
        "grader.grading.sandbox.sandbox.why_no_bubblewrap", lambda: "no bubblewrap here"
    )
    monkeypatch.setattr(
        "grader.grading.sandbox.sandbox.find_container", lambda: "no container either"
    )
    refused(run("autograde", "ps98"), "no bubblewrap here", "no container either", "--unsafe")
    refused(run("doctor"), "no bubblewrap here", "no container either")
    assert not (course.classroom / "gradebook.db").exists()


def test_grading_without_isolation_is_said_everywhere(course: Settings) -> None:
    assert run("build").exit_code == 0
    hand_in(course, "amy", (course.notebooks / "ps98" / "ps98_small.ipynb").read_text("utf-8"))
    result = run("autograde", "ps98", "--unsafe")
    assert result.exit_code == 0, result.output
    assert "NOT SANDBOXED" in result.stdout.splitlines()[0]
    report = course.classroom / "results" / "ps98" / "report.html"
    assert "NOT SANDBOXED" in report.read_text("utf-8")
    with opened(gradebook_url(course.classroom)) as gradebook:
        (notebook,) = gradebook.find_submission("ps98", "amy").notebooks
        assert any("NOT SANDBOXED" in (c.auto_comment or "") for c in notebook.comments)


def test_a_demo_without_isolation_leaves_out_hostile_samples(
    course: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two(*notebooks: object) -> list[Sample]:
        return [Sample("amy", b"x", "broken"), Sample("bob", b"x", "hostile", hostile=True)]

    monkeypatch.setattr("grader.classroom.demo.sample_class", two)
    monkeypatch.setattr("grader.grading.sandbox.sandbox.why_no_bubblewrap", lambda: "no wall here")
    monkeypatch.setattr("grader.grading.sandbox.sandbox.find_container", lambda: "nor there")
    result = run("demo", "ps98", "--or-unsafe")
    assert result.exit_code == 0, result.output
    assert "no wall here" in result.stdout
    assert "left out, because submissions cannot be isolated here: bob" in result.stdout
    assert "NOT SANDBOXED" in result.stdout
    assert not (course.build / "demo" / "submitted" / "bob").exists()


def test_a_wrong_setting(course: Settings) -> None:
    (course.root / "course.toml").write_text("[limits]\nseconds = 3\n")
    refused(run("build"), "unknown entry limits.seconds")


def test_outside_of_a_course(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    refused(run("build"), "no course.toml")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("verify", "ps98"), ("nothing of ps98 is graded", "grader autograde ps98")),
        (("verify", "ps00"), ("ps00", "there are: ps98")),
        (("backup",), ("there is no class",)),
        (("backup", "<folder>"), ("is a folder", "class.tar.gz")),
        (("restore",), ("there is no backup",)),
        (("restore", "<folder>"), ("cannot be read as a backup", "directory")),
        (("restore", "nowhere.tar.gz"), ("nowhere.tar.gz", "cannot be read as a backup")),
        (("autograde", "ps98", "--student", "zoe"), ("no submissions of ps98", "submitted")),
        (("autograde", "ps98", "--jobs", "2", "--cluster", "tcp://a:1"), ("give one of the two",)),
        (("feedback", "ps98", "--student", "zoe"), ("nothing of ps98 is graded",)),
        (("notebook", "lint", "ps00"), ("ps00", "there are: ps98")),
        (("notebook", "claims", "ps00"), ("ps00", "there are: ps98")),
        (("new", "exercise", "ps02", "softmax"), ('such as "linear_forward',)),
        (("new", "exercise", "week 1", "f(x) -> y"), ("no name of a notebook", "such as knn")),
        (("new", "exercise", "ps02", "1f(x) -> y"), ("expected a signature such as",)),
        (("new", "notebook", "ps98", "Graphs"), ("ps98_small.py is there already",)),
        (("new", "notebook", "ps06", "?"), ("and a title", 'knn "Nearest')),
        (("student-release", "<folder>"), ("not an earlier tree", "an empty or a new folder")),
        (("student-release", "out"), ("is missing; run python -m grader build ps98",)),
        (("student-release", "course.toml"), ("a file of that name", "a new folder")),
        (("release",), ("CHANGELOG.md: has no heading", "set __version__ in course_lib")),
    ],
)
def test_a_wrong_use_is_answered_with_what_to_do(
    course: Settings, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    (course.root / "a folder").mkdir()
    (course.root / "a folder" / "thesis.txt").touch()
    given = [str(course.root / "a folder") if a == "<folder>" else a for a in arguments]
    if arguments[0] == "student-release" and arguments[1] == "out":
        given = [arguments[0], str(course.root.parent / f"{course.root.name} out")]
    before = {path: path.read_bytes() for path in files(course.root)}
    refused(run(*given), *words)
    left = {path: path.read_bytes() for path in files(course.root) if path.name != LOCK}
    assert left == before


@pytest.mark.parametrize(
    ("folder", "command"),
    [
        ("classroom", ("autograde", "ps98")),
        ("classroom", ("verify", "ps98")),
        ("classroom", ("backup",)),
        ("build", ("demo", "ps98")),
        ("build", ("doctor",)),
    ],
)
def test_a_file_in_place_of_a_folder(
    course: Settings, folder: str, command: tuple[str, ...]
) -> None:
    (course.root / "there").write_text("a file", encoding="utf-8")
    (course.root / "course.toml").write_text(f'[folders]\n{folder} = "there"\n', encoding="utf-8")
    refused(run(*command))
    assert (course.root / "there").read_text("utf-8") == "a file"


def test_build_check_says_what_differs_with_exit_code_1(course: Settings) -> None:
    result = run("build", "--check")
    assert result.exit_code == 1 and "ps98_small.ipynb" in result.stderr
    assert run("build", "ps98").exit_code == 0
    assert run("build", "--check").exit_code == 0


def test_the_doctor_is_content(course: Settings) -> None:
    result = run("doctor")
    assert result.exit_code == 0 and result.stdout.count("prevented") >= 16
    assert "Without the sandbox" in result.stdout


def test_a_class_that_began_with_another_notebook_is_left_as_it_is(course: Settings) -> None:
    run("build")
    content = (course.notebooks / "ps98" / "ps98_small.ipynb").read_text("utf-8")
    hand_in(course, "amy", content)
    assert run("autograde", "ps98").exit_code == 0
    source = course.root / "solutions" / "ps98" / "ps98_small.py"
    source.rename(source.with_name("ps98_other.py"))
    gradebook = course.classroom / "gradebook.db"
    before = gradebook.read_bytes()
    for command in (("build",), ("autograde", "ps98"), ("doctor",)):
        refused(run(*command), "ps98 of this class is ps98_small", "it is ps98_other")
    assert gradebook.read_bytes() == before
    (course.root / "solutions" / "ps97").mkdir()
    shutil.copy(source.with_name("ps98_other.py"), source.parents[1] / "ps97" / "ps97_small.py")
    refused(run("doctor"), "(small is ps97 now)")


def test_nbgraders_own_commands_take_the_same_path(course: Settings) -> None:
    import sys

    def nbgrader(*arguments: str) -> None:
        command = [sys.executable, "-m", "nbgrader", *arguments]
        ended = subprocess.run(
            command, cwd=course.root, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr

    nbgrader("generate_assignment", "ps98")
    release = course.notebooks / "ps98" / "ps98_small.ipynb"
    hand_in(course, "amy", release.read_text("utf-8"))
    hand_in(course, "bob", "<html>")
    hand_in(course, "cem", release.read_text("utf-8"), name="Copy of ps98_small (2).ipynb")
    hand_in(course, "dora", "no notebook at all", name="homework.txt")
    nbgrader("autograde", "ps98")
    nbgrader("generate_feedback", "ps98")
    page = course.classroom / "feedback" / "amy" / "ps98" / "ps98_small.html"
    text = BeautifulSoup(page.read_text("utf-8"), "html.parser").get_text()
    assert "linear_forward: not written yet" in text
    page = course.classroom / "feedback" / "bob" / "ps98" / "ps98_small.html"
    assert "web page" in page.read_text("utf-8")
    page = course.classroom / "feedback" / "cem" / "ps98" / "ps98_small.html"
    assert "Copy of ps98_small (2).ipynb" in page.read_text("utf-8")
    page = course.classroom / "feedback" / "dora" / "ps98" / "ps98_small.html"
    assert "homework.txt" in page.read_text("utf-8")
    record = course.classroom / "results" / "ps98" / "amy" / "ps98_small.json"
    assert '"sandboxed": true' in record.read_text("utf-8")


def test_a_reader_who_has_seen_enough_is_left_to_click() -> None:
    with pytest.raises(BrokenPipeError), say_problems():
        raise BrokenPipeError
