"""A released notebook as a page: outputs as after the work, sources as before it.

The functions are filled in, the questions are not, and the whole notebook is run. Then every cell
gets its released source again, so no solution is on the page. What follows from a guess is folded.
"""

import copy
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.utils import is_solution

from docs.site.browser_version import NAME
from docs.site.runs import SiteProblem
from grader.authoring.build import solution_notebook
from grader.authoring.cells import source_of
from grader.authoring.fill import answers_of, fill
from grader.authoring.leaks import leaks
from grader.authoring.release import released

BADGE = re.compile(r"\[!\[Open in Colab\]\([^)]*\)\]\(([^)]*)\)\n*")
BAND = re.compile(r'<div id="([^"]+)" style="border-left[^>]*>\n\n(#.+)\n\n</div>')
FIGURE_IN_WORDS = re.compile(
    r"<details[^>]*><summary>[^<]*figure in words</summary>\s*(.*?)\s*</details>", re.S
)
REST = re.compile(
    r"<details[^>]*><summary>After your guess: what follows[^<]*</summary>\n\n(.*)\n\n</details>",
    re.S,
)
OTHER = re.compile(r"\[([^\]]*)\]\(\.\./(\w+)/\w+\.ipynb\)")
TITLE = re.compile(r"\A# @title (.*)\n")
HERE = re.compile(r"\b(progress|setup_done)\(")  # its output names a file of this machine
AFTER = {
    "code": re.compile(r"^if revealed\(|\breveal\(", re.M),
    "markdown": re.compile("<summary>After your guess"),
}
UNFOLD = '<details class="after-guess"><summary>Make your guess, then open the result</summary>'
NOTE = (
    "The outputs on this page are those of a finished notebook. The functions that you write are "
    "left out: open the notebook to write them."
)


@dataclass(frozen=True)
class Versions:
    """A notebook with its answers and as released, and the source of both."""

    source: Path
    solution: NotebookNode
    release: NotebookNode

    @property
    def name(self) -> str:
        """Of the problem set."""
        return self.source.parent.name

    def to_run(self) -> NotebookNode:
        """The release with the functions filled in, the questions not."""
        answers = {
            name: text
            for name, text in answers_of(self.solution).items()
            if not name.startswith(("answer_", "manual_"))
        }
        return fill(self.release, answers)


def versions_of(assignment: str, course: Path) -> Versions:
    """The versions of ``assignment``; nbgrader makes the release, and not in several threads."""
    solution = solution_notebook(assignment, course)
    return Versions(source_of(assignment, course), solution, released(solution))


def page_of(
    versions: Versions, ran: NotebookNode, shown: Collection[str], *, browser: bool
) -> NotebookNode:
    """The notebook to render as a page.

    Parameters
    ----------
    ran : what became of ``versions.to_run()``
    shown : the problem sets that have a page
    browser : whether the site has the version that runs in a browser

    Raises
    ------
    SiteProblem
        The page would show a part of the solution.
    """
    return as_page(finished(versions, ran), versions.source, shown, browser=browser)


def finished(versions: Versions, ran: NotebookNode) -> NotebookNode:
    """The released notebook with the outputs of the solved one.

    Raises
    ------
    SiteProblem
        An output shows a part of the solution.
    """
    page = with_outputs(versions.release, ran)
    if found := leaks(page.cells, versions.solution.cells):
        raise SiteProblem([f"{versions.name}: the page would show {leak}" for leak in found])
    return page


def with_outputs(release: NotebookNode, ran: NotebookNode) -> NotebookNode:
    """``release`` with the outputs of ``ran``, except those of the cells to fill in."""
    page = copy.deepcopy(release)
    for cell, done in zip(page.cells, ran.cells, strict=True):
        if cell.cell_type == "code" and not (is_solution(cell) or HERE.search(cell.source)):
            cell.outputs = done.outputs
    return page


def as_page(
    notebook: NotebookNode, source: Path, shown: Collection[str], *, browser: bool
) -> NotebookNode:
    """``notebook`` for myst-nb: links, folds and headings in its way."""
    page = copy.deepcopy(notebook)
    assignment = source.parent.name
    pictures = _with_words(page.cells)
    for cell, words in zip(page.cells, pictures, strict=True):
        if cell.cell_type == "code":
            _fold_code(cell, words)
        else:
            cell.source = _linked(cell.source, assignment, shown)
    colab = BADGE.search(page.cells[0].source)
    title, _, text = BADGE.sub("", page.cells[0].source).partition("\n")
    page.cells[
        0
    ].source = f"{title}\n\n{_doors(source, colab[1] if colab else '', browser)}\n\n{NOTE}\n{text}"
    page.cells = list(_grouped(page.cells))
    return page


def _doors(source: Path, colab: str, browser: bool) -> str:
    """The ways to work in the notebook."""
    doors = [f'<a href="{source.stem}.ipynb" download>Download the notebook</a>']
    if browser:
        place = (
            f"../../{NAME}/lab/index.html?path=notebooks/{source.parent.name}/{source.stem}.ipynb"
        )
        doors.insert(0, f'<a href="{place}">Open in the browser</a>')
    if colab:
        doors.insert(0, f'<a href="{colab}">Open in Colab</a>')
    return f'<p class="doors">{" ".join(doors)}</p>'


def _linked(text: str, assignment: str, shown: Collection[str]) -> str:
    """Anchors of their own for each notebook, headings outside of boxes, links to other pages."""
    text = BAND.sub(lambda found: f"({assignment}-{found[1]})=\n\n{found[2]}", text)
    text = re.sub(r"\]\(#((?:turn|question|words|guess)-[^)]*)\)", rf"](#{assignment}-\1)", text)
    text = OTHER.sub(lambda found: found[0] if found[2] in shown else found[1], text)
    return re.sub(r"\]\([^()\s]*docs/(\w+\.md)", r"](../../\1", text)


def _with_words(cells: list[NotebookNode]) -> Iterator[str]:
    """For each cell what its figure shows: from the text below, else the title of the cell."""
    below = [*cells[1:], new_markdown_cell("")]
    for cell, following in zip(cells, below, strict=True):
        found = FIGURE_IN_WORDS.search(following.source)
        title = TITLE.match(cell.source)
        words = found[1] if found else title[1] if title else ""
        yield plain(words)


def plain(text: str) -> str:
    """Markdown without its marks, on one line: an alternative text."""
    return " ".join(re.sub(r"[*`$\\]", "", text).split())


def _fold_code(cell: NotebookNode, words: str) -> None:
    title = TITLE.match(cell.source)
    if title:
        cell.source = TITLE.sub("", cell.source)
        cell.metadata.setdefault("tags", []).append("hide-input")
        cell.metadata["mystnb"] = {"code_prompt_show": title[1], "code_prompt_hide": title[1]}
    if words:
        cell.metadata.setdefault("mystnb", {})["image"] = {"alt": words}


def _grouped(cells: list[NotebookNode]) -> Iterator[NotebookNode]:
    """The cells that follow from a guess, one after the other, in one fold."""
    within = False
    for cell in cells:
        if bool(AFTER[cell.cell_type].search(cell.source)) != within:
            within = not within
            yield new_markdown_cell(UNFOLD if within else "</details>")
        if within:
            cell.source = REST.sub(r"\1", cell.source)
        yield cell
    if within:
        yield new_markdown_cell("</details>")
