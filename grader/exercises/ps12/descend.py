"""``descend(step, gradient, w, memories, n) -> points``: where n steps of a method lead."""

import numpy as np

from grader.checking.contract import Case, case, function, slips, values
from grader.exercises.optimizers import away_from_zero

PLAIN, ONE, TWO = "a method without memory", "one array of memory", "two arrays of memory"


def descend(step, gradient, w, memories, n):
    memory = [np.zeros_like(w) for _ in range(memories)]
    points = [w]
    for t in range(1, n + 1):
        dw = gradient(w)
        w, *memory = step(w, dw, *memory, t)
        points.append(w)
    return np.array(points)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def some(about: str, memories: int, shape: tuple[int, ...], n: int) -> Case:
        return case(
            about,
            w=away_from_zero(rng, shape),
            memories=memories,
            n=n,
            curvature=rng.uniform(0.5, 2, size=shape),
            numbers=rng.uniform(0.1, 0.2, size=3),
        )

    return {
        PLAIN: [some("one step", 0, (3,), 1), some("four steps", 0, (2,), 4)],
        ONE: [some("three steps", 1, (3,), 3), some("five steps of a matrix", 1, (2, 2), 5)],
        TWO: [some("one step with two arrays", 2, (2,), 1), some("six steps", 2, (3,), 6)],
    }


def run(descend, case):
    size, share, growth = case["numbers"]

    def step(w, dw, *rest):
        *memory, t = rest
        if len(memory) != case["memories"]:
            raise ValueError(
                f"step got {len(memory)} arrays of memory, expected {case['memories']}"
            )
        memory = [share * old + (k + 1) * dw for k, old in enumerate(memory)]
        move = sum(memory, dw) / (1 + growth * t)
        return (w - size * move, *memory)

    def gradient(w):
        return case["curvature"] * w

    given = case["memories"], case["n"]
    descend(step, gradient, 2 * case["w"] + 1, *given)  # shows what is kept between calls
    return {"points": descend(step, gradient, case["w"], *given)}


exercise = function(
    descend,
    returns="points",
    points=3,
    cases=cases,
    run=run,
    judge=[
        values(
            "points",
            weight=2,
            cases=PLAIN,
            title=PLAIN,
            help="""The first point is the given w, and each step adds one: n + 1 points. From which
            number does t count, and where is the gradient computed?""",
        ),
        values(
            "points",
            weight=3,
            cases=ONE,
            title=ONE,
            help="""The first step gets an array of zeros in the shape of w. What does each later
            step get?""",
        ),
        values(
            "points",
            weight=3,
            cases=TWO,
            title=TWO,
            help="A method with two arrays returns w and both arrays. Are they passed on in order?",
        ),
    ],
    without=("in place",),
    answers=("grader.exercises.ps12.descend",),
    hints="""
    Keep a list of arrays, `memory`, beside w. `step(w, dw, *memory, t)` passes each entry of the
    list as an argument of its own, and `w, *memory = …` puts all results after the first one into a
    list.

    A smaller example: w = 8, the gradient is w itself, no memory, and step(w, dw, t) returns
    w − dw/2 at t = 1 and w − dw/4 at t = 2. The points of two steps are 8, 4, 3.
    """,
    mistakes=slips("""
for t in range(n):
    t counts from 0 in your loop. Which number has the first step?
for t in range(1, n):
    One step is missing: n steps lead to n + 1 points.
points = []
    The point from which the first step starts is not among your points.
memory = [np.ones_like(w) for _ in range(memories)]
    The memory starts at 1. A sum or a mean of gradients is 0 before the first step.
memory = [w for _ in range(memories)]
    The memory starts as w. It has the shape of w, but a sum or a mean of gradients is 0 before the
    first step.
w, *_ = step(w, dw, *memory, t)
    Every step gets zeros as its memory. Which arrays does the last step return for the next one?
w, *memory = step(w, dw, *memory, 1)
    Every step gets the number 1. The argument t is the number of the step.
w, *memory = step(w, dw, *memory, n)
    Every step gets the number n. The argument t is the number of the step that is being made.
w, *memory = step(points[0], dw, *memory, t)
    Every step starts from the first point. A step starts where the last one has ended.
dw = gradient(points[0])
    Every step uses the gradient of the first point. Where is w at the time of the step?
points.append(dw)
    You collect gradients. The result holds the points, which are values of w.
return w
    Only the last point is returned. All n + 1 are wanted, the given one first.
return np.array(points[::-1])
    The points stand in the wrong order: the given w comes first.
"""),
)
