"""The learning rate of each step, from the schedule that `fit` was given."""

import inspect
import math
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from course_lib.settings import require_function

Schedule: TypeAlias = Callable[..., float]
"""``schedule(t)`` or ``schedule(t, total=…)`` -> learning rate of step t."""

EXAMPLE = "lambda t: step_decay(t, lr=0.1, factor=0.5, every=100)"


CHECKED = 1000
"""Rates of a run that are asked for before its first step, at equal distances."""


def rate_of_step(schedule: Schedule, total: int | None) -> Callable[[int], float]:
    """The schedule as a function of the step alone, which returns a Python number.

    Parameters
    ----------
    schedule : a function of the number of a step; if it has a parameter ``total`` without a
        default, it gets the number of steps of the whole run
    total : this number; None if it is not known

    Raises
    ------
    TypeError
        If it is not such a function, or does not return a number.
    ValueError
        If a rate is negative or not finite. A thousand steps of the run are asked before the first
        one, the last among them, and each step in its turn.
    """
    if _needs_total(schedule):
        if total is None:
            raise TypeError(
                "fit: schedule needs the number of steps, and x has no len(); give the number "
                "yourself, as in lambda t: warmup_cosine(t, lr=0.1, warmup=100, total=10_000)"
            )
        schedule = partial(schedule, total=total)
    require_function("fit", EXAMPLE, "t", schedule=schedule)

    def rate(t: int) -> float:
        value = schedule(t)
        if not hasattr(value, "__float__"):  # None, a text
            raise TypeError(f"fit: schedule returned {value!r} for step {t}, expected a number")
        if not 0.0 <= float(value) < math.inf:
            raise ValueError(
                f"fit: schedule returned {value!r} for step {t}, expected a learning rate of 0 or "
                "more, and finite"
            )
        return float(value)

    steps = total or 1
    for step in [*range(0, steps, max(1, steps // CHECKED)), steps - 1]:
        rate(step)
    return rate


def _needs_total(schedule: Schedule) -> bool:
    try:
        parameters = list(inspect.signature(schedule).parameters.values())
    except (TypeError, ValueError):  # no function, or a built-in one without a signature
        return False
    return any(p.name == "total" and p.default is p.empty for p in parameters[1:])
