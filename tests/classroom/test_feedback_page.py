"""The feedback page: one total, faults first, links that lead to the cells, the rest folded."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser

from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.checking.report.blocks import Report
from grader.classroom.feedback.page import (
    NOT_WRITTEN,
    RIGHT,
    WAITS,
    WRONG,
    faults_first,
    headings,
    lines_of,
    parts_of,
    prepare,
    shares,
)
from grader.classroom.feedback.render import demoted, exporter_of, page_of, texts_of
from grader.classroom.gradebook.marks import Entry, Mark
from grader.grading.submission.judging import reported
from grader.grading.submission.results import CellResult, Graded
from tests.classroom.accessible import broken_rules, unfold, views

ROOT = Path(__file__).parents[2]
SCREEN = 900
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJg"
    "gg=="
)
HINT = "`v` is the step itself. Which sign has it?"


def cell(name: str = "", source: str = "", **flags: Any) -> NotebookNode:
    """A code cell, of nbgrader's if it has a name."""
    made = new_code_cell(source or f"{name} = 1")
    if name:
        made.metadata["nbgrader"] = {"grade_id": name, "grade": False, "solution": False, **flags}
    return made


def answer(name: str, source: str = "") -> NotebookNode:
    return cell(name, source or f"def {name}():\n    return 1", solution=True)


def check(name: str) -> NotebookNode:
    made = cell(f"check_{name}", f'check("{name}", {name})', grade=True)
    made.outputs = list(reported(1.0, Report("good", "", "", f"report on {name}")))
    return made


def written(name: str, text: str) -> NotebookNode:
    made = new_markdown_cell(text)
    made.metadata["nbgrader"] = {"grade_id": name, "grade": True, "solution": True}
    return made


def text(source: str) -> NotebookNode:
    return new_markdown_cell(source)


def own_drawing() -> NotebookNode:
    picture = new_output("display_data", data={"image/png": PIXEL, "text/plain": "a figure"})
    return new_code_cell("plot_mine()", outputs=[picture])


GIVEN = [
    text("# Momentum\n\n```\n# not a heading\n```\n\n## 1 The *idea*"),
    new_code_cell("import numpy as np"),
    text("Write `step`."),
]
NOTEBOOK = [
    *GIVEN,
    answer("step"),
    check("step"),
    text("Write `rate`."),
    answer("rate"),
    check("rate"),
    answer("unchecked"),
    text("### My note"),
    own_drawing(),
    answer("sure"),
    check("sure"),
    written("manual_why", "Because the steps add up."),
]
RELEASED = {one.source.strip() for one in (*GIVEN, NOTEBOOK[5])}
GRADED = Graded(
    "ps98",
    "ada",
    "ps98_small",
    repairs=("the cell check_step was put back",),
    cells=(
        CellResult("check_step", 2.0, 2.0, "complete", ""),
        CellResult("check_rate", 0.5, 2.0, "partial", "`v` is the step itself.", mistake=HINT),
        CellResult("check_sure", 0.0, 1.0, "not written", "not written"),
    ),
)


def mark(score: float | None, most: float, **changes: Any) -> Mark:
    values: dict[str, Any] = {"manual": None, "extra": 0.0, "waits": False, **changes}
    return Mark(automatic=score, most=most, **values)


def entry(penalty: float = 0.0, **marks: Mark) -> Entry:
    return Entry(
        penalty,
        {
            "check_step": mark(2.0, 2.0),
            "check_rate": mark(0.5, 2.0),
            "check_sure": mark(0.0, 1.0),
            "manual_why": mark(None, 3.0, waits=True),
            **marks,
        },
    )


def cells() -> list[NotebookNode]:
    return [nbformat.from_dict(dict(one)) for one in new_notebook(cells=NOTEBOOK).cells]


