"""precheck and repair: what is told about submissions, and what a repair leaves as it was."""

import csv
import importlib
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from typer.testing import CliRunner

from grader.classroom.collect import mend, released
from grader.classroom.collect.released import ReleasedNotebooks, parsed
from grader.classroom.sample_class import as_from_colab
from grader.cli import app
from grader.grading.process.fault import SubmissionFault
from grader.grading.process.limited_process import LimitedProcess
from grader.grading.process.limits import TimeLimit
from grader.grading.submission.given_cells import restored, running
from grader.settings import Settings, load_settings
from tests.classroom.downloads import NAME, make_course, notebook

FILE = f"{NAME}.ipynb"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_course(tmp_path_factory.mktemp("made"))


class Checking:
    """A course in a folder of its own, and the two commands."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.results = settings.classroom / "results" / "ps98"

    def notebook(self) -> Any:
        """The release, with an answer, an output and a note of the student's."""
        made = nbformat.reads(notebook(self.settings, "my own line").decode(), 4)
        code = [cell for cell in made.cells if cell.cell_type == "code"]
        code[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text="42\n")]
        made.cells.insert(1, nbformat.v4.new_markdown_cell("my note", id="mine"))
        return made

    def hand_in(self, content: Any, name: str = FILE, student: str = "ada") -> Path:
        path = self.folder(student) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        path.write_bytes(content)
        return path

    def folder(self, student: str = "ada") -> Path:
        return self.settings.classroom / "submitted" / student / "ps98"

    def run(self, command: str, *options: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, [command, "ps98", *options], env={"COLUMNS": "900"})
        assert result.exit_code == code, result.output
        return result.output

    def row(self, student: str = "ada") -> dict[str, str]:
        text = (self.results / "precheck.csv").read_text("utf-8")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        return next(row for row in rows if row["student"] == student)


@pytest.fixture
def to(
    made: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading_kept: None
) -> Checking:
    shutil.copytree(made.root, tmp_path / "course")
    monkeypatch.chdir(tmp_path / "course")
    return Checking(load_settings(tmp_path / "course"))


def graded_sources(content: bytes, to: Checking) -> list[str]:
    """What grading would run of a file."""
    path = to.settings.notebooks / "ps98" / FILE
    places = [("ps98", str(path))]
    given = ReleasedNotebooks(places, "ps98").of_assignment[0]
    read = parsed(content)
    restored(read, given.cells, given.texts, running(given.notebook.cells))
    return [one.source for one in read.cells]


def cell(notebook: Any, name: str) -> Any:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def strip(notebook: Any) -> None:
    for one in notebook.cells:
        one.metadata = nbformat.from_dict({})


def remove_check(notebook: Any) -> None:
    notebook.cells.remove(cell(notebook, "check_linear_forward"))


def copy_answer(notebook: Any) -> None:
    answer = cell(notebook, "linear_forward")
    notebook.cells.append(nbformat.from_dict({**answer, "id": "another"}))


def edit_check(notebook: Any) -> None:
    cell(notebook, "check_linear_forward").source = "check('linear_forward', lambda *a: None)"


def retype(notebook: Any) -> None:
    cell(notebook, "linear_forward").cell_type = "markdown"


def older_format(notebook: Any) -> None:
    notebook.nbformat_minor = 4
    for one in notebook.cells:
        del one["id"]


def same_ids(notebook: Any) -> None:
    for one in notebook.cells:
        one.id = "same"


def unlock(notebook: Any) -> None:
    cell(notebook, "check_linear_forward").metadata.nbgrader.locked = False


def lose_tags(notebook: Any) -> None:
    for one in notebook.cells:
        one.metadata.pop("tags", None)


