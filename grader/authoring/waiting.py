"""Cells that wait: for a guess, until its result was shown, or for a function to be written.

``# %% practice=true after="ps11_stable"``: the code runs once ``reveal("ps11_stable", …)`` has
shown the result. A text cell is folded. ``print("This cell waits.")`` in the ``else`` of
``if ready(…):`` says which functions are missing and where they are written; where nothing asks for
them, the source names them: ``print("This cell waits for momentum_step.")``.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from grader.authoring.source import AFTER, SourceCell
from grader.authoring.tasks import headings_of

UNFINISHED = 'print("This cell waits.")'
NAMED = re.compile(r'( *)print\("This cell waits for ([\w, ]+)\."\)')
WIDTH = 100
PLAYERS = {"slider", "animation", "live"}  # their value is what the cell shows
DRAWS = re.compile(r"\bplt\.show\(|\b(?:slider|animation|live)\(")
DETAILS = '<details style="margin-bottom: 1em">'  # a gap before the text that follows
FOLDED = f"""\
{DETAILS}<summary>{{title}}</summary>

{{text}}

</details>"""
CAPTION_TITLE = "After your guess: the figure in words"
REST_TITLE = "After your guess: what follows from the result"

Places = Mapping[str, str]


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


def guessed_in(cell: SourceCell) -> Iterator[str]:
    """Names of the guesses that a code cell asks for."""
    if not cell.is_markdown:
        for node in ast.walk(ast.parse(cell.text)):
            match node:
                case ast.Call(ast.Name("guess"), [ast.Constant(str(name)), *_]):
                    yield name


def text_after(caption: str, rest: str) -> str:
    """A text cell that waits, folded: the figure in words, if it begins so, and what follows."""
    parts = {CAPTION_TITLE: caption, REST_TITLE: rest.strip()}
    return "\n\n".join(
        FOLDED.format(title=title, text=text) for title, text in parts.items() if text
    )


def code_after(cell: SourceCell, where: Places) -> str:
    """A code cell that waits: its imports run in any case, the rest after the guess."""
    names = cell.options[AFTER]
    first = _end_of_imports(cell.text)
    lines = cell.text.split("\n")
    above, body = lines[:first], "\n".join(lines[first:]).strip("\n")
    body, shown = _with_name_for_what_is_shown(body)
    condition = " and ".join(f'revealed("{name}")' for name in names)
    sections = list(dict.fromkeys(where[name] for name in names if where.get(name)))
    place = f" in section {' and '.join(sections)}" if sections else ""
    what = "figure" if DRAWS.search(cell.text) else "cell"
    guesses = "guess" if len(names) == 1 else "guesses"
    said = f"This {what} waits for your {guesses}{place}: guess, reveal, then run this cell again."
    return "\n".join(
        [
            *above,
            *([""] if above else []),
            f"if {condition}:",
            _indented(body),
            "else:",
            *(["    shown = None"] if shown else []),
            f'    print("{said}")',
            *(["shown"] if shown else []),
        ]
    )


def _end_of_imports(text: str) -> int:
    last = 0
    for node in ast.parse(text).body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            break
        last = node.end_lineno or 0
    return last


def is_shown_after(last: ast.stmt) -> bool:
    """Whether a cell that waits also shows the value of its last line."""
    match last:
        case ast.Expr(ast.Name()):
            return True
        case ast.Expr(ast.Call(ast.Name(name))):
            return name in PLAYERS
    return False


def _with_name_for_what_is_shown(body: str) -> tuple[str, bool]:
    """A notebook shows the value of the last line, but not of a line inside of an ``if``."""
    last = ast.parse(body).body[-1]
    if not is_shown_after(last):
        return body, False
    lines = body.split("\n")
    lines[last.lineno - 1] = f"shown = {lines[last.lineno - 1]}"
    return "\n".join(lines), True


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


def with_missing_named(
    text: str,
    where: Places,
    constants: Mapping[str, Sequence[str]],
    takes: Mapping[str, Sequence[str]],
) -> str:
    """Code in which ``print("This cell waits.")`` says for what.

    Parameters
    ----------
    constants : names of tuples of function names, for ``ready(*ALL)``
    takes : the functions that an exercise needs, by its name: a backward pass needs two
    """
    lines = text.split("\n")
    for line, exercises in unfinished(ast.parse(text), constants):
        names = list(dict.fromkeys(one for name in exercises for one in takes.get(name, (name,))))
        blank = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
        lines[line - 1] = _print(_missing(names, where), blank)
    return "\n".join(_with_sections(line, where) for line in lines)


def _with_sections(line: str, where: Places) -> str:
    """A line that names what its cell waits for, with the sections added."""
    found = NAMED.fullmatch(line)
    names = [name for name in re.findall(r"\w+", found[2]) if name != "and"] if found else []
    if not found or not all(name in where for name in names):
        return line
    return _print(_missing(names, where), found[1])


def unfinished(
    tree: ast.Module, constants: Mapping[str, Sequence[str]]
) -> Iterator[tuple[int, list[str]]]:
    """Lines that say that a cell waits, each with the exercises that are asked for around it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and (names := list(_asked(node.test, constants))):
            for statement in (*node.body, *node.orelse):
                if ast.unparse(statement) == ast.unparse(ast.parse(UNFINISHED)):
                    yield statement.lineno, names


def tuples_of_names(cells: Sequence[SourceCell]) -> dict[str, Sequence[str]]:
    """``ALL = ("adagrad_step", "adam_step")`` in any cell."""
    found: dict[str, Sequence[str]] = {}
    for cell in cells:
        for node in ast.parse(cell.text).body if not cell.is_markdown else []:
            match node:
                case ast.Assign([ast.Name(name)], ast.Tuple() | ast.List() as value):
                    texts = [e.value for e in value.elts if isinstance(e, ast.Constant)]
                    if texts and all(isinstance(one, str) for one in texts):
                        found[name] = [str(one) for one in texts]
    return found


def _asked(test: ast.expr, constants: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for node in ast.walk(test):
        match node:
            case ast.Call(ast.Name("ready"), arguments):
                for argument in arguments:
                    match argument:
                        case ast.Constant(str(name)):
                            yield name
                        case ast.Starred(ast.Name(name)):
                            yield from constants.get(name, ())


def _missing(names: Sequence[str], where: Places) -> str:
    parts = []
    for section, group in groupby(names, lambda name: where.get(name, "")):
        parts.append(_listed(list(group)) + (f" (section {section})" if section else ""))
    them = "it" if len(names) == 1 else "them"
    return f"This cell waits for {_listed(parts)}. Write {them}, then run this cell again."


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _print(text: str, blank: str) -> str:
    line = f'{blank}print("{text}")'
    if len(line) <= WIDTH:
        return line
    first, _, rest = text.rpartition(" Write ")
    return f'{blank}print(\n{blank}    "{first} "\n{blank}    "Write {rest}"\n{blank})'
