"""``inverse_time_decay(t, *, lr, k) -> rate``: fast at first, then ever more slowly."""

import math
from typing import Any

import numpy as np

from course_lib.schedules import inverse_time_decay
from grader.checking import Case, Exercise, Mistake, _, case, shapes, values
from grader.exercises.ps09.step_decay import run


def cases(rng: np.random.Generator) -> list[Case]:
    lr = float(rng.uniform(0.2, 0.9))
    slow, fast = float(rng.uniform(0.02, 0.04)), float(rng.uniform(0.3, 0.6))
    return [
        case("the first steps", t=[0, 1, 2], lr=lr, k=fast),
        case("later steps", t=[5, 30, 200, 5000], lr=lr, k=slow),
        case("t as a float", t=[0.0, 12.0], lr=lr, k=slow),
    ]


def no_brackets(t: float, *, lr: float, k: float) -> Any:
    return lr / 1 + k * t


def no_one(t: float, *, lr: float, k: float) -> Any:
    return lr / (k * t)


def k_not_used(t: float, *, lr: float, k: float) -> Any:
    return lr / (1 + t)


def compound(t: float, *, lr: float, k: float) -> Any:
    return lr / (1 + k) ** t


def growth(t: float, *, lr: float, k: float) -> Any:
    return lr * (1 + k * t)


def exponential(t: float, *, lr: float, k: float) -> Any:
    return lr * math.exp(-k * t)


def counted_from_one(t: float, *, lr: float, k: float) -> Any:
    return lr / (1 + k * (t + 1))


exercise = Exercise(
    name="inverse_time_decay",
    takes=("inverse_time_decay",),
    points=1,
    reference=(inverse_time_decay,),
    cases=cases,
    run=run,
    judge=[
        values(weight=3, cases="the first steps", title=_("the first steps")),
        values(weight=3, cases="later steps", title=_("later steps")),
        values(cases="t as a float", title=_("t may be a float such as 12.0")),
        shapes(title=_("one number comes back")),
    ],
    mistakes=[
        Mistake(
            no_brackets,
            hint=_(
                "The rate grows by k in every step: `a / 1 + b` is (a/1) + b in Python. Which part "
                "is the denominator?"
            ),
        ),
        Mistake(
            no_one,
            hint=_("At t = 0 the denominator is 0. What has to be there so that it is lr/1?"),
        ),
        Mistake(k_not_used, hint=_("`k` is not used: after how many steps should it halve?")),
        Mistake(
            compound,
            hint=_("(1 + k) is raised to a power. Here k and t are multiplied, inside of it."),
        ),
        Mistake(growth, hint=_("The rate grows. 1 + k·t belongs below the line.")),
        Mistake(
            exponential,
            hint=_("This is the exponential decay. The 1/t decay falls more slowly later on."),
        ),
        Mistake(
            counted_from_one,
            hint=_("The first rate is below lr already. t counts from 0: nothing is added to it."),
        ),
    ],
    answers=("course_lib.schedules.inverse_time_decay",),
    returns="the rate, one number",
    hints=(
        _("S2 has the formula on its slide; its α₀ is `lr` here."),
        _("α = α₀ / (1 + k·t). Which rate does that give at t = 0, and at t = 1/k?"),
        _("Smaller: lr = 0.8, k = 0.5. At t = 0 the rate is 0.8, at t = 6 it is 0.8/4 = 0.2."),
    ),
)
