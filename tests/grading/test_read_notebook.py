"""Whatever is handed in is a notebook with nothing odd in it, or refused with a reason."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.grading.read_submission import NoNotebook, parse_notebook, read_notebook

NOTEBOOK = new_notebook(cells=[new_markdown_cell("# Hello ä"), new_code_cell("x = 1")])
TEXT = nbformat.writes(NOTEBOOK)


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


def test_version_3_is_read() -> None:
    old = nbformat.convert(NOTEBOOK, 3)
    assert sources(parse_notebook(json.dumps(old).encode())) == ["# Hello ä", "x = 1"]


def test_links_and_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real.ipynb").write_text(TEXT, encoding="utf-8")
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    for name in ("link.ipynb", ".", "absent.ipynb"):
        with pytest.raises(NoNotebook, match="not a file"):
            read_notebook(tmp_path / name)


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
