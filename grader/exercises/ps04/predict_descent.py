"""``predict_descent(grad, w, lr, left) -> (limit, best, steps)``: a run, before it runs."""

from collections.abc import Callable
from typing import Any

import numpy as np

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
)
from grader.checking.contract.compare import as_numbers
from grader.checking.contract.properties import Answer, Held, earns


def predict_descent(grad, w, lr, left):
    g = grad(w)
    H = np.array([grad(w + e) - g for e in np.eye(len(w))])
    curvatures, directions = np.linalg.eigh(H)
    limit = 2 / curvatures[-1]
    best = 2 / (curvatures[0] + curvatures[-1])
    parts = directions.T @ g / curvatures
    losses = curvatures * parts**2
    k = np.arange(501)[:, None]
    still = (1 - lr * curvatures) ** (2 * k) @ losses
    reached = np.flatnonzero(still <= left * np.sum(losses))
    steps = reached[0] if len(reached) else -1
    return limit, best, steps


MOST = 500  # steps


def shares(lam: np.ndarray, parts: np.ndarray, lr: float) -> np.ndarray:
    """The share of the loss above its minimum that is left after 0 to `MOST` + 1 steps."""
    k = np.arange(MOST + 2)[:, None]
    losses = lam * parts**2
    return np.asarray((1 - lr * lam) ** (2 * k) @ (losses / losses.sum()))


def bowl(
    rng: np.random.Generator,
    about: str,
    n: int,
    kappa: float,
    rate: float,
    left: float,
    steepest: float = 1.0,
    flattest: float = 1.0,
    away: float = 1.0,
    exactly: int = 0,
) -> Case:
    """A bowl with n curvatures, all far above 1, and a rate as a share of its limit.

    ``steepest`` is a factor of the part along the largest curvature, ``flattest`` one of the part
    along the smallest, and ``away`` one of the minimum.
    ``left`` moves to the middle between two steps, so that rounding decides nothing; with
    ``exactly`` it is between the loss after this number of steps and the one before. Where it is
    0, it becomes a share that is missed by little.
    """
    Q, _R = np.linalg.qr(rng.normal(size=(n, n)))
    inner = rng.uniform(0.05, 0.95, size=max(n - 2, 0))
    kappa = 1 + (kappa - 1) * rng.uniform(0.7, 1.5)
    lam = rng.uniform(8, 80) * kappa ** np.sort([0.0, *inner, 1.0])[:n]
    parts = rng.uniform(0.7, 1.4, size=n) * rng.choice([-1.0, 1.0], size=n)
    parts[-1] *= steepest
    parts[0] *= flattest
    m = away * rng.uniform(2, 4, size=n) * rng.choice([-1.0, 1.0], size=n)
    lr = rate * rng.uniform(0.995, 1.005) * 2 / lam[-1]
    there = shares(lam, parts, lr)
    below = [exactly] if exactly else np.flatnonzero(there <= left)
    if len(below) and left < 1:
        left = float(np.sqrt(there[below[0]] * there[below[0] - 1]))
    left = left or 0.6 * float(there.min())
    A = (Q * lam) @ Q.T
    return case(about, A=(A + A.T) / 2, m=m, w=m + Q @ parts, lr=float(lr), left=left)


BELOW = "below the limit: the steps to a small loss"
FEW = "a rate far below the limit"
NEAR = "a rate just below the limit"
ABOVE = "above the limit: the loss falls first"
NEVER = "the loss is never so small"
ONLY = "all curvatures are nearly the same"
ENDS = "0 steps, 500 steps, one more"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        BELOW: [
            bowl(rng, "two weights", 2, 30.0, 0.5, 3e-4),
            bowl(rng, "30 weights", 30, 40.0, 0.6, 1e-4, away=1e5),
        ],
        FEW: [bowl(rng, FEW, 6, 20.0, 0.1, 1e-3, flattest=1e-3)],
        NEAR: [bowl(rng, NEAR, 12, 5.0, 0.97, 1e-3)],
        ONLY: [bowl(rng, ONLY, 5, 1.3, 0.9, 1e-9)],
        ENDS: [
            bowl(rng, "one weight, all of the loss may be left", 1, 8.0, 1.04, 1.0),
            bowl(rng, "500 steps", 4, 60.0, 0.2, 0.1, exactly=MOST),
            bowl(rng, "501 steps would do", 4, 60.0, 0.2, 0.1, exactly=MOST + 1),
        ],
        ABOVE: [bowl(rng, ABOVE, 8, 8.0, 1.04, 2e-2, steepest=0.02)],
        NEVER: [
            bowl(rng, "above the limit", 8, 8.0, 1.04, 2e-2, steepest=1.5),
            bowl(rng, "above the limit, the loss falls too little", 8, 8.0, 1.04, 0, steepest=3e-4),
            bowl(rng, "500 steps are too few", 4, 100.0, 0.1, 1e-9),
        ],
    }


