"""``decayed(t, *, kind, lr, last, total) -> rate``: three ways from a first rate to a last one."""

import math
from typing import Any

import numpy as np

from grader.checking.contract import Case, case, schedule, slips, values


def decayed(t, *, kind, lr, last, total):
    done = min(t / total, 1)
    if kind == "inverse time":
        k = (lr / last - 1) / total
        inverse = lr / (1 + k * done * total)
        return inverse
    if kind == "stairs":
        stair = min(math.floor(4 * done), 3)
        flat = lr * (last / lr) ** (stair / 3)
        return flat
    falling = lr * (last / lr) ** done
    return falling


KINDS = ("exponential", "inverse time", "stairs")


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """Steps of each kind: inside, at both ends and after the end."""
    quarter = int(rng.integers(5, 9))
    total = 4 * quarter
    lr = float(rng.uniform(0.3, 0.9))
    given: dict[str, Any] = {"lr": lr, "last": lr * float(rng.uniform(0.04, 0.3)), "total": total}
    inside = [1, quarter + 2, 2 * quarter + 1, total - 1]
    stairs: dict[str, Any] = {**given, "kind": "stairs"}
    tiny = given | {"lr": lr / 1000, "last": lr * float(rng.uniform(1, 3)) * 1e-7}
    whole = given | {"lr": int(rng.integers(5, 9)), "last": int(rng.integers(2, 4))}

    def both(kind: str) -> list[Case]:
        return [
            case(f"{kind}, {words}", t=inside, kind=kind, **rates)
            for words, rates in (
                ("ordinary rates", given),
                ("tiny rates", tiny),
                ("whole numbers as rates", whole),
            )
        ]

    return {
        **{kind: both(kind) for kind in KINDS},
        "the first and the last step of a stair": [
            case(
                words,
                t=[n - 1, n, 2 * n - 1, 2 * n, 3 * n - 1, 3 * n],
                **stairs | {"total": 4 * n},
            )
            # in floats, 49 · (4/196) is below 1
            for words, n in (("short stairs", 1), ("stairs", quarter), ("long stairs", 49))
        ],
        "t = 0": [case(f"{kind}, at first", t=[0], kind=kind, **given) for kind in KINDS],
        "from t = total on": [
            case(f"{kind}, at the end", t=[total, 3 * total], kind=kind, **given) for kind in KINDS
        ],
        "t may be a float such as 12.0": [
            case(f"{kind}, a float", t=[2.0, 2.0 * quarter], kind=kind, **given) for kind in KINDS
        ],
    }


exercise = schedule(
    decayed,
    points=3,
    cases=cases,
    judge=[
        values(
            weight=3,
            cases="exponential",
            help="""lr·e^(−k·total) should be `last`. Solve this for k, or write the rate as a power
            of last/lr.""",
        ),
        values(
            weight=3,
            cases="inverse time",
            help="lr/(1 + k·total) should be `last`. Solve this for k.",
        ),
        values(
            weight=1,
            cases="stairs",
            help="""On which of the four stairs (0 to 3) does step t stand? From stair 0 to stair 3
            there are three equal factors. Which?""",
        ),
        values(
            weight=2,
            cases="the first and the last step of a stair",
            after="stairs",
            help="Which stairs do the steps total/4 − 1 and total/4 have?",
        ),
        # A function that always returns lr would satisfy it.
        values(cases="t = 0", alone=False, help="At t = 0 the rate is lr, for all three kinds."),
        values(
            weight=2,
            cases="from t = total on",
            alone=False,
            help="From t = total on, the rate is `last`, for all three kinds.",
        ),
        values(cases="t may be a float such as 12.0", after="exponential"),
    ],
    answers=("grader.exercises.ps14.decayed", "course_lib.schedules"),
    hints="""
    Exponential: divide lr·e^(−k·total) = last by lr and take the logarithm of both sides. Inverse
    time: take the reciprocal of both sides of lr/(1 + k·total) = last.

    Stairs: the number of the stair is 4·t/total, rounded down, but for t = total, which belongs to
    the last one. Each stair has the rate of the one before it times the same factor, the third root
    of last/lr.

    A smaller example: lr = 0.8, last = 0.1, total = 8, at t = 0, 4, 8, 9. Exponential: 0.8, 0.283,
    0.1, 0.1. Inverse time: 0.8, 0.178, 0.1, 0.1. Stairs: 0.8, 0.2,
    0.1, 0.1.
    """,
    mistakes=slips("""
done = min(t / total, 1 - 1 / total)
    At t = total your rate is still the one of the step before. It should be `last` there.
done = t / total
    After `total` the rate goes on changing. It should stay at `last`.
falling = lr * np.exp(-done)
    After `total` steps your exponential has fallen to lr/e, whatever `last` is. Solve
    lr·e^(−k·total) = last for k.
falling = lr * (last / lr) ** min(t, total)
    You reach `last` after one step. How large is the exponent at t = total?
falling = lr + (last - lr) * done
    Your rate falls on a straight line. An exponential is multiplied by the same factor in each
    step.
falling = last * (lr / last) ** done
    Your exponential rises from `last` to lr.
k = lr / last / total
    At t = total your rate is below `last`. Solve lr/(1 + k·total) = last once more.
k = (lr / last - 1) / (total - 1)
    Your k belongs to one step less. t counts from 0, and the rate is `last` at t = total.
k = 1 / total
    At t = total your rate is lr/2, whatever `last` is.
k = np.log(lr / last) / total
    This is the k of the exponential. The other formula reaches `last` with another k.
inverse = last + (lr - last) / (1 + k * done * total)
    Your 1/t decay does not reach `last` at t = total. The formula is lr/(1 + k·t).
stair = min(math.floor(4 * done) + 1, 3)
    The first stair is missing: your rate falls before t = 1.
stair = min(math.floor(3 * done), 3)
    A stair has total/4 steps: with three equal parts the last stair has only the step `total`.
stair = min(round(4 * done), 3)
    Your stairs begin too early. Each has total/4 steps, and its number is rounded down.
stair = min(math.floor(4 * max(t - 1, 0) / total), 3)
    Your stairs begin one step late. Steps are counted from 0: which is the first step of the second
    stair, if a stair has total/4 steps?
stair = min(4 * done, 3)
    Your stairs are not flat. Which whole number belongs to step t?
flat = lr * (last / lr) ** (stair / 4)
    Your last stair is above `last`. How many factors lie between stair 0 and stair 3?
stair = math.floor(4 * done)
flat = lr * (last / lr) ** (stair / 4)
    You have five stairs: the fourth is above `last`, which begins only at t = total. How many
    factors lie between stair 0 and stair 3?
flat = lr * 0.5**stair
    You halve the rate at each stair. Which factor leads from lr to `last` in three falls?
flat = lr - (lr - last) * stair / 3
    Your stairs fall by the same difference. They should fall by the same factor.
last = 0.05
    `last` is not used.
"""),
)
