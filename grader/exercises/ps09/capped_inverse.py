"""``capped_inverse(t, *, cap, numerator) -> rate``: min(cap, numerator / t), t from 1."""

import numpy as np

from grader.checking.contract import Case, case, schedule, step, values


def capped_inverse(t, *, cap, numerator):
    return min(cap, numerator / t)


def cases(rng: np.random.Generator) -> list[Case]:
    """The cap holds until t = numerator / cap, which is far behind t = numerator."""
    numerator = float(rng.uniform(6, 12))  # two draws never share a rate below the cap
    cap = float(rng.choice([rng.uniform(0.04, 0.07), rng.uniform(0.15, 0.25)]))
    settings = {"cap": cap, "numerator": numerator}
    kink = int(numerator / cap)
    return [
        case("under the cap", t=[1, 2, int(numerator)], **settings),
        case("while the cap holds", t=[int(numerator) + 3, kink - 5], **settings),
        case("around the end of the cap", t=[kink - 3, kink + 4], **settings),
        case("after the cap", t=[kink + 5, 2 * kink, 7 * kink], **settings),
        case("t as a float", t=[2.0 * kink, 3.0 * kink], **settings),
    ]


FIRST, UNTIL, LATER = "the first steps", "until the cap is reached", "later steps"
AROUND = "from the cap to numerator / t"

exercise = schedule(
    capped_inverse,
    points=1,
    cases=cases,
    judge=[
        values(cases="under the cap", title=FIRST),
        values(cases="while the cap holds", title=UNTIL),
        # The cap alone, or numerator / t alone, is right on one side.
        values(weight=4, cases="around the end of the cap", title=AROUND),
        values(
            weight=2,
            cases="after the cap",
            title=LATER,
            help="Much later the rate is below the cap. How does it change when t doubles?",
        ),
        values(
            cases="t as a float", alone=False, title="t may be a float such as 12.0", after=LATER
        ),
    ],
    answers=("course_lib.schedules.capped_inverse",),
    hints=(
        step(
            """There are two rates for every t, and the smaller one counts. Which one is smaller at
            t = 1?""",
            FIRST,
            UNTIL,
            AROUND,
        ),
        "η_t = min(cap, numerator/t). At which t are the two equal?",
        """Smaller: cap = 0.5, numerator = 4. They are equal at t = 8. At t = 1 the rate is 0.5, at
        t = 8 still 0.5, at t = 16 it is 0.25.""",
    ),
)

exercise.slips("""
return max(cap, numerator / t)
    You take the larger of the two, so the rate never falls below the cap.
return numerator / t
    The first rates are far too large, because you do not limit them to `cap`.
return min(0.1, 100 / t)
    You use the fixed numbers of S4. Use the arguments `cap` and `numerator`.
return min(numerator, cap / t)
    Your rate is cap/t and falls from the first step on. Which of the two numbers do you have to
    divide by t?
return min(cap, numerator / (t + 1))
    Here t counts from 1, so you do not have to add anything to it.
return cap if t <= numerator else numerator / t
    Your rate jumps to about 1 after t = numerator. At which t are cap and numerator/t equal?
return min(cap, numerator // t)
    `//` gives a whole number, so your rate is 0 where numerator/t is below 1. Use `/`.
""")
