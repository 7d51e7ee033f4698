"""``bce_with_logits(u, t) -> (value, du)``: questions answered by yes or no, from their scores."""

from typing import Any

import numpy as np

from course_lib.losses import bce_with_logits
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    Unseen,
    _,
    case,
    holds,
    shapes,
    unchanged_inputs,
    values,
)
from grader.checking.compare import as_numbers, same_values
from grader.exercises.ps02.squared_error import TABLES, off_scale, table_cases

SOFT = "targets between 0 and 1"
SURE_YES, SURE_NO, SURE_WRONG = "sure of a yes", "sure of a no", "sure and wrong"


def answers(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Moderate scores of both signs; targets 0 and 1, both of them right and wrong."""
    u = rng.uniform(0.3, 2.5, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    u.flat[0] = -abs(u.flat[0])
    t = rng.integers(2, size=shape).astype(float)
    t.flat[0], t.flat[-1] = 1.0, 0.0
    return case(about, u=u, t=t)


def cases(rng: np.random.Generator) -> list[Case]:
    soft = answers(rng, SOFT, (3, 2)) | {"t": rng.uniform(0.1, 0.9, size=(3, 2))}
    far = rng.uniform(1000, 2000, size=(2, 2))
    sides = np.array([[1.0, -1.0], [-1.0, 1.0]])
    return [
        *table_cases(answers, rng),
        soft,
        case(SURE_YES, u=far, t=np.ones((2, 2))),
        case(SURE_NO, u=-far, t=np.zeros((2, 2))),
        case(SURE_WRONG, u=sides * far, t=(sides < 0).astype(float)),
    ]


def run(bce_with_logits: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    bce_with_logits(case["u"] + 1, case["t"].copy())
    value, du = bce_with_logits(case["u"], case["t"])
    return {"value": value, "du": du}


def of_sure_answers(
    case: dict[str, Any], got: dict[str, Any], want: dict[str, Any]
) -> str | Unseen | None:
    """The value where every answer is sure, and what a wrong one looks like."""
    wrong = case["about"] == SURE_WRONG
    value, right = as_numbers(got["value"]), float(want["value"])
    problem = same_values("value", got["value"], want["value"], infinite_ok=wrong)
    if problem is None or value is None or value.size != 1:
        return problem
    number = float(np.real(value).item())
    if np.isnan(number):
        return problem + _(": 0·inf and inf − inf are nan. Which exp or log gives the infinity?")
    if np.isinf(number) and not wrong:
        return problem + _(": exp(1000) and −log(0) are inf. Which of them is in your formula?")
    if abs(number - right) < right or 0 < number < 1e-3:
        return problem + _(
            ": it looks as if something keeps the probability away from 0 and 1, a clip or a small "
            "number inside of the logarithm. Without it the cost grows without bound"
        )
    return problem


def sigmoid(u: Any) -> Any:
    e = np.exp(-np.abs(u))
    return np.where(u >= 0, 1, e) / (1 + e)


def terms(u: Any, t: Any) -> Any:
    """The loss of every single answer."""
    return np.maximum(u, 0) - u * t + np.log1p(np.exp(-np.abs(u)))


def as_written(u: Any, t: Any) -> Any:
    y = sigmoid(u)
    value = -np.sum(t * np.log(y) + (1 - t) * np.log(1 - y)) / len(u)
    return value, (y - t) / len(u)


def mean_as_written(u: Any, t: Any) -> Any:
    y = sigmoid(u)
    return -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y)), (y - t) / len(u)


def mean_as_written_in_both(u: Any, t: Any) -> Any:
    y = sigmoid(u)
    return -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y)), (y - t) / u.size


def overflowing(u: Any, t: Any) -> Any:
    value = np.sum(np.log(1 + np.exp(u)) - u * t) / len(u)
    return value, (sigmoid(u) - t) / len(u)


def overflowing_below(u: Any, t: Any) -> Any:
    value = np.sum((1 - t) * u + np.log(1 + np.exp(-u))) / len(u)
    return value, (sigmoid(u) - t) / len(u)


def sigmoid_overflows(u: Any, t: Any) -> Any:
    y = np.exp(u) / (1 + np.exp(u))
    return np.sum(terms(u, t)) / len(u), (y - t) / len(u)


def clipped(u: Any, t: Any) -> Any:
    y = np.clip(sigmoid(u), 1e-7, 1 - 1e-7)
    value = -np.sum(t * np.log(y) + (1 - t) * np.log(1 - y)) / len(u)
    return value, (y - t) / len(u)


def small_number_in_the_log(u: Any, t: Any) -> Any:
    y = sigmoid(u)
    value = -np.sum(t * np.log(y + 1e-8) + (1 - t) * np.log(1 - y + 1e-8)) / len(u)
    return value, (y - t) / len(u)


def yes_only(u: Any, t: Any) -> Any:
    y = sigmoid(u)
    return np.sum(t * terms(u, 1)) / len(u), -t * (1 - y) / len(u)


def yes_only_in_the_value(u: Any, t: Any) -> Any:
    return np.sum(t * terms(u, 1)) / len(u), (sigmoid(u) - t) / len(u)


def no_minus(u: Any, t: Any) -> Any:
    return -np.sum(terms(u, t)) / len(u), (sigmoid(u) - t) / len(u)


def t_minus_y(u: Any, t: Any) -> Any:
    return np.sum(terms(u, t)) / len(u), (t - sigmoid(u)) / len(u)


def targets_swapped(u: Any, t: Any) -> Any:
    return np.sum(terms(u, 1 - t)) / len(u), (sigmoid(u) - (1 - t)) / len(u)


def times_own_derivative(u: Any, t: Any) -> Any:
    y = sigmoid(u)
    return np.sum(terms(u, t)) / len(u), (y - t) * y * (1 - y) / len(u)


def with_respect_to_y(u: Any, t: Any) -> Any:
    y = sigmoid(u)
    return np.sum(terms(u, t)) / len(u), (y - t) / (y * (1 - y)) / len(u)


def scores_as_probabilities(u: Any, t: Any) -> Any:
    return np.sum(terms(u, t)) / len(u), (u - t) / len(u)


def no_sigmoid_at_all(u: Any, t: Any) -> Any:
    value = -np.sum(t * np.log(u) + (1 - t) * np.log(1 - u)) / len(u)
    return value, (u - t) / (u * (1 - u)) / len(u)


def signs_for_targets(u: Any, t: Any) -> Any:
    return np.sum(terms(t * u, 1)) / len(u), -t * sigmoid(-t * u) / len(u)


def softmax_over_outputs(u: Any, t: Any) -> Any:
    e = np.exp(u - u.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    return -np.sum(np.where(t > 0, t * np.log(y), 0)) / len(u), (y - t) / len(u)


def squared(u: Any, t: Any) -> Any:
    y = sigmoid(u)
    return 0.5 * np.sum((y - t) ** 2) / len(u), (y - t) * y * (1 - y) / len(u)


def decided(u: Any, t: Any) -> Any:
    return np.sum(terms(u, np.round(t))) / len(u), (sigmoid(u) - np.round(t)) / len(u)


def value_for_each_sample(u: Any, t: Any) -> Any:
    return np.sum(terms(u, t), axis=1), (sigmoid(u) - t) / len(u)


exercise = Exercise(
    name="bce_with_logits",
    takes=("bce_with_logits",),
    points=2,
    reference=(bce_with_logits,),
    cases=cases,
    run=run,
    # The float type of a loss's gradient is not judged: targets are often float64.
    judge=[
        values("value", weight=4, cases=TABLES, rtol=1e-5, title=_("the value")),
        values("du", weight=4, cases=TABLES, title=_("the gradient")),
        values("value", "du", weight=2, cases=SOFT, title=_("targets between 0 and 1")),
        holds(
            _("sure and right: the loss is 0, not nan"),
            of_sure_answers,
            weight=2,
            cases=(SURE_YES, SURE_NO),
            form=True,  # a 0 for everything meets it
        ),
        holds(
            _("sure and wrong: the loss is large, or infinite"),
            of_sure_answers,
            cases=SURE_WRONG,
            form=True,  # an infinity for everything meets it
        ),
        values(
            "du",
            weight=2,
            cases=(SURE_YES, SURE_NO, SURE_WRONG),
            form=True,  # 0, 1/2 and -1/2, whatever the scores are
            title=_("scores of 1000 keep their gradient"),
        ),
        shapes(cases=TABLES),
        unchanged_inputs(cases=TABLES),
    ],
    mistakes=[
        *off_scale(bce_with_logits, "du"),
        Mistake(
            as_written,
            hint=_(
                "A score of 1000 with t = 1 costs nan: y is rounded to 1, and (1 − t)·log(1 − y) "
                "is 0·(−inf). Write the loss with u instead of y; no logarithm of 0 is left then."
            ),
        ),
        Mistake(
            mean_as_written,
            hint=_(
                "Two things about the value. `np.mean` divides by N·K, but the K answers of a "
                "sample are to be added up. And a score of 1000 with t = 1 costs nan, from "
                "0·log 0: write the loss with u instead of y."
            ),
        ),
        Mistake(
            mean_as_written_in_both,
            hint=_(
                "Two things. Value and gradient are divided by N·K, but the K answers of a sample "
                "are to be added up. And a score of 1000 with t = 1 costs nan, from 0·log 0: write "
                "the loss with u instead of y."
            ),
        ),
        Mistake(
            overflowing,
            hint=_(
                "A score of 1000 with t = 1 costs infinity, although it is right: exp(u) "
                "overflows. log(1 + eᵘ) = u + log(1 + e⁻ᵘ): which side may be used for which u?"
            ),
        ),
        Mistake(
            overflowing_below,
            hint=_(
                "A score of −1000 with t = 0 costs infinity, although it is right: exp(−u) "
                "overflows. log(1 + e⁻ᵘ) = −u + log(1 + eᵘ): which side may be used for which u?"
            ),
        ),
        Mistake(
            sigmoid_overflows,
            hint=_(
                "For u = 1000 the sigmoid is nan, ∞/∞, and so is `du`. Which form of it has no "
                "exponential of a large number?"
            ),
        ),
        Mistake(
            clipped,
            hint=_(
                "Cutting y off near 0 and 1 puts a lid on the loss: a miss by 1000 counts as 16. "
                "It can be written with u, without the logarithm of a tiny number."
            ),
        ),
        Mistake(
            small_number_in_the_log,
            hint=_(
                "The small number inside the logarithm puts a lid on the loss: a miss by 1000 "
                "counts as 18. It can be written with u, without the logarithm of a tiny number."
            ),
        ),
        Mistake(
            yes_only,
            hint=_(
                "Where the target is 0 nothing is lost, whatever the score. An answer of “yes” to "
                "a “no” has to cost something too: which term does that?"
            ),
        ),
        Mistake(
            yes_only_in_the_value,
            hint=_(
                "The value leaves out what a wrong “yes” costs, and `du` knows of it. Which term "
                "of the loss remains where t = 0?"
            ),
        ),
        Mistake(
            no_minus,
            hint=_("The value is negative. Logarithms of probabilities are; a loss is not."),
        ),
        Mistake(
            t_minus_y,
            hint=_(
                "`du` points the other way. Where t = 1, raising the score lowers the loss: which "
                "sign must `du` have there?"
            ),
        ),
        Mistake(
            targets_swapped,
            hint=_("“Yes” and “no” have changed places: t = 1 wants a large score."),
        ),
        Mistake(
            times_own_derivative,
            hint=_(
                "The sigmoid's slope y·(1 − y) is counted twice. In the derivative of the "
                "logarithms it cancels: write both down and multiply."
            ),
        ),
        Mistake(
            with_respect_to_y,
            hint=_(
                "This is the gradient with respect to y. `du` belongs to the scores: the sigmoid "
                "in between has a slope, too."
            ),
        ),
        Mistake(
            scores_as_probabilities,
            hint=_("`du` is made of the scores themselves. Where do probabilities come in?"),
        ),
        Mistake(
            no_sigmoid_at_all,
            hint=_("`u` are scores of any size and sign, not probabilities: squeeze them first."),
        ),
        Mistake(
            signs_for_targets,
            hint=_(
                "This form of the loss wants targets −1 and +1. Here they are 0 and 1, and with 0 "
                "the score drops out of it."
            ),
        ),
        Mistake(
            softmax_over_outputs,
            hint=_(
                "The outputs of a sample compete in a softmax. Here each is a question of its own, "
                "and several may be answered by yes."
            ),
        ),
        Mistake(
            squared,
            hint=_("This is the squared error behind a sigmoid. Cross-entropy takes logarithms."),
        ),
        Mistake(
            decided,
            hint=_(
                "Targets between 0 and 1 are rounded. A target of 0.7 means “yes in seven of ten "
                "cases”, and both terms take part."
            ),
        ),
        Mistake(
            value_for_each_sample,
            hint=_("The value is one number per sample. A loss is one number for the batch."),
        ),
    ],
    answers=("course_lib.losses.bce_with_logits",),
    returns="(value, du)",
    hints=(
        _("Two things are needed: y, the sigmoid of u, for the gradient, and log y for the value."),
        _(
            "−log y = log(1 + e⁻ᵘ) and −log(1 − y) = u + log(1 + e⁻ᵘ). Put in, the value of one "
            "answer is (1 − t)·u + log(1 + e⁻ᵘ). For negative u take −u out of the logarithm, so "
            "that no exponent is positive. `np.log1p(x)` is log(1 + x), `np.logaddexp(a, b)` "
            "log(eᵃ + eᵇ)."
        ),
        _(
            "Smaller: u = [[0, log 3]] gives y = [[1/2, 3/4]]. With t = [[1, 0]] the answers cost "
            "log 2 = 0.693 and log 4 = 1.386, together 2.079, and du = [[−0.5, 0.75]]. Two such "
            "rows have the same value, and half of that du each."
        ),
    ),
    grows=lambda rng, n: answers(rng, "growing", (n, 3)),
)
