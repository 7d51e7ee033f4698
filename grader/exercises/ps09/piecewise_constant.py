"""``piecewise_constant(t, *, boundaries, values) -> rate``: rates written down by hand."""

import numpy as np

from grader.checking.contract import Case, case, schedule, shapes, step, unchanged_inputs
from grader.checking.contract import values as same_values


def piecewise_constant(t, *, boundaries, values):
    return values[sum(b <= t for b in boundaries)]


def rates(rng: np.random.Generator, *order: int) -> list[float]:
    """Rates of about this order, so that each of them is known by its value."""
    return [float(rank + rng.uniform(0, 0.5)) for rank in order]


def cases(rng: np.random.Generator) -> list[Case]:
    first = int(rng.integers(4, 7))
    second = first + int(rng.integers(7, 10))
    third = second + int(rng.integers(5, 9))
    one = {"boundaries": [first], "values": rates(rng, 1, 2)}
    three = {"boundaries": [first, second, third], "values": rates(rng, 2, 4, 1, 3)}
    middle = first + 3
    return [
        case("one boundary", t=[0, first - 2, first + 2, first + 90], **one),
        case("between the boundaries", t=[1, middle, second + 2, third + 40], **three),
        case("on the boundaries", t=[0, first, second, third], **three),
        case("just before the boundaries", t=[first - 1, second - 1, third - 1], **three),
        case("t as a float", t=[1.0, float(middle), third + 40.0], **three),
    ]


ONE, BETWEEN = "one boundary", "between boundaries"
ON, BEFORE = "exactly on a boundary", "one step before a boundary"

exercise = schedule(
    piecewise_constant,
    points=1,
    cases=cases,
    judge=[
        same_values(weight=2, cases="one boundary", title=ONE),
        same_values(weight=3, cases="between the boundaries", title=BETWEEN),
        same_values(weight=2, cases="on the boundaries", title=ON),
        same_values(weight=2, cases="just before the boundaries", title=BEFORE),
        same_values(cases="t as a float", title="t may be a float such as 12.0", after=BETWEEN),
    ],
    form=(shapes(title="one number comes back"), unchanged_inputs()),
    answers=("course_lib.schedules.piecewise_constant",),
    hints=(
        step(
            "How many of the boundaries has step t reached? That number tells which value.",
            ONE,
            BETWEEN,
        ),
        step("With the step t = boundaries[0], does the first value still hold?", ON, BEFORE),
        "A comparison with every boundary in turn, counted: True counts as 1. A boundary that "
        "equals t is reached.",
        "Smaller: boundaries = [10, 20], values = [0.5, 0.1, 0.02]. Rates at t = 0, 9, 10, 19, "
        "20: 0.5, 0.5, 0.1, 0.1, 0.02.",
    ),
)

exercise.slip(
    "b <= t",
    "b < t",
    "The next rate begins one step too late: a boundary is the first step at which the next value "
    "holds.",
    needs=(BETWEEN,),
)
exercise.slip(
    "b <= t",
    "b <= t + 1",
    "The next rate begins one step too early: just before it the old one holds.",
    needs=(BETWEEN,),
)
exercise.slip(
    "for b in boundaries)",
    "for b in boundaries) - 1",
    "Every rate is one place off, and before the first boundary the last rate comes (index −1). "
    "With no boundary passed, which index is right?",
)
exercise.slip(
    "sum(b <= t for b in boundaries)",
    "max(sum(b <= t for b in boundaries) - 1, 0)",
    "Each value holds one interval too long: behind the first boundary it is still the first one. "
    "Which value belongs behind boundaries[0]?",
)
exercise.slip(
    "sum(b <= t for b in boundaries)",
    "min(sum(b <= t for b in boundaries) + 1, len(boundaries))",
    "Each value comes one interval too early: the first one never holds. Which value belongs to "
    "the steps before boundaries[0]?",
)
exercise.slip(
    "sum(b <= t for b in boundaries)",
    "min(sum(b <= t for b in boundaries), len(boundaries) - 1)",
    "The last value never comes. There is one value more than there are boundaries: when does it "
    "hold?",
)
exercise.slip(
    "in boundaries",
    "in np.cumsum(boundaries)",
    "The boundaries are added up as if they were durations. They are numbers of steps, counted "
    "from the beginning.",
)
exercise.slip(
    "sum(b <= t for b in boundaries)",
    "-2 if t < boundaries[-1] else -1",
    "The loop goes on after the interval is found, and later ones overwrite it: an early t lies "
    "before all of the boundaries.",
)
exercise.slip(
    "values[sum(b <= t for b in boundaries)]",
    "[*values[:-1], None][sum(b <= t for b in boundaries)]",
    "Behind the last boundary nothing comes back. There is one value more.",
    needs=(BEFORE,),
)
exercise.slip(
    "sum(b <= t for b in boundaries)",
    "boundaries[0] <= t",
    "The loop stops at the first boundary that t has passed. How many has it passed?",
)
exercise.slip(
    "values[",
    "sorted(values, reverse=True)[",
    "The values were sorted. A schedule may also rise: take them as they come.",
)
