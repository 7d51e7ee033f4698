"""``stopped_minimum(a, h, lr, t) -> w``: the weight after t steps from 0 on a parabola."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, mistake, shapes, slips, values


def stopped_minimum(a, h, lr, t):
    factor = 1 - lr * h
    distance = factor**t
    w = a * (1 - distance)
    return w


ONE = "one step"
BELOW = "several steps, lr·h below 1"
ABOVE = "lr·h above 1: w jumps over a at each step"
DIVERGES = "lr·h above 2: w moves away from a"
NONE = "no step"
MANY = "very many steps"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def at(about: str, product: tuple[float, float], t: int, sign: int = 1) -> Case:
        """Settings with lr * h in this range."""
        lr = float(rng.uniform(0.03, 0.3))
        return case(
            about,
            a=float(sign * rng.uniform(1.4, 2.6)),
            h=float(rng.uniform(*product)) / lr,
            lr=lr,
            t=t,
        )

    return {
        ONE: [at("", (0.2, 0.4), 1)],
        BELOW: [
            at("two steps", (0.3, 0.5), 2),
            at("five steps, a below 0", (0.1, 0.2), 5, -1),
            at("twelve steps", (0.06, 0.12), 12),
            at("sixty small steps", (0.004, 0.009), 60),
        ],
        ABOVE: [
            at("three steps", (1.3, 1.6), 3),
            at("four steps, a below 0", (1.4, 1.7), 4, -1),
        ],
        DIVERGES: [at("", (2.2, 2.4), 5)],
        NONE: [at("", (0.2, 0.4), 0)],
        MANY: [
            at("so many steps that w has arrived", (0.3, 0.5), 2000),
            at("and very many more", (0.005, 0.01), 100_000),
            at("so many and still on its way", (2e-6, 4e-6), 200_000),
        ],
    }


def run(stopped_minimum: Any, case: Case) -> dict[str, Any]:
    """The weight, and whether one call runs more lines than a formula has."""
    import sys

    lines: dict[Any, int] = {}

    def count(frame: Any, event: str, _: Any) -> Any:
        lines[frame] = lines.get(frame, 0) + (event == "line")
        return count

    arguments = [case[name] for name in ("a", "h", "lr", "t")]
    before = sys.gettrace()
    try:
        sys.settrace(count)
        w = stopped_minimum(*arguments)
    finally:
        sys.settrace(before)
    many = max(lines.values(), default=0) > 500
    return {"w": w, "how": "by a loop over the steps" if many else "by a formula"}


def step_by_step(a, h, lr, t):
    """Your function takes the steps one after the other. Each step multiplies w − a by the same
    factor, so a power of this factor does the same at once, for any t.
    """
    w = 0.0
    for _ in range(t):
        w = w - lr * h * (w - a)
    return w


def by_the_loss(a, h, lr, t):
    """Your step contains (w − a)², the loss itself. A step is −lr times its derivative."""
    w = np.float64(0)
    with np.errstate(all="ignore"):
        for _ in range(t):
            w = w - lr * h / 2 * (w - a) ** 2
    return w


exercise = function(
    stopped_minimum,
    returns="w",
    points=2,
    cases=cases,
    run=run,
    without=("in place",),  # it is given numbers
    judge=[
        values(
            "w",
            cases=ONE,
            help="The first step starts at w = 0. What is the gradient h(w − a) there?",
        ),
        values(
            "w",
            weight=4,
            cases=BELOW,
            help="""How far is w from a before a step, and how far after it? Both distances have the
            same ratio at each step.""",
        ),
        values(
            "w",
            weight=2,
            cases=ABOVE,
            after=BELOW,
            help="If lr·h is above 1, w − a changes its sign at each step. Does your formula allow "
            "this?",
        ),
        values(
            "w",
            weight=1,
            cases=DIVERGES,
            after=BELOW,
            help="If lr·h is above 2, each step is too long, and the distance from a grows.",
        ),
        # Zero satisfies the first, a the second.
        values("w", cases=NONE, alone=False, help="Where is w before the first step?"),
        values(
            "w",
            "how",
            weight=3,
            cases=MANY,
            alone=False,
            title="very many steps, by a formula",
            help="""Where does gradient descent end on this parabola? A loop over the steps takes as
            long as the training itself. What are t factors together?""",
        ),
    ],
    form=(shapes("w", title="one number comes back"),),
    answers=("course_lib.regularizers",),
    hints="""
    The gradient is h(w − a), so a step is w ← w − lr·h·(w − a). Write the new distance w − a as a
    multiple of the old one.

    Each step multiplies the distance by 1 − lr·h. Before the first step w is 0, so the distance is
    −a. What is it after t steps, and what is w then?

    A smaller example: a = 1, h = 2, lr = 0.25. Each step halves the distance: w is 0, 0.5, 0.75,
    0.875, …
    """,
    mistakes=(
        *slips("""
