"""``nesterov_path(w, grad_fn, *, lr, mu, steps) -> path``: Nesterov's method from rest."""

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
    unchanged_inputs,
    values,
)
from grader.exercises.optimizers import away_from_zero
from grader.exercises.paths import GROWS, LIMITLESS, MANY, TINY, TOO_MANY, goes_on

START = "without steps, the path is only w"


def nesterov_path(w, grad_fn, *, lr, mu, steps):
    v, path = np.zeros_like(w), [w]
    for _ in range(steps):
        ahead = w + mu * v
        dw = grad_fn(ahead)
        v = mu * v - lr * dw
        w = w + v
        path.append(w)
    return np.array(path)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def landscape(about: str, shape: tuple[int, ...], steps: int, **given: Any) -> Case:
        """Gradient ``A w + bend * sin(w) - b`` with bend below the smallest curvature.

        So two points that differ have gradients that differ.
        """
        root = rng.uniform(-1, 1, size=(shape[0], shape[0]))
        usual = {
            "w": away_from_zero(rng, shape),
            "A": root @ root.T / shape[0] + np.eye(shape[0]),
            "b": rng.uniform(6, 8, size=shape),  # so large that no gradient on the path vanishes
            "bend": 0.5,
            "lr": float(rng.uniform(0.05, 0.12)),
            "mu": float(rng.uniform(0.6, 0.8)),
            "steps": steps,
        }
        return case(about, **usual | given)

    # A quadratic with its minimum at 0: the gradient is soon below any usual tolerance.
    small = 1e-7 * away_from_zero(rng, (2,))
    near = landscape("almost at the minimum", (2,), MANY, bend=0.0, b=np.zeros(2), w=small)
    there = landscape("at the minimum", (2,), 5, bend=0.0, b=np.zeros(2), w=np.zeros(2))
    # Its first step ends on a plateau, which is crossed without a gradient.
    flat = landscape("across a plateau", (3,), 6, lr=float(rng.uniform(1.2, 1.5)), plateau=1.0)
    flat["w"] = np.sign(flat["w"]) * rng.uniform(1.6, 2, size=3)
    far = landscape("", (2,), TOO_MANY, bend=0.0)
    for landed, rate in ((near, 0.3), (far, 12)):
        landed["lr"] = rate / float(np.linalg.eigvalsh(landed["A"]).max())
    return {
        "the first step": [landscape("one step", (3,), 1)],
        "the later steps": [
            landscape("two steps", (3,), 2),
            landscape("five steps of a matrix", (4, 2), 5),
            landscape("four steps on an even slope", (3,), 4, A=np.zeros((3, 3)), bend=0.0),
        ],
        TINY: [near, there, flat],
        LIMITLESS: [far],
        START: [landscape("", (3,), 0)],
    }


def run(nesterov_path, case):
    asked, even = [0], -case["b"]

    def grad_fn(point):
        asked[0] += 1
        if "plateau" in case:  # between -1 and 1
            return np.sign(point) * np.maximum(np.abs(point) - case["plateau"], 0)
        if not case["A"].any():  # on an even slope all gradients are one array
            return even.reshape(np.shape(point))
        w = np.reshape(point, case["w"].shape)  # (1, D) for (D,) is a matter of form
        return np.reshape(case["A"] @ w + case["bend"] * np.sin(w) - case["b"], np.shape(point))

    with np.errstate(all="ignore"):  # one case leads to inf, as it should
        # A first call with other numbers shows a velocity that is kept between calls.
        nesterov_path(case["w"] + 1, grad_fn, lr=0.2, mu=0.5, steps=2)
        asked[0] = 0
        path = nesterov_path(case["w"], grad_fn, lr=case["lr"], mu=case["mu"], steps=case["steps"])
    return {"path": path, "gradients asked for": str(asked[0])}


