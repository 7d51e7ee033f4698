"""A report as a value: a headline and blocks, in the order in which they are read.

That is the order of use: the badge with the points, the hint, what does not hold with *yours |
expected*, and folded below it what holds, the help and the smallest failing input.

The same blocks become HTML (``as_html``) and plain text (``as_text``), so that both say the same.
Text in `backticks` is code.
"""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "wrong", "waiting", "news"]
HOLDS, WRONG, OPEN, URGENT, OTHER = "✓", "✗", "?", "!", "–"


@dataclass(frozen=True)
class Text:
    """A paragraph, with a word such as "Hint" in front of it."""

    words: str
    label: str = ""


@dataclass(frozen=True)
class Code:
    """Lines of code, or what was printed, as they are."""

    lines: str


@dataclass(frozen=True)
class Item:
    """A line of a list behind its mark, and what belongs to it.

    If it is folded, that unfolds from the line; plain text has all of it.
    """

    mark: str
    words: str
    blocks: "tuple[Block, ...]" = ()
    folded: bool = False


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Bar:
    """A cell with words and a bar below them that shows a share between 0 and 1."""

    words: str
    share: float


@dataclass(frozen=True)
class Row:
    """A row of a table: the first cell is its heading. ``part`` begins a part of the table."""

    cells: tuple[str | Bar, ...]
    part: bool = False
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under the headings of the columns; no headings, if all cells speak for themselves."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]
    numbers: bool = True  # whether all columns but the first hold numbers


@dataclass(frozen=True)
class Fold:
    """What unfolds under ``summary``. Plain text cannot be folded: it has ``in_text`` instead."""

    summary: str
    blocks: "tuple[Block, ...]"
    in_text: "tuple[Block, ...]" = ()


@dataclass(frozen=True)
class Line:
    """Two numbers on a line from ``low`` to ``high``: label, number in words, place from 0 to 1."""

    above: tuple[str, str, float]
    below: tuple[str, str, float]
    low: str
    high: str


Block = Text | Code | Items | Table | Fold | Line


@dataclass(frozen=True)
class Report:
    """A headline (what it is about, a badge, what is said of it), then blocks.

    ``status`` names the kind of report for scripts and tests.
    """

    tone: Tone
    name: str
    badge: str
    says: str = ""
    blocks: tuple[Block, ...] = ()
    status: str = ""
    symbol: str = ""  # of the badge, in place of the tone's own


def points(got: float, of: float) -> str:
    """What stands on a badge: "1.45 of 2 points"."""
    if not of:
        return "no points"
    said = "{got} of {of} point" if of == 1 else "{got} of {of} points"
    return said.format(got=number(got), of=number(of))


def number(value: float) -> str:
    """Points without trailing zeros: 2, 0.75."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
