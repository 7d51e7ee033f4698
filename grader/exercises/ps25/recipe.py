"""``recipe(w, gradient, total, …) -> (w, average)``: what a training of today puts together."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def recipe(w, gradient, total, *, lr, warmup, weight_decay, max_norm, keep):
    m, v, average = 0 * w, 0 * w, 0 * w
    for t in range(1, total + 1):
        raw = gradient(w, t)
        g = raw * min(1, max_norm / np.linalg.norm(raw))
        falling = (1 + np.cos(np.pi * (t - warmup) / (total - warmup))) / 2
        rate = lr * (t / warmup if t <= warmup else falling)
        m = 0.9 * m + 0.1 * g
        v = 0.99 * v + 0.01 * g**2
        step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8)
        w = w - rate * (step + weight_decay * w)
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


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "one step of the warm-up": [bowl(rng, "one of three steps", 3, 2, 50, 0.01)],
        "warm-up and cosine": [
            bowl(rng, "eight steps, nothing clipped", 8, 3, 50, 0.01),
            bowl(rng, "twelve steps, nothing clipped", 12, 2, 50, 0.01),
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


exercise = function(
    recipe,
    returns="w, average",
    points=3,
    cases=cases,
    run=run,
    judge=[
        values(
            "w",
            weight=3,
            cases=("warm-up and cosine", "one step of the warm-up"),
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
        values("average", weight=2, help="After the first step the average is w itself."),
    ],
    form=(shapes("w", "average"), unchanged_inputs()),
    answers=("grader.exercises.ps25.recipe",),
    hints="""
    One step has this order: the gradient at w, clipping, the rate of this step, Adam's two
    moments, the new w, the new average. The average is never used inside of a step.

    A smaller example: w = [2], the first gradient is [4], and max_norm is 1. It is clipped to [1].
    With lr = 0.2 and warmup = 2, the rate is 0.1. Adam's first step is g/|g| = 1, so with
    weight_decay = 0.5 the new w is 2 − 0.1 · (1 + 0.5 · 2) = 1.8, and so is the average.
    """,
    mistakes=slips("""
g = raw
    You do not clip. Which length may a gradient have at most?
g = raw * max_norm / np.linalg.norm(raw)
    You give every gradient the length max_norm, also the shorter ones.
g = np.clip(raw, -max_norm, max_norm)
    You clip each entry by itself, which changes the direction. The norm of the whole gradient is
    limited.
falling = (1 + np.cos(np.pi * t / total)) / 2
    Your cosine begins at step 0. It should begin where the warm-up has ended.
falling = np.cos(np.pi * (t - warmup) / (total - warmup))
    Your rate becomes negative. Half a cosine falls from 1 to −1: how does it fall from 1 to 0?
falling = 1 - (t - warmup) / (total - warmup)
    Your rate falls along a straight line.
rate = lr * falling
    You leave out the warm-up.
rate = lr * (t / warmup if t <= warmup else 1)
    After the warm-up your rate stays constant.
rate = lr * ((t - 1) / warmup if t <= warmup else falling)
    Your first rate is 0. Steps are counted from 1, and step number `warmup` has the rate lr.
m = 0.9 * m + g
    The new gradient enters the mean with the share 0.1.
v = 0.99 * v + 0.01 * g
    v is a mean of squares.
step = m / (np.sqrt(v) + 1e-8)
    You leave out Adam's correction: m and v begin at 0, so they are too small at first.
step = m / (1 - 0.9**t)
    This is a mean of gradients. By what does Adam divide it?
w = w - rate * step
    You leave out the weight decay.
w = w - rate * step - weight_decay * w
    The decay is multiplied by the rate of this step as well.
g = raw * min(1, max_norm / np.linalg.norm(raw)) + weight_decay * w
w = w - rate * step
    Your decay enters m and v: that is Adam with an L2 penalty. In AdamW it acts on w beside the
    step.
raw = gradient(w, t) + weight_decay * w
w = w - rate * step
    Your decay is clipped with the gradient, and enters m and v. In AdamW it acts on w beside the
    step.
w = w - rate * (step - weight_decay * w)
    Your decay makes the weights larger. Which sign has it?
raw = gradient(average, t)
    You take the gradient at the average. The training never sees it.
share = 1 - keep
    The average begins at 0 and is too small at first. It needs the same kind of correction as
    Adam's moments.
average = w if t == 1 else average + (1 - keep) * (w - average)
    Your average begins with the first w, which keeps a larger share than `keep` gives it. Which
    shares add up to 1?
share = 1 / t
    This weighs all steps alike. The shares of old weights should fall by `keep` from step to step.
share = keep / (1 - keep**t)
    `keep` belongs to the old average. Which share is left for the new w?
return average, w
    The last weights come first.
return w, w
    You return the last weights twice.
"""),
)
