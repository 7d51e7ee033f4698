"""One call of the marking command: its questions, its answers, and what the page does to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from grader.classroom.agreement import Agreement
from grader.classroom.gradebook.cells import has_assignment, notebook_names
from grader.classroom.gradebook.store import require_writable, store_of
from grader.classroom.preconditions import require_gradable
from grader.classroom.private import make_private
from grader.classroom.record import graded_students, nothing_graded
from grader.classroom.remarks import remarks_on
from grader.classroom.school_class import Class
from grader.classroom.writer import only_marked_here, only_writer
from grader.extras.marking.answers import Answer, answers_to
from grader.extras.marking.manual_marks import (
    CHANGED,
    EMPTY,
    MARKED,
    WAITS,
    ManualMark,
    give_points,
    manual_marks,
    write_comment,
)
from grader.extras.marking.marked_by import marker_noted
from grader.extras.marking.questions import Question, questions_of
from grader.problems import Problem


@dataclass(frozen=True)
class Session:
    """What is marked.

    Attributes
    ----------
    answers : to each question, in the order of the page
    names : whether the page shows who wrote them
    markers : who marks, each on a page of their own; one marker alone need not have a name
    left_out : why answers of some students cannot be marked
    newer : students who have handed in again since they were graded
    remarks : by student, what has to be known of the mark
    """

    group: Class
    assignment: str
    questions: Sequence[Question]
    answers: Sequence[Sequence[Answer]]
    names: bool
    markers: Sequence[str]
    left_out: dict[str, str]
    newer: Sequence[str]
    remarks: Mapping[str, Sequence[str]]

    def given(self, question: int) -> list[ManualMark]:
        """What the gradebook holds now of each answer to a question."""
        held = manual_marks(self.group.gradebook, self.assignment, self.questions[question])
        return [held[answer.student] for answer in self.answers[question]]

    def give_points(
        self, question: int, answer: int, points: float | None, seen: float | None, by: str = ""
    ) -> ManualMark:
        place = self._place(question, answer)
        with marker_noted(self.group.folder, *place[1:], by) as note:
            note(given := give_points(*place, points, seen))
        return given

    def write_comment(
        self, question: int, answer: int, text: str, seen: str, by: str = ""
    ) -> ManualMark:
        place = self._place(question, answer)
        with marker_noted(self.group.folder, *place[1:], by) as note:
            note(given := write_comment(*place, text, seen))
        return given

    def counts(self, question: int) -> Counter[str]:
        """How many answers to a question are in each state."""
        return Counter(given.state for given in self.given(question))

    @property
    def first(self) -> int:
        """The first question with an answer that waits; the first of all if none does."""
        numbers = range(len(self.questions))
        return next((n for n in numbers if waiting(self.counts(n))), 0)

    def _place(self, question: int, answer: int) -> tuple[str, str, Question, str]:
        """Where an answer stands in the gradebook.

        Raises
        ------
        LookupError
            There is no such answer.
        """
        if question < 0 or answer < 0:
            raise LookupError("questions and answers are counted from 0")
        student = self.answers[question][answer].student
        return self.group.gradebook, self.assignment, self.questions[question], student


def named(markers: str) -> list[str]:
    """The names in a list of markers.

    Raises
    ------
    Problem
        A name is given twice, or is none.
    """
    names = [name.strip() for name in markers.split(",")] if markers else []
    for name in names:
        if not re.fullmatch(r"[\w.@-]+( [\w.@-]+)*", name) or names.count(name) > 1:
            raise Problem(f"--markers {markers}: {name!r} is no name, or stands there twice")
    return names


@contextmanager
def marking(
    group: Class, assignment: str, *, names: bool = False, markers: Sequence[str] = ()
) -> Iterator[Session]:
    """Hold the problem set, and have everything ready that is to be marked.

    Other commands go on, but for those that touch it. A gradebook on a server is held as a whole:
    commands on other machines would not see the lock.

    Raises
    ------
    Problem
        Nothing is graded or to be marked, the gradebook cannot be written, another command writes
        to the class, or somebody else marks this problem set.
    """
    require_gradable(group, assignment)
    if not has_assignment(group.gradebook, assignment):
        raise nothing_graded(assignment)
    require_writable(group.folder, group.gradebook)
    make_private(group.folder)
    with ExitStack() as held, ExitStack() as writing:
        writing.enter_context(only_writer(group.folder, group.gradebook, assignment))
        held.enter_context(only_marked_here(group.folder, assignment))
        session = _session(group, assignment, names, markers)
        if store_of(group.gradebook).file is not None:
            writing.close()
        yield session


def _session(group: Class, assignment: str, names: bool, markers: Sequence[str]) -> Session:
    questions = questions_of(group, assignment)
    students = graded_students(group, assignment)
    if not students:
        raise nothing_graded(assignment)
    left_out, newer = _not_recorded(group, assignment, students)
    sound = [student for student in students if student not in left_out]
    answers, missing = answers_to(group, assignment, questions, sound)
    known = [manual_marks(group.gradebook, assignment, question) for question in questions]
    there = [_unanswered_last(*pair) for pair in zip(answers, known, strict=True)]
    left_out |= missing
    if not any(there):
        reasons = "; ".join(f"{who}: {why}" for who, why in list(left_out.items())[:3])
        raise Problem(f"{assignment} has no answers that can be marked ({reasons or 'none'})")
    remarks = remarks_on(group.folder, group.gradebook, assignment, sound)
    return Session(group, assignment, questions, there, names, markers, left_out, newer, remarks)


def _unanswered_last(answers: Iterable[Answer], given: Mapping[str, ManualMark]) -> list[Answer]:
    there = [answer for answer in answers if answer.student in given]
    return sorted(there, key=lambda answer: given[answer.student].state == EMPTY)


def _not_recorded(
    group: Class, assignment: str, students: Iterable[str]
) -> tuple[dict[str, str], list[str]]:
    """Whose graded copy cannot be relied upon, and who has handed in something newer."""
    agreement = Agreement(group.folder, group.gradebook, assignment)
    names = notebook_names(group.gradebook, assignment)
    left_out, newer = {}, []
    for student in students:
        if why := agreement.not_recorded(student, names):
            again = f"run: python -m grader autograde {assignment}"
            left_out[student] = f"the mark is not recorded: {why}; {again}"
        elif agreement.handed_in_again(student, names):
            newer.append(student)
    return left_out, newer


def waiting(counts: Counter[str]) -> int:
    """How many answers wait for a person: not marked yet, or changed since they were."""
    return counts[WAITS] + counts[CHANGED]


def marked(counts: Counter[str]) -> int:
    return counts[MARKED]


def earlier_comments(given: Iterable[ManualMark]) -> list[str]:
    """The paragraphs of the comments that were written so far, the most frequent first."""
    found = Counter(piece for one in given for piece in pieces(one.comment))
    return [piece for piece, _ in found.most_common()]


def pieces(comment: str) -> list[str]:
    """The paragraphs of a comment, each of which can be used again."""
    return [piece.strip() for piece in re.split(r"\n\s*\n", comment) if piece.strip()]
