"""``warmup_cosine(t, *, lr, warmup, total) -> rate``: a rise, then half a cosine down to 0."""

import math

import numpy as np

from grader.checking.contract import Case, case, schedule, step, values


def warmup_cosine(t, *, lr, warmup, total):
    if t < warmup:
        return lr * t / warmup
    if t >= total:
        return 0.0
    share = (t - warmup) / (total - warmup)
    return lr / 2 * (1 + math.cos(math.pi * share))


def cases(rng: np.random.Generator) -> list[Case]:
    """Steps of the rise, of the fall and behind the end, none where wrong curves cross."""
    lr = float(rng.uniform(0.2, 0.9))
    warmup = int(rng.integers(6, 10))
    total = warmup + 4 * int(rng.integers(6, 10))
    quarter = (total - warmup) // 4
    settings = {"lr": lr, "warmup": warmup, "total": total}
    return [
        case("the rise", t=[0, 1, warmup - 1], **settings),
        case("the top and the end", t=[warmup, total], **settings),
        case("the fall", t=[warmup + quarter, warmup + 2 * quarter, total - 2], **settings),
        case("behind the end", t=[total + 3, total + 2 * quarter, 3 * total], **settings),
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
        values(weight=2, cases="the rise", title=RISE),
        values(weight=2, cases="the top and the end", title=ENDS),
        values(weight=3, cases="the fall", title=FALL),
        # Form, since a function that always returns 0 would meet it.
        values(weight=2, cases="behind the end", form=True, title="0 behind the end"),
        values(cases="no warm-up", title=NO_WARMUP, after=FALL),
        values(cases="t as a float", title="t may be a float such as 12.0", after=FALL),
    ],
    answers=("course_lib.schedules.warmup_cosine",),
    hints=(
        step(
            "The rise is a straight line from 0 to lr. Which share of it is over at step t?",
            RISE,
        ),
        step(
            "In the fall, which share s of it is over at step t? It runs from 0 to 1. Which angle "
            "belongs to s, and what has the cosine to be brought to?",
            FALL,
        ),
        step(
            "At t = warmup the rate is lr, at t = total it is 0. Which of your three cases answers "
            "there: the rise, the fall, or what is behind the end?",
            ENDS,
        ),
        step("With warmup = 0 there is no rise. Which case has to answer at t = 0?", NO_WARMUP),
        "In the fall, s = (t − warmup)/(total − warmup) runs from 0 to 1, and cos(π·s) from 1 "
        "to −1. How is that brought to the range from lr to 0?",
        "Smaller: lr = 0.8, warmup = 4, total = 8. Rates at t = 0, 2, 4, 6, 8, 9: 0, 0.4, 0.8, "
        "0.4, 0, 0.",
    ),
)

exercise.slip(
    "t >= total",
    "False",
    "Behind `total` the cosine rises again. From there on the rate is to stay 0: a third case.",
)
exercise.slip(
    "share = (t - warmup) / (total - warmup)",
    "share = t / total",
    "At t = warmup the rate jumps down: the cosine has been running since t = 0. Which share of "
    "the fall is over at t = warmup?",
)
exercise.slip(
    "(total - warmup)",
    "total",
    "The cosine begins at the right step but has not reached 0 at t = total. How many steps does "
    "the fall take?",
)
exercise.slip(
    "(t - warmup)",
    "t",
    "At t = warmup a part of the fall is over already, and the rate jumps down. From which step on "
    "is the fall to be counted?",
)
exercise.slip("lr / 2", "lr", "The rate jumps to twice lr: 1 + cos runs from 2 to 0.")
exercise.slip(
    "math.pi * share",
    "2 * math.pi * share",
    "The rate comes up again in the second half of the fall: the cosine runs through a whole "
    "period. Which part of one leads from its top to its bottom?",
)
exercise.slip(
    "math.pi * share",
    "math.pi / 2 * share",
    "The cosine stops halfway, where it is 0. To get from its top to its bottom, which angle does "
    "it need?",
)
exercise.slip(
    "lr / 2 * (1 + math.cos(math.pi * share))",
    "lr * math.cos(math.pi * share)",
    "The rate becomes negative in the second half of the fall: a cosine runs from 1 to −1. Where "
    "has it to end?",
)
exercise.slip(
    "lr / 2 * (1 + math.cos(math.pi * share))",
    "lr * math.cos(math.pi / 2 * share)",
    "The fall is the first quarter of a cosine, which is steep at its end. Half a period is flat "
    "at both ends.",
)
exercise.slip(
    "math.pi * share",
    "share",
    "The cosine falls too little: from its top to its bottom it takes π, not 1.",
)
exercise.slip(
    "lr * t / warmup",
    "lr * (t + 1) / warmup",
    "The rise is one step ahead, and reaches lr before `warmup`. t counts from 0, and the rate of "
    "step 0 is 0 here.",
)
exercise.slip(
    "1 + math.cos",
    "1 - math.cos",
    "Behind the warm-up the rate begins at 0 and climbs.",
)
exercise.slip(
    "t < warmup",
    "t <= warmup",
    "With warmup = 0 you divide by warmup. There is no rise then: which steps belong to it?",
)
exercise.slip(
    "if t < warmup:\n        return",
    "if t / warmup < 1:\n        return",
    "With warmup = 0 it divides by 0. There is no step then for which t < warmup.",
)
exercise.slip(
    "return lr / 2 * (1 + math.cos(math.pi * share))",
    "return lr * (1 - share)",
    "The fall is a straight line. A cosine is flat at first and flat at the end.",
)


@exercise.mistake
def no_warmup(t, *, lr, warmup, total):
    """`warmup` is not used: the rate is to begin at 0 and rise."""
    return lr / 2 * (1 + math.cos(math.pi * min(t / total, 1)))
