"""``exponential_decay(t, *, lr, k) -> rate``: the rate falls by the same share in every step."""

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
    hints="""
    S2 has the formula on its slide; its α₀ is `lr` here. The rate at t = 0 is lr, and every step
    multiplies it by the same number. Which number is it?

    α = α₀ · e^(−k·t). Which rate does that give at t = 0?

    Smaller: lr = 0.8, k = 0.5. At t = 0 the rate is 0.8, at t = 2 it is 0.8·e^(−1) = 0.294.
    """,
)

exercise.slips("""
return lr * math.exp(k * t)
    Your rate grows. Which sign does the exponent have?
return lr * (1 - k) ** t
    You subtract the share k in every step. That is close only for small k: e^(−k) is 1 − k + k²/2 −
    …
return lr * (1 - k * t)
    Your rate falls along a straight line, even below 0. e^(−x) is close to 1 − x only for small x.
return lr * math.exp(-t)
    `k` is not used. Does the rate fall faster for a small or for a large k?
return lr * 1 / (1 + k * t)
    This is the 1/t decay. The exponential decay subtracts the same share in every step.
return lr * k**t
    You raise k to a power. k belongs in the exponent; the base is e.
return lr * math.exp(-t / k)
    You divide t by k, as if k were a duration. Here k is a decay rate per step.
return lr * math.exp(-k * (t + 1))
    Your first rate is already below lr. t counts from 0. What is e to the power 0?
return math.exp(-lr * k * t)
    At t = 0 your rate is 1 instead of lr. `lr` multiplies the exponential; it does not belong in
    the exponent.
return lr * 2.0 ** (-k * t)
    The base of your power is 2, so the rate falls too slowly. Which base does `exp` have?
""")
