"""``record_loss(u, low, high, s) -> (value, du)``: delays that are known in part."""

from typing import Any

import numpy as np

from course_lessons.losses import delays
from grader.checking.contract import (
    Case,
    case,
    function,
    holds,
    mistake,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.checking.contract.compare import as_numbers
from grader.checking.contract.properties import Answer, earns
from grader.exercises.losses import LIMITS, sure_answers, table_cases, value_and_gradient_mistakes

INF = np.inf


def sigmoid(u):
    return np.exp(-np.logaddexp(0, -u))


def record_loss(u, low, high, s):
    a, b = (low - u) / s, (high - u) / s
    exact = low == high
    gap = np.where(exact, 1.0, (high - low) / s)
    width = np.where(exact, -np.log(s), np.log(-np.expm1(-gap)))
    log_p = width - np.logaddexp(0, a) - np.logaddexp(0, -b)
    value = -float(np.sum(log_p)) / len(u)
    du = (sigmoid(-b) - sigmoid(a)) / s / len(u)
    return value, du


# Kinds of records. Each function gets delays t and lengths, and returns low and high.
def seen(t, length):
    return t, t


def longer(t, length):
    return t, INF + length


def shorter(t, length):
    return -INF - length, t


def between(t, length):
    return t - 0.4 * length, t + length


def narrow(t, length):
    return t, t + 1e-6 * length


def short(t, length):
    return t, t + 0.1 * length


def unknown(t, length):
    return -INF - length, INF + length


EXACT = "exact records"
BOUND = "more than, less than"
BETWEEN = "between two numbers"
FAR = "predictions that are far away"
RECOVERED = "fresh records"
KINDS = (seen, longer, shorter, between)


def batch(
    rng: np.random.Generator,
    about: str,
    shape: tuple[int, int],
    kinds: Any = (seen,),
    far: float = 1.0,
) -> Case:
    """Records of each of the kinds, some minutes below and above the predictions u."""
    n = shape[0] * shape[1]
    # Where records are far away, the predictions are numbers of hundreds, too.
    u = 3 * rng.normal(size=n) + (far > 1) * rng.choice([-500, 500])
    s = rng.uniform(0.4, 0.8, size=n)
    s[::2] = rng.uniform(1.5, 3, size=(n + 1) // 2)
    off = s * rng.uniform(0.6, 1.8, size=n) * np.resize([1, 1, -1], n)
    length = s * rng.uniform(0.7, 2, size=n)
    low, high = np.empty((2, n))
    for place in range(n):
        kind = kinds[place % len(kinds)]
        low[place], high[place] = kind(u[place] + far * off[place], length[place])
    arrays = {"u": u, "low": low, "high": high, "s": s}
    order = rng.permutation(n)
    return case(about, **{name: a[order].reshape(shape) for name, a in arrays.items()})


def middle(case: Case) -> np.ndarray:
    """One number for each record: the delay, its only limit, or the middle."""
    low, high = case["low"], case["high"]
    low, high = np.where(np.isinf(low), high, low), np.where(np.isinf(high), low, high)
    with np.errstate(invalid="ignore"):  # nan where there is no limit
        return np.asarray((low + high) / 2)


def fresh(rng: np.random.Generator) -> Case:
    """Records of a railway, and its line; who takes each record for a delay finds another one."""
    while True:
        made = case(RECOVERED, **delays(rng, slope=rng.choice([-1, 1]) * rng.uniform(2, 4)))
        x = made["x"]
        bare = np.linalg.lstsq(x, middle(made)[:, 0], rcond=None)[0]
        best = run(record_loss, made)["w"]
        made["bare"] = float(np.mean(np.abs(x @ (bare - best))))
        if made["bare"] > 0.7:
            return made


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        EXACT: table_cases(batch, rng),
        BOUND: [
            batch(rng, "more than", (4, 1), (longer,)),
            batch(rng, "less than", (3, 2), (shorter,)),
            batch(rng, "both beside exact ones", (5, 3), (seen, longer, shorter)),
            batch(rng, "some without any limit", (5, 1), (seen, unknown, longer)),
        ],
        BETWEEN: [
            batch(rng, "between", (4, 1), (between,)),
            batch(rng, "two numbers that are nearly the same", (4, 1), (narrow, short)),
            batch(rng, "all kinds", (6, 3), KINDS),
        ],
        FAR: [
            batch(rng, "hundreds of scales away", (4, 2), KINDS, far=2000.0),
            batch(rng, "tens of scales away", (4, 1), KINDS, far=30.0),
        ],
        RECOVERED: [fresh(rng)],
    }


def run(record_loss, case):
    def given():
        return [np.array(case[name]) for name in ("low", "high", "s")]

    if "x" not in case:
        # A first call with other records shows what is kept between calls.
        record_loss(case["u"][::-1] + 1, *given())
        value, du = record_loss(case["u"], case["low"], case["high"], case["s"])
        return {"value": value, "du": du}
    x, s = case["x"], case["s"]
    steps = np.linalg.inv(x.T @ (x / (2 * s**2)) / len(x))
    w = np.zeros(2)
    for _ in range(50):
        _value, du = record_loss((x @ w)[:, None], *given())
        w = w - steps @ (x.T @ np.asarray(du, float).reshape(len(x)))
    return {"w": w}


def recovers(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """All points within a twentieth of the distance of a fit to the middles, none from a third."""
    w = as_numbers(got["w"])
    if w is None or not np.isfinite(w).all():
        return "gradient descent with your du does not end at finite numbers"
    lines = [f"{one[0]:.2f} + {one[1]:.2f} x" for one in (w, case["w"], want["w"])]
    said = f"the minimum is at {lines[0]} minutes; planted is {lines[1]}, we find {lines[2]}"
    off = float(np.mean(np.abs(case["x"] @ (w - want["w"])))) / case["bare"]
    return earns((0.33 - off) / 0.28, said)


def as_if_exact(u, low, high, s):
    """You use the density at one number for every record. A record with two limits, or with one,
    does not say this number: which probability does the sigmoid give to all delays between them?
    """
    t = middle({"low": low, "high": high})
    return record_loss(u, t, t, s)


def squared(u, low, high, s):
    """This is the squared error of one number for each record. Asked is minus the logarithm of the
    probability of the record. Which distribution does the noise have?
    """
    r = u - middle({"low": low, "high": high})
    return 0.5 * np.sum(r**2) / len(u), r / len(u)


def by_a_difference(u, low, high, s):
    """Far away from the prediction, the sigmoids are rounded to 0 or 1, and p to 0. Add logarithms
    in place of multiplying: section 6 has p as a product, section 4 the logarithm of a sigmoid.
    """
    a, b = (low - u) / s, (high - u) / s
    with np.errstate(all="ignore"):
        at_a, at_b = sigmoid(a) * sigmoid(-a) / s, sigmoid(b) * sigmoid(-b) / s
        p = np.where(low == high, at_a, sigmoid(b) - sigmoid(a))
        slope = np.where(low == high, at_a * (sigmoid(a) - sigmoid(-a)) / s, at_a - at_b)
        return -float(np.sum(np.log(p))) / len(u), -slope / p / len(u)


VALUE = "the value of exact records"

exercise = function(
    record_loss,
    returns="value, du",
    points=5,
    cases=cases,
    run=run,
    judge=[
        values("value", weight=2, cases=EXACT, title=VALUE),
        values("du", weight=2, cases=EXACT, title="the gradient of exact records"),
        values("value", weight=2, cases=BOUND, title="more than, less than: the value"),
        values("du", weight=3, cases=BOUND, title="more than, less than: the gradient"),
        values("value", weight=3, cases=BETWEEN, title="between two numbers: the value"),
        values("du", weight=3, cases=BETWEEN, title="between two numbers: the gradient"),
        sure_answers(FAR, VALUE, rtol=1e-8, weight=3),
        values("du", weight=2, cases=FAR, title="far away: the gradient"),
        holds("what the minimum recovers", recovers, weight=3, cases=RECOVERED, alone=False),
    ],
    form=(shapes(cases=EXACT), unchanged_inputs()),
    answers=("grader.exercises.ps02.record_loss",),
    hints=(
        step(
            "Begin with low = high. With z = (t − u)/s the density is σ(z)·σ(−z)/s, "
            "and log σ(z) = −log(1 + e^(−z)) = −np.logaddexp(0, −z). Then differentiate with "
            "respect to u: z contains −u/s.",
            VALUE,
            "the gradient of exact records",
        ),
        step(
            "“More than low” has the probability 1 − σ(a) = σ(−a) with a = (low − u)/s, and “less "
            "than high” has σ(b). np.logaddexp(0, inf) is inf, and np.logaddexp(0, −inf) is 0.",
            "more than, less than: the value",
            "more than, less than: the gradient",
        ),
        step(
            "A record between two numbers has three factors: σ(−a), σ(b) and 1 − e^(a − b). Which "
            "of them contain u?",
            "between two numbers: the value",
            "between two numbers: the gradient",
        ),
        step(
            "np.logaddexp(0, x) is log(1 + e^x) without an overflow or underflow. Begin with it, "
            "and not with a probability whose logarithm you take.",
            FAR,
            "far away: the gradient",
        ),
        step(
            "The check repeats gradient descent with your `du` alone. So its minimum is where your "
            "gradient is 0: which kind of records has a wrong one?",
            "what the minimum recovers",
        ),
        "A smaller example: u = 0, s = 1. The record “more than 0” has p = ½, so the "
        "value is log 2 = 0.693 and du = −½. The exact record 0 has p = ¼, the value 1.386 and "
        "du = 0.",
    ),
    mistakes=(
        *value_and_gradient_mistakes(record_loss),
        mistake(as_if_exact),
        mistake(squared),
        mistake(by_a_difference),
        *slips("""
du = (sigmoid(-b) - sigmoid(a)) / len(u)
    Your du lacks the scale. In z = (t − u)/s, what is the derivative with respect to u?
width = np.where(exact, 0.0, np.log(-np.expm1(-gap)))
    Your density lacks the factor 1/s: minutes have a density per minute. It does not move u, but
    the value should contain all terms.
width = np.where(exact, -np.log(s), 0.0)
    For records between two numbers you leave out the factor that does not contain u. It does not
    change the gradient, but the value should contain all terms.
log_p = width - np.logaddexp(0, -a) - np.logaddexp(0, b)
du = (sigmoid(a) - sigmoid(-b)) / s / len(u)
    You exchange the two sides: “more than low” gets the probability of “less than low”. Is σ((low
    − u)/s) the probability of the delays below or above?
s = np.mean(s) * np.ones(np.shape(s))
    You use one scale for all records. Each has its own, so s stays an array.
"""),
        *slips(
            "".join(
                f"""
log_p = np.log(np.exp(width - np.logaddexp(0, a) - np.logaddexp(0, -b)) + {eps})
    The loss has an upper limit, {-np.log(eps):.1f}, which is −log {eps}: a small number inside the
    logarithm does that. A sum of logarithms needs none.
"""
                for eps in LIMITS
            ),
            needs=(VALUE,),
        ),
    ),
)
