"""The pictures of the site, in docs/pictures, from build/site.

make site PS=ps08 && .venv/bin/python -m tests.site.pictures
"""

from docs.site import ROOT
from tests.browser.jupyterlab import browser
from tests.browser.pictures import Look, keep, page
from tests.conftest import chromium

SITE = ROOT / "build" / "site"
NOTEBOOK = "notebooks/ps08/ps08_momentum.html"
# Name, page, anchor, look, width and height of the window.
SHOWN: list[tuple[str, str, str, Look, int, int]] = [
    ("site_start_light", "index.html", "", "light", 1100, 760),
    (
        "site_notebook_dark",
        NOTEBOOK,
        "a-guess-first",
        "dark",
        1100,
        760,
    ),
    ("site_reference_light", "api/optimizers.html", "adam", "light", 1100, 760),
    ("site_phone_dark", NOTEBOOK, "the-idea", "dark", 390, 760),
]


def main() -> None:
    """Photograph the pages."""
    path = chromium()
    if path is None:
        raise SystemExit("no chromium on PATH (Debian: apt-get install chromium)")
    with browser(path) as running:
        for name, place, anchor, look, width, height in SHOWN:
            with page(running, look, width, height) as shown:
                shown.goto((SITE / place).as_uri())
                shown.evaluate("place => document.getElementById(place)?.scrollIntoView()", anchor)
                shown.wait_for_timeout(1000)  # until it is drawn
                keep(shown, name)


if __name__ == "__main__":
    main()
