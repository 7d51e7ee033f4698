"""Graded cells are found again whatever happened to their metadata, or put back."""

import copy
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from grader.grading.process.limits import time_limit
from grader.grading.submission.restore import NotedCell, has_hidden, restore_cells, visible


def known(name: str, source: str, points: float | None = None, **kinds: Any) -> NotedCell:
    graded = points is not None
    about = {
        "cell_type": "code",
        "locked": graded,
        "grade": graded,
        "solution": not graded,
        "task": False,
    }
    return NotedCell(name=name, source=source, points=points, **{**about, **kinds})


HIDDEN = 'check_choice("q", a)\n### BEGIN HIDDEN TESTS\nkey\n### END HIDDEN TESTS'
KNOWN = [
    known("f", "def f(x):\n    raise NotImplementedError"),
    known("check_f", 'check("f", f)', 2.0),
    known("a", 'a = ""'),
    known("choice_q", HIDDEN, 1.0),
    known("why", "answer here", 2.0, cell_type="markdown", locked=False, solution=True),
]


def test_the_visible_part_is_what_students_have() -> None:
    source = f"{HIDDEN}\nassert a  # a\u2028b"
    assert has_hidden(source) and not has_hidden(visible(source))
    assert visible(source) == 'check_choice("q", a)\nassert a  # a\u2028b'


def submission() -> Any:
    def cell(name: str, source: str) -> Any:
        return new_code_cell(source, metadata={"nbgrader": {"grade_id": name}})

    return new_notebook(
        cells=[
            new_markdown_cell("# Title"),
            cell("f", "def f(x):\n    return x"),
            cell("check_f", 'check("f", f)'),
            new_code_cell("f(1)"),
            cell("a", 'a = "b"'),
            cell("choice_q", 'check_choice("q", a)\n'),
            new_markdown_cell("because", metadata={"nbgrader": {"grade_id": "why"}}),
        ]
    )


def layout(notebook: Any) -> list[str]:
    return [cell.metadata.get("nbgrader", {}).get("grade_id", "-") for cell in notebook.cells]


def drop(notebook: Any, name: str) -> None:
    notebook.cells = [c for c, n in zip(notebook.cells, layout(notebook), strict=True) if n != name]


def test_an_ordinary_submission_is_left_as_it_is() -> None:
    notebook = submission()
    before = layout(notebook)
    assert restore_cells(notebook, KNOWN) == []
    assert layout(notebook) == before
    check = notebook.cells[2].metadata.nbgrader
    assert check["grade"] and check["locked"] and not check["solution"] and check["points"] == 2.0


@pytest.mark.parametrize("name", ["check_f", "choice_q", "why"])
def test_a_deleted_graded_cell_is_put_back_in_its_place(name: str) -> None:
    notebook = submission()
    drop(notebook, name)
    (repair,) = restore_cells(notebook, KNOWN)
    assert name in repair and "put back" in repair
    order = [n for n in layout(notebook) if n != "-"]
    assert order == [one.name for one in KNOWN]


def test_a_deleted_answer_is_not_made_up() -> None:
    notebook = submission()
    drop(notebook, "f")
    assert restore_cells(notebook, KNOWN) == []
    assert "f" not in layout(notebook)


def test_stripped_metadata_are_found_by_content() -> None:
    notebook = submission()
    before = layout(notebook)
    for cell in notebook.cells:
        cell.metadata = {}
    restore_cells(notebook, KNOWN, {"# Title"})
    assert layout(notebook) == before
    assert "def f(x):\n    return x" in [
        c.source for c, n in zip(notebook.cells, layout(notebook), strict=True) if n == "f"
    ]


def test_forged_metadata_do_not_count() -> None:
    notebook = submission()
    notebook.cells[2].metadata.nbgrader.update(grade=False, points=1000, solution=True)
    notebook.cells[3].metadata["nbgrader"] = {"grade": True, "grade_id": '"><script>', "points": 9}
    restore_cells(notebook, KNOWN)
    assert notebook.cells[2].metadata.nbgrader == KNOWN[1].metadata()
    assert "nbgrader" not in notebook.cells[3].metadata


def test_of_copies_the_last_counts_and_it_is_said() -> None:
    notebook = submission()
    notebook.cells.insert(2, copy.deepcopy(notebook.cells[1]))
    (repair,) = restore_cells(notebook, KNOWN)
    assert "more than once" in repair
    assert layout(notebook).count("f") == 1 and layout(notebook)[2] == "f"


def test_an_empty_notebook_gets_all_graded_cells() -> None:
    notebook = new_notebook()
    assert len(restore_cells(notebook, KNOWN)) == 3
    assert layout(notebook) == ["check_f", "choice_q", "why"]


