"""What the experiments of 09 and 10 share: how far the best option leads."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


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
