"""``soft_minimum(costs, gamma) -> (value, weights)``: a smooth minimum, and its gradient."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    holds,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def soft_minimum(costs, gamma):
    low = costs.min()
    e = np.exp((low - costs) / gamma)
    total = e.sum()
    value = low - gamma * np.log(total)
    weights = e / total
    return value, weights


def some(rng: np.random.Generator, about: str, n: int, gamma: float) -> Case:
    """n costs that differ by about gamma."""
    gamma = gamma * float(rng.uniform(0.8, 1.2))
    costs = gamma * (rng.permutation(n) + rng.uniform(0.2, 0.8, size=n) + 0.5)
    return case(about, costs=costs, gamma=gamma)


SMALL = "any positive gamma"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    infinite = some(rng, "one of three costs is infinite", 3, 0.7)
    infinite["costs"][int(rng.integers(3))] = np.inf
    border = some(rng, "two of three costs are infinite, the other one is huge", 3, 1e12)
    border["costs"][np.arange(3) != rng.integers(3)] = np.inf
    far = some(rng, "costs a million times gamma", 3, 1e-4)
    far["costs"] += float(rng.integers(90, 110) + rng.uniform(0.3, 0.7))
    below = some(rng, "costs far below 0", 3, 0.01)
    below["costs"] -= float(rng.uniform(90, 110))
    spread = some(rng, "two costs near each other, others thousands of times gamma away", 5, 0.3)
    spread["costs"][::2] += spread["gamma"] * rng.permuted(rng.uniform([750, 2e3, 6e3], 7e3))
    huge = some(rng, "and one of them infinite", 4, 0.3)
    huge["costs"][rng.permutation(4)[:2]] = huge["gamma"] * float(rng.uniform(1e4, 2e4)), np.inf
    huge["costs"] += float(rng.uniform(1e4, 2e4))
    fine = some(rng, "costs of millionths", 4, 1e-6)
    return {
        "a few costs": [
            some(rng, "two costs", 2, 1.0),
            some(rng, "three costs", 3, 0.4),
            some(rng, "many costs", 12, 5.0),
        ],
        "infinite costs": [infinite, border],
        "costs far from 0": [far, below],
        SMALL: [fine],
        "costs far from each other": [spread, huge],
    }


def weight_of_infinite(case, got, want):
    weights, infinite = np.asarray(got["weights"]), np.isinf(case["costs"])
    if not np.allclose(weights[~infinite], want["weights"][~infinite], 1e-4):
        return "The weights of the other costs are not right."
    return f"Its weight is {np.max(weights[infinite]):.2g}." if np.any(weights[infinite]) else None


exercise = function(
    soft_minimum,
    returns="value, weights",
    points=1,
    cases=cases,
    judge=[
        values("value", weight=3, cases="a few costs", title="the value"),
        values(
            "weights",
            weight=3,
            cases="a few costs",
            title="the weights",
            help="Differentiate −γ log Σ exp(−c/γ) with respect to one of the costs.",
        ),
        values(
            cases=SMALL,
            help="γ may be a millionth, and so may the costs. Does your code limit a number?",
        ),
        values(
            weight=1,
            cases="infinite costs",
            help="An infinite cost has the exponential 0. Which number may you subtract?",
        ),
        holds(
            "an infinite cost has the weight 0",
            weight_of_infinite,
            cases="infinite costs",
            alone=False,
            help="exp(−∞) is 0. Does your code limit a number?",
        ),
        values(
            weight=4,
            cases="costs far from 0",
            help="""exp(−c/γ) is rounded to 0, or overflows. Subtract the smallest cost first, and
            add it to the value at the end.""",
        ),
        values(
            weight=4,
            cases="costs far from each other",
            help="""exp(710) overflows, and a cost may lie thousands of γ above another one. Which
            cost do you have to subtract so that no exponent is above 0?""",
        ),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("grader.exercises.ps23.soft_minimum",),  # the library has it inside of soft_dtw
    hints=(
        "The derivative of −γ log Σ exp(−c/γ) with respect to one cost is its exponential, divided "
        "by the sum of all: a softmax of −c/γ. The weights add up to 1.",
        "A smaller example: costs [0, 1] and γ = 1. The exponentials are 1 and 0.368, so the value "
        "is −log 1.368 = −0.313, and the weights are 0.731 and 0.269.",
    ),
    mistakes=slips("""
value = low + gamma * np.log(total)
    Your value lies above the smallest cost. Which sign does the logarithm have in the formula?
value = -gamma * np.log(total)
    You subtract the smallest cost from all costs, so the soft minimum becomes smaller by it. Where
    do you add it again?
value = low - gamma * np.log(np.sum(np.exp(low - costs)))
    In the value, γ stands before the logarithm, but it does not divide the costs in the exponents.
value = low - np.log(total)
    You divide by γ inside the exponential, but the factor γ before the logarithm is missing.
value = low
    The value is the plain minimum. The other costs count, too.
value = np.sum(costs[e > 0] * e[e > 0]) / total
    The value is a weighted mean of the costs. The soft minimum is −γ log Σ exp(−c/γ), which lies
    below the smallest cost.
value = low - gamma * np.log(e.mean())
    Inside the logarithm there is a sum of exponentials, not a mean.
gamma = 1
    `gamma` is not used: the result is that of γ = 1.
gamma = 1 / gamma
    You use 1/γ in place of γ. With a small γ the result should be close to the minimum.
low = 0
    Costs far from 0 give exponentials of 0 or infinity. Subtract the smallest cost first; then one
    exponential is 1.
low = np.max(costs[np.isfinite(costs)])
    You subtract the largest cost, so the exponents are positive and overflow where costs differ by
    more than 710 γ. Which cost makes all exponents negative or 0?
low = np.mean(costs[np.isfinite(costs)])
    You subtract the mean of the costs, so some exponents are positive and overflow where costs
    differ by more than 710 γ. Which cost makes all exponents negative or 0?
e = np.exp(np.clip(-costs / gamma, -700, 700))
value = -gamma * np.log(total)
    You clip the exponents. Costs beyond the limit then count all the same, however far apart they
    are. Subtract a cost instead.
e = np.exp((costs - low) / gamma)
    The exponents have the wrong sign: the larger a cost, the larger its weight in your function.
e = np.exp((costs - costs.max()) / gamma)
    Large costs count most. Which sign does the exponent have?
weights = e
    The weights do not add up to 1. Differentiate the logarithm of the sum.
weights = -e / total
    The weights are negative. If a cost rises, does the soft minimum fall?
weights = e / total / gamma
    The weights are divided by γ. The factor γ before the logarithm cancels it.
weights = (costs == low) / 1
    Only the smallest cost has a weight. That is the gradient of the plain minimum.
"""),
)
