"""The sentences of a notebook's text, each with its line in the source, and what claims quote."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.authoring.source import UNCLAIMED, SourceCell

# Not part of the running text. It becomes blank, so that every line keeps its number.
NOT_PROSE = re.compile(
    r"""^```.*?^```                               # code
    | ^\$\$.*?\$\$                                # a formula on lines of its own
    | <details>.*?</details>                      # a derivation or a hint
    | ^\#.*?$                                     # a heading
    | ^\|.*?$                                     # a row of a table
    | ^[ ]*-[ ][a-d]:[ ].*?(?=^[ ]*-[ ]|^$|\Z)    # an option of a question
    | ^\*\*(?:Afterwards\ you\ can|You\ need|Sources:).*?(?=^\*\*|\Z)
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
FORMULA = re.compile(r"\$[^$]+\$|`[^`\n]+`")
BLOCK_END = re.compile(r"\n[ \t]*\n|\n(?=[ ]*(?:[-*]|\d+\.)[ ])")  # a paragraph, an entry of a list
NUMBER = re.compile(  # with decimals or per cent: most other numbers count or set something
    r"(?<![\w.,/^])\d[\d,]*\.\d+(?![\w-])|\d ?(?:%|per cent|percent)"
)
LIST_MARK = re.compile(r"\s*(?:[-*]|\d+\.)\s+")
# A full stop does not end a sentence behind an abbreviation or a single letter.
SENTENCE_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bet al)(?<!\bvs)(?<!\beq)(?<! [A-Z])"
    r"[.!?][*)\"”]*(?=\s+[*_(\"“<]*[A-Z0-9$`]|\s*\Z)"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence of a text cell.

    Attributes
    ----------
    text : in one line, without marks
    line : of the cell's text on which it starts, from 1
    is_marked : whether ``<!-- no claim: … -->`` stands behind it
    """

    text: str
    line: int
    is_marked: bool

    @property
    def states_number(self) -> bool:
        """Whether a number with decimals or per cent stands in its words; questions state none."""
        found = NUMBER.search(FORMULA.sub("", self.text))
        return found is not None and not self.text.endswith(("?", ":"))


def sentences(cell: SourceCell) -> Iterator[Sentence]:
    """The sentences of a text cell, without headings, tables, code and formulas."""
    text = NOT_PROSE.sub(_blank, cell.text)
    # A full stop in a formula or in a mark ends no sentence.
    masked = FORMULA.sub(lambda found: "X" * len(found[0]), UNCLAIMED.sub(_blank, text))
    for start, end in _blocks(masked):
        first = start
        if entry := LIST_MARK.match(masked, start, end):
            first = entry.end()
        for stop in [*(found.end() for found in SENTENCE_END.finditer(masked, start, end)), end]:
            if stop > first:
                words = UNCLAIMED.sub(_blank, text[first:stop])
                if re.search(r"\w", words):
                    begin = first + len(words) - len(words.lstrip())
                    line = 1 + text.count("\n", 0, begin)
                    marked = UNCLAIMED.match(text, stop) is not None
                    yield Sentence(" ".join(words.split()), line, marked)
                first = stop


def quotes(cells: Sequence[SourceCell]) -> set[str]:
    """What claims may quote: their strings of at least two words, in a loop or not."""
    return {
        " ".join(node.value.split())
        for cell in cells
        if cell.kind == "claims"
        for node in ast.walk(ast.parse(cell.text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    }


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in BLOCK_END.finditer(text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])
