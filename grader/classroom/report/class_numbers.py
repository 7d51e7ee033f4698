"""What a class's points come to: the mean, how they are spread, and what each exercise shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import mean, median

from grader.classroom.gradebook.marks import Score
from grader.classroom.report.separation import Correlation, separation

BINS = 10


@dataclass(frozen=True)
class Spread:
    """Points of a class.

    Attributes
    ----------
    total : what full marks are worth
    waiting : submissions with answers that wait for a person, who may give them points yet
    counts : submissions for each tenth of the total, the last with full marks
    """

    mean: float
    median: float
    total: float
    waiting: int
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Exercise:
    """What became of one graded cell in all submissions: ``passed`` have all points."""

    name: str
    points: float
    passed: int
    graded: int
    mean: float
    separation: Correlation


def spread(scores: Sequence[Score]) -> Spread:
    """Mean, median and histogram; of no submissions all are 0."""
    counts = [0] * BINS
    for one in scores:
        counts[_bin(one)] += 1
    points = [one.score for one in scores] or [0.0]
    return Spread(
        mean(points),
        median(points),
        max((one.total for one in scores), default=0.0),
        sum(one.by_hand > 0 for one in scores),
        tuple(counts),
    )


def _bin(one: Score) -> int:
    share = one.score / one.total if one.total else 0.0
    return min(max(int(share * BINS + 1e-9), 0), BINS - 1)


def exercises(cells: Iterable[Mapping[str, tuple[float, float]]]) -> list[Exercise]:
    """Each graded cell's pass rate and separation, in the notebook's order.

    Parameters
    ----------
    cells : of each submission: score and points by the cell's name
    """
    submissions = list(cells)
    found: dict[str, list[tuple[float, float]]] = {}
    for one in submissions:
        for name, points in one.items():
            found.setdefault(name, []).append(points)
    return [
        Exercise(
            name,
            max(of for _, of in points),
            sum(score >= of for score, of in points),
            len(points),
            mean(score for score, _ in points),
            separation(name, submissions),
        )
        for name, points in found.items()
    ]


def lost(score: float, points: float) -> int:
    """How much of a cell's points is lost, in steps from 0 (nothing) to 4 (all)."""
    if score >= points:
        return 0
    return 4 if score <= 0 else min(ceil(4 * (1 - score / points)), 3)
