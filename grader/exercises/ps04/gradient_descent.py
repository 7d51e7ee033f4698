"""``gradient_descent(grad, w0, lr, steps) -> path``: all points of the path, w0 first."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    holds,
    mistake,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
    with_earlier,
)
from grader.exercises.paths import GROWS, LIMITLESS, MANY, TINY, TOO_MANY, goes_on


def gradient_descent(grad, w0, lr, steps):
    w, path = w0, [w0]
    for _ in range(steps):
        dw = grad(w)
        w = w - lr * dw
        path.append(w)
    return np.array(path)


def landscape(rng: np.random.Generator, about: str, n: int, steps: int, bend: float) -> Case:
    """Gradient ``A w + bend * sin(w) - b``; b keeps w0 away from the minimum."""
    root = rng.uniform(-1, 1, size=(n, n))
    return case(
        about,
        A=root @ root.T / n + 0.5 * np.eye(n),
        b=rng.uniform(3, 5, size=n),
        bend=bend,
        w0=rng.uniform(-1, 1, size=n),
        lr=float(rng.uniform(0.05, 0.15)),
        steps=steps,
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    near = landscape(rng, "almost at the minimum", 2, MANY, bend=0.0)
    near["b"] = np.zeros(2)  # the minimum is at 0, and the gradient below any usual tolerance soon
    near["w0"] = 1e-7 * rng.uniform(1, 2, size=2)
    near["lr"] = 0.7 / float(np.linalg.eigvalsh(near["A"]).max())
    there = landscape(rng, "at the minimum", 2, 5, bend=0.0)
    there["b"], there["w0"] = np.zeros(2), np.zeros(2)
    fast = landscape(rng, "too large a rate", 2, 4, bend=0.0)
    # Above 2/(largest curvature) every step ends farther up on the other side.
    fast["lr"] = 2.5 / float(np.linalg.eigvalsh(fast["A"]).max())
    steep = landscape(rng, "a tiny rate on a steep slope", 2, 4, bend=0.0)
    steep |= {"A": 1e10 * steep["A"], "b": 1e10 * steep["b"], "lr": 1e-10 * steep["lr"]}
    far = landscape(rng, "", 2, TOO_MANY, bend=0.0)
    far["lr"] = 12 / float(np.linalg.eigvalsh(far["A"]).max())
    slope = landscape(rng, "a slope that is the same everywhere", 3, 4, bend=0.0)
    own = landscape(rng, "the gradient is w itself", 2, 4, bend=0.0)
    for name in ("A", "bend"):
        del slope[name], own[name]
    del own["b"]
    return {
        "the path down a quadratic": [
            landscape(rng, "one coordinate", 1, 3, bend=0.0),
            landscape(rng, "a quadratic bowl", 2, 6, bend=0.0),
            landscape(rng, "more coordinates than steps", 5, 2, bend=0.0),
            steep,
        ],
        "the path on another function": [
            landscape(rng, "no quadratic", 3, 5, bend=2.0),
            slope,
            own,
        ],
        TINY: [near, there],
        "a rate that is too large diverges": [fast],
        LIMITLESS: [far],
        "without steps, the path is only w0": [landscape(rng, "no step", 2, 0, bend=0.0)],
    }


def run(gradient_descent: Any, case: Case) -> dict[str, Any]:
    def grad(w: Any) -> Any:
        if "A" not in case:  # an array that is still needed, as the gradients of some losses are
            return case.get("b", w)
        return case["A"] @ w + case["bend"] * np.sin(w) - case["b"]

    with np.errstate(all="ignore"):  # one case leads to inf, as it should
        return {"path": gradient_descent(grad, case["w0"], case["lr"], case["steps"])}


def stops_where_it_diverges(grad, w0, lr, steps):
    """Your path ends where the weights become large or are no longer finite. Take all `steps`
    steps: the path has a fixed number of rows, also if some of them are inf or nan.
    """
    path = [w0]
    for _ in range(steps):
        w = path[-1] - lr * grad(path[-1])
        if not np.all(np.abs(w) < 1e10):
            break
        path.append(w)
    return np.array(path)


def limits_the_weights(grad, w0, lr, steps):
    """Large weights are limited: you clip them, or stay where you were. Take the steps as they are,
    also where they lead to inf.
    """
    path = [w0]
    for _ in range(steps):
        path.append(np.clip(path[-1] - lr * grad(path[-1]), -1e6, 1e6))
    return np.array(path)


def refuses_to_climb(grad, w0, lr, steps):
    """You reduce the rate where a step would overshoot. Use `lr` as it is given, because the task
    is to show that a large rate diverges.
    """
    path = [w0]
    for _ in range(steps):
        rate = lr
        while grad(path[-1]) @ grad(path[-1] - rate * grad(path[-1])) < 0:
            rate /= 2
        path.append(path[-1] - rate * grad(path[-1]))
    return np.array(path)


def one_coordinate_after_the_other(grad, w0, lr, steps):
    """You compute the gradient again after each coordinate. One step moves all coordinates, with
    the gradient at a single point.
    """
    path = [w0]
    for _ in range(steps):
        w = path[-1].copy()
        for i in range(len(w)):
            w[i] -= lr * grad(w)[i]
        path.append(w)
    return np.array(path)


exercise = function(
    gradient_descent,
    returns="path",
    points=2,
    cases=with_earlier(cases),
    run=run,
    judge=[
        values("path", weight=4, cases="the path down a quadratic"),
        values("path", weight=3, cases="the path on another function"),
        # There, right programs agree up to rounding, relative to the largest number.
        values(
            "path",
            cases=TINY,
            rtol=1e-7,
            atol=0.0,
            help="""Take all `steps` steps, also where the gradient is small, and also if they are
            more than a thousand. Does your code stop early or skip a step?""",
        ),
        values(
            "path",
            cases="a rate that is too large diverges",
            after="the path down a quadratic",
            help="""At a large rate each point lies farther away than the one before. Use `lr` as it
            is given, and do not change the points.""",
        ),
        holds(
            GROWS,
            goes_on,
            weight=5,
            cases=LIMITLESS,
            help="""Here each step makes the weights about ten times larger, until they are inf, and
            then nan. The path still has `steps` + 1 rows. Does your code stop, or limit a
            number?""",
        ),
        values(
            "path",
            cases="without steps, the path is only w0",
            alone=False,  # a function that returns w0 satisfies it
            help="With steps = 0 the path has one row, w0. What does your loop do then?",
        ),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("course_lib.descent",),
    hints=(
        step(
            "`grad` is a function: call it with the point where you are now.",
            "the path down a quadratic",
            "the path on another function",
        ),
        step(
            "Start a list with w0, append one point per step, and turn the list into an array at "
            "the end.",
            "the path down a quadratic",
            "the path on another function",
        ),
        "A smaller example: grad(w) = 2·w, w0 = [1], lr = 0.25, two steps. The first step is "
        "0.25·2 = 0.5, from 1 to 0.5; the second is 0.25·1 = 0.25, from 0.5 to 0.25: path = [[1], "
        "[0.5], [0.25]].",
    ),
    mistakes=(
        *slips("""
