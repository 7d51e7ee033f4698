"""A text as tokens that stay the same when somebody renames, comments or reformats it."""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import dataclass

from pygments.lexers import PythonLexer
from pygments.token import Comment, Literal, Name, Token, _TokenType

LENGTH = 8  # tokens of a sequence that is looked for elsewhere
MOST_CHARACTERS = 30_000  # of a text that are read
KNOWN = frozenset({*keyword.kwlist, *dir(builtins), "np", "numpy"})
WORD = re.compile(r"\w+")
STRING = "'"  # the token of a text in quotes, whatever it says
OWN = "\0"  # begins a token that is a name of the author's own


@dataclass(frozen=True)
class Piece:
    """A token, and where it stands in the text."""

    token: str
    start: int
    end: int


def pieces_of(text: str, kind: str) -> list[Piece]:
    """The tokens of a text.

    Parameters
    ----------
    kind : "code" is read as Python, however broken it is; anything else as words
    """
    text = text[:MOST_CHARACTERS]
    if kind == "code":
        return _code(text)
    return [Piece(found[0].casefold(), *found.span()) for found in WORD.finditer(text)]


def sequences_of(pieces: list[Piece]) -> list[tuple[str, ...]]:
    """The sequences of neighbouring tokens, each with its own names numbered as they appear."""
    tokens = [piece.token for piece in pieces]
    return [_numbered(tokens[k : k + LENGTH]) for k in range(len(tokens) - LENGTH + 1)]


def _numbered(tokens: list[str]) -> tuple[str, ...]:
    names: dict[str, str] = {}
    return tuple(
        names.setdefault(token, f"{OWN}{len(names)}") if token.startswith(OWN) else token
        for token in tokens
    )


def _code(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    for start, kind, value in lexer.get_tokens_unprocessed(text):
        end = start + len(value)
        before = pieces[-1].token if pieces else ""
        if token := _token(kind, value, before):
            if token == before == STRING:  # the parts of one string count once
                start = pieces.pop().start
            pieces.append(Piece(token, start, end))
    return pieces


def _token(kind: _TokenType, value: str, before: str) -> str:
    """What is compared of a token; "" for nothing."""
    if not value.strip() or kind in Comment or kind in Literal.String.Doc:
        return ""
    if kind in Literal.String:
        return STRING
    if kind in Name or kind in Token.Keyword:
        # After a dot stands what somebody else named: x.sum, np.exp.
        return value if value in KNOWN or before == "." else f"{OWN}{value}"
    return value
