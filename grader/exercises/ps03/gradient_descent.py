"""``gradient_descent(grad, w0, lr, steps) -> path``: all points of the path, w0 first."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, shapes, step, unchanged_inputs, values


def gradient_descent(grad, w0, lr, steps):
    w = w0.copy()
    path = [w]
    for _ in range(steps):
        w = w - lr * grad(w)
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


def near_the_minimum(rng: np.random.Generator, about: str) -> Case:
    """The minimum is at 0, and w0 so near that the gradient is below any usual tolerance soon."""
    near = landscape(rng, about, 2, 40, bend=0.0)
    near["b"] = np.zeros(2)
    near["w0"] = 1e-7 * rng.uniform(1, 2, size=2)
    near["lr"] = 0.7 / float(np.linalg.eigvalsh(near["A"]).max())
    return near


def too_fast(rng: np.random.Generator, about: str) -> Case:
    """Above lr = 2/(largest curvature) every step goes farther up on the other side."""
    fast = landscape(rng, about, 2, 4, bend=0.0)
    fast["lr"] = 2.5 / float(np.linalg.eigvalsh(fast["A"]).max())
    return fast


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        landscape(rng, "one coordinate", 1, 3, bend=0.0),
        landscape(rng, "a quadratic bowl", 2, 6, bend=0.0),
        landscape(rng, "more coordinates than steps", 5, 2, bend=0.0),
        landscape(rng, "no quadratic", 3, 5, bend=2.0),
        near_the_minimum(rng, "almost at the minimum"),
        too_fast(rng, "too large a rate"),
        landscape(rng, "no step", 2, 0, bend=0.0),
    ]


def run(gradient_descent: Any, case: Case) -> dict[str, Any]:
    def grad(w: Any) -> Any:
        return case["A"] @ w + case["bend"] * np.sin(w) - case["b"]

    return {"path": gradient_descent(grad, case["w0"], case["lr"], case["steps"])}


QUADRATIC, OTHER = "the path down a quadratic", "the path on another function"
TINY, TOO_FAST = "goes on where the slope is tiny", "a rate that is too large diverges"
NO_STEP = "no step: the path is w0 alone"

exercise = function(
    gradient_descent,
    returns="path",
    points=2,
    cases=cases,
    run=run,
    judge=[
        values(
            "path",
            weight=4,
            cases=("one coordinate", "a quadratic bowl", "more coordinates than steps"),
            title=QUADRATIC,
        ),
        values("path", weight=3, cases="no quadratic", title=OTHER),
        # Right programs agree there to the last bits, relative to the largest number.
        values(
            "path",
            cases="almost at the minimum",
            rtol=1e-7,
            atol=0.0,
            title=TINY,
        ),
        values(
            "path",
            cases="too large a rate",
            title=TOO_FAST,
            after=QUADRATIC,
        ),
        values("path", cases="no step", title=NO_STEP),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("course_lib.descent.gradient_descent",),
    hints=(
        step("`grad` is a function: call it with the point where you are now.", QUADRATIC, OTHER),
        step(
            "A list that begins with w0 and grows by one point a step becomes the array at the "
            "end.",
            QUADRATIC,
            OTHER,
        ),
        step(
            "Take all `steps` steps, also where the slope is small. Does anything stop or skip?",
            TINY,
        ),
        step(
            "At a large rate each point lies farther away than the one before. Use `lr` as it is "
            "given, and leave the points where they are.",
            TOO_FAST,
        ),
        step("With steps = 0 the path has one row, w0. What does your loop make of that?", NO_STEP),
        "Smaller: grad(w) = 2·w, w0 = [1], lr = 0.25, two steps. From 1 go 0.25·2 = 0.5 down "
        "to 0.5, from there 0.25·1 = 0.25 down to 0.25: path = [[1], [0.5], [0.25]].",
    ),
)

exercise.slip(
    "- lr",
    "+ lr",
    "The path climbs. The gradient points uphill; which way do you want to go?",
)
exercise.slip(
    "np.array(path)",
    "np.array(path)[1:]",
    "The path begins after the first step. Its first row is w0 itself.",
)
exercise.slip(
    "np.array(path)",
    "np.array(path)[:-1]",
    "The last point is missing. A path of `steps` steps has one point more than steps.",
)
exercise.slip(
    "range(steps)",
    "range(steps + 1)",
    "One step too many was taken: count the steps apart from the points.",
)
exercise.slip(
    "path = [w]",
    "w = w - lr * grad(w)\n    path = [w]",
    "There are enough rows, but w0 is not among them. Store the point you are at before you "
    "move on.",
)
exercise.slip(
    "path = [w]",
    "path = [0 * w]",
    "The first row is 0, and all others are right. What belongs there?",
)
exercise.slip(
    "np.array(path)",
    "np.array([*path[:-1], 0 * w])",
    "The last row is 0: a path of `steps` steps has one point more than steps, and the last one is "
    "not stored.",
)
exercise.slip(
    "np.array(path)",
    "np.array([*path[:-1], 0 * w] if steps else path)",
    "The last row is 0, as though one step fewer were taken. How many steps lead through "
    "`steps` + 1 points?",
)
exercise.slip(
    "np.array(path)",
    "np.array([grad(v) for v in path])",
    "The rows are gradients. Wanted are the points at which they were taken.",
)
exercise.slip(
    "np.array(path)",
    "np.array(path)[-1]",
    "Only the last point came back. Keep every point on the way, one a row.",
)
exercise.slip(
    "w = w - lr",
    "w -= lr",
    "All rows are the last point: one array stands in the path several times, and `-=` "
    "changes it everywhere. Make a new array in each step.",
)
exercise.slip(
    "grad(w)",
    "grad(w0)",
    "Every step uses the slope at w0. After a step you stand elsewhere, and the slope there "
    "is another one.",
)
exercise.slip(
    "w = w - lr",
    "w = w0 - lr",
    "Every step sets out from w0 again. Where does the second step begin?",
)
exercise.slip(
    "lr * grad(w)",
    "grad(w)",
    "`lr` plays no part: how far does one step go along the gradient?",
)
exercise.slip(
    "lr * grad(w)",
    "lr / len(path) * grad(w)",
    "The first step is right, and each later one is too short. The rate stays as it is given.",
)
exercise.slip(
    "np.array(path)",
    "np.vstack([path[:1], np.diff(path, axis=0)])",
    "The rows are the steps. Wanted are the points: where each step has led.",
)
exercise.slip(
    "grad(w)",
    "grad(w) / np.linalg.norm(grad(w))",
    "All steps have the length `lr`. Do not normalise the gradient: where it is steep, a step"
    " is long, and near the bottom it is short by itself.",
)
exercise.slip(
    "path.append(w)",
    "path.append(w)\n        if np.linalg.norm(path[-1] - path[-2]) < 1e-6:\n            break",
    "It stops by itself where the slope is small. Take all `steps` steps: the path has a "
    "fixed number of rows, and where to stop is decided elsewhere.",
)
exercise.slip(
    "lr * grad(w)",
    "lr * grad(w) * (np.linalg.norm(grad(w)) > 1e-6)",
    "Where the slope is small the point stands still. A small slope makes a small step by "
    "itself, and there is nothing to decide.",
)


@exercise.mistake
def refuses_to_climb(grad, w0, lr, steps):
    """The rate is made smaller where a step would overshoot. Use `lr` as it is given: that a large
    one diverges is something to see.
    """
    path = [w0]
    for _ in range(steps):
        rate = lr
        while grad(path[-1]) @ grad(path[-1] - rate * grad(path[-1])) < 0:
            rate /= 2
        path.append(path[-1] - rate * grad(path[-1]))
    return np.array(path)


@exercise.mistake
def one_coordinate_after_the_other(grad, w0, lr, steps):
    """The gradient is asked again after each coordinate. One step moves all coordinates by the
    gradient at one and the same point.
    """
    path = [w0]
    for _ in range(steps):
        w = path[-1].copy()
        for i in range(len(w)):
            w[i] -= lr * grad(w)[i]
        path.append(w)
    return np.array(path)
