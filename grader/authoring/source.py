"""Read a py:percent source: which cells it has, what each is for, and on which line it starts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.authoring.percent import entries_of, percent_cells
from grader.problems import AuthoringError

# What a marker may carry beside its kind: `# %% choice="which" key="b" points=1`.
OPTIONS: dict[str, frozenset[str]] = {
    "solution": frozenset(),
    "check": frozenset(),
    "choice": frozenset({"key", "points"}),
    "manual": frozenset({"points"}),
    "practice": frozenset(),
    "guess": frozenset(),
    "setup": frozenset({"minutes"}),  # how long all cells run together, on a laptop
    "claims": frozenset(),
    "opening": frozenset(),  # draws the picture on the first screen; no notebook has this cell
}
# Of a figure; a mark "no claim" may follow.
CAPTION = re.compile(r"^\*In words: (.+?)\*(?=$|\s*<!--)", re.MULTILINE | re.DOTALL)
# Behind a sentence with a number that needs no claim; build leaves it out.
UNCLAIMED = re.compile(r"\s*<!--\s+no\s+claim:\s*(.*?)\s*-->")
REASONS = ("derived", "definition", "source", "setting")
FOLD = "fold"  # `# %% fold="Draw the two curves"`: shown closed, under this title
NEEDS = "needs"  # `# %% needs="best_pair"`: waits for it, unused; needs=false: for no function
BROKEN = "broken"  # `# %% broken="whole_training"`: given code with faults, which this task repairs
AFTER = "after"  # `# %% after="ps12_stable"`: waits for this guess; after=false gives nothing away


@dataclass(frozen=True)
class SourceCell:
    """One cell of a source.

    Attributes
    ----------
    kind : "text", "code", or one of :data:`OPTIONS`
    name : the name in the marker, ``solution="linear_forward"``; of a guess its title; empty where
        a kind has none
    options : the marker's other entries; ``after`` holds the names of guesses, () for none
    text : the cell's source, comment marks of markdown removed
    where : "file, cell 3 (line 41)", for messages
    line : of the marker in the file, if known
    """

    kind: str
    name: str
    options: dict[str, Any] = field(repr=False)
    text: str = field(repr=False)
    is_markdown: bool
    where: str
    line: int | None = None


def read_source(path: Path) -> list[SourceCell]:
    """Cells of the py:percent file ``path``, markers understood.

    Raises
    ------
    AuthoringError
        A marker has an unknown entry, two kinds, or does not fit its cell's type.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise AuthoringError(f"{path.name}: not UTF-8 ({error}); save it as UTF-8") from None
    return read_cells(text, path.name)


def read_cells(text: str, called: str) -> list[SourceCell]:
    """Cells of py:percent text; messages call it ``called``."""
    cells: list[SourceCell] = []
    problems: list[str] = []
    for number, cell in enumerate(percent_cells(text), 1):
        where = f"{called}, cell {number} (line {cell.line})"
        try:
            kind, name, options = _understand(entries_of(cell.marker), cell.is_markdown)
        except ValueError as error:
            problems.append(f"{where}: {error}")
            continue
        cells.append(SourceCell(kind, name, options, cell.text, cell.is_markdown, where, cell.line))
    if not cells and not problems:
        problems.append(f"{called}: no cells; a cell starts with a line '# %%'")
    if problems:
        raise AuthoringError(problems)
    return cells


