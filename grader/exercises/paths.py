"""What the paths of gradient descent and of Nesterov's method share: they end after ``steps``."""

from typing import Any

import numpy as np

from grader.checking.contract import Case
from grader.checking.contract.compare import as_numbers, described

MANY = 1500  # steps, more than a limit that nobody asked for
TOO_MANY = 400  # steps that lead beyond the largest float at a rate of 12 / (largest curvature)
LIMITLESS = f"{TOO_MANY} steps, in which the weights grow without limit"
GROWS = "exactly `steps` steps, also where the weights grow without limit"
TINY = "continues where the gradient is tiny"


def goes_on(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    """Each row relative to its own size; programs that are right may reach inf a step apart."""
    path, right = as_numbers(got["path"]), want["path"]
    if path is None or path.size != right.size:
        return f"path is {described(got['path'])}, expected an array of shape {right.shape}"
    path = path.astype(float).reshape(right.shape)
    sizes = np.abs(right).max(axis=1)
    off = ~(np.abs(path - right).max(axis=1) <= 1e-6 * sizes)
    ends = np.flatnonzero(~np.isfinite(sizes))[0]
    if wrong := np.flatnonzero(off & (sizes < 1e300)).tolist():
        row = wrong[0]
        return f"path[{row}] = {path[row]}, expected {right[row]}"
    if np.isfinite(path[ends + 4 :]).any():
        return "the last rows are finite, but the weights exceed the largest float before"
    return None
