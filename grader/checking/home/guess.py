"""Predict, then run: a guess is kept, and shown beside the result."""

import json
import math
from collections.abc import Mapping
from typing import Any

from grader.checking.home.local_store import Guess, place, read, write
from grader.checking.home.show import show
from grader.checking.language import _
from grader.checking.report.blocks import Block, Line, Report, Row, Table, Text
from grader.checking.report.of_choice import chosen

LONGEST = 200
CLOSE = 0.1  # of the result: as near as this, a guess was close
FAR = 20.0  # one number is so many times the other: the line counts factors
_asked: set[str] = set()  # guesses that were asked for in this session
_options: dict[str, Mapping[str, str]] = {}  # by guess: what each letter stands for


def guess(name: str, value: Any = None, options: Mapping[str, str] | None = None) -> None:
    """Keep your guess for :func:`reveal`. It is ungraded and is kept where your points are.

    You may change it until the result has been shown.

    Parameters
    ----------
    name : which guess, such as ``"ps04_bugs"``
    value : a number, a letter or a short text; None: not made yet
    options : letter -> what it stands for, in a few words
    """
    _options[name] = dict(options or {})
    notes = read()
    kept = notes.guesses.get(name)
    if value is None or value is ... or (isinstance(value, str) and not value):
        words = _("You learn more from a wrong guess than from none.")
        show(Report("waiting", "", "", _("No guess yet"), (Text(words),)))
    elif kept is not None and kept.revealed and kept.value is None:
        words = _("You have seen the result, so this guess is not kept.")
        show(Report("waiting", "", "", _("Too late for a guess"), (Text(words),)))
    elif kept is not None and kept.revealed:
        words = _("You made this guess before you saw the result, so it is kept.")
        show(Report("news", "", "", _your_guess(name, kept.value), (Text(words),)))
    else:
        notes.guesses[name] = Guess(_plain(value))
        write(notes)
        words = _("You may change it until you see the result.")
        show(Report("news", "", "", _your_guess(name, value), (Text(words),)))


def reveal(name: str, result: Any, text: str = "") -> None:
    """Show the guess ``name`` beside the result.

    Without a guess, the first call asks for one, and the next call shows the result.

    Parameters
    ----------
    result : what is compared with the guess: a number or a letter
    text : explanation of the result: units, the spread over seeds, a sentence
    """
    notes = read()
    kept = notes.guesses.get(name)
    result = _plain(result)
    if kept is None and name not in _asked:
        _asked.add(name)
        show(_ask(name))
        return
    if kept is None or not kept.revealed:
        kept = Guess(kept.value if kept else None, revealed=True)
        notes.guesses[name] = kept
        write(notes)
    show(_revealed(name, kept.value, result, text))


def revealed(name: str) -> bool:
    """Whether :func:`reveal` has shown the result of the guess ``name``.

    Cells that would give the result away wait for it. Where nothing is kept on disk, nobody is
    there to guess, and nothing has to wait: then it is True.
    """
    kept = read().guesses.get(name)
    return place() is None or (kept is not None and kept.revealed)


def _ask(name: str) -> Report:
    words = _(
        "Write your guess into `{call}` above, run that cell, then run this one again. To see "
        "the result without a guess, run this cell again."
    ).format(call=f'guess("{name}", …)')
    return Report("waiting", "", "", _("You have not made a guess yet"), (Text(words),))


def _revealed(name: str, value: Any, result: Any, text: str) -> Report:
    explained: tuple[Block, ...] = (Text(text),) if text else ()
    if value is None:
        said = _("The result: {result}").format(result=_in_words(name, result))
        return Report("news", "", "", said, (Text(_("No guess was made.")), *explained))
    blocks = (_beside(name, value, result), *explained)
    if _same(value, result):
        return Report("good", "", _("You guessed right"), "", blocks)
    if not (_is_number(value) and _is_number(result)):
        said = _("The result is not the one you expected")
        return Report("news", "", _("A surprise"), said, blocks, symbol="!")
    said = _apart(value, result)
    if abs(value - result) <= CLOSE * abs(result):
        return Report("good", "", _("Close"), said, blocks, symbol="≈")
    return Report("news", "", _("A surprise"), said, blocks, symbol="!")


def _beside(name: str, value: Any, result: Any) -> Block:
    """Guess and result: two numbers on a line, all else in words."""
    yours, its = _("Your guess"), _("The result")
    if _is_number(value) and _is_number(result):
        places, low, high = _on_a_line(value, result)
        above, below = (yours, _shown(value), places[0]), (its, _shown(result), places[1])
        return Line(above, below, f"{low:,g}", f"{high:,g}")
    rows = (Row((yours, _in_words(name, value))), Row((its, _in_words(name, result)), strong=True))
    return Table((), rows, numbers=False)


def _on_a_line(one: float, other: float) -> tuple[tuple[float, float], float, float]:
    """Where the numbers stand (from 0 to 1) on a line, and its two ends.

    The line begins at 0. If one number is many times the other, it counts powers of ten.
    """
    small, large = sorted((one, other))
    if small > 0 and large >= FAR * small:
        first, last = math.floor(math.log10(small)), math.ceil(math.log10(large))
        at, there = ((math.log10(number) - first) / (last - first) for number in (one, other))
        return (at, there), 10.0**first, 10.0**last
    low, high = 0.0 - _round_up(max(-small, 0)), _round_up(max(large, 0))
    high = high or float(low == 0)
    return ((one - low) / (high - low), (other - low) / (high - low)), low, high


def _round_up(number: float) -> float:
    """The next larger number of those that begin with 1, 2 or 5."""
    if number == 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(number))
    return next(power * digit for digit in (1, 2, 5, 10) if number <= power * digit)


def _apart(guess: float, result: float) -> str:
    """How far the guess is from the result, in words."""
    gap = abs(result - guess)
    whole = isinstance(guess, int) and isinstance(result, int) and gap <= 20
    if whole or guess * result <= 0:
        said = _("The result is {gap} above your guess")
        if result < guess:
            said = _("The result is {gap} below your guess")
        return said.format(gap=_shown(gap))
    if result >= 2 * guess > 0 or result <= 2 * guess < 0:
        return _("The result is {n} times your guess").format(n=_times(result / guess))
    if guess >= 2 * result > 0 or guess <= 2 * result < 0:
        return _("Your guess is {n} times the result").format(n=_times(guess / result))
    said = _("The result is {percent} % above your guess")
    if result < guess:
        said = _("The result is {percent} % below your guess")
    return said.format(percent=f"{100 * gap / abs(guess):.2g}")


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and (value == 0 or 1e-100 < abs(value) < 1e100)


def _your_guess(name: str, value: Any) -> str:
    return _("Your guess: {value}").format(value=_in_words(name, value))


def _in_words(name: str, value: Any) -> str:
    """A letter with what it stands for; all else as it is shown."""
    shown = _shown(value)
    words = _options.get(name, {}).get(chosen(value), "")
    return f"{chosen(value)}, {words}" if words else shown


def _plain(value: Any) -> Any:
    """The value as the file can hold it: NumPy's numbers as Python's, all else as short text."""
    value = getattr(value, "item", lambda: value)() if getattr(value, "size", 2) == 1 else value
    try:
        short = len(json.dumps(value, allow_nan=False)) <= LONGEST
    except (TypeError, ValueError, RecursionError):
        short = False
    return value if short else str(value)[:LONGEST]


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)[:LONGEST]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return chosen(one) == chosen(other) != ""
    return bool(one == other)
