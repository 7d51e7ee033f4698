"""The term's pages in a browser: search, filter, sort, print, and accessibility."""

import random
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from grader.extras.term.pages import write_term
from grader.extras.term.term import Term, anonymous, read_term
from tests.classroom.accessible import broken_rules, unfold, views
from tests.classroom.term_class import random_term
from tests.extras.term.test_term import a_class

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> Term:
    given = random_term(12, 3)
    names = {student: f"Name {student[-2:]}" for student in given["ps00"]}
    return read_term(a_class(tmp_path_factory.mktemp("course"), given, names=names))


@pytest.mark.parametrize("named", [True, False])
def test_no_rule_of_accessibility_is_broken_and_nothing_is_too_wide(
    chromium: Browser, term: Term, tmp_path: Path, named: bool
) -> None:
    shown = term if named else anonymous(term, random.Random(1))
    main = write_term(shown, tmp_path)
    for path in (main, next((main.parent / "students").iterdir())):
        for view, page in views(chromium, path):
            unfold(page)
            assert broken_rules(page) == [], view
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= page.viewport_size["width"], view


def test_rows_are_found_filtered_and_sorted(chromium: Browser, term: Term, tmp_path: Path) -> None:
    page = chromium.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(write_term(term, tmp_path).as_uri())
    status = page.get_by_role("status")
    expect(status).to_have_text(f"1 to {len(term.lines)} of {len(term.lines)} students")
    page.get_by_label("Show").select_option("help")
    expect(status).to_have_text(f"1 to {len(term.in_need)} of {len(term.in_need)} students")
    page.get_by_label("Show").select_option("")
    students = page.get_by_role("region", name="Table of students", exact=True)
    students.get_by_role("columnheader", name="Share").get_by_role("button").click()
    cells = page.locator("#students tbody tr > :nth-child(3)").all_inner_texts()
    shares = [float(text.split()[0]) for text in cells]
    assert shares == sorted(shares, reverse=True)
    page.get_by_label("Search").fill(term.lines[3].name)
    expect(status).to_have_text("1 to 1 of 1 students")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.exercise:not([open])").count() == 0
    assert wrong == []
    page.close()