w = a * distance
    This is how far w is still from a. Where is w itself, if it starts at 0?
w = distance
    You return what t steps multiply the distance by. Which distance is this at the start, and where
    is w then?
w = 1 - distance
    You return which share of the way w has gone. How long is the way from 0 to the minimum?
w = a - distance
    The distance is right only for a start at a − 1. At the start w is 0: how far is it from a?
w = a + distance
    Before the first step your w is a + 1. There it is 0: how far is this from a, and on which side?
w = a * (1 + distance)
    Before the first step your w is 2a. With which sign does the distance enter?
w = a * (distance - 1)
    Your w has the wrong sign: it moves away from a.
w = a + (1 - a) * distance
    Your path starts at 1. Here w starts at 0.
distance = factor * t
    You multiply by t. The factor is applied once at each step: what are t factors together?
distance = factor ** (t + 1)
    Your w is one step too far. How often does the factor occur after t steps?
distance = factor ** (t - 1)
    Your w is one step behind: after one step it is still 0. How often does the factor occur then?
distance = factor ** (2 * t)
    Your factor occurs twice for each step, as it does in the loss, which is a square. Asked is w.
factor = 1 + lr * h
    You step uphill: your distance grows at each step. Which sign does the gradient have in a step?
factor = 1 - lr
    `h` is not used. The gradient of ½·h·(w − a)² contains it.
factor = 1 - h
    `lr` is not used. A step is −lr times the gradient.
factor = 1 - 2 * lr * h
    Your gradient is twice too large. The loss has a factor ½ in front of the square.
factor = 1 - lr * h / 2
    Your gradient is half of what it should be. The ½ in front of the square disappears in the
    derivative: why?
factor = 1 - lr / h
    You divide by h. A larger curvature makes the gradient larger, not smaller.
factor = 1 - lr * h / t
    You divide the rate by the number of steps. Each step uses the whole rate.
factor = 1 - lr * h * a
    Your factor contains a. Both w and a stand in the gradient h(w − a): which part of it is
    multiplied by w?
distance = np.exp(-lr * h * t)
    The exponential holds for infinitely many, infinitely small steps. Here there are t steps of
    rate lr.
distance = np.prod([1 - lr * h / (k + 1) for k in range(t)])
    Your rate falls from step to step. Here every step has the same rate.
w = a * t * lr * h
    You use the gradient of the start at each step. It becomes smaller when w comes nearer to a.
w = a * h / (h + 2 / (2 * lr * max(t, 1e-9)))
    This is the minimum with an L2 penalty. It is only near the weight after t steps; compute that
    weight itself.
w = a * h / (h + 2 * lr * t)
    You return a minimum with an L2 penalty λ = lr·t. Here there is no penalty, only t steps.
w = a
    Your result is always a, the minimum. Does your path start there? It should start at 0, and
    after t steps it has not arrived.
w = 0 * a
    Your w stays at 0. There h·w is 0, but the gradient is h(w − a).
w = a / h * (1 - distance)
    Your gradient is h·w − a, which is 0 at a/h. The gradient of ½·h·(w − a)² is 0 at a.
w = h / 2 * (a * distance) ** 2
    You return the loss after t steps. Asked is the weight.
w = lr * h * a * distance
    You return the length of the next step. Asked is where w is.
w = [a * (1 - factor**k) for k in range(t + 1)]
    You return the whole path. Asked is its last point.
w = np.mean([a * (1 - factor**k) for k in range(t + 1)])
    You return the mean over the path. Asked is its last point.
a, h = h, a
    `a` and `h` are exchanged. Compare the order of your parameters with the task.
"""),
        *slips(
            """
factor = max(1 - lr * h, 0)
    You do not let w jump over a. With lr·h above 1, a step is longer than the distance to a.
factor = abs(1 - lr * h)
    You take the absolute value of the factor. With lr·h above 1, w jumps from one side of a to the
    other; this sign counts.
factor = max(1 - lr * h, -1)
    You do not let w move away from a. With lr·h above 2, it does at each step.
distance = np.exp(t * np.log(factor))
    The logarithm of a negative number is nan, and with lr·h above 1 the factor is negative. Write
    the power with `**`.
w = a * min(1, 1 - distance)
    You keep w on the near side of a. With lr·h above 1 it jumps over a.
""",
            needs=(BELOW,),
        ),
        mistake(by_the_loss, name="steps by the loss"),
        mistake(step_by_step, name="step by step"),
    ),
)