def run(predict_descent: Any, case: Case) -> dict[str, Any]:
    def counted(function: Any) -> Any:
        calls = [0]

        def grad(w: Any) -> Any:
            calls[0] += 1
            if calls[0] > 64:
                raise RuntimeError("grad was called more than 64 times: predict the steps")
            return function(w)

        return grad

    # A first call with another bowl shows what is kept between calls.
    earlier = counted(lambda w: 40 * w)
    predict_descent(earlier, case["w"] + 1, 0.01, 0.5)
    found = predict_descent(
        counted(lambda w: case["A"] @ (w - case["m"])), case["w"], case["lr"], case["left"]
    )
    limit, best, steps = found
    return {"limit": limit, "best": best, "steps": steps}


Judged = Callable[[Case, dict[str, Any], dict[str, Any]], Answer]


def near(name: str, allowed: float, worthless: float) -> Judged:
    """Full points up to a relative error of ``allowed``, and none from ``worthless`` on."""

    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
        number = as_numbers(got[name])
        if number is None or number.size != 1 or np.isnan(number).any():
            return f"{name} is not a number"
        mine, right = float(number.ravel()[0]), float(want[name])
        if right < 0 or mine < 0:
            if mine == right:
                return None
            return f"{name} is {mine:.4g}, and gradient descent gives {right:.4g}"
        error = abs(mine - right) / (right + (name == "steps"))
        measured = f"{name} is {mine:.5g}, and gradient descent gives {right:.5g}"
        return earns(1 - (error - allowed) / (worthless - allowed), measured)

    return test


OF_STEPS, *OF_RATES = near("steps", 1e-9, 0.2), near("limit", 0.02, 1), near("best", 0.02, 1)


