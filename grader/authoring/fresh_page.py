"""docs/fresh_seeds.md: how the claims of each notebook fared on moved seeds.

``grader notebook claims --fresh --write`` writes the rows of a notebook; those of others stay.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from grader.authoring.cells import source_cells
from grader.authoring.fresh import Tried
from grader.files import write_whole

PAGE = Path("docs") / "fresh_seeds.md"
TEXT = """# What the notebooks say, on other seeds

Each notebook is run again with every random seed moved; in every second run the data are split
anew, too. `python -m grader notebook claims --fresh --write` writes here how its claims fared.

- **claims**: calls of `claim` in the source, without slow ones; **statements**: quoted sentences.
- **facts**: no seed moves what was measured, so they are not repeated.
- **own run**: the words speak of the notebook's own run (`varied=()`).
- **runs**: with moved seeds; 0: not tried yet. Of the other statements, so many hold in **all**
  runs, in **most** (all but about one in ten), in **fewer**.

| notebook | claims | statements | facts | own run | runs | all | most | fewer |
|---|---|---|---|---|---|---|---|---|
{summary}

## Statements that do not hold in all runs

The margin is the distance from the bound, in the worst and in the best run.

| notebook | holds in | statement |
|---|---|---|
{exceptions}
"""


def write_rows(assignment: str, root: Path, tried: Sequence[Tried], runs: int) -> None:
    """Put the rows of ``assignment`` in the place of those that the page has."""
    summary, exceptions = rows(root)
    summary[assignment] = [summary_row(assignment, root, tried, runs)]
    exceptions[assignment] = [
        f"| {assignment} | {one.shown()} | {in_a_table(one.quote)} |"
        for one in tried
        if one.held < len(one.runs)
    ]
    parts = [
        "\n".join(row for name in sorted(part) for row in part[name])
        for part in (summary, exceptions)
    ]
    write_whole(root / PAGE, TEXT.format(summary=parts[0], exceptions=parts[1]).encode())


def summary_row(assignment: str, root: Path, tried: Sequence[Tried], runs: int) -> str:
    """The row of the first table."""
    own, facts = [t for t in tried if t.is_own], [t for t in tried if t.is_fact and not t.is_own]
    moved = [t for t in tried if not t.is_own and not t.is_fact]
    in_all = sum(t.held == len(t.runs) for t in moved)
    standing = sum(t.stands for t in moved)
    counts = (
        *(claims_in(assignment, root), len(tried), len(facts), len(own), runs),
        *(in_all, standing - in_all, len(moved) - standing),
    )
    return " | ".join(["", assignment, *map(str, counts), ""]).strip()


def in_a_table(quote: str) -> str:
    """The words of a quote in one line, as a row of a table holds them."""
    return " ".join(quote.split()).replace("|", "\\|")


def rows(root: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The rows of both tables by notebook."""
    parts: tuple[dict[str, list[str]], dict[str, list[str]]] = ({}, {})
    page = root / PAGE
    text = page.read_text("utf-8") if page.is_file() else ""
    for part, lines in zip(parts, text.split("\n## "), strict=False):
        for line in lines.splitlines():
            if line.startswith("| ps"):
                part.setdefault(line.split()[1], []).append(line)
    return parts


def claims_in(assignment: str, root: Path) -> int:
    """The calls of ``claim`` in the cells that are not marked slow."""
    return sum(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "claim"
        for cell in source_cells(assignment, root)
        if cell.kind == "claims" and not cell.options.get("slow")
        for node in ast.walk(ast.parse(cell.text))
    )
