"""How much of a notebook is shown on its page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbformat import NotebookNode

RENDER_ALL_SECONDS = 15.0  # for all Markdown of a notebook's outputs
LEFT_OUT = "… the rest is left out of this page: too much of it"
LONGEST_PROSE = 50_000  # characters of one text cell
_marks = re.compile(r"[<>&\"'\x1b]")
_signs = re.compile(r"[^\w\s]|\b\w")


@dataclass
class PageBudget:
    """How much of a notebook can still be shown, in characters of the page that is made of it.

    A mark such as ``<`` takes several there, and each sign of code that is coloured a tag.
    ``seconds`` are for rendering the Markdown of outputs.
    """

    text: int = 700_000
    html: int = 300_000
    pictures: int = 2_000_000
    code: int = 1_200_000
    prose: int = 250_000
    seconds: float = RENDER_ALL_SECONDS

    def shortened(self, text: str) -> str:
        """Printed text as far as the budget goes, which is taken from."""
        cost = len(text) + 5 * len(_marks.findall(text))
        if cost <= self.text:
            self.text -= cost
            return text
        kept = text[: max(self.text // 6, 0)]
        self.text = 0
        return f"{kept}\n{LEFT_OUT}\n"

    def takes_html(self, html: str) -> bool:
        return self._takes("html", len(html))

    def takes_picture(self, data: str) -> bool:
        return self._takes("pictures", len(data))

    def _takes(self, kind: str, size: int) -> bool:
        left = getattr(self, kind) - size
        if left < 0:
            return False
        setattr(self, kind, left)
        return True

    def takes_shown(self, cell: NotebookNode) -> None:
        """Count outputs that are kept as they are."""
        for output in cell.get("outputs", []):
            self.text -= len(output.get("text", ""))
            for kind, data in output.get("data", {}).items():
                if kind.startswith("image/"):
                    self.pictures -= len(data)
                elif kind == "text/html":
                    self.html -= len(data)

    def shorten_sources(self, notebook: NotebookNode) -> int:
        """Cut the texts of cells that are too long to be shown; returns how many were."""
        cut = 0
        for cell in notebook.cells:
            if cell.cell_type == "code":
                fits = self._takes("code", len(cell.source) + 30 * len(_signs.findall(cell.source)))
            else:
                fits = len(cell.source) <= LONGEST_PROSE and self._takes("prose", len(cell.source))
            if not fits:
                cell.source = f"{cell.source[:500]}\n{LEFT_OUT}"
                cut += 1
        return cut
