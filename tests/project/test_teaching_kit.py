"""The oral questions, the plans and the first lecture fit the notebooks."""

import re
from typing import Any

import pytest

from course_lib.regularizers import EarlyStopping
from grader.authoring.assignments import assignments
from tests.project import ROOT, sections_of, source_of

KIT = (ROOT / "docs/teaching_kit.md").read_text("utf-8")
LECTURE = (ROOT / "docs/first_lecture.md").read_text("utf-8")
QUESTIONS = (ROOT / "docs/oral_questions.md").read_text("utf-8")
PARTS = dict(re.findall(r"^### (\d\d) (.+?)(?=^### |\Z)", QUESTIONS, re.M | re.S))
QUESTION = re.compile(
    r"^\*\*([^*]+?)\s\(sections? ([\d, and]+)\)\.\*\*\s\*([^*]+\?)\*\n\n"
    r"- \*\*Good:\*\* (.+?)\n- \*\*Weak:\*\* (.+?)(?=\n\n|\Z)",
    re.M | re.S,
)


NOTEBOOKS = [name.removeprefix("ps") for name in assignments(ROOT)]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_notebook_has_two_questions_about_what_stands_in_its_sections(notebook: str) -> None:
    part = PARTS[notebook]
    title = re.search(r"^# # (.+)$", source_of(notebook), re.M)
    assert title and part.partition("\n")[0] == title[1]
    asked = QUESTION.findall(part)
    assert len(asked) == 2 and part.count("**Good:**") == part.count("**Weak:**") == 2
    there = sections_of(notebook)
    for about, numbers, _question, good, weak in asked:
        cells = "".join(there[number] for number in re.findall(r"\d+", numbers))
        for name in re.findall(r"`(\w+)`", about):
            assert re.search(rf"\b{name}\b", cells), f"{name} is not in section {numbers}"
        assert "guess" not in about or "guess=" in cells, about
        assert "`" in about or "guess" in about or "figure" in about, about
        assert min(len(good.split()), len(weak.split())) > 5


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_code_that_a_question_names_stands_in_the_notebook(notebook: str) -> None:
    text = source_of(notebook)
    for code in re.findall(r"`([^`]+)`", PARTS[notebook]):
        for name in re.findall(r"[A-Za-z_]\w+", code):
            assert re.search(rf"\b{name}\b", text), name


def test_the_patience_of_the_question_is_counted_as_it_says() -> None:
    for patience, stops, best in ((2, [False, False, False, True], 1), (3, [False] * 5, 4)):
        stopping = EarlyStopping(patience=patience, min_delta=0.0)
        said = [stopping.update(value) for value in (5, 4, 4, 4, 3)[: len(stops)]]
        assert (said, stopping.best_step) == (stops, best)


# --- The plans -----------------------------------------------------------------------------

ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| [^|]+ \| ([^|]+) \|$", re.M)
NOTEBOOK = re.compile(r"(\d\d)(?: \(([\d, ]+)\))?")  # with the sections, if not all


def plan(title: str) -> list[tuple[str, str, str]]:
    """Week, notebooks and guess of each row of a plan."""
    return ROW.findall(KIT.split(f"\n## {title}")[1].split("\n## ")[0])


@pytest.mark.parametrize("title", ["The full way: twelve weeks", "The short way: eight weeks"])
def test_a_plan_has_its_notebooks_in_order_with_their_guesses(title: str) -> None:
    rows = plan(title)
    table = (ROOT / "docs/students.md").read_text("utf-8")
    order = re.findall(r"^\| \[(\d\d) ", table, re.M)
    stars = re.findall(r"^\| \[(\d\d) .*\| \* \|$", table, re.M)
    short = "short" in title
    assert [int(week) for week, *_ in rows] == list(range(1, 9 if short else 13))
    numbers = [number for _, these, *_ in rows for number, _ in NOTEBOOK.findall(these)]
    assert numbers == [one for one in order if not short or one in stars]
    for _, these, guess in rows:
        cells = [source_of(number) for number, _ in NOTEBOOK.findall(these)]
        assert any(f'guess="{guess}"' in text for text in cells), guess


# --- The first lecture ---------------------------------------------------------------------


def test_the_lecture_has_ninety_minutes_without_a_gap() -> None:
    rows = re.findall(r"^\| (\d+)–(\d+) \|", LECTURE, re.M)
    begins, ends = zip(*((int(begin), int(end)) for begin, end in rows), strict=True)
    assert begins == (0, *ends[:-1]) and ends[-1] == 90


def test_the_demonstrations_show_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", LECTURE, re.S)
    names: dict[str, Any] = {}
    exec("\n".join(blocks), names)
    assert names["untrained"] == pytest.approx(2.5, abs=0.1)  # "about 2.5"
    correct, wrong = names["correct"][-1], names["wrong"][-1]
    assert min(correct, wrong) > 0.95 and abs(correct - wrong) < 0.02
    assert names["right"].passed and not names["verdict"].passed
    said = capsys.readouterr().out
    assert "DISAGREES" in said and "agrees" in said


def test_the_cells_that_the_lecture_opens_are_there() -> None:
    title = "From the loss back to the input"  # of the section, and so of the slide
    assert f"## 2 {title}\n" in source_of("06") and title in LECTURE
    assert "lesson.draw_graph()" in sections_of("06")["2"]
    assert 'check("one_hot", one_hot)' in sections_of("00")["1"]
