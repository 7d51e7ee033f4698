"""``effective_lr(lr, mu) -> rate``: the rate of gradient descent with the same long-run speed."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, values
from grader.exercises.optimizers import OF_MOTION


def effective_lr(lr, mu):
    return lr / (1 - mu)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def pairs(about: str, low: float, high: float) -> Case:
        return case(
            about,
            lr=rng.uniform(0.03, 0.12, size=3).tolist(),
            mu=rng.uniform(low, high, size=3).tolist(),
        )

    return {
        "mu = 0 does not change the rate": [pairs("mu = 0", 0.0, 0.0)],
        "the rate for small and medium mu": [
            pairs("mu near 0.2", 0.15, 0.25),
            pairs("mu near 0.6", 0.55, 0.65),
        ],
        "the rate for mu near 1": [
            pairs("mu near 0.9", 0.86, 0.94),
            pairs("mu near 0.98", 0.97, 0.985),
        ],
    }


def run(effective_lr, case):
    pairs = zip(case["lr"], case["mu"], strict=True)
    return {f"rate {k + 1}": effective_lr(lr, mu) for k, (lr, mu) in enumerate(pairs)}


exercise = function(
    effective_lr,
    returns="the rate, one number",
    points=1,
    cases=cases,
    run=run,
    without=("in place",),  # it is given numbers
    judge=[
        # A function that returns lr would satisfy it.
        values(cases="mu = 0 does not change the rate", alone=False),
        values(
            weight=3,
            cases="the rate for small and medium mu",
            help="If the gradient g is constant, for which v does v = mu·v − lr·g not change v?",
        ),
        values(
            weight=3,
            cases="the rate for mu near 1",
            help="""With mu near 1, very old gradients still contribute. How many terms of the sum
            do you need?""",
        ),
    ],
    form=(shapes(title="one number comes back"),),
    answers=("course_lib.optimizers.effective_lr", *OF_MOTION),
    hints="""
    Solve v = mu·v − lr·g for v, and compare it with a step of gradient descent, which is −(rate)·g.

    A smaller example: lr = 0.1, mu = 0.5, g = 1. v is −0.1, −0.15, −0.175, −0.1875, …, and
    converges to −0.2.
    """,
    mistakes=slips("""
return lr * (1 - mu)
    Your rate falls with more momentum. With a constant gradient, is momentum faster or slower than
    gradient descent?
return lr / (1 + mu)
    Your rate is below lr. Solve v = mu·v − lr·g for v again and check the sign of mu.
return lr * (1 + mu)
    This is the speed after two steps, which still grows. What is the limit of the sum 1 + mu + mu²
    + …?
return lr * sum(mu**k for k in range(10))
    Your sum stops after ten terms. With mu near 1, most of the sum is missing. The infinite sum has
    a short formula.
return lr * sum(mu**k for k in range(100))
    Your sum stops after a hundred terms, which is too early for mu = 0.98. The infinite sum has a
    short formula.
return lr * mu / (1 - mu)
    With mu = 0 you get 0, but gradient descent does move. The first term of the sum is the current
    gradient, with the factor 1.
return 1 / (1 - mu)
    This is only the factor by which momentum is faster. By which rate do you have to multiply it?
return mu / (1 - lr)
    `lr` and `mu` are exchanged.
return lr / (1 - mu**2)
    Your sum 1 + mu² + mu⁴ + … lacks every second term. By which factor does the share of a gradient
    shrink in ONE step?
return lr
    `mu` is not used. With a constant gradient, what does the last step contribute to the next one?
return (1 - mu) / lr
    Numerator and denominator are exchanged: a larger lr makes your rate smaller.
return lr / mu if mu else lr
    Your rate grows when mu falls towards 0, where it should become lr.
return lr / 1 - mu
    The result can be negative. Python divides before it subtracts.
return sum(lr * mu**k for k in range(20))
    You add up a fixed number of terms, which is too few for mu near 1. What is the sum of the
    infinite geometric series?
"""),
)
