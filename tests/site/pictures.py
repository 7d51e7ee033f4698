"""Pictures of the site, in docs/pictures, from build/site: a page light and dark, desk and phone.

make site PS=ps12 && .venv/bin/python -m tests.site.pictures

Also a notebook at work in a browser alone, on desk and phone, if Pyodide is here
(`python -m tests.site.pyodide`): a wrong gradient, and what its check says.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from docs.site import ROOT
from docs.site.browser_version import make_browser_version
from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of
from grader.authoring.generate import mistake_answers
from grader.authoring.notebook import to_bytes
from grader.authoring.release import released
from grader.checking.contract.registry import find, names
from tests.browser.jupyterlab import browser
from tests.browser.pictures import BOTH, Look, page, save
from tests.needs import NEEDS, find_chromium
from tests.site import browser_only as student
from tests.site.pyodide import FOLDER

SITE = ROOT / "build" / "site"
# Name, page, and the anchor to which it is scrolled.
SHOWN = [
    ("site_start", "index.html", ""),
    ("site_notebook", "notebooks/ps12/ps12_momentum.html", "a-ball-in-a-valley"),
    ("site_reference", "api/optimizers.html", "adam"),
]
HEIGHT = 760
WIDTHS = (1100, 390)  # of a window on a desk and on a phone
REDUCED = 2  # by this factor, to keep the files small
BETWEEN, GREY = 12, "#808080"


def main() -> None:
    """Photograph the pages."""
    path = find_chromium()
    if path is None:
        raise SystemExit("no chromium on PATH (Debian: apt-get install chromium)")
    with browser(path) as running:
        for name, place, anchor in SHOWN:
            views = [
                view(running, SITE / place, anchor, look, width)
                for look in BOTH
                for width in WIDTHS
            ]
            save(in_a_row(views).quantize(128, dither=Image.Dither.NONE), name)
        if reason := NEEDS["pyodide"].missing:
            raise SystemExit(f"no picture of the browser version: {reason}")
        views = in_a_browser_alone(running)
        save(in_a_row(views).quantize(128, dither=Image.Dither.NONE), "browser_version")


def in_a_browser_alone(running: Browser) -> list[Image.Image]:
    """A notebook whose answers are right but for one: the check that names the mistake."""
    solution = solution_notebook("ps06", ROOT)
    wrong = find("linear_backward")
    mean = next(one for one in wrong.mistakes if "db = du.mean(axis=0)" == str(one))
    taken = {name for one in names("ps06") for name in find(one).takes}
    answers = answers_of(solution) | mistake_answers(wrong, mean, present=taken)
    place = "notebooks/ps06.ipynb"
    with tempfile.TemporaryDirectory() as folder:
        make_browser_version({place: to_bytes(released(solution))}, Path(folder), FOLDER)
        with student.served(Path(folder)) as url:
            views = []
            for width in WIDTHS:
                size = ViewportSize(width=width, height=HEIGHT)
                reader = running.new_context(viewport=size, device_scale_factor=REDUCED)
                shown = student.open_notebook(reader, url, place)
                student.answer(shown, answers)
                student.run_all(shown)
                views.append(at_the_check(shown, wrong.name))
                reader.close()
            return views


def at_the_check(shown: Page, name: str) -> Image.Image:
    """The window when its reader has scrolled to a check."""
    check = shown.locator(".jp-CodeCell", has_text=f'check("{name}"').first
    check.scroll_into_view_if_needed()
    check.evaluate("cell => cell.scrollIntoView({block: 'start'})")
    shown.wait_for_timeout(2000)  # until it is drawn
    with Image.open(io.BytesIO(shown.screenshot())) as image:
        return image.convert("RGB").reduce(REDUCED)


def view(running: Browser, file: Path, anchor: str, look: Look, width: int) -> Image.Image:
    """What a window of this width shows."""
    with page(running, look, width, HEIGHT) as shown:
        shown.goto(file.as_uri())
        shown.evaluate("place => document.getElementById(place)?.scrollIntoView()", anchor)
        shown.wait_for_timeout(1000)  # until it is drawn
        with Image.open(io.BytesIO(shown.screenshot())) as image:
            return image.convert("RGB").reduce(REDUCED)


def in_a_row(images: list[Image.Image]) -> Image.Image:
    """One image of several, with a margin between them."""
    width = sum(image.width for image in images) + BETWEEN * (len(images) - 1)
    row = Image.new("RGB", (width, max(image.height for image in images)), GREY)
    left = 0
    for image in images:
        row.paste(image, (left, 0))
        left += image.width + BETWEEN
    return row


if __name__ == "__main__":
    main()
