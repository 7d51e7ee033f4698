"""``exponential_decay(t, *, lr, k) -> rate``: the same share less in every step."""

import math
from typing import Any

import numpy as np

from course_lib.schedules import exponential_decay
from grader.checking import Case, Exercise, Mistake, _, case, shapes, values
from grader.exercises.ps09.step_decay import run


def cases(rng: np.random.Generator) -> list[Case]:
    lr = float(rng.uniform(0.2, 0.9))
    slow, fast = float(rng.uniform(0.02, 0.04)), float(rng.uniform(0.15, 0.25))
    return [
        case("the first steps", t=[0, 1, 2], lr=lr, k=fast),
        case("later steps", t=[5, 17, 40, 400], lr=lr, k=slow),
        case("t as a float", t=[0.0, 12.0], lr=lr, k=slow),
    ]


def growth(t: float, *, lr: float, k: float) -> Any:
    return lr * math.exp(k * t)


def one_share_less(t: float, *, lr: float, k: float) -> Any:
    return lr * (1 - k) ** t


def k_as_base(t: float, *, lr: float, k: float) -> Any:
    return lr * k**t


def k_as_time(t: float, *, lr: float, k: float) -> Any:
    return lr * math.exp(-t / k)


def counted_from_one(t: float, *, lr: float, k: float) -> Any:
    return lr * math.exp(-k * (t + 1))


exercise = Exercise(
    name="exponential_decay",
    takes=("exponential_decay",),
    points=1,
    reference=(exponential_decay,),
    cases=cases,
    run=run,
    judge=[
        values(weight=3, cases="the first steps", title=_("the first steps")),
        values(weight=3, cases="later steps", title=_("later steps")),
        values(cases="t as a float", title=_("t may be a float such as 12.0")),
        shapes(title=_("one number comes back")),
    ],
    mistakes=[
        Mistake(growth, hint=_("The rate grows. Which sign has the exponent?")),
        Mistake(
            one_share_less,
            hint=_(
                "You take the share k away in every step. That is close for small k only: "
                "e^(−k) is 1 − k + k²/2 − …"
            ),
        ),
        Mistake(
            k_as_base,
            hint=_("k is raised to a power. It stands in the exponent; the base is e."),
        ),
        Mistake(
            k_as_time,
            hint=_("k divides t, as a duration would. Here it is a speed, per step."),
        ),
        Mistake(
            counted_from_one,
            hint=_("The first rate is below lr already. t counts from 0: what is e to the 0?"),
        ),
    ],
    answers=("course_lib.schedules.exponential_decay",),
    returns="the rate, one number",
    hints=(
        _("S2 has the formula on its slide; its α₀ is `lr` here. `math.exp` or `np.exp`."),
        _("α = α₀ · e^(−k·t). Which rate does that give at t = 0?"),
        _(
            "Smaller: lr = 0.8, k = 0.5. At t = 0 the rate is 0.8, at t = 2 it is "
            "0.8·e^(−1) = 0.294."
        ),
    ),
)
