"""``capped_inverse(t, *, cap, numerator) -> rate``: min(cap, numerator / t), t from 1."""

from typing import Any

import numpy as np

from course_lib.schedules import capped_inverse
from grader.checking import Case, Exercise, Mistake, _, case, shapes, values


def cases(rng: np.random.Generator) -> list[Case]:
    """The cap holds until t = numerator / cap, which is far behind t = numerator."""
    numerator = int(rng.integers(6, 12))
    cap = float(rng.choice([rng.uniform(0.04, 0.07), rng.uniform(0.15, 0.25)]))
    settings = {"cap": cap, "numerator": numerator}
    kink = int(numerator / cap)
    return [
        case("under the cap", t=[1, 2, numerator], **settings),
        case("still under the cap", t=[numerator + 3, kink - 5], **settings),
        case("behind the cap", t=[kink + 5, 2 * kink, 7 * kink], **settings),
        case("t as a float", t=[1.0, 3.0 * kink], **settings),
    ]


def run(capped_inverse: Any, case: Case) -> dict[str, Any]:
    settings = {"cap": case["cap"], "numerator": case["numerator"]}
    return {f"rate({t})": capped_inverse(t, **settings) for t in case["t"]}


def larger_one(t: float, *, cap: float, numerator: float) -> Any:
    return max(cap, numerator / t)


def no_cap(t: float, *, cap: float, numerator: float) -> Any:
    return numerator / t


def as_on_the_slide(t: float, *, cap: float, numerator: float) -> Any:
    return min(0.1, 100 / t)


def counted_from_zero(t: float, *, cap: float, numerator: float) -> Any:
    return min(cap, numerator / (t + 1))


def until_numerator(t: float, *, cap: float, numerator: float) -> Any:
    return cap if t <= numerator else numerator / t


exercise = Exercise(
    name="capped_inverse",
    takes=("capped_inverse",),
    points=1,
    reference=(capped_inverse,),
    cases=cases,
    run=run,
    judge=[
        values(weight=2, cases="under the cap", title=_("the first steps")),
        values(weight=2, cases="still under the cap", title=_("until the cap is reached")),
        values(weight=3, cases="behind the cap", title=_("later steps")),
        values(cases="t as a float", title=_("t may be a float such as 12.0")),
        shapes(title=_("one number comes back")),
    ],
    mistakes=[
        Mistake(
            larger_one,
            hint=_("The larger of the two is taken: the rate never falls below the cap."),
        ),
        Mistake(no_cap, hint=_("The first rates are far too large: `cap` is not used.")),
        Mistake(
            as_on_the_slide,
            hint=_("The numbers of S4 are built in. They arrive as `cap` and `numerator`."),
        ),
        Mistake(
            counted_from_zero,
            hint=_("Here t counts from 1 already: nothing is to be added to it."),
        ),
        Mistake(
            until_numerator,
            hint=_(
                "The rate jumps up to about 1 behind t = numerator. At which t are cap and "
                "numerator/t the same?"
            ),
        ),
    ],
    answers=("course_lib.schedules.capped_inverse",),
    returns="the rate, one number",
    hints=(
        _("Two rates for every t; the smaller of them counts."),
        _("η_t = min(cap, numerator/t). Where do the two meet?"),
        _(
            "Smaller: cap = 0.5, numerator = 4. They meet at t = 8. At t = 1 the rate is 0.5, at "
            "t = 8 still 0.5, at t = 16 it is 0.25."
        ),
    ),
)
