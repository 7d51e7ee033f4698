"""Predict, then run: a guess is kept, and shown beside the result."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from grader.checking.home.local_store import Guess, progress_file, read, write
from grader.checking.home.show import show
from grader.checking.report.blocks import Report, Text
from grader.checking.report.of_guess import LONGEST, report_on_guess, shown

_asked: set[str] = set()  # guesses that were asked for since their cell ran


def guess(
    name: str,
    value: Any = None,
    *,
    among: Sequence[Any] = (),
    length: int = 1,
    between: tuple[float, float] | None = None,
) -> None:
    """Keep your guess for :func:`reveal`. It is ungraded and is kept where your points are.

    You may change it until the result has been shown. What cannot be an answer is not kept.

    Parameters
    ----------
    name : which guess, such as ``"ps06_bugs"``
    value : a number, a letter or a short text; None: not made yet
    among : the possible answers: letters in one text (``"abc"``), or words or numbers; empty: all
    length : how many letters out of ``among`` an answer has
    between : the least and the largest number that is possible
    """
    notes = read()
    kept = notes.guesses.get(name)
    if value is None or value is ... or (isinstance(value, str) and not value):
        _asked.discard(name)  # running all cells a second time asks again
        words = "You learn more from a wrong guess than from none."
        show(Report("waiting", "", "", "No guess yet", (Text(words),)))
    elif kept is not None and kept.revealed and kept.value is None:
        words = "You have seen the result, so this guess is not kept."
        show(Report("waiting", "", "", "Too late for a guess", (Text(words),)))
    elif kept is not None and kept.revealed:
        words = "You made this guess before you saw the result, so it is kept."
        show(Report("news", "", "", _your_guess(kept.value), (Text(words),)))
    elif not _is_possible(_plain(value), among, length, between):
        _asked.discard(name)
        said = f"“{shown(value)}” cannot be an answer, so it is not kept"
        words = f"Write {_expected(among, length, between)}. Then run this cell again."
        show(Report("waiting", "", "", said, (Text(words),)))
    else:
        notes.guesses[name] = Guess(_plain(value))
        write(notes)
        words = "You may change it until you see the result."
        show(Report("news", "", "", _your_guess(value), (Text(words),)))


def reveal(
    name: str, result: Any, text: str = "", options: Mapping[str, str] | None = None
) -> None:
    """Show the guess ``name`` beside the result.

    Without a guess, the first call asks for one, and the next call shows the result, unless the
    cell of the guess has run in between and is still empty: that is Run All Cells once more.

    Parameters
    ----------
    result : what is compared with the guess: a number or a letter
    text : explanation of the result: units, the spread over seeds, a sentence
    options : letter -> what it stands for, in a few words
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
    show(report_on_guess(kept.value, result, text, options or {}))


def revealed(name: str) -> bool:
    """Whether :func:`reveal` has shown the result of the guess ``name``.

    Cells that would give the result away wait for it. Where nothing is kept on disk, nobody is
    there to guess, and nothing has to wait: then it is True.
    """
    kept = read().guesses.get(name)
    return progress_file() is None or (kept is not None and kept.revealed)


def _expected(among: Sequence[Any], length: int, between: tuple[float, float] | None) -> str:
    """What an answer is, in words; "" if anything is possible."""
    if between:
        return f"a number from {between[0]:g} to {between[1]:g}"
    these = ", ".join(str(one) for one in among)
    if length > 1:
        words = "a text of {length} characters, each of them one of {these}"
        return words.format(length=length, these=these)
    return f"one of these: {these}" if these else ""


def _is_possible(
    value: Any, among: Sequence[Any], length: int, between: tuple[float, float] | None
) -> bool:
    if between:
        return type(value) in (int, float) and between[0] <= value <= between[1]
    value = _folded(value)
    if length > 1:
        return isinstance(value, str) and len(value) == length and set(value) <= set(among)
    return not among or any(value == _folded(one) for one in among)


def _folded(answer: Any) -> Any:
    """Text without blanks around it and in small letters; anything else as it is."""
    return answer.strip().lower() if isinstance(answer, str) else answer


def _your_guess(value: Any) -> str:
    return f"Your guess: {shown(value)}"


def _ask(name: str) -> Report:
    words = (
        "Write your guess into `{call}` above, run that cell, then run this one again. To see "
        "the result without a guess, run this cell again."
    ).format(call=f'guess("{name}", …)')
    return Report("waiting", "", "", "You have not made a guess yet", (Text(words),))


def _plain(value: Any) -> Any:
    """The value as the file can hold it: NumPy's numbers as Python's, all else as short text."""
    value = getattr(value, "item", lambda: value)() if getattr(value, "size", 2) == 1 else value
    try:
        short = len(json.dumps(value, allow_nan=False)) <= LONGEST
    except (TypeError, ValueError, RecursionError):
        short = False
    return value if short else str(value)[:LONGEST]
