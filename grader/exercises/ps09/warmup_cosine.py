"""``warmup_cosine(t, *, lr, warmup, total) -> rate``: a rise, then half a cosine down to 0."""

import math

import numpy as np

from grader.checking.contract import Case, case, schedule, values


def warmup_cosine(t, *, lr, warmup, total):
    if t < warmup:
        return lr * t / warmup
    if t >= total:
        return 0.0
    share = (t - warmup) / (total - warmup)
    return lr / 2 * (1 + math.cos(math.pi * share))


def cases(rng: np.random.Generator) -> list[Case]:
    """Steps of the rise, of the fall and after the end, none where wrong curves cross."""
    lr = float(rng.uniform(0.2, 0.9))
    warmup = int(rng.integers(6, 10))
    total = warmup + 4 * int(rng.integers(6, 10))
    quarter = (total - warmup) // 4
    settings = {"lr": lr, "warmup": warmup, "total": total}
    return [
        case("the rise", t=[0, 1, warmup - 1], **settings),
        case("the top and the end", t=[warmup, total], **settings),
        case("the fall", t=[warmup + quarter, warmup + 2 * quarter, total - 2], **settings),
        case("after the end", t=[total + 3, total + 2 * quarter, 3 * total], **settings),
        case("no warm-up", t=[0, 5, total - 3], lr=lr, warmup=0, total=total),
        case("t as a float", t=[warmup + 2.0, warmup + 3.0], **settings),
    ]


RISE, ENDS, FALL = "the rise", "t = warmup and t = total", "the fall"
NO_WARMUP = "warmup may be 0"

exercise = schedule(
    warmup_cosine,
    points=1,
    cases=cases,
    judge=[
        values(
            weight=2,
            cases="the rise",
            title=RISE,
            help="""The rise is a straight line from 0 to lr. Which share of it is complete at step
            t?""",
        ),
        values(
            weight=2,
            cases="the top and the end",
            title=ENDS,
            help="""At t = warmup the rate is lr, at t = total it is 0. Which of your three cases
            applies there: the rise, the fall, or the steps after the end?""",
        ),
        values(
            weight=3,
            cases="the fall",
            title=FALL,
            help="""Which share s of the fall is complete at step t? s goes from 0 to 1. Which angle
            belongs to s, and to which range do you have to scale the cosine?""",
        ),
        # A function that always returns 0 would satisfy it.
        values(weight=2, cases="after the end", alone=False, title="0 after the end"),
        values(
            cases="no warm-up",
            title=NO_WARMUP,
            after=FALL,
            help="With warmup = 0 there is no rise. Which case applies at t = 0?",
        ),
        values(cases="t as a float", title="t may be a float such as 12.0", after=FALL),
    ],
    answers=("course_lib.schedules.warmup_cosine",),
    hints="""
    In the fall, s = (t − warmup)/(total − warmup) runs from 0 to 1, and cos(π·s) from 1 to −1. How
    do you scale this to the range from lr to 0?

    Smaller: lr = 0.8, warmup = 4, total = 8. Rates at t = 0, 2, 4, 6, 8, 9: 0, 0.4, 0.8, 0.4, 0, 0.
    """,
)

exercise.slip(
    "t >= total",
    "False",
    "After `total` your cosine rises again. From there on the rate has to stay 0, which is a "
    "third case.",
)
exercise.slips("""
share = t / total
    At t = warmup your rate jumps down, because your cosine starts at t = 0. Which share of the fall
    is complete at t = warmup?
share = (t - warmup) / total
    The cosine starts at the right step, but does not reach 0 at t = total. How many steps does the
    fall take?
share = t / (total - warmup)
    At t = warmup your rate jumps down, because a part of the fall is already complete. From which
    step on do you have to count the fall?
""")
exercise.slip("lr / 2", "lr", "The rate jumps to twice lr: 1 + cos runs from 2 to 0.")
exercise.slip(
    "math.pi * share",
    "2 * math.pi * share",
    "Your rate rises again in the second half of the fall, because the cosine runs through a "
    "whole period. Which part of a period leads from its maximum to its minimum?",
)
exercise.slip(
    "math.pi * share",
    "math.pi / 2 * share",
    "Your cosine stops halfway, where it is 0. Which angle leads from its maximum to its minimum?",
)
exercise.slip(
    "lr / 2 * (1 + math.cos(math.pi * share))",
    "lr * math.cos(math.pi * share)",
    "Your rate is negative in the second half of the fall, because a cosine runs from 1 to −1. "
    "The rate has to end at 0.",
)
exercise.slip(
    "lr / 2 * (1 + math.cos(math.pi * share))",
    "lr * math.cos(math.pi / 2 * share)",
    "Your fall is a quarter of a period, which is steep at its end. Use half a period, which is "
    "flat at both ends.",
)
exercise.slip(
    "math.pi * share",
    "share",
    "Your cosine falls too little: from its maximum to its minimum the angle is π, not 1.",
)
exercise.slip(
    "lr * t / warmup",
    "lr * (t + 1) / warmup",
    "Your rise is one step ahead and reaches lr before `warmup`. t counts from 0, and the rate "
    "at step 0 is 0 here.",
)
exercise.slip(
    "lr * t / warmup",
    "lr * t / total",
    "Your rise divides t by `total`, so at t = warmup the rate is still below lr. After how many "
    "steps should it reach lr?",
)
exercise.slip(
    "1 + math.cos",
    "1 - math.cos",
    "After the warm-up your rate starts at 0 and rises. It should fall from lr to 0.",
)
exercise.slip(
    "t < warmup",
    "t <= warmup",
    "With warmup = 0 you divide by warmup. There is no rise then. For which t does your code "
    "compute the rise?",
)
exercise.slip(
    "if t < warmup:\n        return",
    "if t / warmup < 1:\n        return",
    "With warmup = 0 your condition divides by 0. Which condition without a division is never "
    "true for warmup = 0?",
)
exercise.slip(
    "return lr / 2 * (1 + math.cos(math.pi * share))",
    "return lr * (1 - share)",
    "Your fall is a straight line. A cosine is flat at the start and at the end.",
)


@exercise.mistake
def no_warmup(t, *, lr, warmup, total):
    """`warmup` is not used. The rate has to start at 0 and rise."""
    return lr / 2 * (1 + math.cos(math.pi * min(t / total, 1)))
