"""A guess beside the result that it was about."""

import math
from collections.abc import Mapping
from typing import Any

from grader.checking.report.blocks import Block, Line, Report, Row, Table, Text
from grader.checking.report.of_choice import chosen

LONGEST = 200
CLOSE = 0.1  # of the result: as near as this, a guess was close
FAR = 20.0  # one number is so many times the other: the line counts factors


def report_on_guess(value: Any, result: Any, text: str, options: Mapping[str, str]) -> Report:
    """The report on a guess, beside the result.

    Parameters
    ----------
    value : the guess: a number or a short text; None: none was made
    text : explanation of the result
    options : letter -> what it stands for
    """
    explained: tuple[Block, ...] = (Text(text),) if text else ()
    if value is None:
        said = f"The result: {_in_words(options, result)}"
        return Report("news", "", "", said, (Text("No guess was made."), *explained))
    blocks = (_beside(value, result, options), *explained)
    if _same(value, result):
        return Report("good", "", "You guessed right", "", blocks)
    if not (_is_number(value) and _is_number(result)):
        said = "The result is not the one you expected"
        return Report("news", "", "A surprise", said, blocks, symbol="!")
    said = _apart(value, result)
    if abs(value - result) <= CLOSE * abs(result):
        return Report("good", "", "Close", said, blocks, symbol="≈")
    return Report("news", "", "A surprise", said, blocks, symbol="!")


def _beside(value: Any, result: Any, options: Mapping[str, str]) -> Block:
    """Guess and result: two numbers on a line, all else in words."""
    yours, its = "Your guess", "The result"
    if _is_number(value) and _is_number(result):
        places, low, high = _on_a_line(value, result)
        above, below = (yours, shown(value), places[0]), (its, shown(result), places[1])
        return Line(above, below, f"{low:,g}", f"{high:,g}")
    rows = (
        Row((yours, _in_words(options, value))),
        Row((its, _in_words(options, result)), strong=True),
    )
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
        said = "The result is {gap} above your guess"
        if result < guess:
            said = "The result is {gap} below your guess"
        return said.format(gap=shown(gap))
    if result >= 2 * guess > 0 or result <= 2 * guess < 0:
        return f"The result is {_times(result / guess)} times your guess"
    if guess >= 2 * result > 0 or guess <= 2 * result < 0:
        return f"Your guess is {_times(guess / result)} times the result"
    said = "The result is {percent} % above your guess"
    if result < guess:
        said = "The result is {percent} % below your guess"
    return said.format(percent=f"{100 * gap / abs(guess):.2g}")


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and (value == 0 or 1e-100 < abs(value) < 1e100)


def _in_words(options: Mapping[str, str], value: Any) -> str:
    """A letter with what it stands for; all else as it is shown."""
    words = options.get(chosen(value), "")
    return f"{chosen(value)}, {words}" if words else shown(value)


def shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)[:LONGEST]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return chosen(one) == chosen(other) != ""
    return bool(one == other)
