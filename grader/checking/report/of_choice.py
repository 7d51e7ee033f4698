"""A graded multiple-choice question: which option is right, and why the others are not."""

from collections.abc import Mapping
from typing import Any

from grader.checking.report.blocks import HOLDS, OTHER, WRONG, Block, Item, Items, Report
from grader.checking.report.blocks import points as badge


def chosen(answer: Any) -> str:
    """The letter of an answer, without blanks and capitals; "" if there is none."""
    return answer.strip().lower()[:20] if isinstance(answer, str) else ""


def in_words(question: str) -> str:
    """The name of a question without underscores, as the table of points has it."""
    return question.replace("_", " ")


def report_on_choice(
    question: str, answer: str, key: str, points: float, why: Mapping[str, str]
) -> Report:
    """The report on a graded answer.

    Parameters
    ----------
    answer : the student's letter; "" for none
    why : letter of an option -> why it is right or wrong
    """
    right = answer == key
    name = f"Question “{in_words(question)}”"
    if right:
        says = f"{answer} is right"
    elif answer:
        says = f"{answer} is not right"
    else:
        says = "not answered"
    items = tuple(
        Item(
            HOLDS if letter == key else WRONG if letter == answer else OTHER,
            f"{letter} {_mark(letter, answer, key)}: {words}",
        )
        for letter, words in sorted(why.items())
    )
    blocks: tuple[Block, ...] = (Items(items),) if items else ()
    return Report(
        "good" if right else "wrong", name, badge(points if right else 0.0, points), says, blocks
    )


def _mark(letter: str, answer: str, key: str) -> str:
    if letter == key:
        return "(right, and your answer)" if letter == answer else "(right)"
    return "(your answer)" if letter == answer else "(not right)"
