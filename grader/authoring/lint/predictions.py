"""Rules on guesses: nothing that a student reads before the answer gives it away."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from grader.authoring.lint.draft import Draft, Problems
from grader.authoring.source import AFTER, CAPTION, FOLD, SourceCell
from grader.authoring.tasks import HEADING, SIGN
from grader.authoring.waiting import Waits, is_shown_after, names_in

OPTION = re.compile(r"^ *- ([a-z]): ", re.MULTILINE)
SHOWING = {"print", "show", "display"}


def guesses(draft: Draft) -> Problems:
    """There is a guess; each has a name of this problem set and is revealed further down.

    If options are listed above it, it knows their letters.
    """
    made: dict[str, int] = {}
    shown: dict[str, int] = {}
    for number, cell in enumerate(draft.cells):
        for call in _calls(cell):
            function, name = _called(call)
            if function == "guess" and name in made:
                yield cell, f"the guess {name!r} is there already"
            (made if function == "guess" else shown)[name] = number
            letters = _options_above(draft, number) if function == "guess" else ""
            if letters and f"among={letters!r}" not in map(ast.unparse, call.keywords):
                yield cell, f"guess({name!r}): the options are listed above, say among={letters!r}"
            if not name.startswith(f"{draft.assignment}_"):
                yield cell, f"{function}({name!r}): the name starts with {draft.assignment}_"
    if not made:
        yield None, 'nothing is predicted: guess("…") before the demonstration, reveal("…") after'
    for name, number in made.items():
        if shown.get(name, -1) <= number:
            yield draft.cells[number], f"the guess {name!r} is not revealed in a cell below"
    for name in shown.keys() - made.keys():
        yield draft.cells[shown[name]], f"{name!r} is revealed but nowhere guessed"


def _options_above(draft: Draft, number: int) -> str:
    """The letters of the options that the text above a cell ends with, such as ``"abcd"``."""
    above = draft.cells[number - 1]
    return "".join(OPTION.findall(above.text)) if above.is_markdown else ""


def computed(draft: Draft) -> Problems:
    """The answer is computed, so that nobody reads it in the code."""
    constants = _constant_names(draft)
    for cell in draft.cells:
        for call in _calls(cell):
            function, name = _called(call)
            given = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
            if function != "reveal" or not given:
                continue
            names = {node.id for node in ast.walk(given[0]) if isinstance(node, ast.Name)}
            if not names or names <= constants:
                yield (
                    cell,
                    f"reveal({name!r}): {ast.unparse(given[0])} can be read in the code; "
                    "compute it",
                )


def unseen(draft: Draft) -> Problems:
    """Between guess and reveal stands no caption, and nothing is printed or drawn."""
    waiting: set[str] = set()
    for cell in draft.cells:
        if waiting and cell.is_markdown and CAPTION.match(cell.text):
            yield cell, f"the caption stands before the reveal of {_listed(waiting)}"
        calls = list(_calls(cell))
        waiting |= {name for function, name in map(_called, calls) if function == "guess"}
        waiting -= {name for function, name in map(_called, calls) if function == "reveal"}
        shown = list(_shown_by(ast.parse(cell.text).body)) if cell.kind == "practice" else []
        if waiting and shown and AFTER not in cell.options:
            yield (
                cell,
                f"shows {ast.unparse(shown[0])} before the reveal of {_listed(waiting)}: show it "
                "below (after=false if it gives nothing away)",
            )


def alone(draft: Draft) -> Problems:
    """The cell of a reveal shows nothing else: who has not guessed is asked first."""
    for cell in draft.code():
        tree = ast.parse(cell.text)
        for call in _calls_in(tree):
            function, name = _called(call)
            if function == "reveal" and any(_shown_by(list(_beside(call, tree.body)))):
                yield cell, f"reveal({name!r}) stands in one cell with what is printed or drawn"


def waiting(draft: Draft) -> Problems:
    """The description of a result waits for the guess: up to the next heading of the author.

    ``after=false`` says of a cell that it gives nothing away.
    """
    shown: set[str] = set()
    near: set[str] = set()
    for cell in draft.cells:
        if unknown := set(cell.options.get(AFTER, ())) - shown:
            yield cell, f"after: no reveal of {_listed(unknown)} stands above"
        elif cell.is_markdown and cell.options.get(AFTER) and HEADING.search(cell.text):
            yield cell, "a text that waits is folded, so it has no heading: split the cell"
        heading = HEADING.search(cell.text) if cell.kind == "text" else None
        before = cell.text[: heading.start()] if heading else cell.text
        if near and AFTER not in cell.options and cell.kind == "text" and CAPTION.match(before):
            yield (
                cell,
                f"shows what came out before everybody has guessed {_listed(near)}: write "
                'after="…" (or after=false if it gives nothing away)',
            )
        if heading and SIGN not in heading[0]:
            near = set()
        revealed = {name for function, name in map(_called, _calls(cell)) if function == "reveal"}
        shown |= revealed
        near |= revealed


def independent(draft: Draft) -> Problems:
    """What a waiting cell defines is used only by cells that can wait as well."""
    made: dict[str, Waits] = {}
    for cell, waits in draft.waiting():
        if cell.kind not in ("code", "practice"):
            continue
        given, used = names_in(cell)
        if cell.kind == "code":
            for name in sorted((used - given) & made.keys()):
                found = _listed({*made[name].functions, *made[name].guesses})
                yield cell, f"uses {name}, which waits for {found}: compute it in another cell"
        for name in given:
            made.pop(name, None)
            if waits.functions or waits.guesses:
                made[name] = waits


def seen(draft: Draft) -> Problems:
    """A cell that waits stands inside of an ``if``, where a notebook shows no value by itself."""
    silent = {"print", "plt.show", "reveal", *_without_value(draft)}
    for cell, waits in draft.waiting():
        if cell.is_markdown or not (waits.functions or waits.guesses):
            continue
        last = ast.parse(cell.text).body[-1]
        if not isinstance(last, ast.Expr) or is_shown_after(last):
            continue
        call = ast.unparse(last.value.func) if isinstance(last.value, ast.Call) else ""
        if call not in silent and not (call.startswith("lesson.") and ".draw" not in call):
            title = cell.options.get(FOLD, "")
            yield (
                cell,
                f"{title!r} waits, and would not show {ast.unparse(last)}: give it a name, and end "
                "the cell with the name",
            )


def _without_value(draft: Draft) -> Iterator[str]:
    """Functions of the notebook that return nothing: they print or draw."""
    for cell in draft.code():
        for node in ast.walk(ast.parse(cell.text)):
            if isinstance(node, ast.FunctionDef) and not any(_returned(node.body)):
                yield node.name


def _returned(body: Sequence[ast.AST]) -> Iterator[ast.expr]:
    """What a function returns; not what the functions in it do."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Return) and node.value:
            yield node.value
        yield from _returned(list(ast.iter_child_nodes(node)))


