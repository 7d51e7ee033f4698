"""Intervals that a student predicts a number to lie in, and what they earn.

The interval score of an 80 % interval is its width, and 10 times (2 / 0.2) what is missing where
the number lies outside. Lower is better. Its mean is lowest for the interval that leaves out 10 %
on each side, so neither a huge interval nor a single number is the best answer.

Source: Gneiting and Raftery, Strictly proper scoring rules, prediction, and estimation, 2007.
"""

from typing import Any

import numpy as np

from grader.checking.contract.compare import described
from grader.checking.contract.plain_numbers import finite_number

COVERAGE = 0.8


def read_interval(value: Any, low: float, high: float) -> tuple[float, float] | str:
    """(low, high) in Python's numbers, or what is wrong with it.

    Parameters
    ----------
    low, high : the range in which both ends must lie
    """
    wanted = f"expected (low, high), two numbers from {low:g} to {high:g}"
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, list) or len(value) != 2:
        return f"the interval is {described(value)}; {wanted}"
    ends = [finite_number(end) for end in value]
    first, second = ends
    if first is None or second is None or not (low <= first <= high and low <= second <= high):
        shown = ", ".join(described(end) for end in value)
        return f"the interval is ({shown}); {wanted}"
    if first > second:
        return f"the interval is ({first:g}, {second:g}); the lower end comes first"
    return first, second


def share_for(score: float, narrow: float, useless: float) -> float:
    """The share of the points for an interval score: 1 from ``narrow`` down, 0 at ``useless``."""
    return (useless - round(score, 6)) / (useless - narrow)  # without what rounding adds


def interval_score(low: float, high: float, truth: float) -> float:
    """Width, and 10 times the distance of the truth from the interval."""
    outside = max(low - truth, truth - high, 0.0)
    return high - low + 2 / (1 - COVERAGE) * outside
