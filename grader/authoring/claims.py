"""What a notebook's text says about its own results, held against these results.

A source has claims cells, ``# %% claims=true``, below the cells whose results they judge. They are
not part of any notebook. In the tests the solved notebook runs with them, and each calls
``claim(words of the text, what was measured, bounds)``:

    claim("about 74 % of the errors are positive", np.mean(errors > 0), equals=0.74, within=0.02)
    claim("tanh reaches a higher accuracy", tanh_accuracy, above=sigmoid_accuracy)

Which numbers have no claim is told by :mod:`grader.authoring.unclaimed`.

A cell that takes longer than a few seconds is marked ``# %% claims="slow"`` and runs in
``make test-long``.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from grader.authoring.cells import cells_of
from grader.authoring.notebook import to_notebook
from grader.authoring.run_cells import run_cells
from grader.authoring.source import AFTER, SourceCell
from grader.problems import AuthoringError

NUMERAL = re.compile(
    r"(?<![\w.])(\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?)(\s*(?:%|per cent|percent|points?\b))?"
)
CLOSEST = 0.25  # `within` is at most this share of `equals`
FARTHEST = 2.0  # a bound that the text states is at most this factor away from what was measured

Values = tuple[float, ...]


@dataclass(frozen=True)
class Claim:
    """One statement and what was measured.

    Attributes
    ----------
    quote : words of the text, as they stand there
    measured : one number, or one for each seed; each of them must keep the bounds
    equals, within : the number that is stated and how far ``measured`` may be from it
    above, below : bounds. Either one number, which the text may state, or another measurement
    given : numbers in the quote that are conditions and no results, such as a learning rate
    where : the place in a cell that makes the claim, "cell 12, line 3"
    at : the value of what is varied; "" if the words speak of the notebook's own run alone
    """

    quote: str
    measured: Values
    equals: float | None = None
    within: float | None = None
    above: Values | None = None
    below: Values | None = None
    given: Values = ()
    where: str = ""
    at: str | None = None

    def problem(self) -> str:
        """What does not hold; "" if all does."""
        if not np.all(np.isfinite(self.measured)):
            return f"measured {_shown(self.measured)}, which is not finite"
        measured = np.array(self.measured)
        result = f"measured {_shown(self.measured)}"
        if self.equals is not None and np.any(np.abs(measured - self.equals) > (self.within or 0)):
            return f"{result}, stated {self.equals:g} ± {self.within or 0:g}"
        if self.above is not None and not np.all(measured > np.array(self.above)):
            return f"{result}, stated to be above {_shown(self.above)}"
        if self.below is not None and not np.all(measured < np.array(self.below)):
            return f"{result}, stated to be below {_shown(self.below)}"
        return ""

    def margin(self) -> float:
        """The least distance of a measured value from a bound; negative if one is not kept."""
        measured, distances = np.array(self.measured), [np.inf]
        if self.equals is not None:
            distances += [np.min((self.within or 0) - np.abs(measured - self.equals))]
        if self.above is not None:
            distances += [np.min(measured - np.array(self.above))]
        if self.below is not None:
            distances += [np.min(np.array(self.below) - measured)]
        return float(np.min(distances))

    def altered(self) -> Iterator[Claim]:
        """The same claim with one statement made false: none of these may hold."""
        if self.equals is not None:
            yield replace(self, equals=1.5 * self.equals)
            yield replace(self, equals=0.5 * self.equals)
        if self.above is not None:
            yield replace(self, above=None, below=self.above)
        if self.below is not None:
            yield replace(self, below=None, above=self.below)
        stated = _numerals(self.quote)
        if self.above is not None and _is_stated(self.above, stated):
            yield replace(self, above=_moved(self.above, up=True))
        if self.below is not None and _is_stated(self.below, stated):
            yield replace(self, below=_moved(self.below, up=False))

    def shown(self) -> str:
        """What was measured, for a line of a report."""
        return _shown(self.measured)

    def weakness(self) -> str:
        """Which false statement would pass as well; "" if none would."""
        held = [other for other in self.altered() if not other.problem()]
        return f"it cannot fail: {held[0]} would hold too" if held else ""

    def unusable(self, text: str) -> str:
        """Why the claim says nothing about ``text``, whatever was measured; "" if it does."""
        if _plain(self.quote) not in text:
            return "these words are not in the text; quote them as they stand there"
        if self.equals is None and self.above is None and self.below is None:
            return "no bound: give equals= and within=, above= or below="
        if (self.equals is None) != (self.within is None):
            return "equals= and within= belong together"
        if self.equals is not None and not 0 < (self.within or 0) <= CLOSEST * abs(self.equals):
            return (
                f"within={self.within:g} must be positive and at most {CLOSEST:g} of "
                f"equals={self.equals:g}; state a value near 0 with above= and below="
            )
        for bound in filter(None, (self.above, self.below)):
            if len(bound) not in (1, len(self.measured)):
                return f"{len(self.measured)} measured values against {len(bound)} bounds"
        own = [*self.given, *([] if self.equals is None else [self.equals])]
        own += [b[0] for b in (self.above, self.below) if b is not None and len(b) == 1]
        missing = [n for n, unit in _numerals(self.quote) if not _is_among((n, unit), own)]
        if missing:
            return (
                f"the quote states {', '.join(f'{n:g}' for n in missing)}, but the claim does not: "
                "a number is equals=, above=, below= or, if it is a condition, in given="
            )
        return ""


class Claims:
    """The ``claim`` function of claims cells; keeps what it was told.

    Parameters
    ----------
    run : which of the values of ``varied`` is taken: in the notebook's own run 0 the first one
    """

    def __init__(self, run: int = 0) -> None:
        self.made: list[Claim] = []
        self.run = run

    def __call__(
        self,
        quote: str,
        measured: Any,
        *,
        equals: float | None = None,
        within: float | None = None,
        above: Any = None,
        below: Any = None,
        given: Sequence[float] = (),
        varied: Sequence[Any] | None = None,
    ) -> None:
        """Note a claim; see :class:`Claim`.

        ``varied`` holds values of something that the notebook keeps fixed, its own value first.
        Then ``measured`` and bounds are functions of such a value. Empty, it says that the words
        speak of the notebook's own run alone (:mod:`grader.authoring.fresh`).
        """
        caller = sys._getframe(1)
        value = varied[self.run % len(varied)] if varied else None
        measured, above, below = (
            part(value) if callable(part) else part for part in (measured, above, below)
        )
        self.made.append(
            Claim(
                quote,
                _values(measured),
                None if equals is None else float(equals),
                None if within is None else float(within),
                None if above is None else _values(above),
                None if below is None else _values(below),
                tuple(map(float, given)),
                f"{caller.f_code.co_filename}, line {caller.f_lineno}",
                None if varied is None else f"{value}" if varied else "",
            )
        )


@dataclass(frozen=True)
class SolvedRun:
    """What came of running a solved notebook with its claims cells.

    Attributes
    ----------
    scores, errors : as :func:`grader.authoring.run_cells.run_cells` gives them
    claims : each claim and what does not hold, "" if it holds
    """

    scores: dict[str, float]
    errors: list[str]
    claims: list[tuple[Claim, str]]


def run_solved(assignment: str, root: Path, *, slow: bool = False) -> SolvedRun:
    """Run the solved notebook of ``assignment`` with its claims cells.

    Parameters
    ----------
    slow : run the cells marked ``claims="slow"`` too

    Raises
    ------
    AuthoringError
        The source breaks a rule, or a claim's measured value is written down, not computed.
    """
    cells = claimed_cells(assignment, root, slow=slow)
    claim = Claims()
    scores, errors = run_cells(to_notebook(cells), claim=claim)
    text = text_of(cells)
    judged = [(made, made.unusable(text) or made.problem()) for made in claim.made]
    return SolvedRun(scores, errors, judged)


def claimed_cells(assignment: str, root: Path, *, slow: bool) -> list[SourceCell]:
    """The cells of the solved notebook with its claims cells; none waits for a guess.

    Raises
    ------
    AuthoringError
        As :func:`run_solved`.
    """
    cells = [
        cell
        for cell in cells_of(assignment, root, claims=True)
        if slow or not cell.options.get("slow")
    ]
    if problems := [f"{cell.where}: {what}" for cell in cells for what in constant(cell)]:
        raise AuthoringError(problems)
    return [replace(cell, options={**cell.options, AFTER: ()}) for cell in cells]


def text_of(cells: Sequence[SourceCell]) -> str:
    """All that readers of a notebook see, in one line: claims quote from it."""
    return _plain("\n".join(cell.text for cell in cells if cell.kind != "claims"))


def constant(cell: SourceCell) -> Iterator[str]:
    """Claims of a claims cell whose measured value is written down instead of computed."""
    if cell.kind != "claims":
        return
    for call in ast.walk(ast.parse(cell.text)):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        measured = call.args[1] if call.func.id == "claim" and len(call.args) > 1 else None
        if measured and not any(isinstance(node, ast.Name) for node in ast.walk(measured)):
            yield f"{ast.unparse(measured)} is not a measurement: it names no variable"


def _numerals(quote: str) -> list[tuple[float, bool]]:
    """Each number of a text, and whether it is a percentage."""
    return [(float(digits.replace(",", "")), bool(unit)) for digits, unit in NUMERAL.findall(quote)]


def _is_among(numeral: tuple[float, bool], own: Sequence[float]) -> bool:
    """Whether a number of a text is one of a claim's numbers; 74 % may be 0.74."""
    number, percentage = numeral
    scales = (1, 100) if percentage else (1,)
    return any(np.isclose(number, scale * abs(value), atol=0) for value in own for scale in scales)


def _is_stated(bound: Values, stated: Sequence[tuple[float, bool]]) -> bool:
    return len(bound) == 1 and bound[0] != 0 and any(_is_among(n, bound) for n in stated)


def _moved(bound: Values, *, up: bool) -> Values:
    """The bound so far away that what was measured should not keep it."""
    larger = up == (bound[0] > 0)
    return (bound[0] * (FARTHEST if larger else 1 / FARTHEST),)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _values(given: Any) -> Values:
    return tuple(np.asarray(given, dtype=float).ravel().tolist())


def _shown(values: Values) -> str:
    return ", ".join(f"{value:.4g}" for value in values)