DAMAGES: dict[str, tuple[Callable[[Any], None], str]] = {
    "saved by Colab": (as_from_colab, "ids of"),
    "no metadata": (strip, "names of cells were lost and found by content"),
    "a check removed": (remove_check, "the cell check_linear_forward was missing and was put back"),
    "an answer twice": (
        copy_answer,
        "linear_forward was there more than once; the last one counts",
    ),
    "a check edited": (edit_check, "cells that were given were edited: check_linear_forward"),
    "another type": (retype, "linear_forward was markdown and is code again"),
    "format 4.4": (older_format, "ids of"),
    "ids twice": (same_ids, "ids of"),
    "unlocked": (unlock, "metadata of graded cells were changed: check_linear_forward"),
    "tags lost": (lose_tags, "given cells were lost"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_told_and_repaired(to: Checking, damage: str) -> None:
    change, words = DAMAGES[damage]
    made = to.notebook()
    whole = [c.source for c in made.cells]
    change(made)
    before = to.hand_in(made).read_bytes()
    own = [c for c in made.cells if "my " in c.source]
    assert words in to.run("precheck")
    assert to.row()["state"] == "can be repaired" and words in to.row()["found"]
    to.run("repair")
    assert (to.folder() / FILE).read_bytes() == before
    assert "Repaired: 1" in to.run("repair", "--write")

    repaired = nbformat.read(to.folder() / FILE, 4)
    nbformat.validate(repaired)
    given = nbformat.read(to.settings.notebooks / "ps98" / FILE, 4)
    for one in given.cells:
        if name := one.metadata.get("nbgrader", {}).get("grade_id"):
            assert cell(repaired, name).metadata.nbgrader == one.metadata.nbgrader
            assert cell(repaired, name).id == one.id
            if one.metadata.nbgrader.locked:
                assert cell(repaired, name).source == one.source
    sources = [c.source for c in repaired.cells]
    assert all(c.source in sources for c in own) and len(own) >= 2
    assert len({c.id for c in repaired.cells}) == len(repaired.cells)
    if damage not in ("an answer twice", "a check edited"):
        assert sources == whole
    kept = to.settings.classroom / "collected" / "ps98" / "ada" / "1" / FILE
    assert kept.read_bytes() == before
    after = (to.folder() / FILE).read_bytes()
    assert graded_sources(after, to) == graded_sources(before, to)
    assert "Nothing to repair." in to.run("repair", "--write")
    assert (to.folder() / FILE).read_bytes() == after
    assert "1 notebook is ready" in to.run("precheck")


def test_outputs_stay(to: Checking) -> None:
    made = to.notebook()
    older_format(made)
    to.hand_in(made)
    to.run("repair", "--write")
    outputs = [c.outputs for c in nbformat.read(to.folder() / FILE, 4).cells if c.get("outputs")]
    assert [[output.text for output in one] for one in outputs] == [["42\n"]]


def test_a_good_submission_is_ready(to: Checking) -> None:
    path = to.hand_in(to.notebook())
    before = path.read_bytes()
    assert "1 notebook is ready to be graded." in to.run("precheck")
    assert to.row() == {"student": "ada", "notebook": NAME, "state": "ready", "found": ""}
    assert "Nothing to repair." in to.run("repair", "--write")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"<!DOCTYPE html>", "a web page"),
        (b'{"cells": [', "a damaged or incomplete notebook"),
        (b'{"cells": 3}', "no list of cells"),
        (b"PK\3\4", "a zip file"),
    ],
)
def test_what_cannot_be_graded_is_told(to: Checking, content: bytes, words: str) -> None:
    path = to.hand_in(content)
    assert words in to.run("precheck", code=1)
    assert to.row()["state"] == "cannot be graded"
    to.run("repair", "--write")
    assert path.read_bytes() == content


def test_another_problem_set_is_told_and_not_repaired(to: Checking) -> None:
    content = notebook(to.settings, "", "ps97")
    path = to.hand_in(content)
    assert "it is a notebook of ps97, not of ps98" in to.run("precheck", code=1)
    to.run("repair", "--write")
    assert path.read_bytes() == content