def test_lost_cells_are_found_among_many_large_ones_in_time() -> None:
    notebook = submission()
    for cell in notebook.cells:
        cell.metadata = {}
    filler = "\n".join(f"x{i} = [{i}, {i}]" for i in range(1500))
    for number in range(300):
        notebook.cells.append(new_code_cell(f"# {number}\n{filler}"))
    lost = [known(f"f{i}", f"def f{i}(x):\n    raise NotImplementedError") for i in range(30)]
    with time_limit(60):  # parsed once for each cell that is looked for, it takes minutes
        restore_cells(notebook, [*KNOWN, *lost], {"# Title"})
    assert "f" in layout(notebook) and "check_f" in layout(notebook)


def test_a_definition_counts_only_at_the_beginning_of_a_line() -> None:
    notebook = new_notebook(cells=[new_code_cell("if True:\n    def f(x): return x\n(")])
    restore_cells(notebook, [known("f", "def f(x):\n    raise NotImplementedError")])
    assert layout(notebook) == ["-"]


# --- Answers in words -----------------------------------------------------------------------------

GIVEN = {"# Title", "answer here", "Why?"}
PICTURE = {"image.png": {"image/png": "aGVsbG8="}}


def answered(*cells: Any) -> Any:
    """The submission with these cells in the place of the written answer."""
    notebook = submission()
    notebook.cells[-1:] = [new_markdown_cell("Why?"), *cells]
    return notebook


def why(text: str, **more: Any) -> Any:
    return new_markdown_cell(text, metadata={"nbgrader": {"grade_id": "why"}}, **more)


def answer_of(notebook: Any) -> Any:
    (cell,) = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "why"]
    return cell


@pytest.mark.parametrize(
    "cells",
    [
        (why("first half"), why("second half")),
        (why("first half"), why("answer here"), why("second half")),
        (why("answer here"), why("first half\n\nsecond half")),
        (why("first half\n\nsecond half"), why("answer here")),
        (why("answer here"), new_markdown_cell("first half\n\nsecond half")),
        (new_markdown_cell("first half"), why("answer here"), new_raw_cell("second half")),
        (why("first half"), new_markdown_cell("a figure"), why("second half")),
    ],
)
def test_an_answer_is_all_that_was_written_for_it(cells: Any) -> None:
    notebook = answered(*copy.deepcopy(cells))
    restore_cells(notebook, KNOWN, GIVEN)
    assert answer_of(notebook).source == "first half\n\nsecond half"


@pytest.mark.parametrize(
    "cells",
    [
        (new_markdown_cell("Why? Because of x."), why("answer here")),
        (why("answer here"), new_code_cell("# Because of x.")),
        (why("answer here"), new_code_cell('"""Because of x."""')),
        (why(""), new_markdown_cell("Because of x.")),
    ],
)
def test_text_near_an_unanswered_question_is_shown_to_a_person(cells: Any) -> None:
    notebook = answered(*copy.deepcopy(cells))
    said = restore_cells(notebook, KNOWN, GIVEN)
    assert "Because of x." in answer_of(notebook).source
    assert any("to be read by a person" in words for words in said)


def test_pictures_of_an_answer_are_joined_with_its_text() -> None:
    one = why("![a](attachment:image.png)", attachments=dict(PICTURE))
    two = why("![b](attachment:image.png)", attachments={"image.png": {"image/png": "eA=="}})
    notebook = answered(one, two)
    restore_cells(notebook, KNOWN, GIVEN)
    cell = answer_of(notebook)
    assert cell.attachments == PICTURE | {"1-image.png": {"image/png": "eA=="}}
    assert "![a](attachment:image.png)" in cell.source
    assert "![b](attachment:1-image.png)" in cell.source


def test_one_text_without_a_name_is_the_answer_and_needs_no_person() -> None:
    notebook = answered(new_markdown_cell("because"))
    said = restore_cells(notebook, KNOWN, GIVEN)
    assert answer_of(notebook).source == "because"
    assert said == ["names of cells were lost and found by content: why"]


def test_nothing_written_stays_unanswered() -> None:
    notebook = answered(why("answer here"), new_code_cell("f(2)"))
    assert restore_cells(notebook, KNOWN, GIVEN) == []
    assert answer_of(notebook).source == "answer here"


def test_an_untouched_copy_of_a_function_does_not_count() -> None:
    notebook = submission()
    untouched = new_code_cell(KNOWN[0].source, metadata={"nbgrader": {"grade_id": "f"}})
    for place in (1, 3):  # before and after the one that is filled in
        notebook.cells.insert(place, copy.deepcopy(untouched))
    restore_cells(notebook, KNOWN, GIVEN)
    sources = [cell.source for cell in notebook.cells]
    assert KNOWN[0].source not in sources and "def f(x):\n    return x" in sources
