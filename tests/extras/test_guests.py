"""Guests are found by entry points, also in a source tree, and can be left out."""

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader import guests as reader
from grader.classroom.personal_data import PersonalData, all_personal_data
from grader.cli import app
from grader.guests import COMMANDS, EXECUTORS, PERSONAL_DATA, STORES, guests, load
from grader.problems import Problem

ROOT = Path(__file__).parents[2]
GUESTS = {"cluster", "contest", "gradescope", "marking", "postgresql", "similarity", "term"}


@pytest.fixture(autouse=True)
def read_anew() -> None:
    guests.cache_clear()


def test_each_guest_is_found_and_loads() -> None:
    found = [
        (group, name)
        for group in (COMMANDS, STORES, EXECUTORS, PERSONAL_DATA)
        for name in guests(group)
    ]
    assert {guests(group)[name].module.split(".")[2] for group, name in found} == GUESTS
    for group, name in found:
        assert load(group, name) is not None
    assert all(isinstance(one, PersonalData) for one in all_personal_data())


def test_a_source_tree_needs_no_installation(tmp_path: Path) -> None:
    code = "from grader.guests import *; print(*guests(COMMANDS))"
    command = [sys.executable, "-S", "-c", f"import sys; sys.path.append({str(ROOT)!r}); {code}"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.split() == sorted(guests(COMMANDS))


def test_a_package_of_somebody_else_can_bring_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "other-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[{COMMANDS}]\nawards = other_awards:awards\n")
    (tmp_path / "other_awards.py").write_text("awards = print\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert load(COMMANDS, "awards") is print


def test_a_guest_that_is_left_out_takes_no_other_command_with_it(tmp_path: Path) -> None:
    """As if the folder of a guest were not there."""
    code = (
        "import sys\n"
        "class Without:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.startswith('grader.extras.contest'):\n"
        "            raise ModuleNotFoundError(name=name)\n"
        "sys.meta_path.insert(0, Without())\n"
        "from grader.cli import app\n"
        "app(['--help'])"
    )
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = {line.split()[0] for line in told.partition("Commands:")[2].splitlines() if line}
    assert "board" not in listed and {"autograde", "forget", "mark", "term"} <= listed


def test_who_asks_for_a_guest_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "guests", lambda group: {})
    with pytest.raises(Problem, match=r"has no cluster.*install"):
        load(EXECUTORS, "cluster")


def test_a_missing_package_is_named_and_an_error_of_ours_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def points(module: str) -> dict[str, EntryPoint]:
        return {"one": EntryPoint("one", f"{module}:one", COMMANDS)}

    monkeypatch.setattr(reader, "guests", lambda group: points("no_such_package.part"))
    with pytest.raises(Problem, match=r"no_such_package, .*pip install no_such_package"):
        load(COMMANDS, "one")
    monkeypatch.setattr(reader, "guests", lambda group: points("grader.no_such_module"))
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        load(COMMANDS, "one")


def test_a_command_whose_package_is_missing_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "grader.extras.marking.server", raising=False)
    monkeypatch.setitem(sys.modules, "tornado.httpserver", None)
    monkeypatch.setitem(sys.modules, "tornado", None)
    told = CliRunner().invoke(app, ["mark", "ps06"])
    assert told.exit_code == 2 and "pip install tornado" in told.stderr, told.output
