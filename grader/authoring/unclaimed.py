"""Numbers in a text that no claim covers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.cells import source_of
from grader.authoring.lint.figures import called, plots
from grader.authoring.sentences import Sentence, quotes, sentences
from grader.authoring.source import CAPTION, SourceCell, read_source

HEADING = re.compile(r"^#+ ", re.MULTILINE)


@dataclass(frozen=True)
class Unclaimed:
    """A sentence with a number that needs a claim or a mark.

    Attributes
    ----------
    line : of the source, if known
    """

    text: str
    line: int | None


def unclaimed(assignment: str, root: Path) -> list[Unclaimed]:
    """The sentences of ``assignment`` with a number that no claim covers, from the top.

    Asked are captions and the text below a cell that prints or draws, up to the next heading, for
    numbers with decimals or per cent. A claim covers every sentence that has words of its quote. A
    mark behind the sentence, ``<!-- no claim: derived -->``, says that it needs none.

    Raises
    ------
    AuthoringError
        There is no such source, or it cannot be read.
    """
    return list(unclaimed_in(read_source(source_of(assignment, root))))


def unclaimed_in(cells: Sequence[SourceCell]) -> Iterator[Unclaimed]:
    """The same for the cells of a source."""
    quoted = quotes(cells)
    showing = {"print", "plt.show", "reveal", *plots(cells)}
    below_results = False
    for cell in cells:
        if cell.kind == "text":
            found = list(sentences(cell))
            covered = _covered(found, quoted)
            for sentence, is_covered in zip(found, covered, strict=True):
                if is_covered or sentence.is_marked or not sentence.states_number:
                    continue
                if _on_results(sentence, cell, below_results=below_results):
                    yield Unclaimed(sentence.text, cell.line and cell.line + sentence.line)
        if cell.kind != "claims":
            below_results = cell.kind == "practice" and bool(showing & set(called(cell)))


def _on_results(sentence: Sentence, cell: SourceCell, *, below_results: bool) -> bool:
    """Whether it describes a figure, or stands below results with no heading between them."""
    before = "\n".join(cell.text.split("\n")[: sentence.line - 1])
    caption = CAPTION.match(cell.text)
    in_caption = caption is not None and len(before) < caption.end()
    return in_caption or (below_results and not HEADING.search(before))


def _covered(those: Sequence[Sentence], quoted: Collection[str]) -> list[bool]:
    """Whether each of the sentences of a cell has words of a quote."""
    text = " ".join(sentence.text for sentence in those)
    spans = [
        found.span()
        for quote in quoted
        if quote in text
        for found in re.finditer(re.escape(quote), text)
    ]
    covered, start = [], 0
    for sentence in those:
        end = start + len(sentence.text)
        covered.append(any(first < end and last > start for first, last in spans))
        start = end + 1
    return covered
