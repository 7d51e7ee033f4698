"""``bce_with_logits(u, t) -> (value, du)``: yes-or-no classification, from scores."""

from dataclasses import replace

import numpy as np

from grader.checking.contract import Case, Property, case, function, holds, step, values
from grader.exercises.losses import (
    FORM_OF_A_LOSS,
    LIMITS,
    TABLES,
    of_sure_answers,
    table_cases,
    value_and_gradient_mistakes,
)
from grader.exercises.ps02.softmax import softmax

VALUE, GRADIENT = "the value", "the gradient"
SOFT = "targets between 0 and 1"
SOFT_VALUE, SOFT_GRADIENT = f"{VALUE}, for {SOFT}", f"{GRADIENT}, for {SOFT}"
SURE_YES, SURE_NO, SURE_WRONG = "sure of a yes", "sure of a no", "sure and wrong"
FORTY = "scores of about 40"  # the sigmoid is rounded to 1, but no loss is above 50


def bce_with_logits(u, t):
    e = np.exp(-np.abs(u))
    y = np.where(u >= 0, 1, e) / (1 + e)
    value = np.sum(np.maximum(u, 0) - t * u + np.log1p(e))
    du = (y - t) / len(u)
    return float(value) / len(u), du


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
        case(FORTY, u=sides * rng.uniform(38, 45, size=(2, 2)), t=(sides < 0).astype(float)),
    ]


def after_the_value(title: str, *cases: str, weight: int = 1) -> Property:
    """The value of confident answers, which a function that always returns 0 or infinity gets
    right, too.
    """
    prop = holds(
        title,
        lambda case, got, want: of_sure_answers(got, want),
        weight=weight,
        cases=cases,
        alone=False,
    )
    return replace(prop, after=VALUE)


exercise = function(
    bce_with_logits,
    returns="value, du",
    points=2,
    cases=cases,
    judge=[
        values(
            "value",
            weight=4,
            cases=TABLES,
            title=VALUE,
            help=(
                "What does an answer cost for t = 1, and what for t = 0? At u = 0, y is 1/2 and "
                "both "
                "cost log 2. The costs of all answers are added up: by which number is the sum "
                "divided?"
            ),
        ),
        values(
            "du",
            weight=4,
            cases=TABLES,
            title=GRADIENT,
            help=(
                "At u = 0 the sigmoid is 1/2. In which direction does the cost of t = 1 change "
                "when u "
                "grows there, and in which that of t = 0? And at u = 100?"
            ),
        ),
        values("value", cases=SOFT, title=SOFT_VALUE, after=VALUE),
        values("du", cases=SOFT, title=SOFT_GRADIENT, after=GRADIENT),
        after_the_value("confident and right: the loss is 0, not nan", SURE_YES, SURE_NO, weight=2),
        after_the_value("confident and wrong: the loss grows with the score", SURE_WRONG, FORTY),
        values(
            "du",
            weight=2,
            cases=(SURE_YES, SURE_NO, SURE_WRONG),
            alone=False,  # 0, 1/2 and -1/2, whatever the scores are
            title="scores of 1000 keep their gradient",
            after=GRADIENT,
        ),
    ],
    form=FORM_OF_A_LOSS,
    answers=("course_lib.losses.bce_with_logits",),
    hints=(
        step(
            "A target of 0.7 is neither a yes nor a no: it weights both terms of the loss, with "
            "0.7 and 0.3. What does your code do with such a target?",
            SOFT_VALUE,
            SOFT_GRADIENT,
        ),
        "−log y = log(1 + e⁻ᵘ) and −log(1 − y) = u + log(1 + e⁻ᵘ). Inserted, they give the value "
        "of one answer, (1 − t)·u + log(1 + e⁻ᵘ). For negative u, use log(1 + e⁻ᵘ) = −u + log(1 "
        "+ eᵘ), so that no exponent is positive. `np.log1p(x)` is log(1 + x), `np.logaddexp(a, "
        "b)` log(eᵃ + eᵇ).",
        "Smaller: u = [[0, log 3]] gives y = [[1/2, 3/4]]. With t = [[1, 0]] the two losses are "
        "log 2 = 0.693 and log 4 = 1.386, together 2.079, and du = [[−0.5, 0.75]]. Two such rows "
        "have the same value, and each row of du is half of this.",
    ),
    grows=lambda rng, n: answers(rng, "growing", (n, 3)),
)

LOSS = "np.maximum(u, 0) - t * u + np.log1p(e)"

value_and_gradient_mistakes(exercise)
exercise.slips(
    """
value = np.sum(-t * np.log(y) - (1 - t) * np.log(1 - y))
    For a score of 1000 with t = 1 the loss is nan: y is rounded to 1, and (1 − t)·log(1 − y) is
    0·(−inf). Write the loss with u instead of y; then no logarithm of 0 remains.
""",
    needs=(VALUE,),
)
exercise.slips("""
value = np.sum(-t * np.log(y) - (1 - t) * np.log(1 - y))
return value, du
    The value has two mistakes. It is the sum over the samples, but it should be their mean. And for
    a score of 1000 with t = 1 it is nan, from 0·log 0: write the loss with u instead of y.
""")
exercise.slips(
    """
value = np.sum(np.nan_to_num(-t * np.log(y) - (1 - t) * np.log(1 - y)))
    `nan_to_num` hides the nan, but not its cause. For a score of 40 with t = 0, y is rounded to 1
    and log(1 − y) is −inf, although the loss is only 40. Write the loss with u instead of y.
""",
    needs=(VALUE,),
)
for eps in LIMITS:
    exercise.slip(
        LOSS,
        f"-t * np.log(np.maximum(y, {eps})) - (1 - t) * np.log(np.maximum(1 - y, {eps}))",
        "The loss has an upper limit: for a score that is wrong by 1000 it is "
        f"{-np.log(eps):.1f}, which is −log {eps}. A clip or a small number inside the logarithm "
        "does that. The loss can be written with u, so that neither is needed.",
        needs=(VALUE,),
    )
