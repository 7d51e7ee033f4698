"""Everything in the five lecture texts has its place. That the cells run, test_notebooks shows."""

import pytest

from grader.authoring.assignments import assignments
from tests.project import ROOT
from tests.project.coverage import PAGE, how_well, numbers, rows, texts_of_cells


def test_every_notebook_has_its_rows() -> None:
    assert {row.notebook for row in rows()} == set(assignments(ROOT))


def test_each_row_has_texts_of_its_cells_and_no_text_is_left() -> None:
    found = [(row.source, row.notebook, row.what) for row in rows()]
    assert len(found) == len(set(found))
    assert set(found) == set(texts_of_cells())


def test_the_page_says_how_well_each_topic_is_covered() -> None:
    wrong = [f"{row.what}: {how_well(row)}" for row in rows() if row.grade != how_well(row)]
    assert wrong == [], "python -m tests.project.coverage writes the grades"
    page = PAGE.read_text("utf-8").splitlines()
    assert [line for line in numbers(rows()) if line not in page] == []


@pytest.mark.parametrize(
    ("what", "grade"),
    [
        ("derivative of ReLU", "graded: `activation_backward`"),  # a function with a check
        ("random search, written by the student", "graded: `random_search`"),
        ("saturated neurons kill the gradients, measured over the size of the weights", "measured"),
        ("slip: f'(0) = 1", "shown"),
        ("measured: active units", "shown"),  # with the student's function, but optional
    ],
)
def test_a_grade_is_what_a_reader_of_the_notebook_would_say(what: str, grade: str) -> None:
    (row,) = [row for row in rows() if row.what == what]
    assert how_well(row) == grade
