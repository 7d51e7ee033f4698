"""``l2_penalty(weights, lam) -> (value, gradients)``: the price of large weights, squared."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from course_lib.regularizers import l2_penalty
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)


def some_weights(rng: np.random.Generator, shape: tuple[int, ...], sign: int) -> np.ndarray:
    """Weights of both signs, one of them more often; neither they nor their sum are near 0."""
    signs = np.where(np.arange(np.prod(shape)) % 3 == 1, -sign, sign).reshape(shape)
    return np.asarray(rng.uniform(0.5, 1.5, size=shape) * signs)


def penalised(
    rng: np.random.Generator, about: str, of: Sequence[tuple[int, ...]], lam: float, **more: float
) -> Case:
    weights = [some_weights(rng, shape, (-1) ** i) for i, shape in enumerate(of)]
    return case(about, weights=weights, lam=float(lam * rng.uniform(0.9, 1.1)), **more)


def penalty_cases(rng: np.random.Generator, *betas: float) -> list[Case]:
    """The lists of weights that all penalties are tried on, smallest first.

    Parameters
    ----------
    betas : for penalties that have a beta, one that most cases take and one for the strong penalty
    """
    usual = {"beta": betas[0]} if betas else {}
    other = {"beta": betas[1]} if betas else {}
    single = penalised(rng, "float32", [(4, 3), (2, 5)], 0.3, **usual)
    single["weights"] = [W.astype(np.float32) for W in single["weights"]]
    zeros = penalised(rng, "zeros among the weights", [(3, 4), (5,)], 0.7, **usual)
    zeros["weights"][0][[0, 2], [1, 3]] = 0.0
    zeros["weights"][1][2] = 0.0
    return [
        penalised(rng, "one matrix", [(3, 2)], 0.1, **usual),
        penalised(rng, "two matrices", [(4, 3), (3, 2)], 0.25, **usual),
        penalised(rng, "two of the same shape", [(3, 3), (3, 3)], 0.02, **usual),
        penalised(rng, "a strong penalty", [(5, 4), (4, 1)], 3.0, **other),
        penalised(
            rng, "other numbers of axes", [(5,), (2, 3, 2, 2), (1, 4), (2, 2, 3)], 0.4, **usual
        ),
        penalised(rng, "lam is 0", [(2, 3), (3, 2)], 0.0, **usual),
        zeros,
        single,
    ]


PLAIN = ("one matrix", "two matrices", "two of the same shape", "a strong penalty", "float32")
AXES = "other numbers of axes"
ZEROS = "zeros among the weights"
NOTHING = "lam is 0"


def run(l2_penalty: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    l2_penalty([W + 1 for W in case["weights"]], case["lam"])
    value, gradients = l2_penalty(case["weights"], case["lam"])
    return {"value": value, "gradients": gradients}


def of_every_penalty(penalty: Callable[..., Any]) -> list[Mistake]:
    """Mistakes that can be made with any penalty, made with this one."""

    def made(name: str, hint: str, change: Callable[..., Any]) -> Mistake:
        @wraps(penalty)
        def wrong(weights: Any, lam: float, *rest: Any) -> Any:
            return change(weights, lam, *rest)

        return Mistake(wrong, hint, name=name, replaces=penalty.__name__)

    def only_last(weights: Any, *settings: Any) -> Any:
        return penalty(weights[-1:], *settings)[0], penalty(weights, *settings)[1]

    def only_first(weights: Any, *settings: Any) -> Any:
        return penalty(weights[:1], *settings)

    def mean(weights: Any, *settings: Any) -> Any:
        value = sum(penalty([W], *settings)[0] / W.size for W in weights)
        return value, penalty(weights, *settings)[1]

    def both_mean(weights: Any, *settings: Any) -> Any:
        gradients = penalty(weights, *settings)[1]
        return mean(weights, *settings)[0], [g / g.size for g in gradients]

    def mean_of_arrays(weights: Any, *settings: Any) -> Any:
        value, gradients = penalty(weights, *settings)
        return value / len(weights), gradients

    def one_value_each(weights: Any, *settings: Any) -> Any:
        each = [penalty([W], *settings)[0] for W in weights]
        return np.array(each), penalty(weights, *settings)[1]

    def value_of_columns(weights: Any, *settings: Any) -> Any:
        value: Any = 0.0
        for W in weights:
            columns = [penalty([c], *settings)[0] for c in W.reshape(len(W), -1).T]
            value = value + np.reshape(columns, W.shape[1:])
        return value, penalty(weights, *settings)[1]

    def without_lam(weights: Any, lam: float, *rest: Any) -> Any:
        return penalty(weights, 1.0, *rest)

    def gradient_without_lam(weights: Any, lam: float, *rest: Any) -> Any:
        return penalty(weights, lam, *rest)[0], penalty(weights, 1.0, *rest)[1]

    def value_without_lam(weights: Any, lam: float, *rest: Any) -> Any:
        return penalty(weights, 1.0, *rest)[0], penalty(weights, lam, *rest)[1]

    def lam_each_time(weights: Any, lam: float, *rest: Any) -> Any:
        value = 0.0
        for W in weights:
            value = lam * (value + penalty([W], 1.0, *rest)[0])
        return value, penalty(weights, lam, *rest)[1]

    def negative(weights: Any, *settings: Any) -> Any:
        value, gradients = penalty(weights, *settings)
        return value, [-g for g in gradients]

    def stepped(weights: Any, *settings: Any) -> Any:
        value, gradients = penalty(weights, *settings)
        return value, [W - g for W, g in zip(weights, gradients, strict=True)]

    def one_vector(weights: Any, *settings: Any) -> Any:
        value, gradients = penalty(weights, *settings)
        return value, np.concatenate([g.ravel() for g in gradients])

    def no_vectors(weights: Any, *settings: Any) -> Any:
        value, _gradients = penalty([W for W in weights if W.ndim > 1], *settings)
        gradients = penalty(weights, *settings)[1]
        return value, [g if g.ndim > 1 else 0 * g for g in gradients]

    def backwards(weights: Any, *settings: Any) -> Any:
        value, gradients = penalty(weights, *settings)
        return value, gradients[::-1]

    def one_array(weights: Any, *settings: Any) -> Any:
        return penalty(list(np.array(weights)), *settings)

    kept: list[Any] = []

    def piling_up(weights: Any, *settings: Any) -> Any:
        value, gradients = penalty(weights, *settings)
        kept.extend(gradients)
        del kept[: -2 * len(gradients)]
        return value, list(kept)

    return [
        made(
            "only the last array",
            _(
                "The value is that of the last array alone. What happens in your loop to what the "
                "arrays before it have added?"
            ),
            only_last,
        ),
        made(
            "only the first array",
            _(
                "Only the first array is looked at: there is one gradient, whatever the length of "
                "`weights`. Does the function return inside of the loop?"
            ),
            only_first,
        ),
        made(
            "value is a mean",
            _(
                "The value is averaged over the entries of each array. A penalty is a sum: how "
                "would a mean change when a layer gets wider?"
            ),
            mean,
        ),
        made(
            "both are means",
            _(
                "Value and gradients are divided by the number of entries. The penalty adds the "
                "entries up; what is averaged in this course is the loss, over the samples."
            ),
            both_mean,
        ),
        made(
            "mean over the arrays",
            _(
                "The value is divided by the number of arrays. Cut one matrix into two and the "
                "penalty should stay as it was."
            ),
            mean_of_arrays,
        ),
        made(
            "one value each",
            _("There is one value for each array. The penalty is a single number."),
            one_value_each,
        ),
        made(
            "summed over the first axis",
            _(
                "The value still has axes: Python's `sum`, or `axis=0`, adds up the rows only. All "
                "entries belong into one number."
            ),
            value_of_columns,
        ),
        made(
            "without lam",
            _("`lam` is used nowhere. Twice the strength should be twice the penalty."),
            without_lam,
        ),
        made(
            "gradient without lam",
            _(
                "The gradients belong to a penalty of strength 1. Nudge one weight: does the value "
                "change by as much as they say?"
            ),
            gradient_without_lam,
        ),
        made(
            "value without lam",
            _("The gradients contain `lam` and the value does not. They must fit together."),
            value_without_lam,
        ),
        made(
            "lam once more in each turn",
            _(
                "The first arrays are multiplied by `lam` again in each turn of the loop. Follow "
                "the value through a list of two."
            ),
            lam_each_time,
        ),
        made(
            "negative gradient",
            _(
                "The gradients have the opposite sign. A gradient points to where the value grows; "
                "the minus comes in with the step, in the optimizer."
            ),
            negative,
        ),
        made(
            "weights after a step",
            _(
                "What you return in place of the gradients looks like the weights after a step of "
                "rate 1. Steps are the optimizer's task."
            ),
            stepped,
        ),
        made(
            "one long vector",
            _(
                "The gradients come as one long vector. Whoever uses them wants a list: one for "
                "each array, in its shape."
            ),
            one_vector,
        ),
        made(
            "arrays with one axis left out",
            _(
                "An array with one axis is left out. Whoever calls the function has left out the "
                "biases already: everything that is in `weights` counts."
            ),
            no_vectors,
        ),
        made(
            "made one array",
            _(
                "A list of arrays is turned into one array, as `np.array` or `np.abs` do it with a "
                "list. That works only as long as all have the same shape. Take them one by one."
            ),
            one_array,
        ),
        made(
            "in reverse order",
            _("The gradients come last array first. In which order were the weights given?"),
            backwards,
        ),
        made(
            "piling up",
            _(
                "Gradients of an earlier call are in the list as well. Where is your list made: in "
                "the function's body, or in its first line as `gradients=[]`, once for all calls?"
            ),
            piling_up,
        ),
    ]


def no_two(weights: Any, lam: float) -> Any:
    return lam * sum(np.sum(W**2) for W in weights), [lam * W for W in weights]


def halved(weights: Any, lam: float) -> Any:
    return lam / 2 * sum(np.sum(W**2) for W in weights), [lam * W for W in weights]


def halved_value(weights: Any, lam: float) -> Any:
    return lam / 2 * sum(np.sum(W**2) for W in weights), [2 * lam * W for W in weights]


def not_squared(weights: Any, lam: float) -> Any:
    value = lam * sum(np.sqrt(np.sum(W**2)) for W in weights)
    return value, [2 * lam * W for W in weights]


def norm_of_all(weights: Any, lam: float) -> Any:
    value = lam * np.sqrt(sum(np.sum(W**2) for W in weights))
    return value, [2 * lam * W for W in weights]


def norms(weights: Any, lam: float) -> Any:
    value = lam * sum(np.sqrt(np.sum(W**2)) for W in weights)
    return value, [lam * W / np.sqrt(np.sum(W**2)) for W in weights]


def spectral(weights: Any, lam: float) -> Any:
    value = lam * sum(np.linalg.norm(W, 2) ** 2 for W in weights)
    return value, [2 * lam * W for W in weights]


def lam_squared(weights: Any, lam: float) -> Any:
    return sum(np.sum((lam * W) ** 2) for W in weights), [2 * lam * W for W in weights]


def lam_squared_in_both(weights: Any, lam: float) -> Any:
    return sum(np.sum((lam * W) ** 2) for W in weights), [2 * lam**2 * W for W in weights]


def sum_squared(weights: Any, lam: float) -> Any:
    return lam * sum(np.sum(W) ** 2 for W in weights), [2 * lam * W for W in weights]


def matrix_product(weights: Any, lam: float) -> Any:
    return lam * sum(np.sum(W.T @ W) for W in weights), [2 * lam * W for W in weights]


def power_of_two(weights: Any, lam: float) -> Any:
    return lam * sum(np.sum(W**2) for W in weights), [2 * lam * W**2 for W in weights]


def absolute_gradient(weights: Any, lam: float) -> Any:
    return lam * sum(np.sum(W**2) for W in weights), [2 * lam * np.abs(W) for W in weights]


def absolute_values(weights: Any, lam: float) -> Any:
    return lam * sum(np.sum(np.abs(W)) for W in weights), [lam * np.sign(W) for W in weights]


def list_squared(weights: Any, lam: float) -> Any:
    return lam * np.sum(weights**2), 2 * lam * weights


exercise = Exercise(
    name="l2_penalty",
    takes=("l2_penalty",),
    points=2,
    reference=(l2_penalty,),
    cases=penalty_cases,
    run=run,
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
        values(
            "value", "gradients", cases=(ZEROS, NOTHING), title=_("weights of 0, and a lam of 0")
        ),
        shapes(cases=PLAIN),
        dtype("gradients", cases="float32"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            no_two,
            hint=_(
                "The gradients are half of what the value asks for. What is the derivative of w²?"
            ),
        ),
        Mistake(
            halved,
            hint=_(
                "Value and gradients are half as large. Many texts put a ½ before the sum; this "
                "course, like S2 and S4, does not."
            ),
        ),
        Mistake(
            halved_value,
            hint=_(
                "The value carries a ½ and the gradients do not know of it. There is none in this "
                "course's penalty."
            ),
        ),
        Mistake(
            not_squared,
            hint=_(
                "The value is made of the norms of the arrays, their squares are asked for. Twice "
                "as large weights should cost four times as much."
            ),
        ),
        Mistake(
            norm_of_all,
            hint=_("The value is the root of the sum of squares. Is there a root in the formula?"),
        ),
        Mistake(
            norms,
            hint=_(
                "This is the penalty of the norm, value and gradient: it pulls at small and large "
                "arrays alike. With its square, what is twice as large is pulled twice as hard."
            ),
        ),
        Mistake(
            spectral,
            hint=_(
                "`np.linalg.norm(W, 2)` of a matrix is its largest singular value, not the root of "
                "the sum of the squares of all entries."
            ),
        ),
        Mistake(
            lam_squared,
            hint=_("`lam` is squared in the value, because it stands inside of the square."),
        ),
        Mistake(
            lam_squared_in_both,
            hint=_(
                "Value and gradients contain `lam` squared. Where does it stand in the formula, "
                "inside or outside of the square?"
            ),
        ),
        Mistake(
            sum_squared,
            hint=_(
                "The entries are added first and squared then, so that those of both signs cancel. "
                "Which comes first in Σ w²?"
            ),
        ),
        Mistake(
            matrix_product,
            hint=_(
                "A matrix product mixes different entries with each other. Every entry times "
                "itself is written with `*`."
            ),
        ),
        Mistake(
            power_of_two,
            hint=_("The gradients contain w², which is never negative. Differentiate it."),
        ),
        Mistake(
            absolute_gradient,
            hint=_(
                "All gradients are positive. For a weight below 0, does w² grow or fall when the "
                "weight grows?"
            ),
        ),
        Mistake(
            absolute_values,
            hint=_("This is the L1 penalty. Here the squares are added."),
        ),
        Mistake(
            list_squared,
            hint=_(
                "`weights` is a list, and a list has no square. Which things in it do have one, "
                "and how do you get at them?"
            ),
        ),
        *of_every_penalty(l2_penalty),
    ],
    answers=("course_lib.regularizers.l2_penalty", "course_lib.regularizers.elastic_net_penalty"),
    returns="(value, list of gradients)",
    hints=(
        _("What does a single weight w add to the value, and what is the derivative of that?"),
        _(
            "R = λ Σ w² over all entries of all arrays. Each entry stands in one term only, so the "
            "gradient is made entry by entry and has the shape of the array."
        ),
        _(
            "Smaller: weights = [[[1, −2]], [3]], two arrays, and λ = 0.1. The squares 1, 4 and 9 "
            "add up to 14, so the value is 1.4, and the gradients are [[0.2, −0.4]] and [0.6]."
        ),
    ),
)
