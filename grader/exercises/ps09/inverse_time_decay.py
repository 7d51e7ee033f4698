"""``inverse_time_decay(t, *, lr, k) -> rate``: fast at first, then ever more slowly."""

import math

import numpy as np

from grader.checking.contract import Case, case, schedule, values


def inverse_time_decay(t, *, lr, k):
    return lr / (1 + k * t)


def cases(rng: np.random.Generator) -> list[Case]:
    lr = float(rng.uniform(0.2, 0.9))
    slow, fast = float(rng.uniform(0.02, 0.04)), float(rng.uniform(0.3, 0.6))
    return [
        case("the first steps", t=[0, 1, 2], lr=lr, k=fast),
        case("later steps", t=[5, 30, 200, 5000], lr=lr, k=slow),
        case("t as a float", t=[0.0, 12.0], lr=lr, k=slow),
    ]


exercise = schedule(
    inverse_time_decay,
    points=1,
    cases=cases,
    judge=[
        values(weight=3, cases="the first steps", title="the first steps"),
        values(weight=3, cases="later steps", title="later steps"),
        values(cases="t as a float", title="t may be a float such as 12.0", after="later steps"),
    ],
    answers=("course_lib.schedules.inverse_time_decay",),
    hints=(
        "S2 has the formula on its slide; its α₀ is `lr` here. By what is it divided at t = 0, and "
        "by how much does that number grow in each step?",
        "α = α₀ / (1 + k·t). Which rate does that give at t = 0, and at t = 1/k?",
        "Smaller: lr = 0.8, k = 0.5. At t = 0 the rate is 0.8, at t = 6 it is 0.8/4 = 0.2.",
    ),
)

exercise.slip(
    "(1 + k * t)",
    "1 + k * t",
    "The rate grows by k in every step: `a / 1 + b` is (a/1) + b in Python. Which part is the "
    "denominator?",
)
exercise.slip(
    "1 + k * t",
    "k * t",
    "At t = 0 the denominator is 0. What has to be there so that it is lr/1?",
)
exercise.slip(
    "1 + k * t",
    "k * (1 + t)",
    "`k` multiplies the 1 as well, so that the first rate is lr/k. Where do the brackets end?",
)
exercise.slip(
    "k * t",
    "t / k",
    "t is divided by k: the larger k is, the more slowly your rate falls. What should a large k "
    "do?",
)
exercise.slip("k * t", "t", "`k` is not used: after how many steps should it halve?")
exercise.slip(
    "(1 + k * t)",
    "(1 + k) ** t",
    "(1 + k) is raised to a power. Here k and t are multiplied, inside of it.",
)
exercise.slip("lr /", "lr *", "The rate grows. 1 + k·t belongs below the line.")
exercise.slip(
    "1 + k * t",
    "1 + k * (t + 1)",
    "The first rate is below lr already. t counts from 0: nothing is added to it.",
)


@exercise.mistake
def exponential(t, *, lr, k):
    """This is the exponential decay. The 1/t decay falls more slowly later on."""
    return lr * math.exp(-k * t)
