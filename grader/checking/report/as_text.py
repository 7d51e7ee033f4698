"""A report as plain text, for terminals and for everything that shows no HTML."""

from collections.abc import Iterator

from grader.checking.report.blocks import (
    Bar,
    Block,
    Code,
    Fold,
    Items,
    Line,
    Report,
    Table,
    Text,
)

STEP = "  "
UNDER = "      "  # what belongs to an item stands under its words
CELLS = 20  # letters of a bar


def as_text(report: Report) -> str:
    """The report, a line of headline first."""
    return "\n".join([headline(report), *_lines(report.blocks, STEP)])


def headline(report: Report) -> str:
    """What it is about, what is said of it, the badge."""
    name = plain(report.name)
    if not report.says:
        return f"{name}: {report.badge}" if name else report.badge
    head = f"{name}: {plain(report.says)}" if name else plain(report.says)
    return f"{head} ({report.badge})" if report.badge else head


def plain(words: str) -> str:
    """A short text without the backticks that mark code in it."""
    return words.replace("`", "")


def _lines(blocks: tuple[Block, ...], indent: str) -> Iterator[str]:
    for block in blocks:
        yield from _block(block, indent)


def _block(block: Block, indent: str) -> Iterator[str]:
    match block:
        case Text(words, label):
            first, *more = f"{label}: {words}".splitlines() if label else words.splitlines() or [""]
            yield indent + first
            yield from (indent + line for line in more)
        case Code(lines):
            yield from (indent + line for line in lines.splitlines())
        case Items(items):
            for item in items:
                yield f"{indent}{item.mark} {item.words}"
                yield from _lines(item.blocks, UNDER)
        case Table():
            yield from (f"{indent}{line}" for line in _table(block))
        case Fold(in_text=inside):
            yield from _lines(inside, indent)
        case Line(above=(label, value, _), below=(other, other_value, _)):
            yield f"{indent}{label}: {value}"
            yield f"{indent}{other}: {other_value}"


def _table(table: Table) -> Iterator[str]:
    rows = [[_cell(cell) for cell in row.cells] for row in table.rows]
    if any(table.head):
        rows.insert(0, list(table.head))
    columns = max(len(row) for row in rows)
    whole = [row for row in rows if len(row) == columns]
    widths = [max(len(row[i]) for row in whole) for i in range(columns)]
    for row in rows:
        if len(row) < columns:
            yield "  ".join(row)
            continue
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(padded).rstrip()


def _cell(cell: str | Bar) -> str:
    if isinstance(cell, Bar):
        full = int(CELLS * cell.share)
        return f"{'█' * full}{'░' * (CELLS - full)} {cell.words}"
    return plain(cell)
