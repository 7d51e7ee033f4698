"""``squared_error(y, t) -> (value, dy)``: half the squared distance, and its gradient."""

import numpy as np

from grader.checking.contract import Case, case, slips
from grader.exercises.losses import Draw, loss, table_cases


def squared_error(y, t):
    r = y - t
    value = 0.5 * float(np.sum(r**2)) / len(y)
    dy = r / len(y)
    return value, dy


def pairs(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Outputs and targets that differ everywhere, by amounts of both signs and all sizes."""
    y = rng.normal(size=shape)
    r = rng.uniform(0.3, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    r.flat[0], r.flat[-1] = abs(r.flat[0]), -abs(r.flat[-1])  # one of each sign
    if r.size > 4:
        r.flat[1] /= 100
    return case(about, y=y, t=y - r)


def of_any_size(draw: Draw, rng: np.random.Generator) -> list[Case]:
    far = draw(rng, "errors in the thousands", (3, 2))
    far["y"] = far["t"] + 3000 * (far["y"] - far["t"])
    return [*table_cases(draw, rng), far]


exercise = loss(
    squared_error,
    points=1,
    draw=pairs,
    batches=of_any_size,
    value="""Let r = y − t hold a 3, a −3 and zeros. What does each of the two add to the value, and
    by which number do you divide the sum?""",
    gradient="Raise one entry of y a little. Which terms of the value change, and by how much?",
    answers=("course_lib.losses.regression",),
    hints="""
    L = (1/N) Σ ½ r², over all samples and outputs. Change a single entry of y: only its own term
    changes. What is the derivative of ½ r², and where does the 1/N go?

    A smaller example: y = [[3, 1], [0, 0]] and t = [[1, 1], [0, 4]] differ by r = [[2, 0], [0,
    −4]]. The squares add up to 20, so the value is ½ · 20 / 2 = 5, and dy = [[1, 0], [0, −2]].
    """,
    mistakes=slips("""
value = float(np.sum(r**2)) / len(y)
    The value is twice too large: the squared error of this course has a factor that cancels the 2
    of the derivative.
value = float(np.sum(r**2)) / len(y)
dy = 2 * r / len(y)
    Value and gradient agree with each other, but both are twice too large: the squared error of
    this course begins with ½.
dy = 2 * r / len(y)
    `dy` is twice too large. Differentiate the value as you compute it, with its factor in front.
value = float(np.mean(r**2))
dy = 2 * r / r.size
    This is the mean squared error over all N·K entries. Here you add up the K squares of a sample
    and average only over the samples. The factor ½ is missing, too.
dy = 0.5 * r / len(y)
    `dy` is half of what it should be. Which factor does the derivative of a square have, and what
    does it give together with the factor in front?
value = 0.5 * float(np.sum(np.sqrt(np.sum(r**2, axis=1)))) / len(y)
    You take a root, so the value is proportional to the distance, not to its square.
value = 0.5 * float(np.sum(r)) / len(y)
    You add up the differences without squaring them, so positive and negative ones cancel.
value = float(np.sum(np.abs(r))) / len(y)
dy = np.sign(r) / len(y)
    This is the absolute error. Here each difference is squared.
value = 0.5 * float(np.sum(np.sum(r, axis=1) ** 2)) / len(y)
    You add up the differences of a sample and then square the sum. In which order do Σ and the
    square occur in ½ Σ (y − t)²?
dy = r.sum(axis=0) / len(y)
    `dy` was added up over the samples. It needs an entry for each entry of `y`, because each entry
    has its own derivative.
value = float(np.mean(r**2))
dy = 2 * r / len(y)
    The value is the mean of the squares of all N·K entries, and `dy` is 2·(y − t)/N: the two do not
    agree. By which number do you have to divide in both, and which factor cancels the 2?
"""),
)
