"""What the experiments of 04, 08, 09 and 15 share: hints, and how far the best option leads."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.checking.contract import slips

OVER = """    Your plan asks for more trainings than the budget has. Write it as a sum: where can
    you save some?
"""
"""The hint for a plan over the budget, below its line among the slips."""

INTERVALS = slips("""
half = d.std(ddof=1) / np.sqrt(len(d))
    Your interval reaches one standard error to each side. Which factor makes it right in 95 % of
    the cases?
half = 3 * d.std(ddof=1)
    Your interval says where a single difference lies. The mean of n differences is known better: by
    which factor?
""")


def lead_over(
    baseline: Any, names: Sequence[Any], values: np.ndarray, near: float
) -> Callable[[Any], float]:
    """``lead(name)``, at the best rate of each; nan for the baseline, and if the name is not best.

    Best is one whose mean is at most ``near`` below the largest.
    """
    at_best_rate = values.mean(axis=-1).max(axis=1)
    ahead = dict(zip(names, at_best_rate - at_best_rate[names.index(baseline)], strict=True))
    del ahead[baseline]
    least = max(ahead.values()) - near

    def lead(name: Any) -> float:
        return float(ahead[name]) if ahead.get(name, -math.inf) >= least else math.nan

    return lead
