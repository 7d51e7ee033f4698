"""Signs that somebody needs help: rules with their words, so that the page says what they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import mean

from grader.classroom.report.times import lead_time_in_words
from grader.extras.term.problem_set import ProblemSet, StudentResult

LEAST = 2  # signs from which on a student is listed
MISSING = 2  # problem sets
HALF = 0.5  # of the points; of the exercises
RECENT = 2  # problem sets that are compared with those before
FALL = 0.2  # of the points
HURRIED, OF = 2, 3  # problem sets
LAST_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Step:
    """One problem set for one student; ``taken`` is None if it is missing."""

    of: ProblemSet
    result: StudentResult | None

    def is_due(self, student: str) -> bool:
        """Whether the deadline has passed, with the student's own extension."""
        return self.of.passed and student not in self.of.extended


@dataclass(frozen=True)
class Rule:
    """A rule in words, and what it finds in the steps of one student, in order; "" for nothing."""

    words: str
    find: Callable[[Sequence[Step]], str]


def _missing(steps: Sequence[Step]) -> str:
    missing = [step.of.name for step in steps if step.result is None]
    if len(missing) >= MISSING or (steps and steps[-1].result is None):
        return f"not handed in: {', '.join(missing)}"
    return ""


def _low(steps: Sequence[Step]) -> str:
    whole = sum(step.of.weight for step in steps)
    reached = sum(step.of.weight * step.result.decided for step in steps if step.result)
    if not whole or reached / whole >= HALF:
        return ""
    rounded = min(round(100 * reached / whole), round(100 * HALF) - 1)
    return f"{rounded} % of the points so far"


def _falling(steps: Sequence[Step]) -> str:
    beside = [step.result.decided - step.of.usual for step in steps if step.result]
    if len(beside) < 2 * RECENT:
        return ""
    before, now = mean(beside[:-RECENT]), mean(beside[-RECENT:])
    if before - now < FALL:
        return ""
    return f"from {_beside(before)} to {_beside(now)}"


def _beside(share: float) -> str:
    return f"{100 * abs(share):.0f} % {'above' if share >= 0 else 'below'} the median"


def _hurried(steps: Sequence[Step]) -> str:
    known = [
        (step.of.name, step.result.lead_time)
        for step in steps
        if step.result and step.result.lead_time is not None
    ]
    found = [
        f"{name} {lead_time_in_words(before)}" for name, before in known[-OF:] if before < LAST_HOUR
    ]
    return ", ".join(found) if len(found) >= HURRIED else ""


def _unwritten(steps: Sequence[Step]) -> str:
    taken = [(step.of.name, step.result.unwritten) for step in steps if step.result]
    if not taken or taken[-1][1] < HALF:
        return ""
    return f"{100 * taken[-1][1]:.0f} % of the exercises of {taken[-1][0]} not written"


RULES = (
    Rule(f"{MISSING} problem sets are missing, or the newest one", _missing),
    Rule(
        f"fewer than {100 * HALF:.0f} % of the points so far, "
        "where a problem set that is missing counts as 0",
        _low,
    ),
    Rule(
        f"in the {RECENT} newest problem sets, {100 * FALL:.0f} percentage points or more lower "
        f"than in those before, each compared with the median (from {2 * RECENT} on)",
        _falling,
    ),
    Rule(
        f"{HURRIED} of the {OF} newest were handed in late or in the last hour before the deadline",
        _hurried,
    ),
    Rule(
        f"in the newest, {100 * HALF:.0f} % or more of the exercises are as they were given",
        _unwritten,
    ),
)


def signs(steps: Sequence[Step]) -> tuple[str, ...]:
    """What the rules find for one student."""
    return tuple(filter(None, (rule.find(steps) for rule in RULES)))
