"""formgrader in a browser: every submission, its score, and the graded notebook."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import gradebook_url
from tests.browser.jupyterlab import jupyterlab
from tests.classroom.small_class import AUTOMATIC, NAME, SmallClass, make_class

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    made = make_class(tmp_path_factory.mktemp("course"))
    shutil.copy(ROOT / "nbgrader_config.py", made.settings.root)
    made.hand_in("amy", made.notebook())
    made.hand_in("ben", made.with_text("linear_forward"))
    made.hand_in("cem", "<html>", timestamp="yesterday")
    made.autograde()
    return made


@pytest.fixture(scope="module")
def served(small: SmallClass) -> Iterator[str]:
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        with jupyterlab(small.settings.root) as url:
            yield url
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def test_formgrader_shows_every_submission_and_its_score(
    small: SmallClass, served: str, chromium: Browser
) -> None:
    page = chromium.new_page()
    page.goto(f"{served}/formgrader/manage_submissions/ps98", wait_until="networkidle")
    for student, points in small.points().items():
        row = page.locator("tr", has_text=student).first
        row.wait_for()
        assert f"{points:g} / 8" in " ".join(row.inner_text().split())
    assert small.points() == {"amy": AUTOMATIC, "ben": 2.0, "cem": 0.0}
    page.close()


def test_the_graded_notebook_opens_with_its_reports(
    small: SmallClass, served: str, chromium: Browser
) -> None:
    with opened(gradebook_url(small.settings.classroom)) as gradebook:
        key = gradebook.find_submission_notebook(NAME, "ps98", "ben").id
    page = chromium.new_page()
    page.goto(f"{served}/formgrader/submissions/{key}/?index=0", wait_until="load")
    text = page.locator("body").inner_text()
    assert "linear_forward" in text and "not written" in text
    assert "The gradient has the shape of W." in text
    for part in (".text_cell_render", ".input_area", ".output_area"):
        assert page.locator(part).first.evaluate("e => getComputedStyle(e).contain") == "content"
    # formgrader's own style frames every picture in red.
    frame = "() => getComputedStyle(document.body.appendChild(new Image())).borderTopStyle"
    assert page.evaluate(frame) == "none"
    page.close()
