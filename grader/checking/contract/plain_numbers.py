"""Numbers out of plain data that a student handed in."""

import math
from typing import Any

import numpy as np


def finite_number(value: Any) -> float | None:
    """A finite number out of plain data, or None: True is none, and neither is "0.1"."""
    if isinstance(value, np.ndarray):
        if value.size != 1 or value.dtype.kind not in "iuf":
            return None
        value = value.reshape(()).item()
    if type(value) not in (int, float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
