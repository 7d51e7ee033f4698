"""What a graded notebook shows: enough, and never too much."""

from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.grading.submission.clean_html import clean_html
from grader.grading.submission.grade_notebook import graded_by_hand
from grader.grading.submission.page_budget import LEFT_OUT, PageBudget
from grader.grading.submission.results import (
    INSIDE,
    OUTSIDE,
    CellResult,
    Graded,
    summary_for_student,
)

EVIL = "<script>alert(1)</script> $x$ `code` | \n\n # title ¤ " + "x" * 300


def test_text_is_cut_when_the_room_is_used_up() -> None:
    budget = PageBudget(text=1000)
    assert budget.shortened("x" * 600) == "x" * 600
    assert budget.shortened("y" * 600).endswith(f"{LEFT_OUT}\n")
    assert budget.text == 0


def test_marks_cost_what_they_become() -> None:
    budget = PageBudget(text=1000)
    assert LEFT_OUT in budget.shortened("<" * 600)


def test_sources_that_cannot_be_shown_are_cut_and_counted() -> None:
    cells = [new_code_cell("x = 1"), new_code_cell("+" * 10**6), new_markdown_cell("y" * 10**6)]
    notebook = new_notebook(cells=cells)
    assert PageBudget().shorten_sources(notebook) == 2
    assert notebook.cells[0].source == "x = 1"
    assert all(len(cell.source) < 1000 for cell in notebook.cells)


def test_the_summary_has_a_row_for_each_cell_and_links_to_it() -> None:
    cells = (
        CellResult("check_f", 2.0, 2.0, "complete", "", OUTSIDE),
        CellResult("check_g", 0.5, 3.0, "partial", "shapes", OUTSIDE),
        CellResult("test_h", 0.0, 1.0, "wrong", EVIL, INSIDE),
        CellResult("choice_q", 1.0, 1.0, "complete", "", OUTSIDE),
    )
    graded = Graded("ps98", "ada", "n", cells=cells)
    soup = BeautifulSoup(clean_html(summary_for_student(graded)), "html.parser")
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in soup.find_all("tr")[1:]]
    assert rows[0] == ["✓ f", "2 of 2", "all checks pass"]
    assert rows[1] == ["✗ g", "0.5 of 3", "shapes"]
    assert rows[3] == ["✓ q", "1 of 1", "the right answer"]  # a question has no checks
    assert rows[4][1] == "3.5 of 7"
    links = [a["href"] for a in soup.find_all("a")]
    assert links == ["#check_f", "#check_g", "#test_h", "#choice_q"]
    assert "forgeable: test_h" in soup.get_text()
    assert soup.find("script") is None and len(rows[2][2]) <= 120


def test_the_summary_links_to_the_fields_for_what_a_person_grades() -> None:
    cells = (CellResult("check_f", 2.0, 2.0, "complete", "", OUTSIDE),)
    grading = {"grade": True, "solution": True, "points": 3, "grade_id": "manual_why"}
    answer = new_markdown_cell("Because.", metadata={"nbgrader": grading})
    notebook = new_notebook(cells=[new_markdown_cell("Why?"), answer])
    by_hand = graded_by_hand(notebook)
    assert by_hand == {"manual_why": 3.0}
    text = summary_for_student(Graded("ps98", "ada", "n", cells=cells), by_hand)
    soup = BeautifulSoup(clean_html(text), "html.parser")
    assert "Graded by a person: why (3 points)." in soup.get_text()
    assert soup.find_all("a")[-1]["href"] == "#manual_why"


def test_refusals_and_repairs_come_before_and_after() -> None:
    text = summary_for_student(
        Graded("ps98", "ada", "n", refused=EVIL, repairs=(EVIL,), sandboxed=False)
    )
    assert "\n" not in text and "<script>" not in text
    plain = BeautifulSoup(text, "html.parser").get_text()
    assert plain.startswith("This could not be graded.") and "we repaired" in plain
    assert "NOT SANDBOXED" in plain
