"""Rules of accessibility, tried by axe-core on pages as students and instructors open them."""

from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

LOOKS, WIDTHS = ("light", "dark"), (1200, 390)


def views(chromium: Browser, path: Path) -> Iterator[tuple[str, Page]]:
    """The page in both looks, on a desk and on a phone, and what to call each."""
    for look in LOOKS:
        for width in WIDTHS:
            size = {"width": width, "height": 900}
            # What fades in is measured when it is there.
            context = chromium.new_context(
                viewport=size, color_scheme=look, reduced_motion="reduce"
            )
            page = context.new_page()
            page.route("http*://**", lambda route: route.abort())
            page.goto(path.as_uri())
            yield f"{look}, {width} px", page
            context.close()


def broken_rules(page: Page) -> list[str]:
    """Which rules do not hold, and where first."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