w = w + lr * dw
    The path goes uphill. The gradient points uphill, so which sign does the step need?
return np.array(path)[1:]
    Your path begins after the first step. Its first row should be w0.
return np.array(path)[:-1]
    The last point is missing. A path of `steps` steps has `steps` + 1 points.
for _ in range(steps + 1):
    You take one step too many. A path of `steps` steps has `steps` + 1 points.
w0 = w0 - lr * grad(w0)
    There are enough rows, but w0 is not among them. Store w0 before the first step.
w, path = w0, [0 * w0]
    The first row of the path is 0. Which point belongs there?
return np.array([*path[:-1], 0 * w])
    The last row is 0: a path of `steps` steps has `steps` + 1 points, and you do not store the last
    one.
return np.array([*path[:-1], 0 * w] if steps else path)
    The last row is 0, as if you took one step fewer. How many steps does a path of `steps` + 1
    points have?
return np.array([grad(v) for v in path])
    The rows are gradients. The task asks for the points at which the gradients were computed.
return np.array(path)[-1]
    You return only the last point. Return every point of the path, one per row.
w0 = w0.copy()
w -= lr * dw
    All rows are the last point: the path contains the same array several times, and `-=` changes
    this array. Make a new array in each step.
dw = grad(w0)
    Every step uses the gradient at w0. After a step you are at another point, where the gradient is
    different.
w = w0 - lr * dw
    Every step starts from w0 again. At which point does the second step start?
w = w - dw
    `lr` is not used. How far does one step go along the gradient?
w = w - lr / len(path) * dw
    You divide the rate by the number of the step, so each later step is too short. Use the rate as
    it is given, in every step.
return np.vstack([path[:1], np.diff(path, axis=0)])
    The rows are the steps. The task asks for the points that the steps reach.
dw = grad(w) / np.linalg.norm(grad(w))
    All steps have the length `lr`. Do not normalise the gradient: a step should be long where the
    gradient is large, and short near the minimum.
dw = grad(w) * (np.linalg.norm(grad(w)) > 1e-6)
    Where the gradient is small, your point does not move. Leave out this special case: a small
    gradient gives a small step.
"""),
        slip(
            "path.append(w)",
            "path.append(w)\n        if np.linalg.norm(path[-1] - path[-2]) < 1e-6:\n         "
            "   break",
            "Your loop stops where the gradient is small. Take all `steps` steps, because the "
            "path has a fixed number of rows.",
        ),
        mistake(stops_where_it_diverges),
        mistake(limits_the_weights),
        mistake(refuses_to_climb),
        mistake(one_coordinate_after_the_other),
    ),
)
