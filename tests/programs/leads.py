"""Parts of plans that measure how far an option leads a baseline."""

from collections.abc import Iterable
from typing import Any

import numpy as np

T = {4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}

Report = tuple[Any, float, float]


def pairs(
    trial: Any, ours: tuple[Any, ...], baseline: tuple[Any, ...], seeds: Iterable[int], t: float = 0
) -> Report:
    """The option, which stands first in a setting, and a t interval of paired differences."""
    d = np.array([trial(*ours, s) - trial(*baseline, s) for s in seeds])
    half = (t or T[len(d)]) * d.std(ddof=1) / len(d) ** 0.5
    return ours[0], d.mean() - half, d.mean() + half


def two_samples(trial: Any, ours: tuple[Any, ...], baseline: tuple[Any, ...], n: int = 7) -> Report:
    """Not paired, with Welch's standard error and the factor of one sample of ``n``."""
    a = [trial(*ours, s) for s in range(1, 1 + n)]
    b = [trial(*baseline, s) for s in range(11, 11 + n)]
    half = T[n] * np.sqrt(np.var(a, ddof=1) / n + np.var(b, ddof=1) / n)
    middle = float(np.mean(a) - np.mean(b))
    return ours[0], middle - half, middle + half
