"""The pictures of README, in docs/pictures, light and dark.

.venv/bin/python -m tests.browser.pictures

A check that names a mistake, a guess beside the result, the report on the sample class and one of
its pages of feedback, and a notebook as it opens.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, Page

from grader.checking.report.of_guess import report_on_guess
from grader.classroom.demo import run_demo
from grader.settings import load_settings
from tests.browser.jupyterlab import browser, jupyterlab, open_notebook
from tests.browser.reports import LOOKS, WORKED, momentum, of_function, page_of
from tests.needs import find_chromium

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
COLOURS = 64  # of a picture: a fifth of the bytes, and nobody sees the difference
Look = Literal["light", "dark"]
BOTH: tuple[Look, Look] = ("light", "dark")


def main() -> None:
    path = find_chromium()
    if path is None:
        raise SystemExit("no chromium on PATH (Debian: apt-get install chromium)")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with browser(path) as running:
        for look in BOTH:
            check(running, look)
            reveal(running, look)
            notebook(running, look)
        demo = run_demo(load_settings(ROOT), "ps12", lambda _title, _steps: lambda _done: None)
        for look in BOTH:
            with page(running, look, 1100, 760) as shown:
                shown.goto(demo.report.as_uri())
                keep(shown, f"report_{look}")
            feedback(running, look, demo.feedback)


def check(running: Browser, look: Look) -> None:
    """The answer to a function whose step goes uphill."""
    answer = of_function("momentum_step", momentum(-1.0))
    _, background, colour = LOOKS[look]
    with page(running, look, 760, 600) as shown:
        shown.set_content(page_of([("check", answer)], background, colour))
        keep(shown, f"check_{look}", ".one")


def reveal(running: Browser, look: Look) -> None:
    """A guess beside the result of the run."""
    answer = report_on_guess("b", "c", "Each of 161 rates ran 600 steps.", WORKED)
    _, background, colour = LOOKS[look]
    with page(running, look, 760, 600) as shown:
        shown.set_content(page_of([("reveal", answer)], background, colour))
        keep(shown, f"reveal_{look}", ".one")


def feedback(running: Browser, look: Look, folder: Path) -> None:
    """The first screen of a student's feedback page, with one function that goes uphill."""
    (file,) = folder.glob("mistake-1/ps12/*.html")
    with page(running, look, 900, 760) as shown:
        shown.goto(file.as_uri())
        keep(shown, f"feedback_{look}")


def notebook(running: Browser, look: Look) -> None:
    """The first screen of notebook 12 in JupyterLab, with the outline."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "notebooks", Path(folder, "notebooks"))
        with jupyterlab(Path(folder), dark=look == "dark") as url:
            shown = open_notebook(running, url, "notebooks/ps12/ps12_momentum.ipynb")
            shown.set_viewport_size({"width": 1100, "height": 760})
            shown.keyboard.press("Control+Shift+K")  # the outline
            shown.wait_for_timeout(1500)  # until it is drawn
            keep(shown, f"notebook_{look}")
            shown.close()


@contextmanager
def page(running: Browser, look: Look, width: int, height: int) -> Iterator[Page]:
    shown = running.new_page(viewport={"width": width, "height": height}, color_scheme=look)
    try:
        yield shown
    finally:
        shown.close()


def keep(shown: Page, name: str, part: str = "") -> None:
    """Write a picture of the page, or of a part of it, with few colours."""
    file = PICTURES / f"{name}.png"
    if part:
        shown.locator(part).screenshot(path=file)
    else:
        shown.screenshot(path=file)
    with Image.open(file) as image:
        small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    save(small, name)


def save(image: Image.Image, name: str, **options: Any) -> None:
    file = PICTURES / f"{name}.png"
    image.save(file, optimize=True, **options)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