def _understand(marker: dict[str, Any], is_markdown: bool) -> tuple[str, str, dict[str, Any]]:
    fold, after = marker.pop(FOLD, None), marker.pop(AFTER, None)
    needs, broken = marker.pop(NEEDS, None), marker.pop(BROKEN, None)
    if needs not in (None, False) and not (isinstance(needs, str) and needs.split()):
        raise ValueError(f'{NEEDS}={needs!r}: expected names of functions, {NEEDS}="relu_forward"')
    if fold is not None and (is_markdown or not isinstance(fold, str) or not fold.strip()):
        raise ValueError(f'{FOLD}={fold!r}: expected a title on a code cell, {FOLD}="Draw …"')
    if after not in (None, False) and not (isinstance(after, str) and after.split()):
        raise ValueError(f'{AFTER}={after!r}: expected the name of a guess, {AFTER}="ps12_stable"')
    kind, name, options = _kind_of(marker, is_markdown)
    if broken is not None:
        if kind != "code" or not isinstance(broken, str) or not broken.strip():
            raise ValueError(f'{BROKEN}={broken!r}: on given code, name the task: {BROKEN}="train"')
        options = {**options, BROKEN: broken.strip()}
    if fold is not None:
        if kind not in ("code", "practice"):
            raise ValueError(
                f"{FOLD}= closes cells that draw or help; {kind}= has to stay in sight"
            )
        options = {**options, FOLD: fold.strip()}
    if needs is not None:
        if kind != "practice":
            raise ValueError(f"{NEEDS}= belongs to practice=true, not to {kind}")
        options = {**options, NEEDS: tuple(needs.split()) if needs else ()}
    if after is not None:
        if kind not in ("practice", "text"):
            raise ValueError(f"{AFTER}= belongs to a text cell or to practice=true, not to {kind}")
        options = {**options, AFTER: tuple(after.split()) if after else ()}
    return kind, name, options


def _kind_of(marker: dict[str, Any], is_markdown: bool) -> tuple[str, str, dict[str, Any]]:
    kinds = [key for key in marker if key in OPTIONS]
    if len(kinds) > 1:
        raise ValueError(f"the marker names {' and '.join(kinds)}; a cell is one of them")
    kind = kinds[0] if kinds else ("text" if is_markdown else "code")
    options = {key: value for key, value in marker.items() if key != kind}
    if not isinstance(options.get("minutes", 1), int | float):
        raise ValueError(f"minutes={options['minutes']!r}: expected a number, minutes=1")
    unknown = sorted(set(options) - OPTIONS.get(kind, frozenset()))
    if unknown:
        known = sorted(OPTIONS.get(kind, frozenset())) if kinds else sorted(OPTIONS)
        raise ValueError(
            f"unknown marker entry {', '.join(unknown)}; "
            + (f"beside {kind}= may stand: {', '.join(known) or 'nothing'}" if kinds else "")
            + ("" if kinds else f"known are: {', '.join(known)}")
        )
    if not kinds:
        return kind, "", {}
    if is_markdown != (kind == "manual"):
        wanted = "markdown" if kind == "manual" else "code"
        raise ValueError(f"{kind}= belongs to a {wanted} cell")
    value = marker[kind]
    if kind == "claims" and value == "slow":
        return kind, "", {"slow": True}
    if kind == "guess":
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f'guess={value!r}: expected what is guessed, guess="the largest rate"')
        return kind, value.strip(), options
    if kind in ("practice", "setup", "claims", "opening"):
        if value is not True:
            slow = ' or claims="slow"' if kind == "claims" else ""
            raise ValueError(f"write {kind}=true{slow}")
        return kind, "", options
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise ValueError(f'{kind}={value!r}: expected a name, {kind}="linear_forward"')
    missing = sorted(OPTIONS[kind] - set(options))
    if missing:
        raise ValueError(f'{kind}="{value}" needs {", ".join(missing)} in its marker')
    return kind, value, options


def explanations(text: str) -> dict[str, str]:
    """What a choice's comments say of each option, by its letter.

    A line ``# b: …`` begins one; lines ``#    …`` go on with it.
    """
    found: dict[str, str] = {}
    letter = ""
    for line in text.splitlines():
        if begin := re.match(r"# ([a-z]): (.+)", line):
            letter, found[begin[1]] = begin[1], begin[2].strip()
        elif letter and (more := re.match(r"#    (.+)", line)):
            found[letter] += " " + more[1].strip()
    return found