@pytest.fixture(scope="module")
def exporter(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return exporter_of(str(ROOT), str(tmp_path_factory.mktemp("class")))


def page(
    exporter: Any, held: Entry, graded: Graded = GRADED, without: str = "", noted: str = ""
) -> BeautifulSoup:
    made = page_of(new_notebook(cells=cells()), graded, held, RELEASED, exporter, without, noted)
    return BeautifulSoup(made, "html.parser")


# --- What it says -------------------------------------------------------------------------------


def test_a_line_for_each_graded_cell_says_what_became_of_it() -> None:
    lines = lines_of(cells(), GRADED, entry())
    assert [(line.name, line.state, line.score) for line in lines] == [
        ("step", RIGHT, 2.0),
        ("rate", WRONG, 0.5),
        ("sure", NOT_WRITTEN, 0.0),
        ("why", WAITS, 0.0),
    ]
    assert lines[1].hint == HINT
    assert [line.name for line in faults_first(lines)] == ["rate", "sure", "why", "step"]


@pytest.mark.parametrize(
    ("given", "state", "score"),
    [
        (mark(None, 3.0, manual=3.0), RIGHT, 3.0),
        (mark(None, 3.0, manual=1.0), WRONG, 1.0),
        (mark(None, 3.0, manual=1.0, waits=True), WRONG, 1.0),
        (mark(0.0, 3.0), NOT_WRITTEN, 0.0),
        (mark(None, 3.0, manual=2.0, extra=2.0), RIGHT, 4.0),
    ],
)
def test_a_persons_points_go_first(given: Mark, state: str, score: float) -> None:
    line = lines_of(cells(), GRADED, entry(manual_why=given))[-1]
    assert (line.state, line.score) == (state, score)


@pytest.mark.parametrize("penalty", [0.0, 1.0, 9.0])
@pytest.mark.parametrize("extra", [0.0, 20.0])
def test_earned_waiting_and_lost_points_are_all_points(penalty: float, extra: float) -> None:
    held = entry(penalty, check_rate=mark(0.5, 2.0, extra=extra))
    parts = shares(held, lines_of(cells(), GRADED, held))
    assert sum(parts.values()) == held.total == 8.0
    assert all(0 <= part <= held.total for part in parts.values())


def test_a_long_finding_ends_without_half_a_pair_of_backticks() -> None:
    long = CellResult("check_rate", 0.5, 2.0, "partial", f"`{'x' * 500}` is wrong")
    line = lines_of(cells(), Graded("a", "b", "c", cells=(long,)), entry())[1]
    assert len(line.found) <= 202 and line.found.count("`") == 2


# --- How it is divided --------------------------------------------------------------------------


def test_exercises_and_own_cells_stand_between_folded_given_ones() -> None:
    parts = parts_of(cells(), lines_of(cells(), GRADED, entry()), RELEASED)
    found = [(part.kind, part.title, part.is_open, len(part.cells)) for part in parts]
    assert found == [
        ("given", "Momentum · 1 The idea", False, 2),
        ("exercise", "step", False, 2),
        ("exercise", "rate", True, 2),
        ("exercise", "unchecked", False, 1),
        ("own", "", True, 2),
        ("exercise", "sure", False, 2),
        ("exercise", "why", True, 1),
    ]
    assert [part.task.source for part in parts if part.task] == ["Write `step`.", "Write `rate`."]


def test_where_the_given_notebook_is_gone_nothing_counts_as_own() -> None:
    parts = parts_of(cells(), lines_of(cells(), GRADED, entry()), None)
    assert {part.kind for part in parts} == {"given", "exercise"}
    assert not any(part.title for part in parts if part.kind == "given")


def test_a_comment_opens_its_part() -> None:
    there = cells()
    there[3].metadata.nbgrader["comment"] = "Well done."
    parts = parts_of(there, lines_of(there, GRADED, entry()), RELEASED)
    assert [part.title for part in parts if part.is_open] == ["step", "rate", "", "why"]


def test_headings_name_the_place_of_given_cells() -> None:
    assert headings([text("## 2 A `b` $c$\n\n### d"), text("# e\n# f")]) == "2 A b c · d · e · …"


def test_of_a_check_only_its_report_is_shown() -> None:
    one = check("step")
    prepare(one)
    assert one.source == "" and [set(o.data) for o in one.outputs] == [{"text/html", "text/plain"}]
    ordinary = cell("test_h", "assert h() == 1\n### BEGIN HIDDEN TESTS\nk\n### END HIDDEN TESTS")
    ordinary.metadata.nbgrader["grade"] = True
    prepare(ordinary)
    assert ordinary.source == "assert h() == 1"


@pytest.mark.parametrize(
    ("html", "after"),
    [
        ("<h1>a</h1><h3>b</h3><h2>c</h2>", "<h4>a</h4><h5>b</h5><h5>c</h5>"),
        ("<h3>a</h3><h1>b</h1><h6>c</h6>", "<h4>a</h4><h4>b</h4><h5>c</h5>"),
        ("<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4>", "<h4>a</h4><h5>b</h5><h6>c</h6><h6>d</h6>"),
        ("<hr><p>x</p>", "<hr><p>x</p>"),
    ],
)
def test_a_texts_headings_follow_those_of_the_page(html: str, after: str) -> None:
    assert demoted(html) == after


# --- The page -----------------------------------------------------------------------------------


def test_there_is_one_total_and_it_is_the_gradebooks(exporter: Any) -> None:
    soup = page(exporter, entry(1.0))
    assert [one.text for one in soup.find_all(id="total")] == ["1.5 of 8"]
    assert soup.text.count(" of 8") == 1 and "Test cell" not in soup.text
    key = [one.text for one in soup.select(".key li")]
    assert key == ["1.5 earned", "3 wait for a person", "3.5 not earned"]
    assert "handed in late" in soup.find(id="points").text


def test_what_collecting_has_noted_is_said(exporter: Any) -> None:
    assert "Noted of your submission" not in page(exporter, entry()).text
    said = page(exporter, entry(), noted="left out beside it: big.zip").text
    assert "Noted of your submission: left out beside it: big.zip." in said


def test_rows_with_faults_come_first_and_every_link_leads_to_a_cell(exporter: Any) -> None:
    soup = page(exporter, entry())
    rows = [[c.text.strip() for c in row.find_all(["th", "td"])] for row in soup.select("tbody tr")]
    assert rows == [
        ["✗rate", "0.5 of 2", "v is the step itself."],
        ["…sure", "0 of 1", "not written"],
        ["◷why", "0 of 3", "waits for a person"],
        ["✓step", "2 of 2", "all checks pass"],
    ]
    targets = {a["href"].removeprefix("#") for a in soup.find_all("a")}
    assert targets == {"check_rate", "check_sure", "manual_why", "check_step"}
    for target in targets:
        (there,) = soup.find_all(id=target)
        assert there.find_parent("details")
    ids = [one["id"] for one in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_the_next_thing_to_do_has_its_whole_hint(exporter: Any) -> None:
    first, then, waiting = page(exporter, entry()).select("ol.next li")
    assert first.text == "rate: v is the step itself. Which sign has it?"
    assert first.code.text == "v"
    assert then.text == "Then 1 more: sure."
    assert waiting.text == "1 answer waits for a person, who will grade it: why."


def test_who_has_all_points_has_nothing_to_correct(exporter: Any) -> None:
    full = {"check_rate": mark(2.0, 2.0), "check_sure": mark(1.0, 1.0)}
    soup = page(exporter, entry(**full, manual_why=mark(None, 3.0, manual=3.0)))
    (only,) = soup.select("ol.next li")
    assert only.text.startswith("Nothing to correct")
    assert soup.select("#notebook details.exercise[open]") == []


def test_what_is_given_is_folded_and_what_is_wrong_is_open(exporter: Any) -> None:
    soup = page(exporter, entry()).find(id="notebook")
    folded = {one.h3.text: not one.has_attr("open") for one in soup.select("details.part")}
    assert folded == {
        "Given: Momentum · 1 The idea (2 cells)": True,
        "step": True,
        "rate": False,
        "unchecked": True,
        "sure": True,
        "why": False,
    }
    own = soup.select_one("div.own")
    assert own.h3.text == "Your own cells" and "plot_mine" in own.text
    (drawing,) = own.find_all("img")
    assert not drawing.find_parent("details").has_attr("open")
    assert "check(" not in soup.text and "report on rate" in soup.text


def test_a_refused_submission_says_why_and_what_to_do(exporter: Any) -> None:
    refused = Graded("ps98", "ada", "ps98_small", refused="a web <b>page</b>", sandboxed=False)
    soup = page(exporter, entry(), refused)
    assert "This could not be graded. a web <b>page</b>." in soup.header.text
    assert "NOT SANDBOXED" in soup.header.text
    assert soup.select_one("ol.next li").text.startswith("Hand in your notebook again")


def test_without_the_students_texts_the_reports_are_there(exporter: Any) -> None:
    text = page(exporter, entry(), without="it takes too long").text
    assert "left out of this page: it takes too long" in text and "report on rate" in text
    assert "plot_mine" not in text and "the steps add up" not in text and "def step" not in text


# --- In a browser -------------------------------------------------------------------------------


def with_faults(exporter: Any, folder: Path) -> Path:
    path = folder / "page.html"
    path.write_text(str(page(exporter, entry(1.0))), encoding="utf-8")
    return path


@pytest.mark.browser
def test_no_rule_of_accessibility_is_broken(
    exporter: Any, chromium: Browser, tmp_path: Path
) -> None:
    for view, shown in views(chromium, with_faults(exporter, tmp_path)):
        assert broken_rules(shown) == [], view
        unfold(shown)
        assert broken_rules(shown) == [], view
        wide = shown.evaluate("document.documentElement.scrollWidth")
        assert wide <= shown.viewport_size["width"], view


@pytest.mark.browser
def test_a_link_opens_the_fold_it_leads_to(
    exporter: Any, chromium: Browser, tmp_path: Path
) -> None:
    for _, shown in views(chromium, with_faults(exporter, tmp_path)):
        report = shown.get_by_text("report on step")
        assert not report.is_visible()
        shown.get_by_role("link", name="step", exact=True).press("Enter")
        report.wait_for(state="visible")


def faultless(assignment: str) -> tuple[NotebookNode, Graded, Entry, Any]:
    """A real notebook with all answers, as it is after grading: every report says a line."""
    released = next((ROOT / "notebooks" / assignment).glob("*.ipynb"))
    answers = answers_of(solution_notebook(assignment, ROOT))
    notebook = fill(nbformat.read(released, 4), answers)
    marks, results = {}, []
    for one in notebook.cells:
        about = one.metadata.get("nbgrader", {})
        if about.get("grade"):
            name, points = about["grade_id"], float(about["points"])
            by_person = about["solution"]
            marks[name] = mark(None if by_person else points, points, waits=by_person)
            results += [] if by_person else [CellResult(name, points, points, "complete", "")]
    graded = Graded(assignment, "ada", released.stem, cells=tuple(results))
    return notebook, graded, Entry(0.0, marks), texts_of(released)


@pytest.mark.browser
def test_a_page_without_faults_takes_three_screens(
    exporter: Any, chromium: Browser, tmp_path: Path
) -> None:
    """Those with the most graded cells are the longest."""
    pages = [faultless(assignment) for assignment in assignments(ROOT)]
    pages.sort(key=lambda one: len(one[2].marks), reverse=True)
    shown = chromium.new_page(viewport={"width": 1200, "height": SCREEN})
    shown.route("http*://**", lambda route: route.abort())
    for notebook, graded, held, given in pages[:3]:
        path = tmp_path / "page.html"
        path.write_text(page_of(notebook, graded, held, given, exporter), encoding="utf-8")
        shown.goto(path.as_uri())
        assert shown.evaluate("document.documentElement.scrollHeight") <= 3 * SCREEN, graded
    shown.close()