def test_another_version_of_the_notebook_is_told(to: Checking) -> None:
    made = to.notebook()
    cell(made, "linear_backward").metadata.nbgrader.checksum = "of last year"
    cell(made, "check_linear_backward").metadata.nbgrader.grade_id = "check_old"
    to.hand_in(made)
    said = to.run("precheck")
    assert "another version of the notebook was given out" in said
    assert "(other cells: linear_backward, check_old)" in said


def test_marks_of_the_instructors_source_are_told(to: Checking) -> None:
    made = to.notebook()
    cell(made, "linear_forward").source += "\n### BEGIN SOLUTION\npass\n### END SOLUTION"
    to.hand_in(made)
    assert "marks that only the instructor's source has" in to.run("precheck")
    assert to.row()["state"] == "look at it"


def test_a_name_that_is_not_there_while_grading_is_told(to: Checking) -> None:
    made = to.notebook()
    cell(made, "linear_forward").source = "def linear_forward(x, W, b):\n    return helper(x)"
    to.hand_in(made)
    assert "check_linear_forward uses helper, which no cell above it sets" in to.run("precheck")
    assert to.row()["state"] == "look at it"


def test_an_untouched_notebook_and_a_large_one_are_told(to: Checking) -> None:
    to.hand_in(notebook(to.settings))
    assert "no answer was changed" in to.run("precheck")
    made = to.notebook()
    code = next(c for c in made.cells if c.cell_type == "code")
    code.outputs = [nbformat.v4.new_output("stream", name="stdout", text="x" * (12 << 20))]
    to.hand_in(made)
    assert "12 MB, of which outputs have 12" in to.run("precheck")


def test_a_wrong_name_is_put_right(to: Checking) -> None:
    before = to.hand_in(to.notebook(), f"{NAME} (1).ipynb").read_bytes()
    assert "the file was called ps98_small (1).ipynb" in to.run("precheck")
    to.run("repair", "--write")
    assert [path.name for path in to.folder().iterdir()] == [FILE]
    kept = to.settings.classroom / "collected" / "ps98" / "ada" / "1" / f"{NAME} (1).ipynb"
    assert kept.read_bytes() == before


