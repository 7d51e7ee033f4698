"""``recipe(w, gradient, total, …) -> (w, average)``: what a training of today puts together."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    mistake,
    shapes,
    slip,
    slips,
    unchanged_inputs,
    values,
    with_earlier,
)


def clipped(g, max_norm):
    return g * min(1, max_norm / np.linalg.norm(g))


def warmup_cosine(t, *, lr, warmup, total):
    q = max(0, (t - warmup) / (total - warmup))
    return lr * min(1, t / warmup) * (1 + np.cos(np.pi * q)) / 2


def adamw_step(w, g, m, v, t, *, rate, weight_decay):
    m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8)
    return w - rate * (step + weight_decay * w), m, v


def recipe(w, gradient, total, *, lr, warmup, weight_decay, max_norm, keep):
    m, v, average = 0 * w, 0 * w, 0 * w
    for t in range(1, total + 1):
        g = clipped(gradient(w, t), max_norm)
        rate = warmup_cosine(t, lr=lr, warmup=warmup, total=total)
        w, m, v = adamw_step(w, g, m, v, t, rate=rate, weight_decay=weight_decay)
        share = (1 - keep) / (1 - keep**t)
        average = average + share * (w - average)
    return w, average


def bowl(
    rng: np.random.Generator, about: str, total: int, warmup: int, clipped: float, decay: float
) -> Case:
    """Steps on a bowl whose minimum moves; ``clipped`` is max_norm relative to a gradient."""
    n = 4
    c, first = rng.uniform(0.5, 3, size=n), rng.choice([-1, 1], size=n) * rng.uniform(1, 3, size=n)
    moves = rng.normal(size=(total, n))
    usual = float(np.linalg.norm(c * (first - moves[0])))
    return case(
        about,
        w=first,
        c=c,
        moves=moves,
        total=total,
        lr=float(rng.uniform(0.1, 0.2)),
        warmup=warmup,
        weight_decay=float(decay * rng.uniform(0.5, 1)),
        max_norm=clipped * usual * float(rng.uniform(0.8, 1)),
        keep=float(rng.uniform(0.5, 0.8)),
    )


LONG = "many steps"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "one step of the warm-up": [
            bowl(rng, "one of three steps, the newest weights alone", 3, 2, 50, 0.01)
            | {"keep": 0.0}
        ],
        "warm-up and cosine": [
            bowl(rng, "eight steps, nothing clipped", 8, 3, 50, 0.01),
            bowl(rng, "twelve steps, nothing clipped", 12, 2, 50, 0.01),
        ],
        LONG: [
            bowl(rng, "300 steps, a long average", 300, 5, 50, 0.01) | {"keep": 0.995},
            bowl(rng, "1,200 steps, a short average", 1200, 5, 50, 0.01) | {"keep": 0.5},
        ],
        "some gradients are clipped": [bowl(rng, "ten steps", 10, 4, 0.5, 0.01)],
        "a strong weight decay": [bowl(rng, "nine steps", 9, 3, 0.7, 0.5)],
    }


def run(recipe, case):
    c, moves = np.array(case["c"]), np.array(case["moves"])
    settings = {name: case[name] for name in ("lr", "warmup", "weight_decay", "max_norm", "keep")}

    def gradient(w, t):
        return c * (w - moves[t - 1])

    w, average = recipe(case["w"], gradient, case["total"], **settings)
    return {"w": w, "average": average}


def average_before_the_step(w, gradient, total, *, lr, warmup, weight_decay, max_norm, keep):
    """You move the average before the step, so it contains the initial weights and not the last
    ones. After step 1 the average is the new w itself.
    """
    before = []

    def noted(w, t):
        before.append(w)
        return gradient(w, t)

    settings = {"lr": lr, "warmup": warmup, "weight_decay": weight_decay}
    last, _average = recipe(w, noted, total, **settings, max_norm=max_norm, keep=keep)
    shares = keep ** np.arange(total)[::-1]
    return last, shares @ np.array(before) / np.sum(shares)


exercise = function(
    recipe,
    returns="w, average",
    points=3,
    cases=with_earlier(cases),
    run=run,
    judge=[
        values(
            "w",
            weight=3,
            cases=("warm-up and cosine", "one step of the warm-up", LONG),
            help="Print the rate of each step. Where is it lr, and where is it 0?",
        ),
        values(
            "w",
            weight=2,
            cases="some gradients are clipped",
            help="Clipping comes before everything that uses the gradient.",
        ),
        values(
            "w",
            weight=2,
            cases="a strong weight decay",
            help="In AdamW the decay acts on w beside Adam's step, and does not enter m and v.",
        ),
        values(
            "average",
            weight=5,
            spoils=0.3,
            help="After the first step the average is w itself.",
        ),
    ],
    form=(shapes("w", "average"), unchanged_inputs()),
    answers=("grader.exercises.ps26.recipe",),
    hints="""
    One step has this order: the gradient at w, clipping, the rate of this step, the new w with m
    and v, the new average. The average is never used inside of a step.

    Which share has the newest weight after t steps? The powers 1, keep, keep², … of t steps add up
    to (1 − keepᵗ)/(1 − keep), and the power of the newest one is 1.

    A smaller example: w = [2], the first gradient is [4], and max_norm is 1. It is clipped to [1].
    With lr = 0.2 and warmup = 2, the rate is 0.1. Adam's first step is g/|g| = 1, so with
    weight_decay = 0.5 the new w is 2 − 0.1 · (1 + 0.5 · 2) = 1.8, and so is the average.
    """,
    mistakes=(
        *slips("""
