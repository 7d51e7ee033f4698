"""A command loads what it needs, when it is called."""

import subprocess
import sys
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

from grader.cli import app

ROOT = Path(__file__).parents[2]
# Seconds together; what shows the help, typer, takes a few tenths.
SLOW = {"dask", "distributed", "IPython", "matplotlib", "nbconvert", "nbformat"}
SLOW |= {"markdown_it", "nbgrader", "numpy", "psutil", "pygments", "sqlalchemy", "traitlets"}


def loaded(*words: str) -> set[str]:
    """The outermost names of what a command imports."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('\\n' + '\\n'.join(sys.modules)))\n"
        "from grader.cli import app\n"
        f"app({list(words)!r})"
    )
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return {line.partition(".")[0] for line in told.stdout.splitlines()}


def test_help_loads_nothing_that_grades_or_builds() -> None:
    assert loaded("--help") & SLOW == set()
    assert loaded("autograde", "--help") & SLOW == set()


def test_help_says_in_whole_sentences_what_each_command_is_for() -> None:
    for words in ([], ["new"], ["notebook"]):
        told = CliRunner().invoke(app, [*words, "--help"], terminal_width=80).output
        commands = told.partition("Commands:")[2]
        assert commands and "..." not in commands, told


def test_each_command_has_an_example_of_itself() -> None:
    for name, command in vars(get_command(app))["commands"].items():
        below = vars(command).get("commands", {})
        for words in [[name, inner] for inner in below] or [[name]]:
            told = CliRunner().invoke(app, [*words, "--help"], terminal_width=200).output
            assert f"Example: python -m grader {' '.join(words)}" in " ".join(told.split()), words


def test_a_command_that_needs_it_loads_it() -> None:
    assert loaded("verify", "no-such-assignment") >= {"nbgrader", "sqlalchemy"}


def test_what_looks_for_submissions_loads_nothing_that_reads_them() -> None:
    """They are read in a process of its own, which starts when there is one."""
    for command in (["precheck", "ps06"], ["collect", "ps06", "downloads"]):
        there = loaded(*command)
        assert "pydantic" in there  # it has read the settings
        assert there & SLOW == set(), command


def test_what_only_reads_sources_loads_nothing_that_reads_notebooks() -> None:
    for command in ("lint", "budget"):
        there = loaded("notebook", command, "ps06")
        assert "numpy" in there
        assert there & {"jsonschema", "nbformat", "nbgrader", "sqlalchemy"} == set(), command


def test_a_list_of_participants_is_read_without_nbgrader(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("student,name\nada,Ada Lovelace\n")
    there = loaded("roster", str(tmp_path / "people.csv"))
    assert "csv" in there
    assert there & {"nbformat", "nbgrader", "nbconvert", "sqlalchemy"} == set()