def steps_of(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """The steps, where one of both rates shows that the curvatures are known."""
    if not any(isinstance(rate(case, got, want), Held) for rate in OF_RATES):
        return "neither limit nor best is right, so steps come from other curvatures"
    return OF_STEPS(case, got, want)


ALL = (BELOW, FEW, NEAR, ONLY, ABOVE)


def by_the_slowest_factor(grad, w, lr, left):
    """You follow the slowest part alone, as if all of the loss were in it. At first most of the
    loss is in other parts. What does each part have of the loss at w?
    """
    g = grad(w)
    lam = np.linalg.eigvalsh(np.array([grad(w + e) - g for e in np.eye(len(w))]))
    factor = np.max(np.abs(1 - lr * lam))
    steps = np.ceil(np.log(left) / np.log(factor) / 2) if factor < 1 else -1
    return 2 / lam[-1], 2 / (lam[0] + lam[-1]), steps


def diverging_never_arrives(grad, w, lr, left):
    """You return −1 for every rate above the limit. At first the loss may fall there: all parts
    shrink but one. Which part grows, and how large is it at w?
    """
    limit, best, steps = predict_descent(grad, w, lr, left)
    return limit, best, steps if lr < limit else -1


def runs_gradient_descent(grad, w, lr, left):
    """You run gradient descent: `grad` is called at every step. How many calls give all of H? Then
    every step can be computed.
    """
    g = grad(w)
    lam = np.linalg.eigvalsh(np.array([grad(w + e) - g for e in np.eye(len(w))]))
    steps = 0
    while grad(w) @ grad(w) > left * (g @ g):
        w, steps = w - lr * grad(w), steps + 1
    return 2 / lam[-1], 2 / (lam[0] + lam[-1]), steps


exercise = function(
    predict_descent,
    returns="limit, best, steps",
    points=5,
    cases=cases,
    run=run,
    judge=[
        holds(
            "the limit",
            near("limit", 1e-4, 0.05),
            cases=ALL,
            help="The largest of the curvatures decides. Column i of H is what the gradient gains "
            "if w moves by 1 along axis i.",
        ),
        holds(
            "the best rate",
            near("best", 1e-4, 0.05),
            weight=2,
            cases=ALL,
            help="Section 2 has the best rate: it makes the factors of the smallest and of the "
            "largest curvature equally large.",
        ),
        holds(
            BELOW,
            steps_of,
            weight=3,
            cases=BELOW,
            help="After k steps, each part of the way is multiplied by (1 − lr·λ)ᵏ. What is its "
            "loss then, and what is the sum over all parts?",
        ),
        holds(FEW, steps_of, weight=2, cases=FEW),
        holds(NEAR, steps_of, weight=2, cases=NEAR),
        holds(ONLY, steps_of, weight=2, cases=ONLY),
        holds(
            ABOVE,
            steps_of,
            weight=3,
            cases=ABOVE,
            help="The part along the largest curvature grows, but here it is small at w. The loss "
            "falls until this part is the largest, as at the rate 0.50 in section 1.",
        ),
        holds(
            ENDS,
            steps_of,
            cases=ENDS,
            help="If all of the loss may be left, 0 steps are enough. If it takes 501 steps, the "
            "task asks for −1.",
        ),
        # A constant has this right.
        holds(NEVER, steps_of, cases=NEVER, alone=False),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("grader.exercises.ps04.predict_descent",),
    without=("in place",),
    hints=(
        step(
            "Begin with H: `g = grad(w)`, then one more call of `grad` for each weight. "
            "`lam, V = np.linalg.eigh(H)` gives the curvatures in rising order, and their "
            "directions as columns.",
            "the limit",
            "the best rate",
        ),
        step(
            "Let a be the vector from the minimum to w: g = H a. Its parts along the columns of V "
            "are `V.T @ g / lam`. The loss of a part p above the minimum is ½ λ p².",
            *ALL,
        ),
        step(
            "A smaller example: the curvatures 1 and 8, the parts 4 and 1 at w, and lr = 0.2. The "
            "losses are 8 and 4. The factors are 0.8 and −0.6, so after one step 5.12 and 1.44 are "
            "left, 55 % of 12.",
            *ALL,
            NEVER,
        ),
    ),
    mistakes=(
        *slips("""
limit = 1 / curvatures[-1]
    At this rate the steepest part is 0 after one step. Up to which rate does it still shrink?
limit = 2 / curvatures[0]
    This is the limit of the smallest curvature. All parts share one rate: whose limit is lower?
best = 1 / curvatures[-1]
    This rate is best for the steepest part alone, and slow for the flattest. Which rate gives both
    the same factor?
best = 2 / np.mean(curvatures)
    The best rate depends on two curvatures alone. Which of the factors is the largest, at a low
    rate and at a high one?
losses = np.abs(curvatures * parts)
    You use the gradient's parts, λ·p. The loss of a part p above the minimum is ½ λ p².
losses = (curvatures * parts) ** 2
    You follow the square of the gradient, the sum of (λ p)². `left` is a share of the loss: of each
    part, ½ λ p².
losses = parts**2
    You follow the distance from the minimum. `left` is a share of the loss: of each part, ½ λ p².
parts = directions.T @ g
    These are the parts of the gradient. The gradient is H a: how large is a along each direction?
parts = directions.T @ w
    These are the parts of w, but the minimum is not at 0. What is the gradient at w, in terms of
    the vector from the minimum to w?
parts = directions @ g / curvatures
    Your parts use the rows of the matrix of directions. The directions are its columns.
parts = g / np.diag(H)
    You divide by the diagonal of H, as if the axes were its directions. Along which directions
    does a step only multiply?
still = (1 - lr * curvatures) ** k @ losses
    You multiply the loss by the factor of the way. The loss is proportional to the square of it.
still = np.abs(1 - lr * curvatures) ** k @ losses
    A step multiplies the way by |1 − lr λ|, and the loss is proportional to its square. Which power
    has the factor of the loss?
still = (1 - best * curvatures) ** (2 * k) @ losses
    You predict the steps at the best rate. The task asks for those at `lr`.
still = (1 - limit * curvatures / 2) ** (2 * k) @ losses
    You predict the steps at half of the limit. The task asks for those at `lr`.
reached = np.flatnonzero(still <= left)
    You compare the loss itself with `left`, which is a share of the loss at w.
reached = np.flatnonzero(still > left * np.sum(losses))[::-1] + 1
    You count up to the last step at which the loss was larger. Above the limit it becomes larger
    again. Which step is the first that is small enough?
steps = reached[0] + 1 if len(reached) else -1
    You count one step too many: after 0 steps, the weights are still at w.
steps = reached[0] if len(reached) else 500
    If the loss is never small enough, the task asks for −1.
"""),
        mistake(by_the_slowest_factor),
        mistake(diverging_never_arrives),
        mistake(runs_gradient_descent),
    ),
)
