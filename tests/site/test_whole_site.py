"""The site of the course itself: long, because all notebooks run (a quarter of an hour)."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from docs.site import ROOT
from docs.site.build import make_site
from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.marks import inside
from tests.classroom.accessible import broken_rules, unfold, views
from tests.site.links import broken, loaded, pages, soup

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "site"
    # The runs are kept where `make site` keeps them.
    assert make_site(assignments(ROOT), ROOT, folder, ROOT / "build" / "site_runs") == 0
    return folder


def notebook_pages(site: Path) -> list[Path]:
    return [page for page in pages(site) if page.parent.parent.name == "notebooks"]


def test_every_link_of_the_course_leads_somewhere(whole: Path) -> None:
    assert len(notebook_pages(whole)) == len(assignments(ROOT))
    assert list(broken(whole)) == []
    for page in pages(whole):
        assert [one for one in loaded(page) if re.match(r"(https?:)?//", one)] == [], page


def test_no_page_shows_a_line_of_a_solution(whole: Path) -> None:
    for page in notebook_pages(whole):
        lines = {re.sub(r"\s", "", line) for line in soup(page).get_text().split("\n")}
        solution = solution_notebook(page.parent.name, ROOT)
        secret = {
            re.sub(r"\s", "", line)
            for cell in solution.cells
            for line in inside(cell.source)
            if len(line.split("#")[0].strip()) > 25
        }
        assert len(secret) > 2 and sorted(secret & lines) == [], page


@pytest.mark.browser
@pytest.mark.parametrize("name", assignments(ROOT))
def test_a_notebook_keeps_the_rules_of_accessibility(
    whole: Path, chromium: Browser, name: str
) -> None:
    (path,) = (whole / "notebooks" / name).glob("*.html")
    for view, shown in views(chromium, path):
        unfold(shown)
        assert broken_rules(shown) == [], f"{name}, {view}"
        wide = shown.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{name}, {view}: it must be scrolled to the side"
