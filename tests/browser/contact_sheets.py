"""All figures of the solved notebooks on sheets, in build/contact_sheets.

.venv/bin/python -m tests.browser.contact_sheets ps12

For each notebook four sheets: light; in JupyterLab's dark theme; grey and without scripts, as in
print; and as wide as a phone. Below each figure stands the cell that draws it. A notebook that did
not change since the last sheets does not run again.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from unittest.mock import patch

from nbformat.notebooknode import NotebookNode
from playwright.sync_api import Browser

from docs.site.notebook_page import versions_of
from docs.site.runs import executed
from tests.browser.jupyterlab import browser
from tests.needs import find_chromium

ROOT = Path(__file__).parents[2]
SHEETS = ROOT / "build" / "contact_sheets"


@dataclass(frozen=True)
class Look:
    """How a sheet shows its figures.

    Attributes
    ----------
    columns, width : figures beside each other, and the pixels of each
    body : attributes of the page's body
    css : rules of the page
    scripts : whether they run
    """

    columns: int
    width: int
    body: str = 'data-jp-theme-light="true"'
    css: str = "background: #FFFFFF; color: #1A1A1A"
    scripts: bool = True


LOOKS = {
    "light": Look(3, 620),
    "dark": Look(3, 620, 'data-jp-theme-light="false"', "background: #111111; color: #E0E0E0"),
    "grey": Look(3, 620, css="background: #FFFFFF; filter: grayscale(1)", scripts=False),
    "phone": Look(5, 370),
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="contact_sheets", description=__doc__.partition("\n")[0])
    parser.add_argument("assignments", nargs="*", help="ps06, …; all, if none is named")
    asked = parser.parse_args(arguments)
    path = find_chromium()
    if path is None:
        parser.error("no chromium on PATH (Debian: apt-get install chromium)")
    names = asked.assignments or sorted(folder.name for folder in (ROOT / "solutions").glob("ps*"))
    for name in names:
        # As for somebody who reads it, so that every figure has both looks and its words.
        with patch.dict(os.environ, JPY_SESSION_NAME=f"{name}.ipynb"):
            ran = executed(versions_of(name, ROOT).to_run(), name, SHEETS / "runs")
        # Not before: while Playwright runs, nothing else here could start an event loop.
        with browser(path) as running:
            for look in LOOKS:
                sheet = photograph(running, page_of(ran, LOOKS[look]), LOOKS[look], name, look)
                print(sheet.relative_to(ROOT))


def figures_of(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """HTML of each figure of a notebook that ran, and the heading and title of its cell."""
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            lines = [line for line in cell.source.splitlines() if line.startswith("#")]
            heading = lines[-1].lstrip("# ") if lines else heading
            continue
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                plain = f'<img src="data:image/png;base64,{data["image/png"]}">'
                html = "".join(data.get("text/html", plain))
                kilobytes = len(html) / 1000
                yield html, f"{heading} · {title_of(cell)} · {kilobytes:.0f} kB"


def title_of(cell: NotebookNode) -> str:
    """The title under which a cell is folded, else its first line."""
    line: str = cell.source.partition("\n")[0]
    return line.removeprefix("# @title ").removesuffix(' { display-mode: "form" }')


def page_of(notebook: NotebookNode, look: Look) -> str:
    """A page with the figures of a notebook side by side."""
    cards = "".join(
        f"<figure>{html}<figcaption>{number} · {escape(words)}</figcaption></figure>"
        for number, (html, words) in enumerate(figures_of(notebook), start=1)
    )
    return f"""<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 12px; font: 13px sans-serif; {look.css};
  columns: {look.columns}; column-gap: 20px }}
figure {{ margin: 0 0 24px; break-inside: avoid; width: {look.width}px }}
</style><body {look.body}>{cards}</body>"""


def photograph(running: Browser, page: str, look: Look, name: str, kind: str) -> Path:
    """Write a sheet and return its file."""
    width = look.columns * (look.width + 20) + 24
    shown = running.new_page(
        viewport={"width": width, "height": 800}, java_script_enabled=look.scripts
    )
    shown.set_content(page)
    file = SHEETS / f"{name}_{kind}.png"
    shown.screenshot(path=file, full_page=True)
    shown.close()
    return file


if __name__ == "__main__":
    main()
