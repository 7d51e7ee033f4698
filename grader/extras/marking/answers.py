"""What students answered: the texts of one question, in an order that says nothing about them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from grader.classroom.graded_copies import CopiedCell, copied_cells
from grader.classroom.school_class import Class
from grader.extras.marking.questions import Question
from grader.grading.submission.grade import secret_of
from grader.grading.submission.sanitize import PageBudget, clean_attachments
from grader.problems import Problem

LONGEST = 50_000  # characters of a text that are shown


@dataclass(frozen=True)
class Answer:
    """One student's answer to one question.

    Attributes
    ----------
    code : the student's own code cell above the answer, and what it is called; "" if there is none
    pictures : those that the answer carries along, as addresses that hold the picture itself
    """

    student: str
    text: str
    code: str = ""
    code_name: str = ""
    pictures: tuple[str, ...] = ()


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
    for student in students:
        cells: dict[str, list[CopiedCell]] = {}
        for question, answers in zip(questions, found, strict=True):
            folder = group.folder / "autograded" / student / assignment
            try:
                if question.notebook not in cells:
                    cells[question.notebook] = copied_cells(folder / f"{question.notebook}.ipynb")
                answers.append(_answer(student, cells[question.notebook], question))
            except Problem as problem:
                missing[student] = str(problem)
    for question, answers in zip(questions, found, strict=True):
        answers.sort(key=lambda one: _drawn(secret, assignment, question.cell, one.student))
    return found, missing


def _answer(student: str, cells: Sequence[CopiedCell], question: Question) -> Answer:
    above = CopiedCell("", "code", "")
    for cell in cells:
        if cell.name == question.cell:
            kept = clean_attachments(cell.attachments, PageBudget()).values()
            pictures = (f"data:{kind};base64,{data}" for one in kept for kind, data in one.items())
            code = shown(above.source)
            return Answer(student, shown(cell.source), code, above.name, tuple(pictures))
        if cell.solution and cell.kind == "code" and not cell.name.startswith("answer_"):
            above = cell
    raise Problem(
        f"the graded copy has no cell {question.cell}; grade it again: python -m grader autograde "
        "with --force"
    )


def shown(text: str) -> str:
    """A text that is not too long to be shown."""
    more = len(text) - LONGEST
    return f"{text[:LONGEST]}\n… {more:,} more characters are left out" if more > 0 else text


def _drawn(secret: bytes, *names: str) -> bytes:
    return hashlib.sha256(b"\0".join([secret, *(name.encode("utf-8") for name in names)])).digest()
