"""``warmup_cosine(t, *, lr, warmup, total) -> rate``: a rise, then half a cosine down to 0."""

import math
from typing import Any

import numpy as np

from course_lib.schedules import warmup_cosine
from grader.checking import Case, Exercise, Mistake, _, case, shapes, values


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
        case("t as a float", t=[2.0, warmup + 3.0], **settings),
    ]


def run(warmup_cosine: Any, case: Case) -> dict[str, Any]:
    settings = {name: case[name] for name in ("lr", "warmup", "total")}
    return {f"rate({t})": warmup_cosine(t, **settings) for t in case["t"]}


def half_cosine(lr: float, share: float) -> float:
    return lr / 2 * (1 + math.cos(math.pi * share))


def no_end(t: Any, *, lr: float, warmup: int, total: int) -> Any:
    if t < warmup:
        return lr * t / warmup
    return half_cosine(lr, (t - warmup) / (total - warmup))


def cosine_from_the_start(t: Any, *, lr: float, warmup: int, total: int) -> Any:
    if t < warmup:
        return lr * t / warmup
    return half_cosine(lr, min(t / total, 1))


def too_short(t: Any, *, lr: float, warmup: int, total: int) -> Any:
    if t < warmup:
        return lr * t / warmup
    return half_cosine(lr, (t - warmup) / total) if t < total else 0.0


def not_halved(t: Any, *, lr: float, warmup: int, total: int) -> Any:
    return warmup_cosine(t, lr=lr, warmup=warmup, total=total) * (2 if t >= warmup else 1)


def no_pi(t: Any, *, lr: float, warmup: int, total: int) -> Any:
    if t < warmup:
        return lr * t / warmup
    share = (t - warmup) / (total - warmup)
    return lr / 2 * (1 + math.cos(share)) if t < total else 0.0


def no_warmup(t: Any, *, lr: float, warmup: int, total: int) -> Any:
    return half_cosine(lr, min(t / total, 1))


def counted_from_one(t: Any, *, lr: float, warmup: int, total: int) -> Any:
    if t < warmup:
        return lr * (t + 1) / warmup
    return warmup_cosine(t, lr=lr, warmup=warmup, total=total)


def upside_down(t: Any, *, lr: float, warmup: int, total: int) -> Any:
    if t < warmup:
        return lr * t / warmup
    return lr - warmup_cosine(t, lr=lr, warmup=warmup, total=total) if t < total else 0.0


def divides_by_warmup(t: Any, *, lr: float, warmup: int, total: int) -> Any:
    return min(1, t / warmup) * warmup_cosine(max(t, warmup), lr=lr, warmup=warmup, total=total)


def straight(t: Any, *, lr: float, warmup: int, total: int) -> Any:
    if t < warmup:
        return lr * t / warmup
    return lr * max(0.0, 1 - (t - warmup) / (total - warmup))


exercise = Exercise(
    name="warmup_cosine",
    takes=("warmup_cosine",),
    points=1,
    reference=(warmup_cosine,),
    cases=cases,
    run=run,
    judge=[
        values(weight=2, cases="the rise", title=_("the rise")),
        values(weight=2, cases="the top and the end", title=_("t = warmup and t = total")),
        values(weight=3, cases="the fall", title=_("the fall")),
        # Form, since a function that always returns 0 would meet it.
        values(weight=2, cases="behind the end", form=True, title=_("0 behind the end")),
        values(cases="no warm-up", title=_("warmup may be 0")),
        values(cases="t as a float", title=_("t may be a float such as 12.0")),
        shapes(title=_("one number comes back")),
    ],
    mistakes=[
        Mistake(
            no_end,
            hint=_(
                "Behind `total` the cosine rises again. From there on the rate is to stay 0: a "
                "third case."
            ),
        ),
        Mistake(
            cosine_from_the_start,
            hint=_(
                "At t = warmup the rate jumps down: the cosine has been running since t = 0. Which "
                "share of the fall is over at t = warmup?"
            ),
        ),
        Mistake(
            too_short,
            hint=_(
                "The cosine begins at the right step but has not reached 0 at t = total. How many "
                "steps does the fall take?"
            ),
        ),
        Mistake(not_halved, hint=_("The rate jumps to twice lr: 1 + cos runs from 2 to 0.")),
        Mistake(
            no_pi,
            hint=_("The cosine falls too little: from its top to its bottom it takes π, not 1."),
        ),
        Mistake(no_warmup, hint=_("`warmup` is not used: the rate is to begin at 0 and rise.")),
        Mistake(
            counted_from_one,
            hint=_(
                "The rise is one step ahead, and reaches lr before `warmup`. t counts from 0, and "
                "the rate of step 0 is 0 here."
            ),
        ),
        Mistake(upside_down, hint=_("Behind the warm-up the rate begins at 0 and climbs.")),
        Mistake(
            divides_by_warmup,
            hint=_("With warmup = 0 it divides by 0. There is no step then for which t < warmup."),
        ),
        Mistake(
            straight,
            hint=_("The fall is a straight line. A cosine is flat at first and flat at the end."),
        ),
    ],
    answers=("course_lib.schedules.warmup_cosine",),
    returns="the rate, one number",
    hints=(
        _("Three cases: the rise for t < warmup, the fall, and behind the end."),
        _(
            "In the fall, s = (t − warmup)/(total − warmup) runs from 0 to 1, and cos(π·s) from 1 "
            "to −1. How is that brought to the range from lr to 0?"
        ),
        _(
            "Smaller: lr = 0.8, warmup = 4, total = 8. Rates at t = 0, 2, 4, 6, 8, 9: 0, 0.4, 0.8, "
            "0.4, 0, 0."
        ),
    ),
)
