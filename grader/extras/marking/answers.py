"""What students answered: the texts of one question, in an order that says nothing about them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from grader.classroom.collect.attempts import DEPTH
from grader.classroom.graded_copies import CopiedCell, copied_cells
from grader.classroom.school_class import Class
from grader.extras.marking.questions import Question
from grader.grading.submission.case_seeds import secret_of
from grader.grading.submission.handed_in import TIMESTAMP, tree_of
from grader.grading.submission.page_budget import PageBudget
from grader.grading.submission.sanitize import clean_attachments
from grader.problems import Problem
from grader.wording import one_line

LONGEST = 50_000  # characters of a text that are shown
LONGEST_NAME = 200
PICTURE = re.compile(
    r"""!\[[^\]]*\]\(<?([^)>\s]+)|<img\b[^>]*?\bsrc\s*=\s*["']?([^"'>\s]+)""", re.I
)


@dataclass(frozen=True)
class Answer:
    """One student's answer to one question.

    Attributes
    ----------
    code : the student's own code cell above the answer, and what it is called; "" if there is none
    pictures : those that the answer carries along, as addresses that hold the picture itself
    not_shown : pictures that the text names and that are not among these
    beside : files that were handed in beside the notebook
    """

    student: str
    text: str
    code: str = ""
    code_name: str = ""
    pictures: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def answers_to(
    group: Class, assignment: str, questions: Sequence[Question], students: Sequence[str]
) -> tuple[list[list[Answer]], dict[str, str]]:
    """The answers to each question, and why there are none of some students.

    Their order is drawn from the class's secret: another one for each question, and the same
    whenever the command is called.
    """
    secret = secret_of(group.folder)
    found: list[list[Answer]] = [[] for _ in questions]
    missing: dict[str, str] = {}
    given = group.settings.notebooks / assignment
    for student in students:
        cells: dict[str, list[CopiedCell]] = {}
        for question, answers in zip(questions, found, strict=True):
            folder = group.folder / "autograded" / student / assignment
            try:
                if question.notebook not in cells:
                    cells[question.notebook] = copied_cells(folder / f"{question.notebook}.ipynb")
                answer = _answer(student, cells[question.notebook], question)
                answers.append(replace(answer, beside=_beside(folder, given)))
            except Problem as problem:
                missing[student] = str(problem)
    for question, answers in zip(questions, found, strict=True):
        answers.sort(key=lambda one: _drawn(secret, assignment, question.cell, one.student))
    return found, missing


def _answer(student: str, cells: Sequence[CopiedCell], question: Question) -> Answer:
    above = CopiedCell("", "code", "")
    for cell in cells:
        if cell.name == question.cell:
            kept = clean_attachments(cell.attachments, PageBudget())
            pictures = tuple(
                f"data:{kind};base64,{data}" for one in kept.values() for kind, data in one.items()
            )
            code, missing = shown(above.source), _not_shown(cell.source, kept)
            return Answer(student, shown(cell.source), code, above.name, pictures, missing)
        if cell.solution and cell.kind == "code" and not cell.name.startswith("answer_"):
            above = cell
    raise Problem(
        f"the graded copy has no cell {question.cell}; grade it again: python -m grader autograde "
        "with --force"
    )


def _not_shown(text: str, kept: Collection[str]) -> tuple[str, ...]:
    """The pictures that a text names, but for those that its cell carries along."""
    named = (one for found in PICTURE.findall(text) for one in found if one)
    others = (unquote(one.removeprefix("attachment:")) for one in named)
    return tuple(dict.fromkeys(one_line(one)[:LONGEST_NAME] for one in others if one not in kept))


def _beside(folder: Path, given: Path) -> tuple[str, ...]:
    """A student's files beside a graded copy, by their path from there.

    Parameters
    ----------
    given : the folder that students were given, whose files are not theirs
    """
    names = (path.relative_to(folder) for path in tree_of(folder, DEPTH).files)
    return tuple(
        one_line(name.as_posix())
        for name in names
        if name.suffix != ".ipynb" and name.name != TIMESTAMP and not (given / name).exists()
    )


def shown(text: str) -> str:
    """A text that is not too long to be shown."""
    more = len(text) - LONGEST
    return f"{text[:LONGEST]}\n… {more:,} more characters are left out" if more > 0 else text


def _drawn(secret: bytes, *names: str) -> bytes:
    return hashlib.sha256(b"\0".join([secret, *(name.encode("utf-8") for name in names)])).digest()