def asked_once(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    calls, steps = got["gradients asked for"], want["gradients asked for"]
    if calls == steps:
        return None
    return f"`grad_fn` was called {calls} times in {steps} steps; call it once a step."


def copied_once(w, grad_fn, *, lr, mu, steps):
    """Your list holds one array several times, and `+=` changes it, so all points are the last one.
    How do you keep each point as it was?
    """
    w = w.copy()
    v, path = np.zeros_like(w), [w]
    for _ in range(steps):
        v = mu * v - lr * grad_fn(w + mu * v)
        w += v
        path.append(w)
    return np.array(path)


exercise = function(
    nesterov_path,
    returns="path",
    points=3,
    cases=cases,
    run=run,
    judge=[
        values(
            "path",
            weight=1,
            cases="the first step",
            alone=False,
            help="The velocity is 0 at first, so the first step is one of gradient descent. The "
            "path begins with w itself.",
        ),
        values(
            "path",
            weight=6,
            cases="the later steps",
            help="`grad_fn` is a function of a point. At which point does a step evaluate it, and "
            "from where does the step start?",
        ),
        values(
            "path",
            cases=TINY,
            rtol=1e-7,
            atol=0.0,
            help="Take all `steps` steps, also where the gradient is small, and also if they are "
            "more than a thousand. Does your code stop early or skip a step?",
        ),
        holds(
            GROWS,
            goes_on,
            cases=LIMITLESS,
            help="Here each step makes the weights more than ten times larger, until they are inf, "
            "and then nan. The path still has `steps` + 1 rows. Does your code stop, or limit a "
            "number?",
        ),
        values(
            "path",
            cases=START,
            alone=False,
            help="With steps = 0 the path has one point, w. What does your loop do then?",
        ),
    ],
    form=(
        shapes("path"),
        holds("one gradient a step", asked_once, alone=False),
        unchanged_inputs(),
    ),
    answers=("grader.exercises.ps12.nesterov_path", "course_lib.optimizers.nesterov"),
    hints="""
    Begin with a velocity of zeros and a list that contains w. In each step: where would the share
    `mu` of the last step alone lead? Compute the gradient there, then the new step, then the new w.

    The look ahead is only a place to compute the gradient. The step itself starts from w.

    A smaller example: grad_fn(w) = 2·w, w = 5, lr = 0.1, mu = 0.5. The first step has the gradient
    10, so v = −1 and w = 4. In the second step the look ahead is at 4 − 0.5 = 3.5, the gradient
    there is 7, v = −0.5 − 0.7 = −1.2 and w = 2.8. The path is 5, 4, 2.8. (Momentum would use the
    gradient 8 and go to 2.7.)
    """,
    mistakes=(
        *slips("""
ahead = w
    This is momentum without the look ahead: you compute the gradient at w. Which point would w
    reach by the share `mu` of the last step alone?
ahead = w + v
    You look too far ahead, at w + v. Only a share of the last step is taken again: look ahead by
    this share.
ahead = w - mu * v
    You look backwards. S3 has a minus sign there because its v has the opposite sign. Our v is the
    step itself. Which sign leads ahead?
ahead = mu * v
    You compute the gradient at mu·v. That is a step, but `grad_fn` needs a point.
ahead = w + lr * v
    Your look ahead is too short, because you multiply the last step by `lr`. Which number gives the
    share of the last step?
ahead = w + mu * v - lr * grad_fn(w)
    You take a whole step of momentum first and compute the gradient there, which costs two
    gradients. The look ahead uses only the last step.
w = ahead = w + mu * v
    w moves by the share of the last step twice: in the look ahead and again in `v`. From which
    point does the step start?
v = -lr * dw
    You use the last step only for the look ahead. The new step also contains a share of the last
    one.
v = mu * v + lr * dw
    w moves uphill. The step goes against the gradient. Where is this sign in your code?
v = mu * v - dw
    `lr` is not used. By how much does a gradient of 1 change `v`?
v = v - lr * dw
    You keep the whole last step. Which share of it goes on?
v = mu * v - (1 - mu) * lr * dw
    You multiply the gradient by 1 − mu, as in a running mean. Here the weights of old and new need
    not sum to 1.
w = w - lr * dw
    w moves only by the gradient term. `v` is the whole step.
w = ahead + v
    The step starts from the look-ahead point, so w moves by the share of the last step twice.
w = w - v
    w moves in the opposite direction. `v` is the step itself.
w = w + mu * v
    w moves only by `mu` times `v`. `v` is the whole step.
w = w + lr * v
    w moves only by `lr` times `v`. `v` already contains `lr`.
path.append(ahead)
    Your path has the look-ahead points. It should have the weights after each step.
path.append(v)
    Your path has the steps. It should have the weights after each step.
v, path = -lr * grad_fn(w), [w]
    The path does not begin at rest: the velocity is 0 before the first step.
v, path = np.zeros_like(w), []
    The start is missing. The path has steps + 1 points, and the first one is w.
for _ in range(steps - 1):
    There is one step too few. The path has steps + 1 points.
for _ in range(steps + 1):
    There is one step too many. The path has steps + 1 points, the start included.
mu = 0.9
    You use the fixed number 0.9 instead of the argument `mu`.
lr, mu = mu, lr
    `lr` and `mu` are exchanged.
w += v
    All points of your path are the same: your list holds one array several times, and `w += v`
    changes this array. Which line would make a new one in each step?
return w
    You return only the last point. All points of the path are asked for.
return np.array(path[::-1])
    The path runs backwards. Its first point is the start.
"""),
        mistake(copied_once),
    ),
)
