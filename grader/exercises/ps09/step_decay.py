"""``step_decay(t, *, lr, factor, every) -> rate``: the rate falls by a factor every few steps."""

import numpy as np

from grader.checking.contract import Case, case, schedule, step, values


def step_decay(t, *, lr, factor, every):
    return lr * factor ** (t // every)


def cases(rng: np.random.Generator) -> list[Case]:
    """Rates at the steps t of one schedule; every interval has several steps."""
    every = int(rng.integers(5, 9))
    settings = {
        "lr": float(rng.uniform(0.2, 0.9)),
        "factor": float(rng.choice([rng.uniform(0.3, 0.4), rng.uniform(0.6, 0.7)])),
        "every": every,
    }
    return [
        case("steps between the falls", t=[1, every - 2, every + 2, 5 * every + 2], **settings),
        case("steps at which it falls", t=[0, every, 2 * every, 3 * every], **settings),
        case("steps just before", t=[every - 1, 2 * every - 1, 3 * every - 1], **settings),
        case("t as a float", t=[1.0, every + 2.0, 5.0 * every + 2], **settings),
    ]


BETWEEN, AT, BEFORE = "between the falls", "at t = 0, every, 2·every, …", "one step before it falls"

exercise = schedule(
    step_decay,
    points=1,
    cases=cases,
    judge=[
        values(weight=3, cases="steps between the falls", title=BETWEEN),
        values(
            weight=2,
            cases="steps at which it falls",
            title=AT,
            help="At t = 0 the rate is lr. What is it at t = every, and what at t = 2·every?",
        ),
        values(weight=2, cases="steps just before", title=BEFORE),
        values(cases="t as a float", title="t may be a float such as 12.0", after=BETWEEN),
    ],
    answers=("course_lib.schedules.step_decay",),
    hints=(
        step(
            """Between two falls the rate is constant. How many whole intervals of `every` steps are
            complete at step t? Python has `//`.""",
            BETWEEN,
            BEFORE,
        ),
        "After n complete intervals, the rate has been multiplied by factor n times.",
        """Smaller: lr = 0.8, factor = 0.5, every = 10. Rates at t = 0, 9, 10, 19, 20: 0.8, 0.8,
        0.4, 0.4, 0.2.""",
    ),
)

exercise.slips("""
return lr * factor ** (t / every)
    Your rate falls a little in every step. Between two falls it should be constant. How many whole
    intervals are complete at step t?
return lr * factor ** t
    The rate falls at every step. `every` is not used.
return lr * factor ** (min(t // every, 1))
    Your rate falls only once. What is the rate after 2·every steps?
return lr * factor ** (t > 0 and t % every == 0)
    Your rate is lower only at t = every, 2·every, …, and back to lr one step later. How often has
    the rate fallen up to step t? Compute this number from t.
""")
exercise.slips(
    """
return lr * factor ** (t // every) if t % every == 0 else lr
    At t = every, 2·every, … the rate is right, but one step later it is back at lr. The rate has to
    stay down. How often has it fallen up to step t?
""",
    needs=(AT,),
)
exercise.slips("""
return lr * factor ** (t % every)
    Your rate falls in every step and is back at lr after each interval, because your exponent
    counts the steps since the last fall. It should count the falls.
return lr * factor ** (t // every + 1)
    Every rate has fallen once too often, even at t = 0. How many intervals are complete at t = 0?
return lr * factor * (t // every)
    You multiply the factor by the number of falls. Two falls give factor times factor.
return (lr * factor * (t // every) if t >= every else lr)
    From the second fall on you multiply the factor by the number of falls. Two falls give factor
    times factor.
return lr / factor ** (t // every)
    Your rate grows. Multiply by a factor below 1 instead of dividing by it.
return lr * (1 - factor) ** (t // every)
    You use `factor` as the share that is lost. It is the share that remains: with factor 0.9 the
    new rate is 0.9 times the old one.
""")
exercise.slips(
    """
return lr * factor ** ((t + 1) // every)
    The rate falls one step too early. t counts from 0, so do not add 1.
return lr * factor ** (max(t - 1, 0) // every)
    The rate falls one step too late. At t = every it has already fallen.
""",
    needs=(BETWEEN,),
)
exercise.slips("""
return lr * factor ** (-(-t // every))
    The rate falls from t = 1 on. An interval counts only when it is complete, so round down.
return lr * factor ** (round(t / every))
    The rate falls in the middle of an interval. Do you round t/every down?
""")
