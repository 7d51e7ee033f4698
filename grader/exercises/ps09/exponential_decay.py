"""``exponential_decay(t, *, lr, k) -> rate``: the same share less in every step."""

import math

import numpy as np

from grader.checking.contract import Case, case, schedule, values


def exponential_decay(t, *, lr, k):
    return lr * math.exp(-k * t)


def cases(rng: np.random.Generator) -> list[Case]:
    lr = float(rng.uniform(0.2, 0.9))
    slow, fast = float(rng.uniform(0.02, 0.04)), float(rng.uniform(0.15, 0.25))
    return [
        case("the first steps", t=[0, 1, 2], lr=lr, k=fast),
        case("later steps", t=[5, 17, 40, 400], lr=lr, k=slow),
        case("t as a float", t=[0.0, 12.0], lr=lr, k=slow),
    ]


exercise = schedule(
    exponential_decay,
    points=1,
    cases=cases,
    judge=[
        values(weight=3, cases="the first steps", title="the first steps"),
        values(weight=3, cases="later steps", title="later steps"),
        values(cases="t as a float", title="t may be a float such as 12.0", after="later steps"),
    ],
    answers=("course_lib.schedules.exponential_decay",),
    hints=(
        "S2 has the formula on its slide; its α₀ is `lr` here. The rate at t = 0 is lr, and every "
        "step multiplies it by the same number. By which?",
        "α = α₀ · e^(−k·t). Which rate does that give at t = 0?",
        "Smaller: lr = 0.8, k = 0.5. At t = 0 the rate is 0.8, at t = 2 it is 0.8·e^(−1) = 0.294.",
    ),
)

exercise.slip("-k * t", "k * t", "The rate grows. Which sign has the exponent?")
exercise.slip(
    "math.exp(-k * t)",
    "(1 - k) ** t",
    "You take the share k away in every step. That is close for small k only: "
    "e^(−k) is 1 − k + k²/2 − …",
)
exercise.slip(
    "math.exp(-k * t)",
    "(1 - k * t)",
    "The rate falls along a straight line, and below 0. e^(−x) is 1 − x for small x only.",
)
exercise.slip(
    "math.exp(-k * t)",
    "math.exp(-t)",
    "`k` is not used. Which rate should fall faster, that of a small k or that of a large one?",
)
exercise.slip(
    "math.exp(-k * t)",
    "1 / (1 + k * t)",
    "This is the 1/t decay. The exponential decay takes the same share away in every step.",
)
exercise.slip(
    "math.exp(-k * t)",
    "k**t",
    "k is raised to a power. It stands in the exponent; the base is e.",
)
exercise.slip(
    "-k * t",
    "-t / k",
    "k divides t, as a duration would. Here it is a speed, per step.",
)
exercise.slip(
    "-k * t",
    "-k * (t + 1)",
    "The first rate is below lr already. t counts from 0: what is e to the 0?",
)
