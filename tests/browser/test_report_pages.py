"""The reports of checks, guesses, questions, progress and handing in, by the rules of axe-core."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.reports import LOOKS, page_of, reports

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "narrow_dark"], scope="module")
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """All reports, every fold open; once for each colour and each width."""
    width, background, colour = LOOKS[request.param]
    scheme = "dark" if "dark" in request.param else "light"
    shown = chromium.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    made = list(reports())
    shown.set_content(page_of(made, background, colour))
    assert shown.locator(".one").count() == len(made)
    shown.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    yield shown
    shown.close()


def test_axe_finds_nothing_in_any_report(page: Page) -> None:
    found = Axe().run(page, context=".one").response["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == []


def test_help_opens_by_keyboard(page: Page) -> None:
    summary = page.locator("details > summary").first
    summary.evaluate("element => { element.parentElement.open = false }")
    summary.focus()
    page.keyboard.press("Enter")
    assert summary.evaluate("element => element.parentElement.open")
