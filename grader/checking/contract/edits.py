"""Wrong versions of a function, made by changes in the text of the reference."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from types import CodeType
from typing import Any

Functions = tuple[Callable[..., Any], ...]
LEFT_OUT, ELIF = "#", "elif"
TOKENS = re.compile(r"\w+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Edit:
    """``new`` in place of the text ``old``; without ``old``, of the statement that begins so."""

    new: str
    old: str = ""

    def __str__(self) -> str:
        return f"{self.old!r} written as {self.new!r}" if self.old else self.new


@dataclass(frozen=True)
class Piece:
    """The text from ``start`` to ``end`` of one reference, and what takes its place."""

    function: int
    start: int
    end: int
    new: str

    def overlaps(self, later: Piece) -> bool:
        """Whether one that begins here or later changes the same text or adds at the same place."""
        return later.start < self.end or self.start == self.end == later.start == later.end


class Sources:
    """The text of the reference functions, and how slips are made in it."""

    def __init__(self, name: str, functions: Sequence[Callable[..., Any]]) -> None:
        self.name, self.functions = name, tuple(functions)

    @cached_property
    def texts(self) -> list[str]:
        return [textwrap.dedent(inspect.getsource(function)) for function in self.functions]

    @cached_property
    def statements(self) -> list[list[Statement]]:
        """Of each function, those that a line can take the place of."""
        return [list(_statements(text)) for text in self.texts]

    def edited_texts(self, edits: Sequence[Edit | Piece]) -> list[str]:
        """The text of each function with ``edits`` made in them.

        Raises
        ------
        ValueError
            A text or a statement is not there or not clear, or two edits change the same text.
        """
        found = (piece for edit in edits for piece in self.pieces(edit))
        pieces = sorted(found, key=lambda p: (p.function, p.start, p.end))
        for one, other in pairwise(pieces):
            if one.function == other.function and one.overlaps(other):
                raise ValueError(f"{self.name}: two edits change the same text")
        texts = list(self.texts)
        for piece in reversed(pieces):
            text = texts[piece.function]
            texts[piece.function] = text[: piece.start] + piece.new + text[piece.end :]
        return texts

    def edited(self, edits: Sequence[Edit | Piece]) -> Functions:
        """The functions with ``edits`` made in them; raises as :meth:`edited_texts`."""
        return self.compiled(self.edited_texts(edits))

    def compiled(self, texts: Sequence[str]) -> Functions:
        """The functions that ``texts`` define, each in the place of the one that it was made from.

        A pair's cache ties its functions together, so all of them are compiled anew, in a copy of
        their modules' globals.
        """
        namespace: dict[str, Any] = {}
        for function in self.functions:
            namespace.update(vars(sys.modules[inspect.unwrap(function).__module__]))
        made = []
        for function, text in zip(self.functions, texts, strict=True):
            exec(_code(text), namespace)
            made.append(namespace[function.__name__])
        return tuple(made)

    def pieces(self, edit: Edit | Piece) -> list[Piece]:
        """Where ``edit`` is made, cut down to the words that it changes."""
        if isinstance(edit, Piece):
            return [edit]
        place = self._of_text(edit) if edit.old else self._of_line(edit.new)
        before = TOKENS.findall(self.texts[place.function][place.start : place.end])
        after = TOKENS.findall(place.new)
        ends = list(accumulate(map(len, before), initial=place.start))
        return [
            Piece(place.function, ends[i], ends[j], "".join(after[k:m]))
            for what, i, j, k, m in SequenceMatcher(None, before, after, False).get_opcodes()
            if what != "equal"
        ]

    def _of_text(self, edit: Edit) -> Piece:
        count = sum(text.count(edit.old) for text in self.texts)
        if count != 1:
            raise ValueError(
                f"{self.name}: {edit.old!r} occurs {count} times in the reference, not once"
            )
        (k,) = [k for k, text in enumerate(self.texts) if edit.old in text]
        start = self.texts[k].index(edit.old)
        return Piece(k, start, start + len(edit.old), edit.new)

    def _of_line(self, line: str) -> Piece:
        left_out = line.startswith(LEFT_OUT)
        code = line.removeprefix(LEFT_OUT).strip()
        begin = (ELIF,) if code.startswith(ELIF) else _beginning(_parsed(code, self.name))
        # The graded function first: it stands last.
        for k in reversed(range(len(self.functions))):
            there = [s for s in self.statements[k] if s.begins == begin]
            if len(there) > 1:
                shown = "".join(f"\n    {s.text}" for s in there)
                raise ValueError(
                    f"{self.name}: {line!r} can take the place of {len(there)} statements:{shown}\n"
                    "Give the names in the reference different names, or write slip(old, new, hint)"
                )
            if there:
                return Piece(k, there[0].start, there[0].end, "pass" if left_out else code)
        if not left_out and set(_assigned(code)) & set(self._parameters()):
            k = len(self.functions) - 1
            first = min(self.statements[k], key=lambda s: s.start)
            return Piece(k, first.start, first.start, f"{code}\n{' ' * first.column}")
        raise ValueError(
            f"{self.name}: no statement of the reference begins like {line!r}. "
            f"{self._nearest(code)}"
        )

    def _parameters(self) -> list[str]:
        return list(inspect.signature(self.functions[-1]).parameters)

    def _nearest(self, code: str) -> str:
        known = [s.text for statements in self.statements for s in statements]
        near = get_close_matches(code, known, n=3, cutoff=0.3) or known
        return "Nearest: " + " | ".join(near)


@dataclass(frozen=True)
class Statement:
    """A statement of a reference, or what stands before the colon of one that holds others."""

    begins: tuple[str, ...]
    text: str
    start: int
    end: int
    column: int


def offset(text: str, line: int, column: int) -> int:
    """Where a place of the parser, which counts bytes of a line, is in the text."""
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())


def _statements(text: str) -> Iterator[Statement]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.stmt) or isinstance(node, ast.ClassDef | ast.FunctionDef):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring
        start, end = offset(text, node.lineno, node.col_offset), node.end_lineno or 0
        stop = offset(text, end, node.end_col_offset or 0)
        if body := getattr(node, "body", None):
            stop = text.rindex(":", start, offset(text, body[0].lineno, body[0].col_offset)) + 1
        begins = (ELIF,) if text.startswith(ELIF, start) else _beginning(node)
        yield Statement(begins, text[start:stop], start, stop, node.col_offset)


def _beginning(node: ast.stmt) -> tuple[str, ...]:
    """What a statement and its wrong version have in common."""
    match node:
        case ast.Assign(targets=targets):
            return ("=", *map(ast.unparse, targets))
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return "=", ast.unparse(target)
        case ast.For(target=target):
            return "for", ast.unparse(target)
        case ast.Expr(value=ast.Call(func=function)):
            return "call", ast.unparse(function)
    return (type(node).__name__,)


def _parsed(code: str, name: str) -> ast.stmt:
    source = f"{code} pass" if code.endswith(":") else code
    try:
        (statement,) = ast.parse(source).body
    except (SyntaxError, ValueError):
        raise ValueError(f"{name}: {code!r} is not one statement") from None
    return statement


def _assigned(code: str) -> Iterator[str]:
    statement = _parsed(code, "")
    if isinstance(statement, ast.Assign):
        for node in ast.walk(ast.Tuple(statement.targets)):
            if isinstance(node, ast.Name):
                yield node.id


@lru_cache(maxsize=2000)
def _code(text: str) -> CodeType:
    """A function compiled; in most edits of several functions, all but one occurred before."""
    with warnings.catch_warnings():
        # Two wrong lines at once may make "1 [0]". Python's warning about it would stand below the
        # student's check, and nbgrader takes the points of a cell that writes to stderr.
        warnings.simplefilter("ignore", SyntaxWarning)
        return compile(text, "<slip>", "exec")
