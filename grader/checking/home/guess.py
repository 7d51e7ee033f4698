"""Predict, then run: a guess is kept, and shown beside the result."""

import json
from html import escape
from typing import Any

from grader.checking.home.check import chosen, show
from grader.checking.home.local_store import Guess, place, read, write
from grader.checking.judging.render import BOX
from grader.checking.language import _

LONGEST = 200
BLUE = "#0072B2"
_asked: set[str] = set()  # guesses that were asked for in this session


def guess(name: str, value: Any = None) -> None:
    """Keep your guess for :func:`reveal`. It is ungraded and is kept where your points are.

    You may change it until the result has been shown.

    Parameters
    ----------
    name : which guess, such as ``"ps04_bugs"``
    value : a number, a letter or a short text; None: not made yet
    """
    notes = read()
    kept = notes.guesses.get(name)
    if value is None or value is ... or (isinstance(value, str) and not value):
        show(
            _("{name}: no guess yet. You learn more from a wrong guess than from none.").format(
                name=name
            )
        )
    elif kept is not None and kept.revealed and kept.value is None:
        late = _("{name}: you have seen the result, so this guess is not kept.")
        show(late.format(name=name))
    elif kept is not None and kept.revealed:
        was = _("{name}: the guess that you made before you saw the result is kept: {value}.")
        show(was.format(name=name, value=_shown(kept.value)))
    else:
        notes.guesses[name] = Guess(_plain(value))
        write(notes)
        show(_("{name}: your guess is {value}.").format(name=name, value=_shown(value)))


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
    if asking := kept is None and name not in _asked:
        _asked.add(name)
        first = _("You have not made a guess yet.")
        text = _(
            "Write your guess into {call} above, run that cell, then run this one again. To see "
            "the result without a guess, run this cell again."
        ).format(call=f'guess("{name}", …)')
    elif kept is None or kept.value is None:
        first = _("The result: {result}. (No guess was made.)").format(result=_shown(result))
    else:
        said = _("Your guess: {value}   The result: {result}")
        first = said.format(value=_shown(kept.value), result=_shown(result))
        if _same(kept.value, result):
            first += "   " + _("✓ as you said")
    if not asking and not (kept and kept.revealed):
        notes.guesses[name] = Guess(kept.value if kept else None, revealed=True)
        write(notes)
    html = f"<strong style='white-space:pre-wrap'>{escape(first)}</strong><br>{escape(text)}"
    box = BOX.format(colour=BLUE)
    show("\n".join(filter(None, [first, text])), f"<div style='{box}'>{html}</div>")


def revealed(name: str) -> bool:
    """Whether :func:`reveal` has shown the result of the guess ``name``.

    Cells that would give the result away wait for it. Where nothing is kept on disk, nobody is
    there to guess, and nothing has to wait: then it is True.
    """
    kept = read().guesses.get(name)
    return place() is None or (kept is not None and kept.revealed)


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
