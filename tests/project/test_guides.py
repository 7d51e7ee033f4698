"""The commands of the guides are run, or listed here with the reason why not."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from grader.authoring.times import UPPER
from grader.cli import app
from tests.project import ROOT, copy_course
from tests.project.test_commands import JOBS, TARGETS

GUIDES = ("README.md", *(f"docs/{name}.md" for name in ("students", "alone", "teaching")))
KIT = ("docs/teaching_kit.md", "docs/first_lecture.md")
PAGES = (*GUIDES, "docs/grading_a_class.md", "docs/where_classes_live.md", *KIT)
WALKED = ("docs/alone.md", "docs/teaching.md")  # from top to bottom, in a copy of the course

# What the walk leaves out, and why. What can be checked of these is checked below.
NOT_RUN = {
    r"make \w+(?: PS=[\w,]+)?": "installs or takes minutes; the hosted run calls demo and test",
    r"\. \.venv/bin/activate": "the test's own environment is active",
    r"git clone ADDRESS course|cd (?:course|\.\./alone)": "needs an address or an installation",
    r"(?:\S*python3?|py) -m venv \.venv": "tests/project/student_environment.py does it",
    r"(?:\S*python -m )?pip install .*": "needs a network; student_environment.py installs",
    r"pip download .*": "needs a network; tests/extras/gradescope packs such wheels",
    r"conda .*": "needs conda; test_pins.py compares the environment files",
    r"training-neural-networks start course": "needs a release; tests/cli/test_start.py calls it",
    r"(?:\S*/|\S*\\)?jupyter lab": "a server that does not end; tests/browser starts it",
    r"\S*python -m (?:grader demo --or-unsafe|pytest)": "the same as make demo and make test",
    r"python -m grader board ps26": "needs graded entries; tests/extras/contest opens it",
    r"python -m grader mark ps06": "a server that does not end; tests/extras/marking",
    r"python -m grader similarity ps06": "needs five submissions; test_similarity.py",
    r"python -m grader (?:export canvas|feedback-zip) .*": "needs sheets of an LMS; test_export.py",
    r"create(?:user|db) .*": "needs a server; tests/extras/postgresql starts one",
}
COURSE = ("course_lib", "course_lessons", "grader", "docs", "solutions/ps06", "notebooks/ps06")
FILES = ("course.toml", "nbgrader_config.py", "pyproject.toml", "LICENSE")


def commands(page: str) -> list[str]:
    """The lines of a page's code blocks that name no language, without their comments."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.M | re.S)
    lines = "".join(text for language, text in blocks if not language).splitlines()
    return [stripped for line in lines if (stripped := re.sub(r"\s\s+#.*", "", line).strip())]


def left_out(command: str) -> bool:
    return any(re.fullmatch(pattern, command) for pattern in NOT_RUN)


def of_grader(command: str) -> list[str] | None:
    """The words after ``python -m grader``; None for another program."""
    found = re.fullmatch(r"\S*python -m grader (.+)", command)
    return shlex.split(found[1]) if found else None


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_known(page: str) -> None:
    found = commands(page)
    assert found
    shell = {"cd", "mkdir", "chmod", "cp", "printf"}
    for command in found:
        known = left_out(command) or of_grader(command) or command.split()[0] in shell
        assert known, f"{page}: {command}"


@pytest.mark.parametrize("page", PAGES)
def test_the_parts_of_a_command_exist(page: str) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for command in commands(page):
        if command.startswith("make "):
            assert command.split()[1] in TARGETS, command
        if words := of_grader(command):
            parse(words)
        for named in re.findall(r"\.\[([\w,]+)\]", command):
            assert set(named.split(",")) <= set(extras["optional-dependencies"]), command


def parse(words: list[str]) -> None:
    """Fail if ``python -m grader`` does not take these words."""
    command = get_command(app)
    while known := getattr(command, "commands", None):
        name, *words = words
        command = known[name]
    command.make_context("grader", list(words))


def test_the_hosted_run_asks_for_commands_and_files_that_exist() -> None:
    lines = [
        step["run"].partition(" #")[0]
        for job in JOBS.values()
        for step in job["steps"]
        if "run" in step
    ]
    asked = [words for line in lines if (words := of_grader(line))]
    assert len(asked) > 3
    for words in asked:
        parse(words)
    files = re.findall(r"\btests/[\w/.]+", " ".join(lines))
    assert files and all((ROOT / file).exists() for file in files)


def test_each_reason_is_for_a_command_of_a_guide() -> None:
    named = [command for page in PAGES for command in commands(page)]
    for pattern in NOT_RUN:
        assert any(re.fullmatch(pattern, command) for command in named), pattern


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the course with ps06 alone, and nothing handed in."""
    return copy_course(tmp_path / "course", *COURSE, *FILES)


@pytest.mark.sandbox
@pytest.mark.parametrize("page", WALKED)
def test_a_guide_leads_to_its_end(page: str, course: Path) -> None:
    run = [re.sub(r"^\S*python ", "python ", one) for one in commands(page) if not left_out(one)]
    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(course),
    }
    here = course
    for command in run:
        if command.startswith("cd "):
            here = (here / command.removeprefix("cd ")).resolve()
            continue
        done = subprocess.run(
            command,
            shell=True,
            cwd=here,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    if page == "docs/teaching.md":
        for made in ("results/ps06/report.html", "results/ps06/report.csv", "gradebook.db"):
            assert (here / "class" / made).is_file(), made
        assert here != course
        assert list((here / "class" / "feedback" / "ada" / "ps06").glob("*.html"))
    else:
        assert (course.parent / "alone" / "notebooks" / "ps06").is_dir()


def times_of_notebooks() -> dict[str, str]:
    """The time of each notebook by its number, as the table at its top has it."""
    found = {}
    for path in sorted((ROOT / "notebooks").glob("*/*.ipynb")):
        together = re.search(r"\*\*together\*\* \| \*\*(.+?)\*\*", path.read_text("utf-8"))
        assert together, path
        found[path.parent.name[2:]] = together[1]
    return found


def test_hours_are_those_of_the_notebooks() -> None:
    there = times_of_notebooks()
    text = (ROOT / "docs/students.md").read_text("utf-8")
    rows = re.findall(r"^\| \[(\d\d) [^|]+\| ([^|]+) \| [^|]+ \| (\*?) ?\|$", text, re.M)
    assert {number: time for number, time, _ in rows} == there
    short = [number for number, _, star in rows if star]
    teaching = (ROOT / "docs/teaching.md").read_text("utf-8")
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    for numbers in (there, short):
        minutes = sum(lower_end(there[number]) for number in numbers)
        hours = f"{round(minutes / 60)} to {round(UPPER * minutes / 60)}"
        assert f" {hours}" in readme
        assert f"{hours} hours" in " ".join(text.split()) and f"{hours} hours" in " ".join(
            teaching.split()
        )


def lower_end(time: str) -> int:
    """The minutes of ``"1 h 50"`` in ``"1 h 50 to 2 h 25"``."""
    low = re.match(r"(?:(\d+) h)? ?(?:(\d+))?", time)
    assert low
    return 60 * int(low[1] or 0) + int(low[2] or 0)
