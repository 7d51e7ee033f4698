"""``perceptron_loss(f, t) -> (value, df)``: only wrong outputs have a positive loss."""

from typing import Any

import numpy as np

from grader.checking.contract import Case
from grader.exercises.losses import at_the_kink, kinks_apart, loss
from grader.exercises.ps02.binary_hinge import margin_mistakes, shuffled_sides, sides


def perceptron_loss(f, t):
    wrong = -t * f
    value = float(np.sum(np.maximum(0, wrong))) / len(f)
    df = -t * (wrong > 0) / len(f)
    return value, df


def undecided(rng: np.random.Generator) -> dict[str, list[Case]]:
    kink = sides(rng, "some outputs exactly 0", (3, 2))
    kink["f"][[0, 2], [1, 0]] = 0.0
    kink["f"][1], kink["t"][1] = (-0.8, 0.6), (1.0, -1.0)  # wrong on either side
    return {"outputs that are exactly 0": [kink]}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """At f = 0 every number from -t/N to 0 is a subgradient: any of them counts as 0."""
    t, kink = case["t"], case["f"] == 0
    return kinks_apart(outputs, "df", kink, -t / len(t), 0)


exercise = loss(
    perceptron_loss,
    points=1,
    draw=shuffled_sides,
    gradient="""Take one output, and let f change by 0.1. By how much does its loss change if t·f is
    −3, and if it is 0.5?""",
    special=undecided,
    observe=observe,
    judge=[at_the_kink("df", "outputs that are exactly 0")],
    answers=("course_lib.losses.perceptron_loss", "course_lib.losses.binary_hinge"),
    hints="""
    Which sign has t·f when the output has the right sign, and which when it has the wrong one?

    L = (1/N) Σ max(0, −t·f). Where −t·f is positive, its derivative with respect to f is −t;
    elsewhere it is 0. This is the hinge loss without the 1.

    Smaller: f = [[0.5], [−3], [1]] and t = [[1], [1], [−1]]. The products t·f are 0.5, −3 and −1,
    so the losses are 0, 3 and 1. The value is 4/3 = 1.333 and df = [[0], [−1/3], [1/3]].
    """,
)

margin_mistakes(exercise, "wrong", "−t·f")
exercise.slips("""
wrong = 1 - t * f
    Right outputs have a positive loss if they are small: that is the margin of the hinge loss. The
    perceptron loss needs only the right sign.
df = -t * (wrong > -1) / len(f)
    `df` is not 0 for right outputs below 1, although their loss is 0 here.
value = float(np.sum(wrong)) / len(f)
df = -t / len(f)
    Right outputs lower the value, even below 0 if there are many of them. What does max(0, …) do
    with them, and what is its derivative there?
df = -t / len(f)
    `df` is −t/N everywhere. A right output has loss 0, even if it changes a little. What is its
    gradient?
wrong = t * f
df = t * (wrong > 0) / len(f)
    Right outputs have a positive loss and wrong ones do not. Look at the sign of t·f.
df = -t * (f < 0) / len(f)
    The mask compares f with 0. With t = −1 a negative f costs nothing, so compare t·f with 0.
value = float(np.sum(wrong > 0)) / len(f)
    You count wrong outputs. A count does not change when an output changes a little, so its
    gradient is 0. By how much is each output wrong?
""")
exercise.slips(
    """
value = float(np.sum(np.maximum(0, -wrong))) / len(f)
    In the value, right outputs have a positive loss and wrong ones do not, while `df` is right.
    Which sign has t·f where the output is wrong?
""",
    needs=("the gradient",),
)
