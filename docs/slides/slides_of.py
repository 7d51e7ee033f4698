"""The slides of a notebook: each guess with its result, each figure with its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell

from docs.site.notebook_page import BAND, FIGURE_IN_WORDS, TITLE, plain
from grader.authoring.opening import picture_of

SECTION = re.compile(r"^## (.+)$", re.M)
CONTEXT = 800  # characters that fit above a question
HEADING = re.compile(r"^#+ .*$", re.M)
GUESS = re.compile(r"""^guess\(["'](\w+)["']""", re.M)
REVEAL = re.compile(r"""\breveal\(\s*["'](\w+)["']""")
RESULT = re.compile(r"The result: (.+)\n  No guess was made\.((?:\n.*)*)")  # with a note
# "Train, draw the weights and count the zeros": what is drawn.
DRAWN = re.compile(
    r"\b(?:draw|show|play) (?!and\b|some\b|it\b)(.+?)(?:,? and (?:print|count|compare)\b.*)?$",
    re.I,
)


@dataclass(frozen=True)
class Figure:
    """A picture (PNG in base64) with its alternative text, or the HTML of one that moves."""

    png: str = ""
    alt: str = ""
    html: str = ""


@dataclass(frozen=True)
class Slide:
    """What one slide shows.

    Attributes
    ----------
    section : the heading of the notebook's section
    text : Markdown, large
    words : Markdown, small, below the figure
    """

    title: str
    section: str = ""
    text: str = ""
    figure: Figure | None = None
    words: str = ""


def slides_of(notebook: NotebookNode) -> list[Slide]:
    """The slides of a released notebook with outputs, in its order.

    A guess stands before what follows from it, as in the notebook.
    """
    return [*_beginning(notebook.cells[0].source), *_body(notebook.cells[1:])]


def _beginning(text: str) -> Iterator[Slide]:
    title = text.partition("\n")[0].removeprefix("# ")
    opening = picture_of(text)
    yield Slide(title, figure=Figure(opening[1], opening[0]) if opening else None)


def _body(cells: list[NotebookNode]) -> Iterator[Slide]:
    section, before = "", list[str]()  # `before`: the texts since the last code cell
    asked: dict[str, Slide] = {}
    for cell, following in pairwise([*cells, new_markdown_cell("")]):
        if cell.cell_type == "markdown":
            if headings := SECTION.findall(cell.source):
                section = headings[-1]
            before.append(cell.source)
            continue
        if names := GUESS.findall(cell.source):
            question = _question(before, section)
            asked |= dict.fromkeys(names, question)
            yield question
        yield from _results(cell, asked)
        found = FIGURE_IN_WORDS.search(following.source)
        words, title = found[1] if found else "", _title(cell.source) or section
        figures = list(_figures(cell, plain(words) or title))
        for number, figure in enumerate(figures, start=1):
            which = f" ({number} of {len(figures)})" if len(figures) > 1 else ""
            yield Slide(f"{title}{which}", section, figure=figure, words=words)
        before = []


def _question(before: list[str], section: str) -> Slide:
    """The question of a guess, after a short text that stands above it in the section."""
    *above, own = before or [""]
    band = BAND.search(own)
    title = band[2].lstrip("#✍ ") if band else "A guess first"
    own = BAND.sub("", own).strip()
    context = SECTION.split(above[-1])[-1] if above and SECTION.search(above[-1]) else ""
    if len(context) > CONTEXT:
        context = ""
    if not own and above and not context:  # the question follows a figure's words
        own = FIGURE_IN_WORDS.sub("", above[-1])
    text = f"{context}\n\n{own}".partition("<details")[0]
    return Slide(title, section, HEADING.sub("", text).strip())


def _results(cell: NotebookNode, asked: dict[str, Slide]) -> Iterator[Slide]:
    """What `reveal` showed, below the question; a question can ask for two guesses."""
    texts = [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
    shown = [found for text in texts if (found := RESULT.match(text))]
    results: dict[Slide, list[str]] = {}
    for name, found in zip(REVEAL.findall(cell.source), shown, strict=False):
        if question := asked.get(name):
            note = " ".join(found[2].split())
            results.setdefault(question, []).append(f"**The result: {found[1]}.** {note}".strip())
    for question, said in results.items():
        title = question.title.replace("Guess", "Result", 1)
        below = "\n>\n> ".join(said)
        yield replace(question, title=title, text=f"{question.text}\n\n> {below}")


def _figures(cell: NotebookNode, words: str) -> Iterator[Figure]:
    """The figures that a cell drew; ``words`` describe one that has no text of its own."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "data-player=" in data.get("text/html", ""):
            yield Figure(html=data["text/html"])
        elif "image/png" in data:
            own = data.get("text/plain", "<Figure")
            yield Figure(data["image/png"].strip(), words if own.startswith("<Figure") else own)


def _title(code: str) -> str:
    """The title of a folded cell as that of its figure: "Draw the steps" is "The steps"."""
    title = TITLE.match(code)
    if title is None:
        return ""
    drawn = DRAWN.search(title[1])
    words = drawn[1] if drawn else title[1]
    return re.sub(r"^[a-z](?=[a-z]{2}|\s)", lambda first: first[0].upper(), words)
