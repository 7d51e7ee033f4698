"""``step_decay(t, *, lr, factor, every) -> rate``: the rate falls by a factor every so often."""

import math
from typing import Any

import numpy as np

from course_lib.schedules import step_decay
from grader.checking import Case, Exercise, Mistake, _, case, shapes, values


def cases(rng: np.random.Generator) -> list[Case]:
    """Rates at the steps t of one schedule; no interval is so short that its ends meet."""
    every = int(rng.integers(5, 9))
    settings = {
        "lr": float(rng.uniform(0.2, 0.9)),
        "factor": float(rng.choice([rng.uniform(0.3, 0.4), rng.uniform(0.6, 0.7)])),
        "every": every,
    }
    return [
        case("steps between the falls", t=[1, every - 2, every + 2, 2 * every + 2], **settings),
        case("steps at which it falls", t=[0, every, 2 * every, 3 * every], **settings),
        case("steps just before", t=[every - 1, 2 * every - 1, 3 * every - 1], **settings),
        case("t as a float", t=[0.0, every + 2.0, 3.0 * every], **settings),
    ]


def run(schedule: Any, case: Case) -> dict[str, Any]:
    settings = {name: value for name, value in case.items() if name not in ("about", "t")}
    return {f"rate({t})": schedule(t, **settings) for t in case["t"]}


def without_floor(t: float, *, lr: float, factor: float, every: int) -> Any:
    return lr * factor ** (t / every)


def at_every_step(t: float, *, lr: float, factor: float, every: int) -> Any:
    return lr * factor**t


def only_once(t: float, *, lr: float, factor: float, every: int) -> Any:
    return lr * factor if t >= every else lr


def recovers(t: float, *, lr: float, factor: float, every: int) -> Any:
    return lr * factor if t > 0 and t % every == 0 else lr


def multiplied(t: float, *, lr: float, factor: float, every: int) -> Any:
    return lr * factor * (t // every)


def grows(t: float, *, lr: float, factor: float, every: int) -> Any:
    return lr / factor ** (t // every)


def share_taken_away(t: float, *, lr: float, factor: float, every: int) -> Any:
    return lr * (1 - factor) ** (t // every)


def one_step_early(t: float, *, lr: float, factor: float, every: int) -> Any:
    return lr * factor ** ((t + 1) // every)


def one_step_late(t: float, *, lr: float, factor: float, every: int) -> Any:
    return lr * factor ** (max(t - 1, 0) // every)


def rounded_up(t: float, *, lr: float, factor: float, every: int) -> Any:
    return lr * factor ** math.ceil(t / every)


def rounded(t: float, *, lr: float, factor: float, every: int) -> Any:
    return lr * factor ** round(t / every)


exercise = Exercise(
    name="step_decay",
    takes=("step_decay",),
    points=1,
    reference=(step_decay,),
    cases=cases,
    run=run,
    judge=[
        values(weight=3, cases="steps between the falls", title=_("between the falls")),
        values(weight=2, cases="steps at which it falls", title=_("at t = 0, every, 2·every, …")),
        values(weight=2, cases="steps just before", title=_("one step before it falls")),
        values(cases="t as a float", title=_("t may be a float such as 12.0")),
        shapes(title=_("one number comes back")),
    ],
    mistakes=[
        Mistake(
            without_floor,
            hint=_(
                "The rate glides down a little with every step. Between two falls it should stay "
                "where it is: how many whole intervals are over at step t?"
            ),
        ),
        Mistake(
            at_every_step,
            hint=_("The rate falls at every step. `every` is not used."),
        ),
        Mistake(
            only_once,
            hint=_("The rate falls once and then never again. What holds after 2·every steps?"),
        ),
        Mistake(
            recovers,
            hint=_(
                "The rate is lower at t = every, 2·every, … alone, and back to lr in the next "
                "step. A schedule remembers nothing: from t alone it has to say how often the rate "
                "has fallen so far."
            ),
        ),
        Mistake(
            multiplied,
            hint=_("Two falls are a factor times a factor. Here the factor is counted instead."),
        ),
        Mistake(
            grows,
            hint=_("The rate grows. A factor below 1 is multiplied with, not divided by."),
        ),
        Mistake(
            share_taken_away,
            hint=_(
                "`factor` is taken as what goes away. It is what remains: with factor 0.9 the rate "
                "is nine tenths of what it was."
            ),
        ),
        Mistake(
            one_step_early,
            hint=_("The rate falls one step too early: t counts from 0, no 1 has to be added."),
        ),
        Mistake(
            one_step_late,
            hint=_("The rate falls one step too late: at t = every it has fallen already."),
        ),
        Mistake(
            rounded_up,
            hint=_("The rate falls from t = 1 on. An interval counts when it is over: round down."),
        ),
        Mistake(
            rounded,
            hint=_("The rate falls in the middle of an interval. Which way is t/every rounded?"),
        ),
    ],
    answers=("course_lib.schedules.step_decay",),
    returns="the rate, one number",
    hints=(
        _("How many whole intervals of `every` steps are over at step t? Python has `//`."),
        _("With n of them over, the rate has been multiplied by factor n times."),
        _(
            "Smaller: lr = 0.8, factor = 0.5, every = 10. Rates at t = 0, 9, 10, 19, 20: 0.8, 0.8, "
            "0.4, 0.4, 0.2."
        ),
    ),
)
