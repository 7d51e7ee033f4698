"""``poisson_loss(u, t) -> (value, du)``: counts, with the mean exp(u)."""

import numpy as np

from grader.checking.contract import Case, case, mistake, slips, values
from grader.exercises.losses import loss


def poisson_loss(u, t):
    m = np.exp(u)
    value = float(np.sum(m - t * u)) / len(u)
    du = (m - t) / len(u)
    return value, du


def counts(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Scores of both signs, and counts of which none is the mean, in an order that differs."""
    u = rng.uniform(0.3, 1.4, size=shape) * np.resize([1.0, -1.0, 1.0], shape)
    t = np.resize([3.0, 1.0, 0.0, 2.0, 5.0], shape) + rng.choice([0.0, 7.0])
    columns = rng.permutation(shape[1])
    return case(about, u=u[:, columns], t=t[:, columns])


def special(rng: np.random.Generator) -> dict[str, list[Case]]:
    often, seldom = counts(rng, "hundreds", (3, 2)), counts(rng, "hardly any", (3, 2))
    often["u"] = rng.uniform(5.5, 6.8, size=(3, 2))
    often["t"] = np.floor(np.exp(often["u"]) * rng.choice([0.8, 1.2], size=(3, 2)))
    seldom["u"], seldom["t"] = -rng.uniform(6, 8, size=(3, 2)), np.zeros((3, 2))
    once = counts(rng, "one against all odds", (3, 2))
    once["u"], once["t"] = -rng.uniform(21, 27, size=(3, 2)), np.eye(3)[:, :2]
    return {EXTREMES: [often, seldom, once]}


EXTREMES = "counts of hundreds, and hardly any"


def with_the_factorial(u, t):
    """The value contains log t! as well. It does not depend on u, so no training step notices it:
    leave out the terms without u.
    """
    value, du = poisson_loss(u, t)
    constant = sum(np.sum(np.log(np.arange(1, count + 1))) for count in t.ravel())
    return value + constant / len(u), du


exercise = loss(
    poisson_loss,
    points=2,
    draw=counts,
    special=special,
    judge=[
        values(
            weight=2,
            cases=EXTREMES,
            after="the gradient",
            help="A mean may be a billionth or several hundred. Does your code limit a number?",
        )
    ],
    value="""Take the logarithm of m^t·e^(−m)/t! with m = e^u and change its sign. Which terms
    contain u? Use one score and one count, such as u = 0 and t = 2.""",
    gradient="""Raise one entry of u a little. By how much does its term of the value change?
    Compare with a finite difference of your own value.""",
    answers=("course_lib.losses.regression",),
    hints="""
    The logarithm turns the product m^t·e^(−m)/t! into a sum of three terms. Insert m = e^u, change
    all signs, and leave out the term without u. Then differentiate what is left with respect to u.

    Σ over the K outputs and the mean over the N samples stand in front, as in all losses of this
    course. So the gradient has the factor 1/N.

    A smaller example: u = [[0, log 3]] and t = [[2, 1]]. The means are 1 and 3, and the two terms
    are 1 − 0 and 3 − log 3, together 2.901. The gradient is [[−1, 2]]. Two such rows have the same
    value, and each row of the gradient is half of this.
    """,
    mistakes=(
        *slips("""
return -value, -du
    This is the log-likelihood of the counts, which should be as large as possible. A loss is
    minimised. What is its sign?
m = 1 / (1 + np.exp(-u))
    Your mean is the sigmoid of u, which never exceeds 1. In this task the mean of the count is e^u.
m = np.log1p(np.exp(u))
    Your mean is log(1 + e^u). That is positive, too, but in this task the mean of the count is e^u.
value = float(np.sum(m)) / len(u)
    The value does not depend on the counts. What is the logarithm of m^t?
value = float(np.sum(m - t * m)) / len(u)
    The value multiplies t by the mean m. What is the logarithm of m^t, if m = e^u?
value = float(np.sum(m - t * u - t)) / len(u)
    The value contains one more term with the counts only. Only terms with u belong to it.
value = float(np.sum(-t * u)) / len(u)
    The factor e^(−m) of the probability is missing in the value. What is its logarithm?
value = float(np.sum(u - t * np.log(u))) / len(u)
du = (1 - t / u) / len(u)
    You take u itself as the mean. A mean of counts is positive, but u may be negative, and its
    logarithm is nan: in this task the mean is m = e^u.
value = float(np.sum(u - t * np.log(np.abs(u)))) / len(u)
du = (1 - t / u) / len(u)
    You take u itself as the mean. A mean of counts is positive, but u may be negative: in this task
    the mean is m = e^u.
du = (1 - t / m) / len(u)
    This is the gradient with respect to the mean m. `du` belongs to u: which factor does the chain
    rule add, if m = e^u?
du = (m - t * u) / len(u)
    The second term of `du` still contains u. What is the derivative of t·u with respect to u?
du = m / len(u)
    `du` does not depend on the counts. What is the derivative of t·u with respect to u?
du = (u - t) / len(u)
    `du` compares the counts with u. The mean of the count is e^u. What is the derivative of e^u?
value = 0.5 * float(np.sum((m - t) ** 2)) / len(u)
du = (m - t) * m / len(u)
    This is the squared error of the mean e^u. The task asks for the negative logarithm of the
    Poisson probability.
value = 0.5 * float(np.sum((m - t) ** 2)) / len(u)
    The value is the squared error of the mean e^u, while `du` belongs to another loss. Which
    probability does a count t have?
value = 0.5 * float(np.sum((u - t) ** 2)) / len(u)
du = (u - t) / len(u)
    This is the squared error of u. The task asks for the negative logarithm of the Poisson
    probability.
du = (m - t) * m / len(u)
    `du` has the derivative of e^u twice: e^u is its own derivative, and in the term t·u nothing
    else depends on u.
"""),
        *slips(
            """
return -value, du
    `du` is right. Your value is the logarithm of the probability, and not its negative.
""",
            needs=("the gradient",),
        ),
        mistake(with_the_factorial),
    ),
)