def _beside(call: ast.Call, body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run together with ``call``: not the other branch of an ``if``."""
    for node in body:
        if isinstance(node, ast.If) and call in ast.walk(node):
            here = any(call in ast.walk(statement) for statement in node.body)
            yield from _beside(call, node.body if here else node.orelse)
        else:
            yield node


def _shown_by(body: Sequence[ast.AST]) -> Iterator[ast.Call]:
    """The calls that show something when the statements run, not when a function is called."""
    for node in body:
        match node:
            case ast.FunctionDef() | ast.ClassDef() | ast.Lambda():
                continue
            case ast.Call(ast.Name(name) | ast.Attribute(attr=name)) if name in SHOWING:
                yield node
        yield from _shown_by(list(ast.iter_child_nodes(node)))


def _calls(cell: SourceCell) -> Iterator[ast.Call]:
    """The calls of guess and reveal in a code cell."""
    if not cell.is_markdown:
        yield from _calls_in(ast.parse(cell.text))


def _calls_in(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Name("guess" | "reveal"), [ast.Constant(str()), *_]):
                yield node


def _called(call: ast.Call) -> tuple[str, str]:
    """The function and the name of the guess."""
    assert isinstance(call.func, ast.Name) and isinstance(call.args[0], ast.Constant)
    return call.func.id, str(call.args[0].value)


def _constant_names(draft: Draft) -> set[str]:
    """Names that are given nothing but one and the same written value."""
    written: dict[str, set[str]] = {}
    computed: set[str] = set()
    for cell in draft.code():
        for node in ast.walk(ast.parse(cell.text)):
            match node:
                case ast.Assign([ast.Name(name)], ast.Constant(value)):
                    written.setdefault(name, set()).add(repr(value))
                case ast.Assign(targets):
                    computed |= {
                        n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)
                    }
                case ast.AugAssign(ast.Name(name)) | ast.For(ast.Name(name)):
                    computed.add(name)
    return {name for name, values in written.items() if len(values) == 1} - computed


def _listed(names: set[str]) -> str:
    return ", ".join(map(repr, sorted(names)))


RULES = (guesses, computed, unseen, alone, waiting, independent, seen)
