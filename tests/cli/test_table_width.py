"""The table of what is collected fits into the 80 letters of a plain terminal."""

import importlib
import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from grader.classroom.collect.choice import Row
from grader.classroom.collect.zone import Zone

collect = importlib.import_module("grader.cli.collect")  # the package has the command of that name
PATH = "Bört Müller_5002_assignsubmission_file_/Abgabe Übung 6 (1).ipynb"


def test_long_names_paths_times_and_remarks_stay_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(collect, "console", Console(file=out, width=80))
    when = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
    notes = ("12 minutes late; is called otherwise than the notebook", "two files")
    rows = [
        Row("konstantinopoulos-alexandros", PATH, when, "new", notes),
        Row("ada", "ada/ps06_backpropagation.ipynb", None, "new"),
    ]
    collect._show("to be collected", rows, "what happens", Zone("Europe/Berlin"))
    lines = out.getvalue().splitlines()[1:]
    assert {len(line) for line in lines} == {80} and lines[0].endswith("┓")
    assert len(lines) <= 4 + 6 + 3  # frame and head; at most six lines for the first row
    said = out.getvalue()
    assert "konstantino" in said and "Müller" in said and "(1).ipynb" in said


def test_a_path_keeps_both_ends() -> None:
    assert collect.in_the_middle("short", 9) == "short"
    assert collect.in_the_middle("abcdefghij", 7) == "abc…hij"
