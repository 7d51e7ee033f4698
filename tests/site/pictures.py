"""Pictures of the site, in docs/pictures, from build/site: a page light and dark, desk and phone.

make site PS=ps08 && .venv/bin/python -m tests.site.pictures
"""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from docs.site import ROOT
from tests.browser.jupyterlab import browser
from tests.browser.pictures import BOTH, Look, page, save
from tests.conftest import chromium

SITE = ROOT / "build" / "site"
# Name, page, and the anchor to which it is scrolled.
SHOWN = [
    ("site_start", "index.html", ""),
    ("site_notebook", "notebooks/ps08/ps08_momentum.html", "a-guess-first"),
    ("site_reference", "api/optimizers.html", "adam"),
]
HEIGHT = 760
WIDTHS = (1100, 390)  # of a window on a desk and on a phone
REDUCED = 2  # by this factor, to keep the files small
BETWEEN, GREY = 12, "#808080"


def main() -> None:
    """Photograph the pages."""
    path = chromium()
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
