"""A graded multiple-choice question: which option is right, and why the others are not."""

from collections.abc import Mapping
from html import escape
from typing import Any

from grader.checking.judging.render import BOX, GREEN, ORANGE, marked, number
from grader.checking.language import _


def chosen(answer: Any) -> str:
    """The letter of an answer, without blanks and capitals; "" if there is none."""
    return answer.strip().lower()[:20] if isinstance(answer, str) else ""


def graded_choice(
    question: str, answer: str, key: str, points: float, why: Mapping[str, str]
) -> tuple[str, str]:
    """The report on a graded answer, as text and as HTML.

    Parameters
    ----------
    answer : the student's letter; "" for none
    why : letter of an option -> why it is right or wrong
    """
    right = answer == key
    if right:
        said = _("{question}: {answer} is right ({points} of {points} points)")
    elif answer:
        said = _("{question}: {answer} is not right (0 of {points} points)")
    else:
        said = _("{question}: not answered (0 of {points} points)")
    head = said.format(question=question, answer=answer, points=number(points))
    lines = [(letter, _mark(letter, answer, key), text) for letter, text in sorted(why.items())]
    text = "\n".join([head, *(f"  {letter} {mark}: {words}" for letter, mark, words in lines)])
    items = "".join(
        f"<li style='list-style-type:none'><strong>{escape(letter)} {escape(mark)}</strong>: "
        f"{marked(words)}</li>"
        for letter, mark, words in lines
    )
    colour, symbol = (GREEN, "✓") if right else (ORANGE, "✗")
    html = (
        f"<div class='check-report tex2jax_ignore' style='{BOX.format(colour=colour)}'>"
        f"<strong>{symbol} {escape(head)}</strong>"
        f"<ul style='padding-left:.2em;margin:.3em 0'>{items}</ul></div>"
    )
    return text, html


def _mark(letter: str, answer: str, key: str) -> str:
    if letter == key:
        return _("(right, and your answer)") if letter == answer else _("(right)")
    return _("(your answer)") if letter == answer else _("(not right)")
