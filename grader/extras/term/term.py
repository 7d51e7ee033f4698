"""The term: a line for each student over all graded problem sets."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.classroom.gradebook.store import store_of
from grader.classroom.roster import read_roster
from grader.classroom.school_class import Class
from grader.classroom.writer import only_writer
from grader.extras.term.problem_set import LostPoints, ProblemSet, graded_sets, problem_set
from grader.extras.term.signs import LEAST, Step, signs
from grader.problems import Problem

MARKS = {
    "help": "may need help",
    "missing": "something missing",
    "late": "something late",
    "person": "needs a person",
}


@dataclass(frozen=True)
class Line:
    """One student over the term.

    Attributes
    ----------
    steps : the problem sets that count for the student: those handed in, or due
    """

    student: str
    name: str
    steps: tuple[Step, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Step]:
        return {step.of.name: step for step in self.steps}

    @property
    def points(self) -> float:
        return sum(step.result.score.score for step in self.steps if step.result)

    @property
    def total(self) -> float:
        return sum(step.of.total for step in self.steps)

    @property
    def share(self) -> float:
        """The mean of the problem sets' shares, weighted; what is missing counts as 0."""
        counted = [step for step in self.steps if step.of.total]
        whole = sum(step.of.weight for step in counted)
        reached = sum(s.of.weight * max(s.result.share, 0.0) for s in counted if s.result)
        return reached / whole if whole else 0.0

    @property
    def handed_in(self) -> int:
        return sum(step.result is not None for step in self.steps)

    @property
    def late(self) -> int:
        return sum(step.result is not None and step.result.late for step in self.steps)

    @property
    def waits(self) -> float:
        return sum(step.result.score.by_hand for step in self.steps if step.result)

    @cached_property
    def signs(self) -> tuple[str, ...]:
        return signs(self.steps)

    @property
    def needs_help(self) -> bool:
        return len(self.signs) >= LEAST

    @property
    def marks(self) -> list[str]:
        """What the page's rows can be filtered by."""
        missing = self.handed_in < len(self.steps)
        holds = (self.needs_help, missing, self.late > 0, self.waits > 0)
        return [mark for mark, there in zip(MARKS, holds, strict=True) if there]

    @property
    def lost(self) -> list[tuple[str, LostPoints]]:
        """What got less than all points, the most points first, with its problem set."""
        results = [(step.of.name, step.result) for step in self.steps if step.result]
        found = [(name, one) for name, work in results for one in work.lost]
        return sorted(found, key=lambda item: item[1].score - item[1].points)


@dataclass(frozen=True)
class Term:
    """What the pages show.

    Attributes
    ----------
    has_roster : so that those who never handed anything in are known
    strangers : who has a mark and is not in the roster
    anonymous : numbers stand for the names
    """

    sets: tuple[ProblemSet, ...]
    lines: tuple[Line, ...]
    has_roster: bool
    strangers: tuple[str, ...] = ()
    anonymous: bool = False

    @property
    def in_need(self) -> list[Line]:
        """Those with the most signs first."""
        return sorted(
            (line for line in self.lines if line.needs_help),
            key=lambda line: (-len(line.signs), line.share),
        )


def read_term(group: Class) -> Term:
    """Read all problem sets of which the gradebook has a mark.

    Raises
    ------
    Problem
        Nothing is graded, the roster has mistakes, the gradebook is damaged, or another command is
        writing to the class.
    """
    url = group.gradebook
    store_of(url).require_sound()
    if not store_of(url).exists():
        raise _nothing_graded()
    with only_writer(group.folder, url, ""):
        roster = {one.student: one for one in read_roster(group.folder)}
        sets = [problem_set(group, assignment) for assignment in graded_sets(url)]
    if not sets:
        raise _nothing_graded()
    marked = {student for one in sets for student in one.results}
    return Term(
        tuple(sets),
        tuple(
            line(student, roster[student].name if student in roster else "", sets)
            for student in sorted(marked | set(roster))
        ),
        bool(roster),
        tuple(sorted(marked - set(roster))) if roster else (),
    )


def line(student: str, name: str, sets: Sequence[ProblemSet]) -> Line:
    """A student's line: what was handed in, and what is due."""
    steps = (Step(one, one.results.get(student)) for one in sets)
    return Line(student, name, tuple(s for s in steps if s.result is not None or s.is_due(student)))


def anonymous(term: Term, chance: random.Random) -> Term:
    """The same term with numbers in place of names, in random order.

    What the grader found is left out, too: it may quote what a student wrote.
    """
    order = list(term.lines)
    chance.shuffle(order)
    number = {one.student: str(n) for n, one in enumerate(order, 1)}
    sets = [
        replace(
            one,
            results={
                number[student]: replace(
                    result,
                    lost=tuple(replace(lost, found="") for lost in result.lost),
                    pages=(),
                )
                for student, result in one.results.items()
            },
            extended=frozenset(number[s] for s in one.extended if s in number),
        )
        for one in term.sets
    ]
    # In the order of the numbers: that of the names would give them away.
    sets = [
        replace(one, results=dict(sorted(one.results.items(), key=lambda item: int(item[0]))))
        for one in sets
    ]
    lines = tuple(line(number[one.student], "", sets) for one in order)
    return Term(tuple(sets), lines, term.has_roster, anonymous=True)


def _nothing_graded() -> Problem:
    return Problem("nothing is graded yet; run, for example: python -m grader autograde ps06")
