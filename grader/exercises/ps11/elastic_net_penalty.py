"""``elastic_net_penalty(weights, lam, beta) -> (value, gradients)``: L1 and L2 together."""

from typing import Any

import numpy as np

from course_lib.regularizers import elastic_net_penalty
from grader.checking import Case, Exercise, Mistake, _, dtype, shapes, unchanged_inputs, values
from grader.exercises.ps11.l1_penalty import at_kinks
from grader.exercises.ps11.l2_penalty import (
    AXES,
    NOTHING,
    PLAIN,
    ZEROS,
    of_every_penalty,
    penalised,
    penalty_cases,
)

NO_SQUARES = "beta is 0"


def cases(rng: np.random.Generator) -> list[Case]:
    made = penalty_cases(rng, 0.3, 2.5)
    return [*made, penalised(rng, NO_SQUARES, [(3, 2), (2, 3)], 0.2, beta=0.0)]


def run(elastic_net_penalty: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    elastic_net_penalty([W + 2 for W in case["weights"]], case["lam"], case["beta"])
    value, gradients = elastic_net_penalty(case["weights"], case["lam"], case["beta"])
    return {"value": value, "gradients": gradients}


def squares(weights: Any) -> Any:
    return sum(np.sum(W**2) for W in weights)


def sizes(weights: Any) -> Any:
    return sum(np.sum(np.abs(W)) for W in weights)


def beta_at_the_other(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (squares(weights) + beta * sizes(weights))
    return value, [lam * (2 * W + beta * np.sign(W)) for W in weights]


def shares_of_one(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (beta * squares(weights) + (1 - beta) * sizes(weights))
    return value, [lam * (2 * beta * W + (1 - beta) * np.sign(W)) for W in weights]


def shares_of_one_swapped(weights: Any, lam: float, beta: float) -> Any:
    value = lam * ((1 - beta) * squares(weights) + beta * sizes(weights))
    return value, [lam * (2 * (1 - beta) * W + beta * np.sign(W)) for W in weights]


def beta_at_both(weights: Any, lam: float, beta: float) -> Any:
    value = lam * beta * (squares(weights) + sizes(weights))
    return value, [lam * beta * (2 * W + np.sign(W)) for W in weights]


def without_beta(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (squares(weights) + sizes(weights))
    return value, [lam * (2 * W + np.sign(W)) for W in weights]


def gradient_without_beta(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (beta * squares(weights) + sizes(weights))
    return value, [lam * (2 * W + np.sign(W)) for W in weights]


def lam_at_squares_only(weights: Any, lam: float, beta: float) -> Any:
    value = lam * beta * squares(weights) + sizes(weights)
    return value, [lam * beta * 2 * W + np.sign(W) for W in weights]


def two_strengths(weights: Any, lam: float, beta: float) -> Any:
    value = beta * squares(weights) + lam * sizes(weights)
    return value, [2 * beta * W + lam * np.sign(W) for W in weights]


def two_strengths_swapped(weights: Any, lam: float, beta: float) -> Any:
    value = lam * squares(weights) + beta * sizes(weights)
    return value, [2 * lam * W + beta * np.sign(W) for W in weights]


def lam_twice(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (lam * beta * squares(weights) + lam * sizes(weights))
    return value, [lam * lam * (2 * beta * W + np.sign(W)) for W in weights]


def no_two(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (beta * squares(weights) + sizes(weights))
    return value, [lam * (beta * W + np.sign(W)) for W in weights]


def half_the_squares(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (beta / 2 * squares(weights) + sizes(weights))
    return value, [lam * (beta * W + np.sign(W)) for W in weights]


def beta_squared(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (beta**2 * squares(weights) + sizes(weights))
    return value, [lam * (2 * beta * W + np.sign(W)) for W in weights]


def gradient_of_squares(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (beta * squares(weights) + sizes(weights))
    return value, [lam * 2 * beta * W for W in weights]


def gradient_of_sizes(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (beta * squares(weights) + sizes(weights))
    return value, [lam * np.sign(W) for W in weights]


def always_plus(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (beta * squares(weights) + sizes(weights))
    return value, [lam * (2 * beta * W + 1) for W in weights]


def no_absolute(weights: Any, lam: float, beta: float) -> Any:
    value = lam * sum(np.sum(beta * W**2 + W) for W in weights)
    return value, [lam * (2 * beta * W + np.sign(W)) for W in weights]


def nothing_absolute(weights: Any, lam: float, beta: float) -> Any:
    value = lam * sum(np.sum(beta * W**2 + W) for W in weights)
    return value, [lam * (2 * beta * W + 1) for W in weights]


def zero_by_zero(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (beta * squares(weights) + sizes(weights))
    return value, [lam * (2 * beta * W + W / np.abs(W)) for W in weights]


def lists_joined(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (beta * squares(weights) + sizes(weights))
    return value, [lam * np.sign(W) for W in weights] + [2 * lam * beta * W for W in weights]


def lists_joined_squares_first(weights: Any, lam: float, beta: float) -> Any:
    value = lam * (beta * squares(weights) + sizes(weights))
    return value, [2 * lam * beta * W for W in weights] + [lam * np.sign(W) for W in weights]


def list_squared(weights: Any, lam: float, beta: float) -> Any:
    value = lam * np.sum(beta * weights**2 + np.abs(weights))
    return value, lam * (2 * beta * weights + np.sign(weights))


exercise = Exercise(
    name="elastic_net_penalty",
    takes=("elastic_net_penalty",),
    points=2,
    reference=(elastic_net_penalty,),
    cases=cases,
    run=run,
    observe=at_kinks,
    judge=[
        values("value", weight=3, cases=PLAIN, rtol=1e-4, title=_("the value")),
        values("gradients", weight=4, cases=PLAIN, title=_("a gradient for each matrix")),
        values(
            "value",
            "gradients",
            weight=2,
            cases=AXES,
            title=_("arrays with one axis, three and four"),
        ),
        values("value", "gradients", cases=ZEROS, title=_("weights of 0")),
        values(
            "value",
            "gradients",
            cases=(NOTHING, NO_SQUARES),
            title=_("a lam of 0, and a beta of 0"),
        ),
        shapes(cases=PLAIN),
        dtype("gradients", cases="float32"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            beta_at_the_other,
            hint=_("`beta` weighs the absolute values. Which of the two does it belong to?"),
        ),
        Mistake(
            shares_of_one,
            hint=_(
                "You share out `beta` and 1 − `beta`, as some libraries do. In S2's formula, and "
                "here, what stands before the absolute values?"
            ),
        ),
        Mistake(
            shares_of_one_swapped,
            hint=_(
                "You share out 1 − `beta` to the squares and `beta` to the absolute values, like a "
                "library's `l1_ratio`. Read once more what S2's formula multiplies by `beta`."
            ),
        ),
        Mistake(
            beta_at_both,
            hint=_("`beta` weighs both parts. With `beta` = 0 the L1 penalty should be left."),
        ),
        Mistake(
            without_beta,
            hint=_("`beta` is used nowhere. It says how much the squares count."),
        ),
        Mistake(
            gradient_without_beta,
            hint=_("The gradients do not contain `beta`; the value does. They must fit together."),
        ),
        Mistake(
            lam_at_squares_only,
            hint=_(
                "`lam` multiplies the squares only. With `lam` = 0 nothing of the penalty should "
                "be left."
            ),
        ),
        Mistake(
            two_strengths,
            hint=_(
                "`beta` and `lam` are used as two separate strengths. Here `lam` is the strength "
                "of the whole, so that `lam` = 0 turns everything off."
            ),
        ),
        Mistake(
            two_strengths_swapped,
            hint=_(
                "The squares get `lam` and the absolute values `beta`. Put brackets around the "
                "whole R(W): what stands before them, and what inside?"
            ),
        ),
        Mistake(
            lam_twice,
            hint=_(
                "`lam` is in there twice: perhaps in the two penalties that you add, and again "
                "before their sum."
            ),
        ),
        Mistake(
            no_two,
            hint=_("The part of the gradients that comes from the squares lacks a factor."),
        ),
        Mistake(
            half_the_squares,
            hint=_("The squares carry a ½, as in some libraries. There is none in S2's formula."),
        ),
        Mistake(
            beta_squared,
            hint=_("`beta` is squared in the value, because it stands inside of the square."),
        ),
        Mistake(
            gradient_of_squares,
            hint=_("The gradients are those of the squares alone. The value has a second part."),
        ),
        Mistake(
            gradient_of_sizes,
            hint=_(
                "The gradients are those of the absolute values alone. The value has another part."
            ),
        ),
        Mistake(
            always_plus,
            hint=_(
                "The part that comes from |w| is positive in all gradients. For a weight below 0, "
                "how does |w| change?"
            ),
        ),
        Mistake(
            no_absolute,
            hint=_("In the value the weights of both signs cancel: where are the bars of |w|?"),
        ),
        Mistake(
            nothing_absolute,
            hint=_(
                "The bars of |w| are missing, in the value and so in the gradients: this penalty "
                "rewards small weights for being negative."
            ),
        ),
        Mistake(
            zero_by_zero,
            hint=_(
                "A weight of 0 gets nan: w / |w| is 0/0 there. Any slope of |w| from −1 to 1 would "
                "do; NumPy has a function for the sign of a number."
            ),
        ),
        Mistake(
            lists_joined,
            hint=_(
                "There are twice as many gradients as arrays: `+` puts two lists one behind the "
                "other. Add the arrays in them, pair by pair (`zip`)."
            ),
        ),
        Mistake(
            lists_joined_squares_first,
            hint=_(
                "The list holds the squares' gradients, and behind them those of the absolute "
                "values. `+` of two lists does not add what is in them: go through both with `zip`."
            ),
        ),
        Mistake(
            list_squared,
            hint=_(
                "`weights` is a list, and a list has no square. Which things in it do have one, "
                "and how do you get at them?"
            ),
        ),
        *of_every_penalty(elastic_net_penalty),
    ],
    answers=(
        "course_lib.regularizers.elastic_net_penalty",
        "course_lib.regularizers.l1_penalty",
        "course_lib.regularizers.l2_penalty",
    ),
    returns="(value, list of gradients)",
    hints=(
        _("You have both parts. Which of them does `beta` multiply, and which `lam`?"),
        _(
            "R = λ Σ (β w² + |w|) over all entries. For a single entry, differentiate both terms "
            "in the brackets, and then multiply by λ."
        ),
        _(
            "Smaller: weights = [[[1, −2]], [3]], λ = 0.1 and β = 0.5. The brackets are 0.5 + 1, "
            "2 + 2 and 4.5 + 3; they add up to 13, so the value is 1.3. The gradients are "
            "0.1 · [[1 + 1, −2 − 1]] = [[0.2, −0.3]] and 0.1 · [3 + 1] = [0.4]."
        ),
    ),
)
