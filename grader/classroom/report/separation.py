"""How well an exercise separates those who do well elsewhere from those who do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation

FEWEST = 10  # students from which on a correlation is shown
LOW = 0.1  # below it, an exercise says little about who does well in the others


@dataclass(frozen=True)
class Correlation:
    """A correlation over ``students``; ``value`` is None where it says nothing."""

    value: float | None
    students: int

    @property
    def words(self) -> str:
        """The value with the number of students, or why there is none."""
        if self.value is not None:
            return f"{self.value:.2f} ({self.students})"
        return f"{'too few' if self.students < FEWEST else 'all alike'} ({self.students})"

    @property
    def low(self) -> bool:
        return self.value is not None and self.value < LOW


def correlated(pairs: Sequence[tuple[float, float]]) -> Correlation:
    """Pearson's correlation; no value for few pairs, or if one side is the same for all."""
    if len(pairs) < FEWEST:
        return Correlation(None, len(pairs))
    try:
        value = correlation(*zip(*pairs, strict=True))
    except StatisticsError:
        return Correlation(None, len(pairs))
    return Correlation(value, len(pairs))


def rank_correlated(pairs: Sequence[tuple[float, float]]) -> Correlation:
    """Spearman's correlation: that of the ranks, so that a few extreme values do not decide it."""
    if not pairs:
        return Correlation(None, 0)
    one, other = zip(*pairs, strict=True)
    return correlated(list(zip(_ranks(one), _ranks(other), strict=True)))


def _ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value; equal ones share the mean of their ranks."""
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values)):
        places.setdefault(value, []).append(place)
    return [(places[value][0] + places[value][-1]) / 2 for value in values]


def separation(name: str, submissions: Sequence[Mapping[str, tuple[float, float]]]) -> Correlation:
    """The item–rest correlation of a graded cell: with the points of all other cells.

    Submissions without any point in the others are left out: empty ones have 0 everywhere, and
    would make every exercise look as if it separated well. To leave out those without any point at
    all would do the opposite, because the exercise itself would then decide who counts.

    Parameters
    ----------
    submissions : score and points by the cell's name
    """
    pairs = []
    for cells in submissions:
        rest = sum(score for other, (score, _) in cells.items() if other != name)
        if name in cells and rest > 0:
            pairs.append((cells[name][0], rest))
    return correlated(pairs)