exercise.slips("""
value = np.sum(-t * np.log(y))
    The value lacks the loss of a wrong “yes”: where t = 0 it is 0, or nan for large scores. Which
    term of the loss remains there?
""")
exercise.slips(
    """
value = np.sum(np.maximum(u, 0) - (1 - t) * u + np.log1p(e))
    In the value, “yes” and “no” are exchanged, while `du` is right. Which of the two logarithms
    belongs to t = 1?
""",
    needs=("the gradient",),
)
exercise.slips("""
value = np.mean(-t * np.log(y) - (1 - t) * np.log(1 - y))
return value, du
    The value has two mistakes. `np.mean` divides by N·K, but the K losses of a sample have to be
    added up. And for a score of 1000 with t = 1 it is nan, from 0·log 0: write the loss with u
    instead of y.
value = np.mean(-t * np.log(y) - (1 - t) * np.log(1 - y))
du = (y - t) / u.size
return value, du
    There are two mistakes. Value and gradient are divided by N·K, but the K losses of a sample have
    to be added up. And for a score of 1000 with t = 1 the value is nan, from 0·log 0: write the
    loss with u instead of y.
""")
exercise.slips(
    """
value = np.sum(np.log(1 + np.exp(u)) - t * u)
    For a score of 1000 with t = 1 the loss is infinite, although the answer is right, because
    exp(u) overflows. log(1 + eᵘ) = u + log(1 + e⁻ᵘ): which side can you use for which u?
value = np.sum((1 - t) * u + np.log(1 + np.exp(-u)))
    For a score of −1000 with t = 0 the loss is infinite, although the answer is right, because
    exp(−u) overflows. log(1 + e⁻ᵘ) = −u + log(1 + eᵘ): which side can you use for which u?
""",
    needs=(VALUE,),
)
exercise.slips(
    """
y = np.exp(u) / (1 + np.exp(u))
    For u = 1000 the sigmoid is nan, ∞/∞, and so is `du`. Which form of it has no exponential of a
    large number?
""",
    needs=(GRADIENT,),
)
exercise.slips("""
value = np.sum(t * (np.maximum(u, 0) - u + np.log1p(e)))
du = t * (y - 1) / len(u)
return value / len(u), du
    Where the target is 0, the loss is 0 for every score. A “yes” for a target of 0 has to cost
    something, too. Which term of the loss does that?
""")
exercise.slips(
    """
value = np.sum(t * (np.maximum(u, 0) - u + np.log1p(e)))
    The value lacks the loss of a wrong “yes”, while `du` belongs to a loss with this term. Which
    term of the loss remains where t = 0?
""",
    needs=("the gradient",),
)
exercise.slips("""
return -float(value) / len(u), du
    The value is negative. Logarithms of probabilities are; a loss is not.
t = 1 - t
    “Yes” and “no” are exchanged: for t = 1 a large score should have a small loss.
du = (y - t) * y * (1 - y) / len(u)
    `du` has the factor y·(1 − y), the sigmoid's derivative, once too often. It cancels with the
    derivative of the logarithms: write both down and multiply.
du = (y - t) / (y * (1 - y)) / len(u)
    This is the gradient with respect to y. `du` belongs to the scores: the sigmoid in between has a
    derivative, too.
du = (u - t) / len(u)
    `du` is computed from the scores themselves. Which of them have to become probabilities?
value = 0.5 * np.sum((y - t) ** 2)
du = (y - t) * y * (1 - y) / len(u)
return value / len(u), du
    This is the squared error after a sigmoid. Cross-entropy uses logarithms.
t = np.round(t)
    Targets between 0 and 1 are rounded. A target of 0.7 means “yes in seven of ten cases”, so both
    terms of the loss count.
value = np.sum(np.maximum(u, 0) - t * u + np.log1p(np.exp(-u)))
    Where u is negative, the value is too large by |u|, or infinite. Which exponent belongs to
    max(u, 0), so that it is never above 0?
value = np.sum(np.maximum(u, 0) + np.log1p(e))
    The value does not depend on the targets. Which term of the loss contains t?
""")


@exercise.mistake
def no_sigmoid(u, t):
    """`u` holds scores of any size and sign, not probabilities. Apply the sigmoid first."""
    value = -np.sum(t * np.log(u) + (1 - t) * np.log(1 - u)) / len(u)
    return value, (u - t) / (u * (1 - u)) / len(u)


@exercise.mistake
def signs_for_targets(u, t):
    """This form of the loss wants targets −1 and +1. Here they are 0 and 1, and with target 0 the
    loss does not depend on the score.
    """
    value, d = bce_with_logits(t * u, np.ones_like(t))
    return value, t * d


@exercise.mistake
def softmax_over_outputs(u, t):
    """You use a softmax, in which the outputs of a sample sum to 1. Here each output is a separate
    question, and several answers may be yes.
    """
    y = softmax(u)
    return -np.sum(np.where(t > 0, t * np.log(y), 0)) / len(u), (y - t) / len(u)
