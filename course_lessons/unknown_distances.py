"""Programs for all squared distances that may hold a fault: what a test of them is tried on."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course_lessons.pairs import CallsSpent, count_apart

CALLS = 3  # of one program
FAULTS = (
    "axes",  # an axis too many, or the table transposed
    "square",  # only where N = M: the table transposed, or x taken for y
    "single",  # an axis of length 1 disappears: of x, or of y
    "whole",  # whole numbers keep their type, in the differences or in the result
    "numbers",  # differences without the square, or of numbers without their sign
)

Values = np.ndarray


class UnknownDistances:
    """A program for the squared distances of all rows of x to all rows of y.

    Parameters
    ----------
    numbers : what :func:`random_distances` draws; its ``fault`` is what is wrong, one of
        ``FAULTS``, or nothing if it is empty
    budget : how many calls it answers

    Attributes
    ----------
    spent : the number of calls so far
    """

    def __init__(self, numbers: Mapping[str, Any], budget: int = CALLS) -> None:
        self.budget, self.spent = budget, 0
        self._fault, self._odd = numbers["fault"], numbers["one"] % 2 == 1
        self._multiplied_out = numbers["one"] // 2 % 2 == 1

    def __call__(self, x: Any, y: Any) -> Values:
        """The table of distances, (N, M).

        Parameters
        ----------
        x, y : (N, D) and (M, D), numbers of any type

        Raises
        ------
        CallsSpent
            The budget is used up.
        ValueError
            x and y have other shapes.
        """
        self.spent += 1
        if self.spent > self.budget:
            raise CallsSpent(f"this program answers {self.budget} calls, no more")
        x, y = np.array(x), np.array(y)
        if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1]:
            raise ValueError(f"x has shape {x.shape} and y {y.shape}, expected (N, D) and (M, D)")
        return self._finished(self._table(x, y), x)

    def _table(self, x: Values, y: Values) -> Values:
        fault, odd = self._fault, self._odd
        if fault == "square" and odd and len(x) == len(y):
            y = x
        if fault == "whole" and not odd:
            r = x[:, None] - y
            return np.asarray((r * r).sum(axis=2, dtype=float))
        x, y = x.astype(float), y.astype(float)
        if fault == "numbers":
            r = np.abs(x)[:, None] - np.abs(y) if odd else x[:, None] - y
            return np.asarray((r**2 if odd else np.abs(r)).sum(axis=2))
        if self._multiplied_out:
            return np.asarray((x**2).sum(axis=1)[:, None] - 2 * x @ y.T + (y**2).sum(axis=1))
        return np.asarray(((x[:, None] - y) ** 2).sum(axis=2))

    def _finished(self, d: Values, x: Values) -> Values:
        match self._fault, self._odd:
            case "axes", odd:
                return d.T if odd else d[None]
            case "square", False if d.shape[0] == d.shape[1]:
                return d.T
            case "single", odd if d.shape[1 if odd else 0] == 1:
                return d.ravel()
            case "whole", True:
                return d.astype(x.dtype)
        return d


def random_distances(rng: np.random.Generator, fault: str, one: int) -> dict[str, Any]:
    """The numbers of a program with one of ``FAULTS`` (none if it is empty).

    Parameters
    ----------
    one : even or odd, which of its two kinds a fault has; half of the programs multiply out
    """
    return {"fault": fault, "one": one}


def tell_apart(
    test: Callable[[UnknownDistances], Any], *, pairs: int = 4, seed: int = 0
) -> dict[str, int]:
    """`count_apart` for programs that compute distances."""
    return count_apart(test, UnknownDistances, random_distances, FAULTS, pairs=pairs, seed=seed)
