"""Mistakes that are known, each with the hint that helps: functions, or slips in the reference.

A slip is written as the wrong line, with its hint indented below it::

    dx = du @ W
        In `dx` the weights are not transposed. …

A wrong line takes the place of the statement of the reference that begins in the same way: that
assigns the same names, returns, calls the same function, or is the same kind of ``if``, ``for``,
``while`` or ``raise``. Several lines may stand above one hint. A line with ``#`` before it leaves
its statement out, and one that assigns a parameter, which the reference never does, stands at the
beginning of the graded function.
"""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.checking.contract.edits import Edit, Piece
from grader.checking.contract.texts import one_line

Function = Callable[..., Any]


@dataclass(frozen=True)
class Mistake:
    """A wrong version that students write, and the hint that helps them to repair it.

    Parameters
    ----------
    functions : the wrong function, or several; one that the exercise takes by the same name
        replaces that one, any other the graded function
    hint : shown to students whose results agree with this mistake's
    edits : in place of functions: a slip, as changes of the reference
    name : what the mistake is called in tests and reports; the functions' names by default
    needs : titles of the properties that the hint presupposes ("the factor is right, but …"); it is
        not shown where one of them fails
    others : further functions that are replaced, by the name that they replace
    """

    functions: Function | tuple[Function, ...]
    hint: str
    edits: tuple[Edit | Piece, ...] = ()
    name: str = ""
    needs: tuple[str, ...] = ()
    others: Mapping[str, Function] | None = None

    @property
    def unlisted(self) -> bool:
        """Whether it is a small change that no exercise lists."""
        return any(isinstance(edit, Piece) for edit in self.edits)

    def __str__(self) -> str:
        if self.name:
            return self.name
        if self.edits:
            return "; ".join(map(str, self.edits))
        wrong = self.functions if isinstance(self.functions, tuple) else (self.functions,)
        return ", ".join(function.__name__ for function in wrong)


def mistake(
    wrong: Function,
    *,
    hint: str = "",
    name: str = "",
    needs: Sequence[str] = (),
    others: Mapping[str, Function] | None = None,
) -> Mistake:
    """The mistake that the function ``wrong`` makes, with its docstring as the hint.

    ``hint`` stands in place of a docstring. ``others`` are further functions that belong to the
    mistake, by the name that they replace: ``others={"linear_forward": saves_less}``. For ``name``
    and ``needs`` see :class:`Mistake`.
    """
    words = one_line(hint or wrong.__doc__ or "")
    if not words:
        raise ValueError(f"the mistake {wrong.__name__} needs a docstring")
    return Mistake(wrong, words, name=name, needs=tuple(needs), others=others)


def slips(text: str, *, needs: Sequence[str] = ()) -> tuple[Mistake, ...]:
    """Mistakes, each as the wrong line of the reference with its hint indented below it.

    A line takes the place of the statement that begins in the same way, as above. ``needs`` holds
    for all of them.
    """
    return tuple(
        Mistake((), hint, tuple(map(Edit, lines)), needs=tuple(needs))
        for lines, hint in _read_slips(text)
    )


def slip(old: str, new: str, hint: str, *, name: str = "", needs: Sequence[str] = ()) -> Mistake:
    """A mistake: the reference with the text ``old``, which occurs once in it, made ``new``.

    For ``name`` and ``needs`` see :class:`Mistake`.
    """
    return Mistake((), one_line(hint), (Edit(new, old),), name, tuple(needs))


def _read_slips(text: str) -> list[tuple[tuple[str, ...], str]]:
    """The wrong lines and the hint of each slip in ``text``.

    Raises
    ------
    ValueError
        Lines without a hint, or a hint without lines.
    """
    found: list[tuple[list[str], list[str]]] = []
    for line in textwrap.dedent(text).strip("\n").splitlines():
        if not line.strip():
            continue
        lines, hint = found[-1] if found else ([], [])
        if lines and (_is_open(lines[-1]) or lines[-1].endswith("\\")):
            lines[-1] += "\n" + line
        elif line[0].isspace():
            if not lines:
                raise ValueError(f"the hint {line.strip()!r} has no wrong line above it")
            hint.append(line.strip())
        elif not lines or hint:
            found.append(([line], []))
        else:
            lines.append(line)
    if without := [lines[0] for lines, hint in found if not hint]:
        raise ValueError(f"no hint stands below {without[0]!r}; indent it by four spaces")
    return [(tuple(lines), " ".join(hint)) for lines, hint in found]


def _is_open(line: str) -> bool:
    """Whether a bracket of the line is closed only in the next one."""
    return sum(map(line.count, "([{")) > sum(map(line.count, ")]}"))
