"""What somebody meant to hand in is found under any name and read, or refused with a reason."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from grader.grading.submission.handed_in import (
    MOST_FILES,
    NoNotebook,
    files_to_keep,
    find_submission,
)
from grader.grading.submission.read import parse_notebook, read_notebook

NAME = "ps06_backpropagation"
NOTEBOOK = new_notebook(cells=[new_markdown_cell("# Hello ä"), new_code_cell("x = 1")])
TEXT = nbformat.writes(NOTEBOOK)


def write(folder: Path, *names: str, content: str = "x") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def test_the_right_name_is_taken_and_nothing_said(tmp_path: Path) -> None:
    write(tmp_path, f"{NAME}.ipynb", "data.csv")
    found = find_submission(tmp_path, NAME)
    assert found.path == tmp_path / f"{NAME}.ipynb"
    assert (found.notes, found.refused) == ((), "")


@pytest.mark.parametrize(
    "name",
    [
        f"{NAME} (1).ipynb",
        f"{NAME}(12).ipynb",
        f"{NAME}-Copy2.ipynb",
        f"Copy of {NAME}.ipynb",
        f"{NAME} - Copy.ipynb",
        f"Kopie von {NAME} (3).ipynb",
        f"notebooks_ps06_{NAME}.ipynb",
        f"{NAME.upper()}.IPYNB",
        f"{NAME}.ipynb.txt",
        f"{NAME}.ipynb.json",
        f"{NAME.replace('_', ' ')}.ipynb",
        f"{NAME}_final.ipynb",
        f"ps06/{NAME}.ipynb",
        "something else.ipynb",
    ],
)
def test_another_name_is_taken_and_said(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, "notes.txt")
    found = find_submission(tmp_path, NAME)
    assert found.path == tmp_path / name
    assert name in found.notes[0] and f"{NAME}.ipynb" in found.notes[0]


def test_of_two_none_is_picked(tmp_path: Path) -> None:
    write(tmp_path, f"{NAME} (1).ipynb")
    write(tmp_path, f"{NAME} (2).ipynb", content="y")
    found = find_submission(tmp_path, NAME)
    assert found.path is None
    assert "(1)" in found.refused and "(2)" in found.refused and "hand in one" in found.refused
    write(tmp_path, f"{NAME} (2).ipynb")
    assert find_submission(tmp_path, NAME).path is not None  # they are the same


def test_a_similar_name_counts_before_an_unknown_one(tmp_path: Path) -> None:
    write(tmp_path, f"{NAME} (1).ipynb")
    write(tmp_path, "scratch.ipynb", content="y")
    assert find_submission(tmp_path, NAME).path == tmp_path / f"{NAME} (1).ipynb"


def test_the_notebook_of_another_part_is_not_taken(tmp_path: Path) -> None:
    write(tmp_path, "part_2.ipynb")
    found = find_submission(tmp_path, "part_1", {"part_2"})
    assert found.path is None and "part_2.ipynb" in found.refused
    write(tmp_path, "unknown.ipynb")
    assert find_submission(tmp_path, "part_1", {"part_2"}).path is None


def test_links_are_neither_found_nor_kept(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    write(tmp_path, "elsewhere/secret.ipynb", "elsewhere/secret.txt")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / f"{NAME} (1).ipynb").symlink_to(tmp_path / "elsewhere" / "secret.ipynb")
    (folder / "all").symlink_to(tmp_path / "elsewhere")
    assert find_submission(folder, NAME).path is None
    kept, (said,) = files_to_keep(folder)
    assert kept == [] and "links" in said


def test_too_many_files_are_left_out_and_it_is_said(tmp_path: Path) -> None:
    write(tmp_path, *[f"{n:03}.txt" for n in range(MOST_FILES + 5)])
    kept, (said,) = files_to_keep(tmp_path)
    assert len(kept) == MOST_FILES and "left out" in said


@given(st.lists(st.text(st.characters(exclude_characters="/\0"), min_size=1), max_size=4))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_names_give_one_line(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in names:
        try:
            write(folder, f"{name}.ipynb")
        except (OSError, UnicodeEncodeError):
            continue
    found = find_submission(folder, NAME)
    assert (found.path is None) == bool(found.refused)
    assert ("".join(found.notes) + found.refused).isprintable()


def sources(notebook: Any) -> list[str]:
    return [cell.source for cell in notebook.cells]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_windows_are_read(encoding: str) -> None:
    assert sources(parse_notebook(TEXT.encode(encoding))) == ["# Hello ä", "x = 1"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"PK\x03\x04rest", "zip"),
        (TEXT.encode()[:-9], "incomplete"),
        (b"<<<<<<< HEAD\n" + TEXT.encode(), "merge conflict"),
        (b"[1, 2]", "no notebook"),
        (b'{"a": 1}', "no cells"),
        (b'{"cells": 3}', "damaged"),
        (b"just words", "no notebook"),
        (b"[" * 100_000, "no notebook"),
    ],
)
def test_other_files_are_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(NoNotebook, match=reason):
        parse_notebook(content)


@pytest.mark.parametrize("write", [json.dumps, nbformat.v3.writes_json], ids=["texts", "lines"])
def test_version_3_is_read(write: Callable[[Any], str]) -> None:
    old = nbformat.convert(NOTEBOOK, 3)
    assert sources(parse_notebook(write(old).encode())) == ["# Hello ä", "x = 1"]


def test_links_and_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real.ipynb").write_text(TEXT, encoding="utf-8")
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    for name in ("link.ipynb", ".", "absent.ipynb"):
        with pytest.raises(NoNotebook, match="not a file"):
            read_notebook(tmp_path / name)


def test_a_cell_stays_what_it_was() -> None:
    """A page renders a text, and shows a raw cell as it was typed."""
    cells = [new_raw_cell("*raw*"), new_markdown_cell("*text*"), new_code_cell("1 * 2")]
    read = parse_notebook(nbformat.writes(new_notebook(cells=cells)).encode())
    assert [cell.cell_type for cell in read.cells] == ["raw", "markdown", "code"]


def test_only_what_grading_needs_is_kept() -> None:
    shown = {"output_type": "stream", "name": "stdout", "text": "shown"}
    practice = new_code_cell("train()", metadata={"tags": ["practice", '"><b>']})
    other = new_code_cell("y", metadata={"nbgrader": {"grade_id": "y", "points": 99}, "x": 1})
    notebook = new_notebook(cells=[practice, other], metadata={"widgets": {"a": 1}, "grader": {}})
    data = json.loads(nbformat.writes(notebook))
    for cell in data["cells"]:
        cell["outputs"] = [shown]
    read = parse_notebook(json.dumps(data).encode())
    assert set(read.metadata) == {"kernelspec", "language_info"}
    assert read.cells[0].metadata == {"tags": ["practice"]}
    assert read.cells[1].metadata == {"nbgrader": {"grade_id": "y"}}
    assert [len(cell.outputs) for cell in read.cells] == [1, 0]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
cells = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | anything,
        "source": st.text(max_size=20) | st.lists(st.text(max_size=9), max_size=3) | anything,
        "metadata": st.fixed_dictionaries({}, optional={"tags": anything, "nbgrader": anything})
        | anything,
        "outputs": anything,
        "attachments": anything,
        "id": anything,
    },
)


@given(
    st.fixed_dictionaries(
        {}, optional={"cells": st.lists(cells, max_size=3) | anything, "worksheets": anything}
    )
)
@settings(deadline=None, max_examples=200)
def test_any_json_is_a_valid_notebook_or_refused(data: dict[str, Any]) -> None:
    try:
        read = parse_notebook(json.dumps(data).encode())
    except NoNotebook:
        return
    nbformat.validate(read)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(NoNotebook, match=r"\w"):
        parse_notebook(content)
