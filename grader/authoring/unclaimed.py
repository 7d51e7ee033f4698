"""Sentences that state a result and that no claim covers."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.build import source_of
from grader.authoring.lint.figures import called, plots
from grader.authoring.lint.results import states_result
from grader.authoring.sentences import Sentence, sentences
from grader.authoring.source import CAPTION, SourceCell, read_source

HEADING = re.compile(r"^#+ ", re.MULTILINE)


@dataclass(frozen=True)
class Unclaimed:
    """A sentence that needs a claim, a mark, or other words.

    Attributes
    ----------
    line : of the source, if known
    """

    text: str
    line: int | None


def unclaimed(assignment: str, root: Path) -> list[Unclaimed]:
    """The sentences of ``assignment`` that state a result which no claim covers, from the top.

    A claim covers every sentence that has words of its quote. A mark behind the sentence,
    ``<!-- no claim: derived -->``, says that it needs none.

    Raises
    ------
    AuthoringError
        There is no such source, or it cannot be read.
    """
    return list(unclaimed_in(read_source(source_of(assignment, root))))


def unclaimed_in(cells: Sequence[SourceCell]) -> Iterator[Unclaimed]:
    """The same for the cells of a source."""
    quotes = {quote for cell in cells if cell.kind == "claims" for quote in _quotes(cell.text)}
    showing = {"print", "plt.show", "reveal", *plots(cells)}
    below_results = False
    for cell in cells:
        if cell.kind == "text":
            found = list(sentences(cell))
            covered = _covered(found, quotes)
            for sentence, is_covered in zip(found, covered, strict=True):
                if is_covered or sentence.is_marked:
                    continue
                if _states_result(sentence, cell, below_results=below_results):
                    yield Unclaimed(sentence.text, cell.line and cell.line + sentence.line)
        if cell.kind != "claims":
            below_results = cell.kind == "practice" and bool(showing & set(called(cell)))


def _states_result(sentence: Sentence, cell: SourceCell, *, below_results: bool) -> bool:
    before = "\n".join(cell.text.split("\n")[: sentence.line - 1])
    caption = CAPTION.match(cell.text)
    return states_result(
        sentence,
        in_caption=caption is not None and len(before) < caption.end(),
        below_results=below_results and not HEADING.search(before),
    )


def _covered(those: Sequence[Sentence], quotes: Collection[str]) -> list[bool]:
    """Whether each of the sentences of a cell has words of a quote."""
    text = " ".join(sentence.text for sentence in those)
    quoted = [
        found.span()
        for quote in quotes
        if quote in text
        for found in re.finditer(re.escape(quote), text)
    ]
    covered, start = [], 0
    for sentence in those:
        end = start + len(sentence.text)
        covered.append(any(first < end and last > start for first, last in quoted))
        start = end + 1
    return covered


def _quotes(code: str) -> Iterator[str]:
    """What a claims cell may quote: its strings of at least two words, in a loop or not."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.split()
            if len(words) > 1:
                yield " ".join(words)
