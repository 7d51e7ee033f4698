"""The walk through a class: plan for each student, hand the job out, record each result that comes.

Workers execute or render. This process alone writes: results, gradebook and pages, each when
its job has ended, while the workers go on.
"""

from __future__ import annotations

import logging
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from grader.classroom.agreement import Agreement
from grader.classroom.converters import OneStudent
from grader.classroom.gradebook.store import store_of
from grader.classroom.jobs import Job, Jobs, workers
from grader.classroom.late import Renewal, deadlines
from grader.classroom.school_class import Class
from grader.classroom.writer import only_writer
from grader.grading.process.fault import MACHINE, GraderFault, NotDone
from grader.grading.submission.case_seeds import secret_of
from grader.guests import EXECUTORS, load
from grader.interrupts import held_interrupts, kept_interrupts
from grader.problems import Problem

Progress = Callable[[str, str], None]


@dataclass(frozen=True)
class Plan:
    """What is to be done for one student.

    Attributes
    ----------
    why : it is done
    job : for a worker: ``job(process, *arguments)``, ``process`` a limited one
    made_from : what the result depends on, which is noted beside it
    """

    why: str
    job: Callable[..., Any]
    arguments: tuple[Any, ...]
    made_from: Any


@dataclass
class Step(ABC):
    """What is done for each student of a class for one assignment: grading, or feedback.

    Attributes
    ----------
    names : the notebooks that a submission consists of
    nbgrader : writes what comes of it
    force : do also what has not changed
    """

    group: Class
    assignment: str
    names: list[str]
    nbgrader: OneStudent
    force: bool = False

    @cached_property
    def agreement(self) -> Agreement:
        return Agreement(self.group.folder, self.group.gradebook, self.assignment)

    @cached_property
    def renewal(self) -> Renewal:
        """Of the penalties for being late."""
        group = self.group
        asked = deadlines(group.settings, group.folder, self.assignment)
        submitted = group.folder / "submitted"
        return Renewal(group.gradebook, self.assignment, asked, self.nbgrader.config, submitted)

    def renew_penalties(self, student: str | None = None) -> list[str]:
        """Have the gradebook charge for lateness as is asked now, for all or for one student.

        Returns the students whose score has changed by that.
        """
        changed = self.renewal.renew(student)
        for who, penalties in changed.items():
            self.nbgrader.log.info("%s: other penalties for being late, %s", who, penalties)
            self.agreement.note_penalties(who, penalties)
        return sorted(changed)

    @abstractmethod
    def plan(self, student: str) -> Plan | None:
        """What is to be done for a student; None for nothing."""

    @abstractmethod
    def record(self, student: str, plan: Plan, result: Any) -> None:
        """Keep what the plan's job gave, and have nbgrader write it."""


@dataclass
class Walk:
    """One walk through a class.

    Attributes
    ----------
    progress : called with each student who is done, and why something was done ("": it was not)
    failed : why there is nothing for a student
    done : students for whom all is done, or was before
    """

    log: logging.Logger
    progress: Progress = lambda student, why: None
    failed: dict[str, str] = field(default_factory=dict)
    done: int = 0

    def through(self, students: Sequence[str], step: Step) -> None:
        """Plan and record for each student; what fails costs only the one.

        Raises
        ------
        Exception
            One that has nothing to do with a submission
            (:func:`stops_grading`).
        """
        group = step.group
        store_of(group.gradebook).require_sound()
        secret_of(group.folder)  # made before anybody needs it
        with (
            kept_interrupts() as raise_if_interrupted,
            only_writer(group.folder, group.gradebook, step.assignment),
            workers_of(group) as jobs,
        ):
            step.renew_penalties()
            for (student, plan), result in jobs.done(self._jobs(students, step)):
                with held_interrupts():  # recording is one step
                    with self._noted(student):
                        step.record(student, plan, result())
                    self._tell(student, plan.why)
                raise_if_interrupted()

    def _jobs(self, students: Sequence[str], step: Step) -> Iterator[Job[tuple[str, Plan]]]:
        """A job for each student for whom there is something to do."""
        for student in students:
            plan = None
            with self._noted(student):
                plan = step.plan(student)
            if plan is None:
                self._tell(student, "")
            else:
                yield Job((student, plan), plan.job, plan.arguments)

    @contextmanager
    def _noted(self, student: str) -> Iterator[None]:
        """Within it, what goes wrong is noted for the student, unless it stops grading."""
        try:
            yield
        except Exception as error:
            if stops_grading(error):
                raise
            self.log.exception("%s", student)
            kind = "" if isinstance(error, NotDone) else f"{type(error).__name__}: "
            self.failed[student] = f"{kind}{error}"

    def _tell(self, student: str, why: str) -> None:
        self.done += student not in self.failed
        self.progress(student, why)


def workers_of(group: Class) -> AbstractContextManager[Jobs]:
    """Those of this machine, or of the cluster that is asked for, which a guest connects to."""
    if not group.cluster:
        return workers(group.jobs)
    connected = load(EXECUTORS, "cluster")
    found: AbstractContextManager[Jobs] = connected(
        group.cluster, group.settings.root, group.folder
    )
    return found


def stops_grading(error: BaseException) -> bool:
    """Whether an error says something about the machine or the gradebook, not about a submission.

    Then nobody gets a mark for it: grading stops, and goes on there when it is started again. A
    value that the gradebook refuses may come from the submission: the name of its folder does.
    """
    if isinstance(error, OSError):
        return error.errno in MACHINE
    if isinstance(error, (DataError, IntegrityError)):
        return False
    stops = (GraderFault, MemoryError, ImportError, Problem, SQLAlchemyError, sqlite3.Error)
    return isinstance(error, stops)
