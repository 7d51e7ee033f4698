"""What the pages of a built site load and link to."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from docs.site.browser_version import NAME

# Attributes whose value the browser loads with the page.
LOADED = [("script", "src"), ("img", "src"), ("link", "href"), ("source", "srcset")]


def pages(site: Path) -> list[Path]:
    """All pages of the site that are ours."""
    others = {"_static", NAME}
    return sorted(path for path in site.rglob("*.html") if others.isdisjoint(path.parts))


@cache
def soup(page: Path) -> BeautifulSoup:
    """The parsed page."""
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def loaded(page: Path) -> Iterator[str]:
    """Addresses that the browser asks for when it shows the page."""
    for tag, attribute in LOADED:
        for element in soup(page).find_all(tag):
            if address := element.get(attribute):
                yield address


def broken(site: Path) -> Iterator[str]:
    """Links of all pages that lead nowhere: to no file, or to no anchor of a page."""
    for page in pages(site):
        targets = {element["href"] for element in soup(page).find_all(href=True)}
        for address in sorted(targets | set(loaded(page))):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if file.is_dir():
                file /= "index.html"
            where = f"{page.relative_to(site)}: {address}"
            anchor = unquote(parts.fragment) if file.suffix == ".html" else ""
            if not file.is_file() or (anchor and anchor not in anchors(file)):
                yield where


@cache
def anchors(page: Path) -> set[str]:
    """The anchors of a page."""
    return {element["id"] for element in soup(page).find_all(id=True)}
