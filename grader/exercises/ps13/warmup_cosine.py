"""``warmup_cosine(t, *, lr, warmup, total) -> rate``: a rise, then half a cosine down to 0."""

import math
from typing import Any

import numpy as np

from grader.checking.contract import Case, case, schedule, slips, values


def warmup_cosine(t, *, lr, warmup, total):
    if t < warmup:
        rise = lr * t / warmup
        return rise
    elif t < total:
        share = (t - warmup) / (total - warmup)
        fall = lr / 2 * (1 + math.cos(math.pi * share))
        return fall
    return 0.0


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """Steps of the rise, of the fall and after the end, none where wrong curves cross."""
    lr = float(rng.uniform(0.2, 0.9))
    warmup = int(rng.integers(6, 10))
    total = warmup + 4 * int(rng.integers(6, 10))
    quarter = (total - warmup) // 4
    settings: dict[str, Any] = {"lr": lr, "warmup": warmup, "total": total}
    return {
        "the rise": [case(t=[0, 1, warmup - 1], **settings)],
        "t = warmup and t = total": [case(t=[warmup, total], **settings)],
        "the fall": [case(t=[warmup + quarter, warmup + 2 * quarter, total - 2], **settings)],
        "0 after the end": [case(t=[total + 3, total + 2 * quarter, 3 * total], **settings)],
        "warmup may be 0": [case(t=[0, 5, total - 3], **settings | {"warmup": 0})],
        "t may be a float such as 12.0": [case(t=[warmup + 2.0, warmup + 3.0], **settings)],
    }


exercise = schedule(
    warmup_cosine,
    points=1,
    cases=cases,
    judge=[
        values(
            weight=2,
            cases="the rise",
            help="""The rise is a straight line from 0 to lr. Which share of it is complete at step
            t?""",
        ),
        values(
            weight=2,
            cases="t = warmup and t = total",
            help="""At t = warmup the rate is lr, at t = total it is 0. Which of your three cases
            applies there: the rise, the fall, or the steps after the end?""",
        ),
        values(
            weight=3,
            cases="the fall",
            help="""Which share s of the fall is complete at step t? s goes from 0 to 1. Which angle
            belongs to s, and to which range do you have to scale the cosine?""",
        ),
        # A function that always returns 0 would satisfy it.
        values(weight=2, cases="0 after the end", alone=False),
        values(
            cases="warmup may be 0",
            after="the fall",
            help="With warmup = 0 there is no rise. Which case applies at t = 0?",
        ),
        values(cases="t may be a float such as 12.0", after="the fall"),
    ],
    answers=("course_lib.schedules",),
    hints="""
    In the fall, s = (t − warmup)/(total − warmup) runs from 0 to 1, and cos(π·s) from 1 to −1. How
    do you scale this to the range from lr to 0?

    A smaller example: lr = 0.8, warmup = 4, total = 8. Rates at t = 0, 2, 4, 6, 8, 9: 0, 0.4, 0.8,
    0.4, 0, 0.
    """,
    mistakes=slips("""
elif True:
    After `total` your cosine rises again. From there on the rate has to stay 0, which is a third
    case.
share = t / total
    At t = warmup your rate jumps down, because your cosine starts at t = 0. Which share of the fall
    is complete at t = warmup?
share = (t - warmup) / total
    The cosine starts at the right step, but does not reach 0 at t = total. How many steps does the
    fall take?
share = t / (total - warmup)
    At t = warmup your rate jumps down, because a part of the fall is already complete. From which
    step on do you have to count the fall?
fall = lr * (1 + math.cos(math.pi * share))
    The rate jumps to twice lr: 1 + cos runs from 2 to 0.
fall = lr / 2 * (1 + math.cos(2 * math.pi * share))
    Your rate rises again in the second half of the fall, because the cosine runs through a whole
    period. Which part of a period leads from its maximum to its minimum?
fall = lr / 2 * (1 + math.cos(math.pi / 2 * share))
    Your cosine stops halfway, where it is 0. Which angle leads from its maximum to its minimum?
fall = lr * math.cos(math.pi * share)
    Your rate is negative in the second half of the fall, because a cosine runs from 1 to −1. The
    rate has to end at 0.
fall = lr * math.cos(math.pi / 2 * share)
    Your fall is a quarter of a period, which is steep at its end. Use half a period, which is flat
    at both ends.
fall = lr / 2 * (1 + math.cos(share))
    Your cosine falls too little: from its maximum to its minimum the angle is π, not 1.
rise = lr * (t + 1) / warmup
    Your rise is one step ahead and reaches lr before `warmup`. t counts from 0, and the rate at
    step 0 is 0 here.
rise = lr * t / total
    Your rise divides t by `total`, so at t = warmup the rate is still below lr. After how many
    steps should it reach lr?
fall = lr / 2 * (1 - math.cos(math.pi * share))
    After the warm-up your rate starts at 0 and rises. It should fall from lr to 0.
if t <= warmup:
    With warmup = 0 you divide by warmup. There is no rise then. For which t does your code compute
    the rise?
if t / warmup < 1:
    With warmup = 0 your condition divides by 0. Which condition without a division is never true
    for warmup = 0?
fall = lr * (1 - share)
    Your fall is a straight line. A cosine is flat at the start and at the end.
warmup = 0
    `warmup` is not used. The rate has to start at 0 and rise.
"""),
)
