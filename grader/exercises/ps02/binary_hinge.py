"""``binary_hinge(f, t) -> (value, df)``: outputs have to be right by a margin of 1."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, slips
from grader.exercises.losses import at_the_kink, kinks_apart, loss


def binary_hinge(f, t):
    short = 1 - t * f
    value = float(np.sum(np.maximum(0, short))) / len(f)
    df = -t * (short > 0) / len(f)
    return value, df


def sides(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Wrong outputs, right ones within the margin and beyond it, away from the kinks."""
    place = np.arange(shape[0] * shape[1]).reshape(shape)
    agreement = np.choose(
        place % 3,
        [
            rng.uniform(-2.0, -0.4, size=shape),
            rng.uniform(0.2, 0.8, size=shape),
            rng.uniform(1.2, 1.8, size=shape) + place // 3 % 2,  # also beyond 2
        ],
    )
    # Both targets for every kind, in a pattern without equal rows or columns.
    t = rng.choice([-1.0, 1.0]) * np.resize([1.0, -1.0, -1.0, -1.0, 1.0, 1.0], shape)
    return case(about, f=agreement * t, t=t)


def shuffled_sides(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """The same in an order of columns that differs between draws: no old answer is right again."""
    made, columns = sides(rng, about, shape), rng.permutation(shape[1])
    return case(about, f=made["f"][:, columns], t=made["t"][:, columns])


def at_the_margin(rng: np.random.Generator) -> dict[str, list[Case]]:
    kink = sides(rng, "some exactly at the margin", (3, 2))
    kink["f"][[0, 2], [1, 0]] = kink["t"][[0, 2], [1, 0]]
    return {"exactly at the margin": [kink]}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """At t f = 1 every number from -t/N to 0 is a subgradient: any of them counts as 0."""
    t, kink = case["t"], case["t"] * case["f"] == 1
    return kinks_apart(outputs, "df", kink, -t / len(t), 0)


exercise = loss(
    binary_hinge,
    points=1,
    draw=shuffled_sides,
    value="""First compute for each output by how much t·f is smaller than 1; where it is larger,
    the loss is 0.""",
    gradient="""Take one output, and let f change by 0.1. By how much does its loss change if t·f is
    −3, if it is 0.5, and if it is 2?""",
    special=at_the_margin,
    observe=observe,
    judge=[at_the_kink("df", "exactly at the margin")],
    answers=("course_lib.losses.binary_hinge", "course_lib.losses.perceptron_loss"),
    hints="""
    L = (1/N) Σ max(0, 1 − t·f). Where 1 − t·f is positive, its derivative with respect to f is that
    of −t·f; elsewhere it is 0. A comparison gives the mask.

    A smaller example: f = [[0.5], [3], [1]] and t = [[1], [1], [−1]]. The products t·f are 0.5, 3
    and −1, so the losses are 0.5, 0 and 2. The value is 2.5/3 = 0.833 and df = [[−1/3], [0],
    [1/3]].
    """,
    mistakes=(
        *slips("""
value = float(np.sum(np.max(short, axis=0))) / len(f)
    The value adds up only one number per output, the largest over the samples. Every entry has to
    be compared with 0. What is the second argument of `np.max`, and which function compares two
    arrays?
value = float(np.sum(np.max(short, axis=0))) / len(f)
df = -t * (np.max(short, axis=0) > 0) / len(f)
    Value and mask use only one number per output, the largest over the samples. Every entry has to
    be compared with 0. What is the second argument of `np.max`, and which function compares two
    arrays?
value = float(np.sum(np.max(0, short))) / len(f)
    The second argument of `np.max` is an axis. Which function compares two arrays, or an array and
    a number, entry by entry?
value = float(np.sum(max(0, short))) / len(f)
    `if` and Python's `max` need a single truth value, but you gave them an array. Every entry has
    to be compared with 0. Which NumPy function does that?
value = float(np.sum(np.maximum(0, short.sum(axis=1)))) / len(f)
    In the value the outputs of a sample are added up before the maximum with 0 is taken, so that a
    good output cancels a bad one. In which order do Σ and max occur in the formula?
value = float(np.sum(np.maximum(0, short.sum(axis=1)))) / len(f)
df = -t * (short.sum(axis=1, keepdims=True) > 0) / len(f)
    The maximum with 0 is taken once for each sample, of the sum over its outputs, in value and
    gradient. In which order do Σ and max occur in the formula?
value = float(np.sum(np.maximum(0, short) ** 2)) / len(f)
    The value adds up the squares of the amounts. Here max(0, 1 − t·f) is not squared.
df = -t * (short < 0) / len(f)
    The mask is inverted: `df` should be 0 where the loss is 0, not elsewhere.
df = -f * (short > 0) / len(f)
    Where `df` is not 0, it is computed from f. Did you differentiate 1 − t·f with respect to f or
    with respect to t?
df = -t * f * (short > 0) / len(f)
    `df` contains f itself. Differentiate 1 − t·f with respect to f once more.
df = -1.0 * (short > 0) / len(f)
    `df` is never positive. With t = −1 the output has to come down: what is the derivative of
    1 − t·f?
t = 2 * t - 1
    2t − 1 makes −1 and +1 out of 0 and 1. These targets are −1 and +1 already, and become −3 and
    +1.
value = float(np.sum(np.maximum(0, short))) / max((short > 0).sum(), 1)
df = -t * (short > 0) / max((short > 0).sum(), 1)
    The sums are divided by the number of outputs with a positive loss, which changes with the
    outputs. By which fixed number should you divide?
value = float(np.sum(short)) / len(f)
df = -t / len(f)
    Outputs beyond the margin lower the value, even below 0 if there are many of them. What does
    max(0, …) do with them, and what is its derivative there?
df = -t / len(f)
    `df` is −t/N everywhere. An output that is right by more than the margin has loss 0, even if it
    changes a little. What is its gradient?
short = -t * f
    Only wrong outputs cost something here: that is the perceptron's loss. For the hinge t·f has to
    reach 1, not 0.
df = -t * (short > 1) / len(f)
    `df` is 0 for outputs that are right by less than the margin. Their loss is positive, so their
    gradient is not 0.
short = 1 + t * f
df = t * (short > 0) / len(f)
    Outputs that agree with their targets have the largest loss. Which sign has t·f when they
    agree, and should it then raise or lower the loss?
df = -t * (f < 1) / len(f)
    The mask compares f with 1. With t = −1, a very negative f costs nothing, so compare t·f
    with 1.
df = -t * np.maximum(0, short) / len(f)
    `df` grows with the amount 1 − t·f. The hinge loss is linear on that side. What is the
    derivative of a linear function?
value = float(np.sum(np.maximum(0, short) ** 2)) / len(f)
df = -2 * t * np.maximum(0, short) / len(f)
    This is the squared hinge loss. Here max(0, 1 − t·f) is not squared.
value = 0.5 * float(np.sum(np.maximum(0, short) ** 2)) / len(f)
df = -t * np.maximum(0, short) / len(f)
    You square the amount 1 − t·f, with a ½ as in the squared error. The hinge loss does not square
    it.
value = float(np.sum(np.abs(t - f))) / len(f)
df = np.sign(f - t) / len(f)
    The distance |t − f| also penalises outputs beyond the margin. For t = 1 and f = 5 the
    loss is 0 and not 4.
value = float(np.sum(np.sign(f) != t)) / len(f)
df = -t * (np.sign(f) != t) / len(f)
    You count wrong signs. A count does not change when an output changes a little, so its gradient
    is 0. Use the amount by which t·f is smaller than 1.
"""),
        *slips(
            """
value = float(np.sum(np.maximum(0, short - 1))) / len(f)
    The value contains only outputs of the wrong sign, while `df` belongs to a loss with a margin.
    What is the loss of an output with t·f = 0.5?
""",
            needs=("the gradient",),
        ),
    ),
)