g = gradient(w, t)
    You do not clip. Which norm may a gradient have at most?
g = max_norm * gradient(w, t) / np.linalg.norm(gradient(w, t))
    You scale every gradient, also those that are short enough. With which number does `clipped`
    compare the norm?
g = clipped(gradient(w, t) + weight_decay * w, max_norm)
    The decay acts twice: `adamw_step` already takes it beside Adam's step.
g = clipped(gradient(average, t), max_norm)
    You take the gradient at the average. The average changes no step.
g = clipped(gradient(average if t > 1 else w, t), max_norm)
    From the second step on you take the gradient at the average. The average changes no step: each
    gradient is taken at w.
g = clipped(gradient(w, t) + weight_decay * w, max_norm)
w, m, v = adamw_step(w, g, m, v, t, rate=rate, weight_decay=0)
    You add the decay to the gradient, so it enters m and v and is clipped. In AdamW it acts on w
    beside Adam's step: `adamw_step` takes it as an argument.
rate = lr
    Your rate is the same in all steps.
rate = warmup_cosine(t - 1, lr=lr, warmup=warmup, total=total)
    Your first rate is 0. Steps are counted from 1, and step number `warmup` has the rate lr.
rate = warmup_cosine(1, lr=lr, warmup=warmup, total=total)
    Each step has the rate of the first one. When do you have to ask for it?
w, m, v = adamw_step(w, g, 0 * w, 0 * w, t, rate=rate, weight_decay=weight_decay)
    Your m and v begin anew in each step. They are means over the steps so far.
w, m, v = adamw_step(w, g, m, v, t, rate=rate, weight_decay=0)
    You leave out the weight decay.
share = 1 - keep
    The average begins at 0 and is too small at first. It needs the same kind of correction as
    Adam's moments.
average = w if t == 1 else average + (1 - keep) * (w - average)
    Your average begins with the first w, which keeps a larger share than `keep` gives it. Which
    shares add up to 1?
share = 1 / t
    This weighs all steps alike. The shares of old weights should fall by `keep` from step to step.
share = 2 ** (t - 1) / (2**t - 1)
    These are the shares of the example, for `keep` = 0.5. What stands there for any `keep`?
share = (1 - keep) / (1 - keep ** (t + 1))
    After step 1 your average is not w yet. How many shares add up to 1 after step t?
share = keep / (1 - keep**t)
    `keep` belongs to the old average. Which share is left for the new w?
share = (1 - keep) / (1 - keep**total)
    Your shares add up to 1 after the last step only. How many weights does the average contain
    after step t?
return average, w
    The last weights come first.
return w, w
    You return the last weights twice.
"""),
        mistake(average_before_the_step),
        slip(
            "range(1, total + 1)",
            "range(1, total)",
            "The last step is missing: `range(1, total)` ends at total − 1. Its rate is 0, so w "
            "stays, but the average moves.",
        ),
        slip(
            "average = average + share * (w - average)",
            "average = average + share * (w - average)\n        w = average",
            "Each step goes on from the average. It is kept beside the steps and changes none of "
            "them: the next step starts at the last w.",
        ),
    ),
)
