"""``l1_penalty(weights, lam) -> (value, gradients)``: the price of weights that are not zero."""

from typing import Any

import numpy as np

from course_lib.regularizers import l1_penalty
from grader.checking import Case, Exercise, Mistake, _, dtype, shapes, unchanged_inputs, values
from grader.exercises.ps11.l2_penalty import (
    AXES,
    NOTHING,
    PLAIN,
    ZEROS,
    of_every_penalty,
    penalty_cases,
)


def run(l1_penalty: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    l1_penalty([W + 2 for W in case["weights"]], case["lam"])
    value, gradients = l1_penalty(case["weights"], case["lam"])
    return {"value": value, "gradients": gradients}


def at_kinks(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where w = 0 every slope from -lam to lam is a subgradient: any of them counts as 0."""
    gradients = outputs["gradients"]
    if case["about"] != ZEROS or not isinstance(gradients, list):
        return outputs
    judged = list(gradients)
    for i, (W, g) in enumerate(zip(case["weights"], gradients, strict=False)):
        if isinstance(g, np.ndarray) and g.shape == W.shape:
            allowed = np.abs(g) <= case["lam"] * (1 + 1e-9)
            judged[i] = np.where((W == 0) & allowed, 0, g)
    return {**outputs, "gradients": judged}


def size(weights: Any) -> Any:
    return sum(np.sum(np.abs(W)) for W in weights)


def always_plus(weights: Any, lam: float) -> Any:
    return lam * size(weights), [lam * np.ones(W.shape) for W in weights]


def only_positive(weights: Any, lam: float) -> Any:
    return lam * size(weights), [lam * (W > 0) for W in weights]


def as_for_squares(weights: Any, lam: float) -> Any:
    return lam * size(weights), [2 * lam * W for W in weights]


def the_weights(weights: Any, lam: float) -> Any:
    return lam * size(weights), [lam * W for W in weights]


def the_sizes(weights: Any, lam: float) -> Any:
    return lam * size(weights), [lam * np.abs(W) for W in weights]


def size_times_sign(weights: Any, lam: float) -> Any:
    return lam * size(weights), [2 * lam * np.sign(W) for W in weights]


def no_absolute(weights: Any, lam: float) -> Any:
    return lam * sum(np.sum(W) for W in weights), [lam * np.sign(W) for W in weights]


def nothing_absolute(weights: Any, lam: float) -> Any:
    return lam * sum(np.sum(W) for W in weights), [lam * np.ones(W.shape) for W in weights]


def absolute_of_the_sum(weights: Any, lam: float) -> Any:
    return lam * sum(np.abs(np.sum(W)) for W in weights), [lam * np.sign(W) for W in weights]


def zero_by_zero(weights: Any, lam: float) -> Any:
    return lam * size(weights), [lam * W / np.abs(W) for W in weights]


def largest_column(weights: Any, lam: float) -> Any:
    value = lam * sum(np.linalg.norm(W, 1) for W in weights)
    return value, [lam * np.sign(W) for W in weights]


def euclidean(weights: Any, lam: float) -> Any:
    value = lam * sum(np.sqrt(np.sum(W**2)) for W in weights)
    return value, [lam * np.sign(W) for W in weights]


def squares(weights: Any, lam: float) -> Any:
    return lam * sum(np.sum(W**2) for W in weights), [2 * lam * W for W in weights]


def half(weights: Any, lam: float) -> Any:
    return lam / 2 * size(weights), [lam / 2 * np.sign(W) for W in weights]


def half_value(weights: Any, lam: float) -> Any:
    return lam / 2 * size(weights), [lam * np.sign(W) for W in weights]


exercise = Exercise(
    name="l1_penalty",
    takes=("l1_penalty",),
    points=2,
    reference=(l1_penalty,),
    cases=penalty_cases,
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
        # Form: zeros meet it.
        values("value", "gradients", cases=NOTHING, form=True, title=_("a lam of 0")),
        shapes(cases=PLAIN),
        dtype("gradients", cases="float32"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            always_plus,
            hint=_("All gradients are positive. For a weight below 0, how does |w| change?"),
        ),
        Mistake(
            only_positive,
            hint=_(
                "Weights below 0 get no gradient. On the left of 0 the graph of |w| is not flat."
            ),
        ),
        Mistake(
            as_for_squares,
            hint=_(
                "The gradients grow with the weights, as those of squares do. How steep is |w| at "
                "w = 0.5, and how steep at w = 5?"
            ),
        ),
        Mistake(
            the_weights,
            hint=_(
                "The gradients are multiples of the weights. |w| has only two slopes, apart from "
                "the one point where it has a kink."
            ),
        ),
        Mistake(
            the_sizes,
            hint=_(
                "The gradients are made of |w| itself. The slope of |w| is another function of w."
            ),
        ),
        Mistake(
            size_times_sign,
            hint=_("The gradients are twice too large. Squares bring down a 2; what does |w|?"),
        ),
        Mistake(
            no_absolute,
            hint=_("Weights of both signs cancel in the value: where are the bars of |w|?"),
        ),
        Mistake(
            nothing_absolute,
            hint=_(
                "The bars of |w| are missing, in the value and so in the gradients: this penalty "
                "rewards weights for being negative."
            ),
        ),
        Mistake(
            absolute_of_the_sum,
            hint=_(
                "The weights of an array are added first, and what is left gets the bars. In which "
                "order does Σ |w| say it?"
            ),
        ),
        Mistake(
            zero_by_zero,
            hint=_(
                "A weight of 0 gets nan: w / |w| is 0/0 there. Any slope from −lam to lam would "
                "do; NumPy has a function for the sign of a number."
            ),
        ),
        Mistake(
            largest_column,
            hint=_(
                "`np.linalg.norm(W, 1)` of a matrix is the sum of its largest column, not of all "
                "its entries."
            ),
        ),
        Mistake(
            euclidean,
            hint=_("The value is the Euclidean norm. L1 adds the absolute values themselves."),
        ),
        Mistake(
            squares,
            hint=_("This is the L2 penalty. Here the absolute values are added."),
        ),
        Mistake(
            half,
            hint=_("There is no ½ in this penalty: no 2 comes down that it could cancel."),
        ),
        Mistake(
            half_value,
            hint=_("The value carries a ½ that the gradients know nothing of."),
        ),
        *of_every_penalty(l1_penalty),
    ],
    answers=("course_lib.regularizers.l1_penalty", "course_lib.regularizers.elastic_net_penalty"),
    returns="(value, list of gradients)",
    hints=(
        _("Draw |w|. How steep is it on the right of 0, and how steep on the left?"),
        _(
            "R = λ Σ |w| over all entries of all arrays. Each entry stands in one term, which "
            "changes by ±λ for each unit that the entry moves."
        ),
        _(
            "Smaller: weights = [[[1, −2]], [3]], two arrays, and λ = 0.1. The absolute values 1, "
            "2 and 3 add up to 6, so the value is 0.6, and the gradients are [[0.1, −0.1]] and "
            "[0.1]."
        ),
    ),
)
