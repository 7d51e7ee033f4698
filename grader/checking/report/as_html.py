"""A report as one HTML element, readable on light and on dark pages.

Words and symbols carry the meaning, colour only supports it. Text has the page's own colour;
coloured are tints, which let the page show through, and badges, which bring their own background.
Everything is escaped. There is no script, link or style sheet, and only what
``grading.submission.clean_html`` lets through: graded reports stand on feedback pages. Headings are
``h5``, because JupyterLab's outline takes in four levels.
"""

import re
from html import escape
from typing import NamedTuple

from grader.checking.report.blocks import (
    HOLDS,
    URGENT,
    WRONG,
    Bar,
    Block,
    Code,
    Fold,
    Item,
    Items,
    Line,
    Report,
    Row,
    Table,
    Text,
    Tone,
)


class Look(NamedTuple):
    """Symbol, colour of badge and edge (4.5 : 1 with white text), and the tint of the box."""

    symbol: str
    colour: str
    tint: str


GREEN, ORANGE, GREY, BLUE = "#1a7f37", "#b35900", "#68717a", "#0072b2"
LOOKS: dict[Tone, Look] = {
    "good": Look(HOLDS, GREEN, "rgba(26,127,55,0.1)"),
    "wrong": Look(WRONG, ORANGE, "rgba(230,130,20,0.1)"),
    "waiting": Look("…", GREY, "rgba(128,128,128,0.1)"),
    "news": Look("", BLUE, "rgba(0,114,178,0.1)"),
}
RULE = "1px solid rgba(128,128,128,0.45)"
# Pages give code a background and a colour of their own, which would stand on the tint.
PLAIN_CODE = "background-color:transparent;color:inherit;padding:0"
# A long name of a module does not widen the box on a phone.
CODE = (
    "background-color:rgba(128,128,128,0.18);color:inherit;padding:0 0.25em;overflow-wrap:anywhere"
)
SHORT = 12  # letters of a row's heading, which stays on one line
NARROW = "margin:0;margin-top:0.4em"
CELL = f"border:0;border-bottom:{RULE};vertical-align:top;white-space:normal"
# A name and two numbers stand side by side in the 230 pixels that JupyterLab leaves on a phone.
CODE_IN_CELL = f"{PLAIN_CODE};font-size:0.9em"
INDENT = "3%"  # as wide as a mark on a large screen, and almost nothing on a phone
# Where a name or a long number is broken if it does not fit: read_|csv, os.|path, w|['a']|[0],
# 1.23456|e-05, 0.0012|3456.
BREAK = re.compile(
    r"(?<=\w_)(?=\w)|(?<=\w\.)(?=[a-z])|(?<=[\w\])])(?=\[)"
    r"|(?<=\d)(?=e[+-]\d)|(?<=\.\d{4})(?=\d{4})"
)


def as_html(report: Report) -> str:
    """The report as one self-contained element."""
    look = LOOKS[report.tone]
    symbol = report.symbol or look.symbol
    badge = " ".join(filter(None, [symbol, report.badge]))
    head = _badge(badge, look.colour, "0.1em 0.6em", "margin-right:0.6em") if badge else ""
    said = ": ".join(marked(part, PLAIN_CODE) for part in (report.name, report.says) if part)
    # No heading: its level would have to follow that of the text above, which no output knows.
    size = "font-size:1.1em;font-weight:bold;font-style:normal;line-height:1.7"
    heading = f"<p style='margin:0;padding:0;{size}'>{' '.join(filter(None, [head, said]))}</p>"
    box = (
        f"background-color:{look.tint};border:1px solid {look.tint};"
        f"border-left:5px solid {look.colour};padding:0.6em 0.4em 0.6em 0.8em;"
        "margin:0.3em 0;line-height:1.4"
    )
    kind = f"check-report tex2jax_ignore {escape(report.status)}".strip()
    return f"<div class='{kind}' style='{box}'>{heading}{_blocks(report.blocks)}</div>"


def marked(text: str, code: str = CODE) -> str:
    """Escaped text in which `backticks` are code and line breaks are kept."""
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(text).replace("\n", "<br>")
    tag = f"<code style='{code}'>"
    marked = "".join(
        p if i % 2 == 0 else f"{tag}{BREAK.sub('<wbr>', p)}</code>" for i, p in enumerate(pieces)
    )
    return marked.replace("\n", "<br>")


def _badge(words: str, colour: str, padding: str, more: str = "") -> str:
    style = (
        f"display:inline-block;background-color:{colour};color:#ffffff;padding:{padding};"
        f"font-weight:bold;line-height:1.5;{more}"
    )
    return f"<span style='{style}'>{escape(words)}</span>"


def _blocks(blocks: tuple[Block, ...]) -> str:
    return "".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Text(words, label):
            label = f"<strong>{escape(label)}:</strong> " if label else ""
            return f"<p style='{NARROW}'>{label}{marked(words)}</p>"
        case Code(lines):
            style = f"{NARROW};padding:0.2em 0.6em;border:0;border-left:{RULE}"
            style += ";background-color:transparent;color:inherit;white-space:pre-wrap"
            return f"<pre style='{style}'>{escape(lines)}</pre>"
        case Items(items):
            listed = "".join(f"<li style='list-style-type:none'>{_item(one)}</li>" for one in items)
            return f"<ul style='padding:0;{NARROW}'>{listed}</ul>"
        case Table():
            return _table(block)
        case Fold(summary, inside):
            within = f"<div style='margin-left:1.2em'>{_blocks(inside)}</div>"
            return f"<div style='{NARROW}'>{_folded(marked(summary), within)}</div>"
        case Line():
            return _line(block)


