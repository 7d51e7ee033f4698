"""The report of a thousand in a browser: search, filter, sort and pages, without the network."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from grader.classroom.gradebook.marks import Score
from grader.classroom.report.page import rows, write_report
from tests.classroom.accessible import broken_rules, unfold, views
from tests.classroom.large_class import results

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=window.ran=1>"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = results(1000)
    found[0] = type(found[0])(**{**vars(found[0]), "student": HOSTILE})
    scores = {
        one.student: Score(sum(cell.score for cell in one.cells), 24.0, 2.0 * (n % 4 == 1))
        for n, one in enumerate(found)
    }
    return write_report(rows(found, scores), found, "ps98", tmp_path_factory.mktemp("report"))


def column(page: Page, number: int) -> list[str]:
    cells = page.locator(f"#submissions tbody tr > :nth-child({number})")
    return [text.strip() for text in cells.all_inner_texts()]


def points(page: Page) -> list[float]:
    return [float(text.split()[0]) for text in column(page, 2)]


def test_search_filter_sort_and_pages(chromium: Browser, report: Path) -> None:
    page = chromium.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    status = page.get_by_role("status")
    expect(status).to_have_text("1 to 100 of 1000 submissions")
    assert HOSTILE in column(page, 1) and page.evaluate("window.ran") is None

    score = page.get_by_role("columnheader", name="Score")
    score.get_by_role("button").press("Enter")
    assert score.get_attribute("aria-sort") == "descending"
    best = points(page)
    assert best == sorted(best, reverse=True) and len(best) == 100
    page.get_by_role("button", name="Next page").click()
    expect(status).to_have_text("101 to 200 of 1000 submissions")
    assert points(page)[0] <= best[-1]
    score.get_by_role("button").click()
    assert points(page) == sorted(points(page)) and points(page)[0] < best[-1]
    expect(status).to_have_text(re.compile("^1 to 100 "))

    page.get_by_label("Show").select_option(label="refused (20)")
    expect(status).to_have_text("1 to 20 of 20 submissions")
    assert all(text.startswith("not graded") for text in column(page, 15))
    page.get_by_label("Search").fill("Student-0107")
    assert column(page, 1) == ["student-0107"]
    page.get_by_label("Search").fill("nobody")
    expect(status).to_have_text("none fits")
    page.get_by_label("Search").fill("")
    page.get_by_label("Show").select_option("")
    page.get_by_label("Rows").select_option("")
    assert len(column(page, 1)) == 1000

    assert wrong == [] and asked == [report.as_uri()]
    page.close()


def test_all_columns_are_reached_and_the_head_stays(chromium: Browser, report: Path) -> None:
    for view, page in views(chromium, report):
        told = page.locator("#scrolls")
        box = page.locator(".wide")
        wider = box.evaluate("box => box.scrollWidth > box.clientWidth")
        assert wider == told.is_visible() == ("390" in view), view
        assert box.evaluate("box => box.scrollHeight <= box.clientHeight + 1"), view
        head = page.locator("#submissions thead th").first
        if wider:
            box.evaluate("box => { box.scrollLeft = box.scrollWidth }")
            last, place = page.locator("#submissions thead th").last, box.bounding_box()
            right, left = last.bounding_box(), head.bounding_box()
            assert place and right and left
            assert right["x"] + right["width"] <= place["x"] + place["width"] + 2, view
            assert abs(left["x"] - place["x"]) < 3, view
        else:
            page.evaluate("window.scrollTo(0, 3000)")
            top = head.bounding_box()
            assert top and abs(top["y"]) < 3, view
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], view


def test_paper_has_every_row_and_every_exercise(chromium: Browser, report: Path) -> None:
    page = chromium.new_page()
    page.goto(report.as_uri())
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#submissions tbody tr").count() == 1000
    assert page.locator("details.exercise:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#submissions tbody tr").count() == 100
    assert page.locator("details.exercise:not([open])").count() > 0
    page.close()


def test_no_rule_of_accessibility_is_broken(chromium: Browser, tmp_path: Path) -> None:
    found = results(30)
    scores = {one.student: Score(8.0, 24.0, n % 3) for n, one in enumerate(found)}
    path = write_report(rows(found, scores), found, "ps98", tmp_path)
    for view, page in views(chromium, path):
        assert broken_rules(page) == [], view
        unfold(page)
        assert broken_rules(page) == [], view


def test_without_scripts_it_is_one_table(chromium: Browser, report: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("#submissions tbody tr").count() == 1000
    assert not page.locator("#controls").is_visible()
    context.close()
