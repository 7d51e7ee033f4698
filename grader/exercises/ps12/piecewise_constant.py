"""``piecewise_constant(t, *, boundaries, values) -> rate``: a constant rate between given
boundaries.
"""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, schedule, shapes, slips, step, unchanged_inputs
from grader.checking.contract import values as same_values


def piecewise_constant(t, *, boundaries, values):
    reached = sum(b <= t for b in boundaries)
    return values[reached]


def rates(rng: np.random.Generator, *order: int) -> list[float]:
    """Rates near these values, so that each rate can be recognised."""
    return [float(rank + rng.uniform(0, 0.5)) for rank in order]


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    first = int(rng.integers(4, 7))
    second = first + int(rng.integers(7, 10))
    third = second + 3  # below first + second, so that added up the boundaries are always others
    one: dict[str, Any] = {"boundaries": [first], "values": rates(rng, 1, 2)}
    three: dict[str, Any] = {"boundaries": [first, second, third], "values": rates(rng, 2, 4, 1, 3)}
    middle = first + 3
    before = [first - 1, second - 1, third - 1]
    floats = [1.0, float(middle), third + 40.0]
    return {
        "one boundary": [case(t=[0, first - 2, first + 2, first + 90], **one)],
        "between boundaries": [case(t=[1, middle, second + 1, third + 40], **three)],
        "exactly on a boundary": [case(t=[0, first, second, third], **three)],
        "one step before a boundary": [case(t=before, **three)],
        "t may be a float such as 12.0": [case(t=floats, **three)],
    }


exercise = schedule(
    piecewise_constant,
    points=1,
    cases=cases,
    judge=[
        same_values(weight=2, cases="one boundary"),
        same_values(weight=3, cases="between boundaries"),
        same_values(weight=2, cases="exactly on a boundary"),
        same_values(weight=2, cases="one step before a boundary"),
        same_values(cases="t may be a float such as 12.0", after="between boundaries"),
    ],
    form=(shapes(title="one number comes back"), unchanged_inputs()),
    answers=("course_lib.schedules",),
    hints=(
        step(
            "How many of the boundaries has step t reached? This number is the index of the value.",
            "one boundary",
            "between boundaries",
        ),
        step(
            "At the step t = boundaries[0], does the first value still hold?",
            "exactly on a boundary",
            "one step before a boundary",
        ),
        """Compare t with every boundary and add up the results: True counts as 1. A boundary that
        equals t is reached.""",
        """A smaller example: boundaries = [10, 20], values = [0.5, 0.1, 0.02]. Rates at t = 0, 9,
        10, 19, 20: 0.5, 0.5, 0.1, 0.1, 0.02.""",
    ),
    mistakes=(
        *slips(
            """
reached = sum(b < t for b in boundaries)
    The next rate begins one step too late. A boundary is the first step of the next value.
reached = sum(b <= t + 1 for b in boundaries)
    The next rate begins one step too early. One step before a boundary, the old value still holds.
""",
            needs=("between boundaries",),
        ),
        *slips("""
return values[reached - 1]
    Every index is too small by 1, and before the first boundary you return the last rate (index
    −1). Which index belongs to a t that has reached no boundary?
return values[max(reached - 1, 0)]
    Each value comes one interval too late: after the first boundary you still return the first
    value. Which value holds after boundaries[0]?
return values[min(reached + 1, len(boundaries))]
    Each value comes one interval too early, and the first one is never used. Which value holds
    before boundaries[0]?
return values[min(reached, len(boundaries) - 1)]
    You never return the last value. There is one more value than there are boundaries. At which
    steps does the last one hold?
reached = sum(b <= t for b in np.cumsum(boundaries))
    You add up the boundaries as if they were durations. They are step numbers, counted from the
    beginning.
return values[-2 if t < boundaries[-1] else -1]
    Your loop continues after it has found the interval, and later intervals overwrite the result:
    an early t is below all later boundaries, too.
"""),
        *slips(
            """
return [*values[:-1], None][reached]
    After the last boundary you return None. There is one more value than there are boundaries.
""",
            needs=("one step before a boundary",),
        ),
        *slips("""
reached = boundaries[0] <= t
    Your code counts at most one boundary: it knows only the first, or stops at the first that t has
    passed. How many boundaries has t passed?
return sorted(values, reverse=True)[reached]
    You sort the values. A schedule may also rise, so keep their order.
return np.prod(values[: 1 + reached])
    You multiply the values that t has passed. They are rates, not factors: return the value of the
    present interval alone.
reached = next(i for i in range(99) if t < boundaries[i])
    After the last boundary your loop looks at one more, which does not exist. Up to which index may
    it go?
"""),
    ),
)
