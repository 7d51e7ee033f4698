"""``bce_with_logits(u, t) -> (value, du)``: yes-or-no classification, from scores."""

import numpy as np

from grader.checking.contract import Case, case, mistake, slips, step, values
from grader.exercises.losses import LIMITS, loss, sure_answers
from grader.exercises.scores import softmax as softmax  # in slips


def bce_with_logits(u, t):
    e = np.exp(-np.abs(u))
    y = np.where(u >= 0, 1, e) / (1 + e)
    cost = np.maximum(u, 0) - t * u + np.log1p(e)
    value = float(np.sum(cost)) / len(u)
    du = (y - t) / len(u)
    return value, du


def answers(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Moderate scores of both signs; targets 0 and 1, both of them right and wrong."""
    u = rng.uniform(0.3, 2.5, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    u.flat[0] = -abs(u.flat[0])
    t = rng.integers(2, size=shape).astype(float)
    t.flat[0], t.flat[-1] = 1.0, 0.0
    return case(about, u=u, t=t)


NEARLY = "scores of about 11 and 16"


def special(rng: np.random.Generator) -> dict[str, list[Case]]:
    far = rng.uniform(1000, 2000, size=(2, 2))
    sides = np.array([[1.0, -1.0], [-1.0, 1.0]])
    wrong = (sides < 0).astype(float)
    return {
        "targets between 0 and 1": [
            answers(rng, "", (3, 2)) | {"t": rng.uniform(0.1, 0.9, size=(3, 2))}
        ],
        "confident and right: the loss is 0, not nan": [
            case("sure of a yes", u=far, t=np.ones((2, 2))),
            case("sure of a no", u=-far, t=np.zeros((2, 2))),
            # The loss is small, but a float64 has it exactly.
            case(
                NEARLY, u=sides * [[11, 16], [16, 11]] + rng.uniform(-0.5, 0.5, (2, 2)), t=1 - wrong
            ),
        ],
        "confident and wrong: the loss grows with the score": [
            case("sure and wrong", u=sides * far, t=wrong),
            # The sigmoid is rounded to 1, but no loss is above 50.
            case("scores of about 40", u=sides * rng.uniform(38, 45, size=(2, 2)), t=wrong),
        ],
    }


def the_logarithm_of_a_rounded_probability(u, t):
    """For a score that is wrong by 1000, your value is infinite: the probability is rounded to 0
    before the logarithm is taken. Write the loss with u instead of y.
    """
    e = np.exp(-np.abs(u))
    y, no = np.where(u >= 0, 1, e) / (1 + e), np.where(u >= 0, e, 1) / (1 + e)
    with np.errstate(all="ignore"):
        costs = np.where(t > 0, -t * np.log(y), 0) + np.where(t < 1, -(1 - t) * np.log(no), 0)
    return float(np.sum(costs)) / len(u), (y - t) / len(u)


exercise = loss(
    bce_with_logits,
    points=3,
    draw=answers,
    value="""What does an answer cost for t = 1, and what for t = 0? At u = 0, y is 1/2 and both
    cost log 2. The costs of all answers are added up: by which number is the sum divided?""",
    gradient="""At u = 0 the sigmoid is 1/2. In which direction does the cost of t = 1 change when u
    grows there, and in which that of t = 0? And at u = 100?""",
    special=special,
    judge=[
        values(
            "value",
            cases="targets between 0 and 1",
            title="the value, for targets between 0 and 1",
            after="the value",
        ),
        values(
            "du",
            cases="targets between 0 and 1",
            title="the gradient, for targets between 0 and 1",
            after="the gradient",
        ),
        sure_answers("confident and right: the loss is 0, not nan", "the value", weight=3),
        sure_answers("confident and wrong: the loss grows with the score", "the value", weight=6),
        values(
            "du",
            weight=3,
            cases=("sure of a yes", "sure of a no", "sure and wrong", NEARLY),
            alone=False,  # 0, 1/2 and -1/2, whatever the scores are
            title="large scores keep their gradient",
            after="the gradient",
        ),
    ],
    answers=("course_lib.losses.classification",),
    hints=(
        step(
            "A target of 0.7 is neither a yes nor a no: it weights both terms of the loss, with "
            "0.7 and 0.3. What does your code do with such a target?",
            "the value, for targets between 0 and 1",
            "the gradient, for targets between 0 and 1",
        ),
        "−log y = log(1 + e⁻ᵘ) and −log(1 − y) = u + log(1 + e⁻ᵘ). Inserted, they give the value "
        "of one answer, (1 − t)·u + log(1 + e⁻ᵘ). The 1 is e⁰, so `np.logaddexp(0, -u)` is this "
        "logarithm. It is −log y: how do you get y from it?",
        "A smaller example: u = [[0, log 3]] gives y = [[1/2, 3/4]]. With t = [[1, 0]] the two "
        "losses are log 2 = 0.693 and log 4 = 1.386, together 2.079, and du = [[−0.5, 0.75]]. Two "
        "such rows have the same value, and each row of du is half of this.",
    ),
    mistakes=(
        mistake(the_logarithm_of_a_rounded_probability),
        *slips(
            """
cost = -t * np.log(y) - (1 - t) * np.log(1 - y)
    For a score of 1000 with t = 1 the loss is nan: y is rounded to 1, and (1 − t)·log(1 − y) is
    0·(−inf). Write the loss with u instead of y; then no logarithm of 0 remains.
cost = np.nan_to_num(-t * np.log(y) - (1 - t) * np.log(1 - y))
    `nan_to_num` hides the nan, but not its cause. For a score of 40 with t = 0, y is rounded to 1
    and log(1 − y) is −inf, although the loss is only 40. Write the loss with u instead of y.
cost = np.log(1 + np.exp(u)) - t * u
    For a score of 1000 with t = 1 the loss is infinite, although the answer is right, because
    exp(u) overflows. log(1 + eᵘ) = u + log(1 + e⁻ᵘ): which side can you use for which u?
cost = (1 - t) * u + np.log(1 + np.exp(-u))
    For a score of −1000 with t = 0 the loss is infinite, although the answer is right, because
    exp(−u) overflows. log(1 + e⁻ᵘ) = −u + log(1 + eᵘ): which side can you use for which u?
""",
            needs=("the value",),
        ),
        *slips("""
cost = -t * np.log(y) - (1 - t) * np.log(1 - y)
value = np.sum(cost)
    The value has two mistakes. It is the sum over the samples, but it should be their mean. And for
    a score of 1000 with t = 1 it is nan, from 0·log 0: write the loss with u instead of y.
cost = -t * np.log(y)
    The value lacks the loss of a wrong “yes”: where t = 0 it is 0, or nan for large scores. Which
    term of the loss remains there?
cost = -t * np.log(y) - (1 - t) * np.log(1 - y)
value = np.mean(cost)
    The value has two mistakes. `np.mean` divides by N·K, but the K losses of a sample have to be
    added up. And for a score of 1000 with t = 1 it is nan, from 0·log 0: write the loss with u
    instead of y.
cost = -t * np.log(y) - (1 - t) * np.log(1 - y)
value = np.mean(cost)
du = (y - t) / u.size
    There are two mistakes. Value and gradient are divided by N·K, but the K losses of a sample have
    to be added up. And for a score of 1000 with t = 1 the value is nan, from 0·log 0: write the
    loss with u instead of y.
cost = t * (np.maximum(u, 0) - u + np.log1p(e))
du = t * (y - 1) / len(u)
    Where the target is 0, the loss is 0 for every score. A “yes” for a target of 0 has to cost
    something, too. Which term of the loss does that?
return -value, du
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
cost = 0.5 * (y - t) ** 2
du = (y - t) * y * (1 - y) / len(u)
    This is the squared error after a sigmoid. Cross-entropy uses logarithms.
t = np.round(t)
    Targets between 0 and 1 are rounded. A target of 0.7 means “yes in seven of ten cases”, so both
    terms of the loss count.
cost = np.maximum(u, 0) - t * u + np.log1p(np.exp(-u))
    Where u is negative, the value is too large by |u|, or infinite. Which exponent belongs to
    max(u, 0), so that it is never above 0?
cost = np.maximum(u, 0) + np.log1p(e)
    The value does not depend on the targets. Which term of the loss contains t?
cost = -t * np.log(u) - (1 - t) * np.log(1 - u)
du = (u - t) / (u * (1 - u)) / len(u)
    `u` holds scores of any size and sign, not probabilities. Apply the sigmoid first.
cost = np.logaddexp(0, -t * u)
du = -t / (1 + np.exp(t * u)) / len(u)
    This form of the loss wants targets −1 and +1. Here they are 0 and 1, and with target 0 the loss
    does not depend on the score.
y = softmax(u)
cost = -np.log(np.where(t > 0, y, 1)) * t
    You use a softmax, in which the outputs of a sample sum to 1. Here each output is a separate
    question, and several answers may be yes.
"""),
        *slips(
            """
cost = np.maximum(u, 0) - (1 - t) * u + np.log1p(e)
    In the value, “yes” and “no” are exchanged, while `du` is right. Which of the two logarithms
    belongs to t = 1?
cost = (1 - t) * u + np.logaddexp(0, u)
    In the value, the exponent of log(1 + e⁻ᵘ) has the wrong sign.
y = np.exp(u) / (1 + np.exp(u))
    For u = 1000 the sigmoid is nan, ∞/∞, and so is `du`. Which form of it has no exponential of a
    large number?
cost = t * (np.maximum(u, 0) - u + np.log1p(e))
    The value lacks the loss of a wrong “yes”, while `du` belongs to a loss with this term. Which
    term of the loss remains where t = 0?
""",
            needs=("the gradient",),
        ),
        *slips(
            "".join(
                f"""
cost = -t * np.log(np.maximum(y, {eps})) - (1 - t) * np.log(np.maximum(1 - y, {eps}))
    The loss has an upper limit: for a score that is wrong by 1000 it is {-np.log(eps):.1f}, which
    is −log {eps}. A clip or a small number inside the logarithm does that. The loss can be written
    with u, so that neither is needed.
"""
                for eps in LIMITS
            ),
            needs=("the value",),
        ),
    ),
)
