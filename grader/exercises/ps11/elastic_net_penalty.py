"""``elastic_net_penalty(weights, lam, beta) -> (value, gradients)``: L1 and L2 together."""

import numpy as np

from grader.checking.contract import Case, values
from grader.exercises.penalties import (
    add_common_mistakes,
    any_subgradient,
    penalised,
    penalty,
    penalty_cases,
)


def elastic_net_penalty(weights, lam, beta):
    value = lam * sum(np.sum(beta * W**2 + np.abs(W)) for W in weights)
    gradients = [lam * (2 * beta * W + np.sign(W)) for W in weights]
    return value, gradients


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    no_squares = penalised(rng, "", [(3, 2), (2, 3)], 0.2, beta=0.0)
    return {**penalty_cases(rng, 0.3, 2.5), "beta is 0": [no_squares]}


exercise = penalty(
    elastic_net_penalty,
    """The value has two parts, summed over all entries of all arrays. Which of them does `beta`
    multiply, and which does `lam`?""",
    """There is a gradient for each array, of its shape. Differentiate β w² and |w| separately. What
    is each derivative for a single weight?""",
    [
        values(
            "value",
            "gradients",
            cases="weights of 0",
            after="a gradient for each matrix",
            help="""At w = 0, |w| has a kink, and no weight may get nan there. Which numbers are
            between the derivatives on both sides?""",
        ),
        values(
            "value",
            "gradients",
            cases=("a lam of 0", "beta is 0"),
            title="a lam of 0, and a beta of 0",
            help="What remains of the penalty with lam = 0, and what with beta = 0?",
        ),
    ],
    cases=cases,
    observe=any_subgradient,
    answers=(
        "course_lib.regularizers.elastic_net_penalty",
        "course_lib.regularizers.l1_penalty",
        "course_lib.regularizers.l2_penalty",
    ),
    hints="""
    R = λ Σ (β w² + |w|) over all entries. For a single entry, differentiate both terms in the
    brackets, then multiply by λ.

    Smaller: weights = [[[1, −2]], [3]], λ = 0.1 and β = 0.5. The brackets are 0.5 + 1, 2 + 2 and
    4.5 + 3; they add up to 13, so the value is 1.3. The gradients are
    0.1 · [[1 + 1, −2 − 1]] = [[0.2, −0.3]] and 0.1 · [3 + 1] = [0.4].
    """,
)


def weighted(factors, hint, name):
    """A mistake: other factors of the squares and of the absolute values, given lam and beta."""

    @exercise.mistake(name=name, hint=hint)
    def wrong(weights, lam, beta):
        a, b = factors(lam, beta)
        value = sum(np.sum(a * W**2 + b * np.abs(W)) for W in weights)
        return value, [2 * a * W + b * np.sign(W) for W in weights]


weighted(
    lambda lam, beta: (lam, lam * beta),
    "You multiply the absolute values by `beta`. Which of the two terms has the factor beta?",
    name="beta at the other",
)
weighted(
    lambda lam, beta: (lam * beta, lam * (1 - beta)),
    "You use the weights `beta` and 1 − `beta`, as some libraries do. Which factor do the "
    "absolute values have in S2's formula?",
    name="shares of one",
)
weighted(
    lambda lam, beta: (lam * (1 - beta), lam * beta),
    "You multiply the squares by 1 − `beta` and the absolute values by `beta`, like a library's "
    "`l1_ratio`. Which term does S2's formula multiply by `beta`?",
    name="shares of one swapped",
)
weighted(
    lambda lam, beta: (lam * beta, lam * beta),
    "You multiply both terms by `beta`. With `beta` = 0 the L1 penalty should remain.",
    name="beta at both",
)
weighted(
    lambda lam, beta: (lam, lam),
    "`beta` is not used. It is the factor of the squares.",
    name="without beta",
)
weighted(
    lambda lam, beta: (lam * beta, 1),
    "`lam` multiplies only the squares. With `lam` = 0 the whole penalty should be 0.",
    name="lam at the squares only",
)
weighted(
    lambda lam, beta: (beta, lam),
    "You use `beta` and `lam` as two separate strengths. Here `lam` is the strength of the whole "
    "penalty: with `lam` = 0 it is 0.",
    name="two strengths",
)
weighted(
    lambda lam, beta: (lam, beta),
    "You multiply the squares by `lam` and the absolute values by `beta`. In S2's formula, which "
    "factor is outside the brackets, and which one inside?",
    name="two strengths swapped",
)
weighted(
    lambda lam, beta: (lam**2 * beta, lam**2),
    "`lam` is a factor twice: perhaps in the two penalties that you add, and again before their "
    "sum.",
    name="lam twice",
)
weighted(
    lambda lam, beta: (lam * beta / 2, lam),
    "Your squares have a factor ½, as in some libraries. S2's formula has none.",
    name="half the squares",
)

exercise.slips("""
gradients = [lam * (2 * W + np.sign(W)) for W in weights]
    The gradients do not contain `beta`, but the value does. Both have to belong to the same
    penalty.
gradients = [lam * (beta * W + np.sign(W)) for W in weights]
    The part of the gradients that comes from the squares lacks a factor. What is the derivative of
    w²?
value = lam * sum(np.sum(W**2 + beta * np.abs(W)) for W in weights)
    In the value you multiply the absolute values by `beta`. Which of the two terms has this factor?
value = lam * sum(np.sum((beta * W)**2 + np.abs(W)) for W in weights)
    You square `beta` in the value. In β w², only w is squared.
gradients = [lam * (2 * beta * W) for W in weights]
    The gradients are those of the squares alone. Add the gradients of the absolute values.
gradients = [lam * (np.sign(W)) for W in weights]
    The gradients are those of the absolute values alone. Add the gradients of the squares.
gradients = [lam * (2 * beta * W + 1) for W in weights]
    The part that comes from |w| is positive in all gradients. For a weight below 0, how does |w|
    change?
value = lam * sum(np.sum(beta * W**2 + W) for W in weights)
    In the value, weights of opposite sign cancel. Where do you take the absolute value?
gradients = [lam * (2 * beta * W + W / np.abs(W)) for W in weights]
    A weight of 0 gets nan, because w / |w| is 0/0 there. NumPy has a function for the sign of a
    number.
gradients = [lam * np.sign(W) for W in weights] + [2 * lam * beta * W for W in weights]
    There are twice as many gradients as arrays, because `+` joins two lists. Add the arrays in
    them, pair by pair (`zip`).
gradients = [2 * lam * beta * W for W in weights] + [lam * np.sign(W) for W in weights]
    Your list holds the gradients of the squares, followed by those of the absolute values, because
    `+` joins two lists. Add the arrays in them, pair by pair (`zip`).
value = lam * np.sum(beta * weights**2 + np.abs(weights))
    `weights` is a list, which has no square. Its arrays do. How can you loop over them?
value = lam * sum(np.sum(beta * W**2 + W) for W in weights)
gradients = [lam * (2 * beta * W + 1) for W in weights]
    You do not take the absolute value |w|, neither for the value nor for the gradients, so a small
    negative weight makes the penalty smaller.
""")
add_common_mistakes(exercise, term="beta * W**2 + np.abs(W)", slope="(2 * beta * W + np.sign(W))")
