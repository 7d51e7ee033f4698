"""Do what a plan says: keep the attempts, place those that count, note where they came from."""

from __future__ import annotations

from pathlib import Path

from grader.classroom.collect.attempts import Attempts, keep_present, note_origins, stamp_of
from grader.classroom.collect.choice import Attempt
from grader.classroom.collect.plan import Decision, Plan


def carry_out(plan: Plan, classroom: Path, assignment: str) -> None:
    """Write what ``plan`` says; the download must be open, and the class held for writing.

    What is interrupted goes on with the next run: nothing is removed from ``submitted`` that is not
    kept, and an attempt counts as kept only when it has been placed.
    """
    for decision in plan.decisions:
        if decision.changes:
            _carry_out(decision, classroom, assignment)


def _carry_out(decision: Decision, classroom: Path, assignment: str) -> None:
    attempts = decision.attempts
    noted = attempts.present in {one.identity for one in decision.keep}
    if not noted:
        keep_present(attempts, classroom, assignment)
    if not decision.keep:
        attempts.put_back()
        return
    *earlier, last = decision.keep
    for one in earlier:
        _keep(attempts, one, classroom, assignment)
    if decision.place:
        attempts.place(last.files(), stamp_of(last.when))
    _keep(attempts, last, classroom, assignment)


def _keep(attempts: Attempts, one: Attempt, classroom: Path, assignment: str) -> None:
    stamp = stamp_of(one.when)
    row = (one.student, one.whose, attempts.last + 1, one.file, stamp)
    note_origins(classroom, assignment, [row])
    attempts.keep(one.files(), stamp)
