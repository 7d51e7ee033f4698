"""``quantile_loss(y, t, q) -> (value, dy)``: a weighted absolute error for the q-quantile."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, slips, values
from grader.exercises.losses import at_the_kink, kinks_apart, loss
from grader.exercises.ps02.squared_error import pairs


def quantile_loss(y, t, q):
    r = y - t
    above = 2 * (1 - q)
    below = 2 * q
    weight = np.where(r > 0, above, below)
    value = float(np.sum(weight * np.abs(r))) / len(y)
    dy = weight * np.sign(r) / len(y)
    return value, dy


def with_share(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Errors of both signs, and a share that is not close to 1/2."""
    made = pairs(rng, about, shape)
    q = rng.choice([rng.uniform(0.1, 0.35), rng.uniform(0.65, 0.9)])
    return case(about, y=made["y"], t=made["t"], q=float(q))


def special(rng: np.random.Generator) -> dict[str, list[Case]]:
    met = [with_share(rng, f"some targets met exactly, q {side} ½", (3, 2)) for side in SIDES]
    for made, ends in zip(met, SIDES.values(), strict=True):
        made["q"] = float(rng.uniform(*ends))
        made["t"][[0, 1, 2], [1, 0, 0]] = made["y"][[0, 1, 2], [1, 0, 0]]
    near = with_share(rng, "outputs next to their targets", (3, 2))
    near["y"] = near["t"] + 1e-7 * (near["y"] - near["t"])
    far = with_share(rng, "outputs far from their targets", (3, 2))
    far["y"] = far["t"] + 1e7 * (far["y"] - far["t"])
    lowest, highest = (with_share(rng, f"a share near {end}", (4, 2)) for end in (0, 1))
    lowest["q"], highest["q"] = (
        float(rng.uniform(*ends)) for ends in ((1e-3, 2e-3), (0.998, 0.999))
    )
    return {"targets that are met exactly": met, EXTREMES: [near, far, lowest, highest]}


SIDES = {"below": (0.1, 0.35), "above": (0.65, 0.9)}
EXTREMES = "any share, and errors of any size"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where y = t every number between the two derivatives is a subgradient and counts as 0."""
    N, q = len(case["y"]), case["q"]
    return kinks_apart(outputs, "dy", case["y"] == case["t"], -2 * q / N, 2 * (1 - q) / N)


exercise = loss(
    quantile_loss,
    points=3,
    draw=with_share,
    weights=(3, 4),
    value="""Let one output be 1 too large and another 1 too small. What does each of the two cost
    for your q, and do both costs together give 2?""",
    gradient="""Where the output is too large, one more unit costs a. By how much does the loss of
    an output that is too small change, if the output rises by one unit?""",
    special=special,
    observe=observe,
    judge=[
        at_the_kink("dy", "targets that are met exactly"),
        values(
            weight=2,
            cases=EXTREMES,
            after="the gradient",
            help="The share may be any number between 0 and 1, and an error may be tiny. Does your "
            "code change one of them?",
        ),
    ],
    answers=("grader.exercises.ps02.quantile_loss",),
    hints="""
    Predict the constant c for N samples, of which a share q lies below c. There c is too large. The
    loss changes by (q · a − (1 − q) · b) if c rises by 1. Where is this 0, if a + b = 2?

    At the best c the share of targets below c is b/(a + b) = b/2. It should be q.

    A smaller example: q = 0.9, y = [[3], [0]] and t = [[1], [1]]. The differences are 2 and −1, the
    weights 0.2 and 1.8. The costs are 0.4 and 1.8, so the value is 2.2/2 = 1.1, and dy = [[0.1],
    [−0.9]].
    """,
    mistakes=slips("""
above = 2 * q
below = 2 * (1 - q)
    The two weights are exchanged. For q = 0.9, nine in ten targets should lie below the best
    constant, so it is high. Which mistake has to be the expensive one?
above = 1 - q
below = q
    Value and gradient are half of what they should be: the two weights add up to 1, but they should
    add up to 2, so that q = ½ gives the absolute error.
above = 2 * q
    Both weights are 2q, so the best constant is the median for every q. Which weight does an output
    that is too large have?
weight = 1.0
    The loss does not depend on q. Which of the two directions is more expensive for q = 0.9?
value = float(np.sum(weight * r)) / len(y)
    An output that is too small makes the value smaller, or negative. Where do you take the size of
    the difference?
value = 0.5 * float(np.sum(weight * r**2)) / len(y)
dy = weight * r / len(y)
    These are weighted squares. The loss grows in proportion to |r| on both sides.
dy = weight * r / len(y)
    `dy` grows with the difference. What is the derivative of b·|r| for a negative r?
dy = weight / len(y)
    `dy` is positive everywhere. Does the loss rise or fall with an output that is too small?
dy = np.sign(r) / len(y)
    `dy` is the gradient of the absolute error, for every q. By which weight is |r| multiplied?
value = float(np.sum(np.abs(r))) / len(y)
    The value is the absolute error, for every q. By which weight is |r| multiplied?
dy = weight * r / np.abs(r) / len(y)
    An output that equals its target gets nan, because r / |r| is 0/0 there. NumPy has a function
    for the sign of a number.
"""),
)
