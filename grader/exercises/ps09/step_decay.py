"""``step_decay(t, *, lr, factor, every) -> rate``: the rate falls by a factor every so often."""

import numpy as np

from grader.checking.contract import Case, case, schedule, step, values


def step_decay(t, *, lr, factor, every):
    return lr * factor ** (t // every)


def cases(rng: np.random.Generator) -> list[Case]:
    """Rates at the steps t of one schedule; no interval is so short that its ends meet."""
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
        values(weight=2, cases="steps at which it falls", title=AT),
        values(weight=2, cases="steps just before", title=BEFORE),
        values(cases="t as a float", title="t may be a float such as 12.0", after=BETWEEN),
    ],
    answers=("course_lib.schedules.step_decay",),
    hints=(
        step(
            "At t = 0 the rate is lr. What is it at t = every, and what at t = 2·every?",
            AT,
        ),
        step(
            "Between two falls the rate stays where it is. How many whole intervals of `every` "
            "steps are over at step t? Python has `//`.",
            BETWEEN,
            BEFORE,
        ),
        "With n of them over, the rate has been multiplied by factor n times.",
        "Smaller: lr = 0.8, factor = 0.5, every = 10. Rates at t = 0, 9, 10, 19, 20: 0.8, 0.8, "
        "0.4, 0.4, 0.2.",
    ),
)

exercise.slip(
    "t // every",
    "t / every",
    "The rate glides down a little with every step. Between two falls it should stay where it is: "
    "how many whole intervals are over at step t?",
)
exercise.slip("(t // every)", "t", "The rate falls at every step. `every` is not used.")
exercise.slip(
    "t // every",
    "min(t // every, 1)",
    "The rate falls once and then never again. What holds after 2·every steps?",
)
exercise.slip(
    "t // every",
    "t > 0 and t % every == 0",
    "The rate is lower at t = every, 2·every, … alone, and back to lr in the next step. A schedule "
    "remembers nothing: from t alone it has to say how often the rate has fallen so far.",
)
exercise.slip(
    "lr * factor ** (t // every)",
    "lr * factor ** (t // every) if t % every == 0 else lr",
    "At t = every, 2·every, … the rate is right, but one step later it is back at lr. What has "
    "fallen once stays down: which count tells how often it has fallen so far?",
    needs=(AT,),
)
exercise.slip(
    "t // every",
    "t % every",
    "The rate falls with every step and is back at lr after each interval: the exponent counts the "
    "steps since the last fall. Which number counts the falls?",
)
exercise.slip(
    "t // every",
    "t // every + 1",
    "Every rate has fallen once too often, that of t = 0 as well. How many intervals are over "
    "there?",
)
exercise.slip(
    "factor **",
    "factor *",
    "Two falls are a factor times a factor. Here the factor is counted instead.",
)
exercise.slip(
    "lr * factor",
    "lr / factor",
    "The rate grows. A factor below 1 is multiplied with, not divided by.",
)
exercise.slip(
    "* factor",
    "* (1 - factor)",
    "`factor` is taken as what goes away. It is what remains: with factor 0.9 the rate is nine "
    "tenths of what it was.",
)
exercise.slip(
    "t // every",
    "(t + 1) // every",
    "The rate falls one step too early: t counts from 0, no 1 has to be added.",
    needs=(BETWEEN,),
)
exercise.slip(
    "t // every",
    "max(t - 1, 0) // every",
    "The rate falls one step too late: at t = every it has fallen already.",
    needs=(BETWEEN,),
)
exercise.slip(
    "t // every",
    "-(-t // every)",
    "The rate falls from t = 1 on. An interval counts when it is over: round down.",
)
exercise.slip(
    "t // every",
    "round(t / every)",
    "The rate falls in the middle of an interval. Which way is t/every rounded?",
)
