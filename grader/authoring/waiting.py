"""Cells that wait: for functions that pass their checks, or until the result of a guess was shown.

A source has plain code. What a practice cell waits for follows from the names that it uses: graded
functions, and names that an earlier cell defines which waits itself. After ``reveal`` it waits for
that guess, up to the next heading. A marker says what no name shows:
``# %% practice=true needs="best_pair"``, ``after="ps12_stable"``; ``needs=false`` that the cell
has something to do without the function, ``after=false`` that it gives nothing away.
A text waits if its marker says so, and is folded.
"""

from __future__ import annotations

import ast
import io
import re
import symtable
import textwrap
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from grader.authoring.source import AFTER, NEEDS, SourceCell
from grader.authoring.tasks import HEADING, SIGN, headings_of
from grader.checking.contract.registry import find

WIDTH = 100
PLAYERS = {"slider", "animation", "live"}  # their value is what the cell shows
DETAILS = '<details style="margin-bottom: 1em">'  # a gap before the text that follows
FOLDED = f"""\
{DETAILS}<summary>{{title}}</summary>

{{text}}

</details>"""
CAPTION_TITLE = "After your guess: the figure in words"
REST_TITLE = "After your guess: what follows from the result"

Places = Mapping[str, str]


@dataclass(frozen=True)
class Waits:
    """Exercises and guesses that a cell waits for, in the order of the notebook.

    ``names`` are those in the cell for which it waits.
    """

    functions: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()


def places(cells: Sequence[SourceCell]) -> Places:
    """Name of a guess or a function -> number of the section in which it is made or written."""
    found: dict[str, str] = {}
    section = ""
    for cell in cells:
        for depth, text in headings_of(cell):
            section = re.match(r"\d*", text)[0] if depth == 2 else section  # type: ignore[index]
        if cell.kind == "solution":
            found.setdefault(cell.name, section)
        for name in guessed_in(cell):
            found.setdefault(name, section)
    return found


def waits_of(cells: Sequence[SourceCell]) -> list[Waits]:
    """What each cell waits for."""
    takes = {cell.name: find(cell.name).takes for cell in cells if cell.kind == "check"}
    order = {name: place for place, name in enumerate([*takes, *places(cells)])}
    carried: dict[str, set[str]] = {}  # name -> what the cell that defines it waits for
    near: set[str] = set()  # guesses whose results have been shown since the last heading
    checked: set[str] = set()  # a cell between a function and its check tries what is written
    found = []
    for cell in cells:
        heading = HEADING.search(cell.text) if cell.kind == "text" else None
        if heading and SIGN not in heading[0]:
            near = set()
        waits = set(cell.options.get(NEEDS, ())) | set(cell.options.get(AFTER, ()))
        names: set[str] = set()
        revealed = set(_named("reveal", cell))
        if cell.kind in ("practice", "code"):
            given, used = names_in(cell)
            names = (used & checked) | {name for name in used - given if carried.get(name)}
            needed = (used & checked).union(*(carried.get(name, ()) for name in used - given))
            if cell.options.get(NEEDS) == ():
                needed -= takes.keys()
            if cell.kind == "practice" and AFTER not in cell.options and not revealed:
                needed |= near
            waits |= needed
            carried |= dict.fromkeys(given, waits)
            if cell.kind == "code" or _only_defines(cell):
                waits = set()
        near |= revealed
        checked |= {cell.name} if cell.kind == "check" else set()
        for name in waits & takes.keys():  # who checks a backward pass has checked the forward pass
            waits = waits - (set(takes[name]) - {name})
        functions = sorted(waits & takes.keys(), key=order.__getitem__)
        guesses = sorted(waits - takes.keys(), key=lambda name: order.get(name, 0))
        found.append(Waits(tuple(functions), tuple(guesses), frozenset(names)))
    return found


def names_in(cell: SourceCell) -> tuple[set[str], set[str]]:
    """Names that a code cell gives to the notebook, but for its imports, and those it takes."""
    table = symtable.symtable(cell.text, cell.where, "exec")
    given = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() and not symbol.is_imported()
    }
    return given, set(taken(table))


def taken(table: symtable.SymbolTable) -> Iterator[str]:
    """Names that code reads and does not define, functions and comprehensions in it included."""
    outermost = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or outermost):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from taken(inner)


def guessed_in(cell: SourceCell) -> Iterator[str]:
    """Names of the guesses that a code cell asks for."""
    yield from _named("guess", cell)


def _named(function: str, cell: SourceCell) -> Iterator[str]:
    """Names of the guesses for which a code cell calls ``guess``, or ``reveal``."""
    if not cell.is_markdown and function in cell.text:
        for node in ast.walk(ast.parse(cell.text)):
            match node:
                case ast.Call(ast.Name(called), [ast.Constant(str(name)), *_]):
                    if called == function:
                        yield name


