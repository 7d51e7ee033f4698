"""Do what a plan says: keep the attempts, place those that count, note where they came from."""

from __future__ import annotations

from pathlib import Path

from grader.classroom.collect.attempts import Origins
from grader.classroom.collect.plan import Decision, Plan
from grader.classroom.moments import stamp_of


def carry_out(plan: Plan, classroom: Path, assignment: str) -> None:
    """Write what ``plan`` says; the download must be open, and the class held for writing.

    What is interrupted goes on with the next run: nothing is removed from ``submitted`` that is not
    kept, and an attempt counts as kept only when it has been placed. Where the attempts come from
    is noted before, so that none is ever without it.
    """
    decisions = [decision for decision in plan.decisions if decision.changes]
    if not decisions:
        return
    origins = Origins(classroom, assignment)
    for decision in decisions:
        for row in decision.origins(origins):
            origins.note(row)
    origins.write()
    for decision in decisions:
        _carry_out(decision)


def _carry_out(decision: Decision) -> None:
    attempts = decision.attempts
    if decision.keeps_present:
        attempts.keep_present()
    for one in decision.keep:
        if decision.place and one is decision.keep[-1]:
            attempts.place(one.files(), stamp_of(one.when))
        attempts.keep(one.files(), stamp_of(one.when))
    if decision.place and not decision.keep:
        attempts.put_back()
    if decision.stamp:
        attempts.restamp(decision.stamp)
