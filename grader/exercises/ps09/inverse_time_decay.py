"""``inverse_time_decay(t, *, lr, k) -> rate``: the rate falls fast at first, then more and more
slowly.
"""

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
    hints="""
    S2 has the formula on its slide; its α₀ is `lr` here. By which number do you divide it at t = 0,
    and by how much does this number grow in each step?

    α = α₀ / (1 + k·t). Which rate does that give at t = 0, and at t = 1/k?

    Smaller: lr = 0.8, k = 0.5. At t = 0 the rate is 0.8, at t = 6 it is 0.8/4 = 0.2.
    """,
)

exercise.slips("""
return lr / (1 + k * t) ** 2
    You square the denominator. The formula has no square.
return lr / np.sqrt(1 + k * t)
    You take the root of the denominator, so the rate falls too slowly. The formula has no root.
return lr / 1 + k * t
    The rate grows by k in every step: `a / 1 + b` is (a/1) + b in Python. Which part is the
    denominator?
return lr / (k * t)
    At t = 0 the denominator is 0. Which denominator gives lr at t = 0?
return lr / (k * (1 + t))
    You multiply the 1 by `k`, too, so the first rate is lr/k. Where do your brackets end?
return lr / (1 + t / k)
    You divide t by k, so your rate falls more slowly for a larger k. It should fall faster.
return lr / (1 + t)
    `k` is not used. After how many steps should the rate be half of lr?
return lr / (1 + k) ** t
    You raise (1 + k) to a power. Here you multiply k and t inside the brackets.
return lr * (1 + k * t)
    Your rate grows. 1 + k·t belongs in the denominator.
return lr / (1 + k * (t + 1))
    Your first rate is already below lr. t counts from 0, so do not add anything to it.
return lr * np.exp(-k * t)
    This is the exponential decay. The 1/t decay falls more slowly later on.
return lr / np.prod([1 + k * step for step in range(1, int(t) + 1)])
    In each step you divide the rate of the step before, which gives a product of denominators.
    Divide `lr` once, by 1 + k·t.
return lr / (k + t)
    At t = 0 your rate is lr/k instead of lr. In the denominator 1 + k·t, `k` multiplies t.
return lr / (1 + k * t**0.5)
    You take the root of t, so the rate falls too slowly. The denominator is 1 + k·t.
return (lr / (k * t) if t else lr)
    You divide by k·t alone. Which number in the denominator gives lr at t = 0 without a special
    case?
""")