def test_a_repair_loses_nothing_where_capitals_do_not_matter(
    to: Checking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlink(path: Path, missing_ok: bool = False) -> None:
        for there in path.parent.iterdir():
            if there.name.casefold() == path.name.casefold():
                os.unlink(there)

    to.hand_in(to.notebook(), FILE.upper().replace(".IPYNB", ".ipynb"))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", unlink)
        to.run("repair", "--write")
    assert [path.name for path in to.folder().glob("*.ipynb")] == [FILE]


def test_odd_metadata_does_not_stop_the_others(to: Checking) -> None:
    made = json.loads(json.dumps(to.notebook()))
    made["cells"][2]["metadata"] = []
    made["cells"][3]["metadata"] = {"nbgrader": "x", "tags": 3}
    made["cells"].append("no cell")
    made["cells"].append({"cell_type": "odd", "source": ["a", 3]})
    made["nbformat_minor"] = "x"
    to.hand_in(made)
    to.hand_in(to.notebook(), student="bob")
    to.run("precheck")
    assert to.row("bob")["state"] == "ready"
    assert to.row("ada")["state"] in ("can be repaired", "look at it")
    to.run("repair", "--write")


@pytest.mark.parametrize("what", ["nested", "a name that is a list", "half a character"])
def test_hostile_content_stops_nothing(to: Checking, what: str) -> None:
    made = json.loads(json.dumps(to.notebook()))
    del made["cells"][0]["id"]
    deep: Any = []
    for _ in range(600):
        deep = [deep]
    if what == "nested":
        made["cells"][3]["outputs"] = [{"output_type": "display_data", "data": {"x": deep}}]
    elif what == "a name that is a list":
        made["cells"][4]["metadata"] = {"nbgrader": {"grade_id": ["linear_forward"]}}
    else:
        made["cells"][1]["source"] = "\ud800"
    content = json.dumps(made).encode()
    path = to.hand_in(content)
    to.hand_in(to.notebook(), student="bob")
    to.run("precheck")
    assert to.row("bob")["state"] == "ready"
    to.run("repair", "--write")
    if what == "a name that is a list":
        nbformat.validate(nbformat.reads(path.read_text("utf-8"), 4))
    else:
        assert path.read_bytes() == content
        assert to.row()["state"] == "look at it"


def test_a_link_is_not_followed(to: Checking, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.ipynb").write_bytes(notebook(to.settings, "x"))
    to.folder().mkdir(parents=True)
    (to.folder() / FILE).symlink_to(tmp_path / "elsewhere.ipynb")
    assert "it is a link or a folder" in to.run("precheck", code=1)


def test_one_student_only(to: Checking) -> None:
    to.hand_in(b"", student="bob")
    to.hand_in(to.notebook())
    to.run("precheck", "--student", "ada")
    assert not (to.results / "precheck.csv").exists()  # the table is of all
    assert "'eve' has handed in nothing of ps98" in to.run("precheck", "--student", "eve", code=2)


def test_a_damaged_release_is_told_with_the_command_that_makes_it_anew(to: Checking) -> None:
    to.hand_in(to.notebook())
    (to.settings.notebooks / "ps98" / FILE).write_text("{")
    said = to.run("precheck", code=2)
    assert f"{FILE} cannot be read as a notebook; run: python -m grader build ps98\n" in said


def test_without_submissions_the_next_command_is_named(to: Checking) -> None:
    assert "python -m grader collect ps98 PATH" in to.run("precheck", code=2)
    assert "python -m grader collect ps98 PATH" in to.run("repair", code=2)


def limit_in(which: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let reading reach a limit: of the step, or of its process."""

    def exceeded(*_: object, **__: object) -> None:
        raise {"time": TimeLimit, "memory": MemoryError}.get(which, SubmissionFault)(which)

    if which == "process":
        monkeypatch.setattr(LimitedProcess, "ask", exceeded)
    else:  # the function in the process, which is called here

        def ask(_: object, request: dict[str, Any], seconds: float) -> Any:
            module, _, function = request.pop("do").rpartition(".")
            return getattr(importlib.import_module(module), function)(request)

        monkeypatch.setattr(LimitedProcess, "ask", ask)
        monkeypatch.setattr(mend, "mend", exceeded)
        monkeypatch.setattr(released, "parse_notebook", exceeded)


@pytest.mark.parametrize("which", ["time", "memory", "process"])
def test_a_file_that_takes_too_long_or_too_much_memory_is_told(
    which: str, to: Checking, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_in(which, monkeypatch)
    to.hand_in(to.notebook())
    to.run("precheck")
    assert "too long or too much memory" in to.row()["found"]
    (to.settings.root / "got" / "ada").mkdir(parents=True)
    (to.settings.root / "got" / "ada" / FILE).write_bytes(notebook(to.settings, "new"))
    arguments = ["collect", "ps98", str(to.settings.root / "got")]
    said = CliRunner().invoke(app, arguments, env={"COLUMNS": "300"}).output
    assert "too long or too much memory" in said


def test_the_commands_parse_nothing_that_was_handed_in(
    to: Checking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process does, which has limits."""

    def parsed_here(*_: object) -> None:
        raise AssertionError

    for place in ("grader.classroom.collect.released.parse_notebook", "nbformat.from_dict"):
        monkeypatch.setattr(place, parsed_here)
    damaged = to.notebook()
    del damaged.cells[-1]
    to.hand_in(json.loads(json.dumps(damaged)), name="Other name.ipynb")
    for command in ("precheck", "repair"):
        assert "the file was called" in to.run(command)