def _item(item: Item) -> str:
    """The mark, the words, and below them all that belongs to them."""
    colour = {HOLDS: GREEN, WRONG: ORANGE, URGENT: ORANGE}.get(item.mark, GREY)
    badge = _badge(item.mark, colour, "0", "width:1.5em;text-align:center")
    words, inside = marked(item.words), _blocks(item.blocks)
    below = f"<div style='margin-left:{INDENT}'>{inside}</div>" if inside else ""
    if item.folded:
        return f"<div style='padding-top:0.35em'>{_folded(f'{badge} {words}', below)}</div>"
    cell = "display:table-cell;padding-top:0.35em;vertical-align:top"
    title = f"<div style='{cell}'>{badge}</div><div style='{cell};padding-left:0.6em'>{words}</div>"
    return title + below


def _folded(summary: str, inside: str) -> str:
    # Old style sheets remove the triangle that shows that the element unfolds.
    title = f"<summary style='display:list-item'>{summary}</summary>"
    return f"<details style='margin:0'>{title}{inside}</details>"


def _table(table: Table) -> str:
    columns = max([len(row.cells) for row in table.rows] + [len(table.head)])
    side = "right" if table.numbers else "left"
    head = "".join(
        _cell("th scope='col'", i, marked(words, CODE_IN_CELL), "left" if i == 0 else side)
        for i, words in enumerate(table.head)
    )
    plain = "background-color:transparent"
    head = f"<thead><tr style='{plain}'>{head}</tr></thead>" if head else ""
    whole = not table.head  # what a line is about is not broken there
    rows = "".join(
        f"<tr style='{plain}'>{_row(row, columns, side, whole)}</tr>" for row in table.rows
    )
    # Tables of pages stand in the middle and in small letters.
    style = f"border-collapse:collapse;border:0;margin:0.4em 0;font-size:1em;{plain}"
    return f"<table style='{style}'>{head}<tbody>{rows}</tbody></table>"


def _row(row: Row, columns: int, side: str, whole: bool) -> str:
    name = str(row.cells[0])
    if row.part:
        start = f"th scope='rowgroup' colspan='{columns}'"
        return _cell(start, 0, marked(name, CODE_IN_CELL), "left", "padding-top:0.7em")
    weight = f"font-weight:{'bold' if row.strong else 'normal'}"
    one_line = ";white-space:nowrap" * (whole and len(name) <= SHORT)
    cells = []
    for i, cell in enumerate(row.cells):
        if isinstance(cell, Bar):
            cells.append(_cell("td", i, _bar(cell, row.strong), "left", weight))
        elif i == 0:
            start = "th scope='row'"
            cells.append(_cell(start, i, marked(cell, CODE_IN_CELL), "left", weight + one_line))
        else:
            cells.append(_cell("td", i, marked(cell, CODE_IN_CELL), side, weight))
    return "".join(cells)


def _cell(start: str, column: int, inside: str, side: str, style: str = "") -> str:
    padding = "padding:0.15em 0 0.15em 0.8em" if column else "padding:0.15em 0"
    style = ";".join(filter(None, [CELL, padding, f"text-align:{side}", style]))
    return f"<{start} style='{style}'>{inside}</{start.partition(' ')[0]}>"


def _bar(bar: Bar, strong: bool) -> str:
    full = f"<div style='background-color:{GREEN};width:{100 * bar.share:.0f}%'>&nbsp;</div>"
    empty = f"border:{RULE};width:6em;font-size:0.5em;line-height:1"
    wraps = "normal" if strong else "nowrap"  # a total in bold may be the widest
    words = f"<span style='white-space:{wraps}'>{escape(bar.words)}</span>"
    return f"{words}<div style='{empty}'>{full}</div>"


def _line(line: Line) -> str:
    ends = "".join(
        f"<span style='display:inline-block;width:50%;text-align:{side}'>{escape(words)}</span>"
        for words, side in ((line.low, "left"), (line.high, "right"))
    )
    axis = "border:0;border-top:2px solid;border-left:1px solid;border-right:1px solid"
    small = "font-size:0.8em;line-height:1.3"
    return (
        f"<div style='max-width:32em;{NARROW};margin-bottom:0.8em'>{_flag(*line.above, BLUE)}"
        f"<div style='{axis}'>{_flag(*line.below, ORANGE)}</div>"
        f"<div style='{small}'>{ends}</div></div>"
    )


def _flag(label: str, value: str, place: float, colour: str) -> str:
    """The words on a pole that stands at ``place``, on the side where there is room."""
    words = f"{escape(label)}: <strong style='font-size:1.3em'>{escape(value)}</strong>"
    if place <= 0.5:
        style = f"margin-left:{100 * place:.3g}%;border-left:4px solid {colour};padding-left:0.5em"
    else:
        style = f"margin-right:{100 - 100 * place:.3g}%;border-right:4px solid {colour}"
        style += ";padding-right:0.5em;text-align:right"
    return f"<div style='{style}'>{words}</div>"
