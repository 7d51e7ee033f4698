"""``piecewise_constant(t, *, boundaries, values) -> rate``: rates written down by hand."""

from typing import Any

import numpy as np

from course_lib.schedules import piecewise_constant
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs
from grader.checking import values as same_values


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
        case("t as a float", t=[0.0, float(middle), float(third)], **three),
    ]


def run(piecewise_constant: Any, case: Case) -> dict[str, Any]:
    rates = {}
    for t in case["t"]:
        settings = {name: list(case[name]) for name in ("boundaries", "values")}
        rates[f"rate({t})"] = piecewise_constant(t, **settings)
    # Once more with the lists themselves: whoever changes them loses that property, not the rates.
    piecewise_constant(case["t"][0], boundaries=case["boundaries"], values=case["values"])
    return rates


def one_step_late(t: float, *, boundaries: Any, values: Any) -> Any:
    return values[sum(b < t for b in boundaries)]


def one_step_early(t: float, *, boundaries: Any, values: Any) -> Any:
    return values[sum(b <= t + 1 for b in boundaries)]


def index_off_by_one(t: float, *, boundaries: Any, values: Any) -> Any:
    return values[sum(b <= t for b in boundaries) - 1]


def boundaries_as_durations(t: float, *, boundaries: Any, values: Any) -> Any:
    return values[sum(b <= t for b in np.cumsum(boundaries))]


def no_break(t: float, *, boundaries: Any, values: Any) -> Any:
    rate = values[-1]
    for boundary, value in zip(boundaries, values, strict=False):
        if t < boundary:
            rate = value
    return rate


def nothing_behind_the_last(t: float, *, boundaries: Any, values: Any) -> Any:
    for boundary, value in zip(boundaries, values, strict=False):
        if t < boundary:
            return value
    return None


def first_that_is_passed(t: float, *, boundaries: Any, values: Any) -> Any:
    for i, boundary in enumerate(boundaries):
        if t >= boundary:
            return values[i + 1]
    return values[0]


def in_order_of_size(t: float, *, boundaries: Any, values: Any) -> Any:
    return sorted(values, reverse=True)[sum(b <= t for b in boundaries)]


exercise = Exercise(
    name="piecewise_constant",
    takes=("piecewise_constant",),
    points=1,
    reference=(piecewise_constant,),
    cases=cases,
    run=run,
    judge=[
        same_values(weight=2, cases="one boundary", title=_("one boundary")),
        same_values(weight=3, cases="between the boundaries", title=_("between boundaries")),
        same_values(weight=2, cases="on the boundaries", title=_("exactly on a boundary")),
        same_values(
            weight=2, cases="just before the boundaries", title=_("one step before a boundary")
        ),
        same_values(cases="t as a float", title=_("t may be a float such as 12.0")),
        shapes(title=_("one number comes back")),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            one_step_late,
            hint=_(
                "The next rate begins one step too late: a boundary is the first step at which "
                "the next value holds."
            ),
        ),
        Mistake(
            one_step_early,
            hint=_("The next rate begins one step too early: just before it the old one holds."),
        ),
        Mistake(
            index_off_by_one,
            hint=_(
                "Every rate is one place off, and before the first boundary the last rate comes "
                "(index −1). With no boundary passed, which index is right?"
            ),
        ),
        Mistake(
            boundaries_as_durations,
            hint=_(
                "The boundaries are added up as if they were durations. They are numbers of steps, "
                "counted from the beginning."
            ),
        ),
        Mistake(
            no_break,
            hint=_(
                "The loop goes on after the interval is found, and later ones overwrite it: an "
                "early t lies before all of the boundaries."
            ),
        ),
        Mistake(
            nothing_behind_the_last,
            hint=_("Behind the last boundary nothing comes back. There is one value more."),
        ),
        Mistake(
            first_that_is_passed,
            hint=_(
                "The loop stops at the first boundary that t has passed. How many has it passed?"
            ),
        ),
        Mistake(
            in_order_of_size,
            hint=_("The values were sorted. A schedule may also rise: take them as they come."),
        ),
    ],
    answers=("course_lib.schedules.piecewise_constant",),
    returns="the rate, one number",
    hints=(
        _("How many of the boundaries has step t reached? That number tells which value."),
        _(
            "A comparison with every boundary in turn, counted: True counts as 1. A boundary that "
            "equals t is reached."
        ),
        _(
            "Smaller: boundaries = [10, 20], values = [0.5, 0.1, 0.02]. Rates at t = 0, 9, 10, 19, "
            "20: 0.5, 0.5, 0.1, 0.1, 0.02."
        ),
    ),
)