def _only_defines(cell: SourceCell) -> bool:
    """Whether the cell runs nothing of what it names: imports, functions and classes."""
    return _end_of_definitions(cell.text) == len(cell.text.rstrip("\n").split("\n"))


def _end_of_definitions(text: str, names: frozenset[str] | None = None) -> int:
    """The line where imports and functions at the beginning of a cell end.

    Parameters
    ----------
    names : if given, values that need none of them are among the definitions
    """
    last, missing = 0, set(names or ())
    for node in ast.parse(text).body:
        used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and used & missing:
            missing.add(node.name)
        elif names and not used & missing and _is_quick(node):
            pass
        elif not isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
            break
        last = node.end_lineno or 0
    return last


def _is_quick(node: ast.stmt) -> bool:
    """Whether a statement gives a name to a value, and trains or measures nothing for it."""
    called = [ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)]
    return isinstance(node, ast.Assign) and all(name.startswith("np.") for name in called)


# --- How it is written -----------------------------------------------------------------------


def text_after(caption: str, rest: str) -> str:
    """A text cell that waits, folded: the figure in words, if it begins so, and what follows."""
    parts = {CAPTION_TITLE: caption, REST_TITLE: rest.strip()}
    return "\n\n".join(
        FOLDED.format(title=title, text=text) for title, text in parts.items() if text
    )


def code_that_waits(text: str, waits: Waits, where: Places) -> str:
    """Code that begins with what can run in any case, and whose rest runs when nothing is missing.

    These are imports, functions and, where it waits for functions only, plain values.
    """
    if not (waits.functions or waits.guesses):
        return text
    lines = text.split("\n")
    first = _end_of_definitions(text, None if waits.guesses else waits.names)
    above, body = "\n".join(lines[:first]), "\n".join(lines[first:]).strip("\n")
    asked = [f"ready({', '.join(map(_quoted, waits.functions))})"] if waits.functions else []
    asked += [f"revealed({_quoted(name)})" for name in waits.guesses]
    gap = "\n\n\n" if lines[first - 1][:1].isspace() else "\n\n"
    return (above + gap if first else "") + "\n".join(
        [f"if {' and '.join(asked)}:", _indented(_shown(body)), "else:", _said(waits, where)]
    )


def _said(waits: Waits, where: Places) -> str:
    parts, then = [], []
    if waits.functions:
        parts.append(_with_places(waits.functions, where))
        then.append(f"Write {'it' if len(waits.functions) == 1 else 'them'}")
    if waits.guesses:
        sections = list(dict.fromkeys(filter(None, (where.get(name) for name in waits.guesses))))
        place = f" in section {' and '.join(sections)}" if sections else ""
        parts.append(f"your guess{'es' if len(waits.guesses) > 1 else ''}{place}")
        then.append("guess, reveal" if then else "Guess, reveal")
    said = f"This cell waits for {_listed(parts)}. {', '.join(then)}, then run this cell again."
    line = f'    print("{said}")'
    if len(line) <= WIDTH:
        return line
    wrapped = textwrap.wrap(said, WIDTH - 12, drop_whitespace=False)
    return "\n".join(["    print(", *(f'        "{part}"' for part in wrapped), "    )"])


def _with_places(names: Iterable[str], where: Places) -> str:
    parts = []
    for section, group in groupby(names, lambda name: where.get(name, "")):
        parts.append(_listed(list(group)) + (f" (section {section})" if section else ""))
    return _listed(parts)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _quoted(name: str) -> str:
    return f'"{name}"'


def is_shown_after(last: ast.stmt) -> bool:
    """Whether a cell that waits also shows the value of its last line."""
    match last:
        case ast.Expr(ast.Name()):
            return True
        case ast.Expr(ast.Call(ast.Name(name))):
            return name in PLAYERS
    return False


def _shown(body: str) -> str:
    """A notebook shows the value of the last line, but not of a line inside of an ``if``."""
    last = ast.parse(body).body[-1]
    if not is_shown_after(last):
        return body
    lines = body.split("\n")
    start, end = last.lineno - 1, last.end_lineno or last.lineno
    lines[start] = f"display({lines[start]}"
    lines[end - 1] += ")"
    return "\n".join(lines)


def _indented(code: str) -> str:
    """Every line four blanks further to the right, but for the inside of long strings."""
    inside: set[int] = set()
    kept = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type in kept:
            inside |= set(range(token.start[0] + 1, token.end[0] + 1))
    return "\n".join(
        line if number in inside or not line else f"    {line}"
        for number, line in enumerate(code.split("\n"), 1)
    )
