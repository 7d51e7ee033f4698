"""``binary_hinge(f, t) -> (value, df)``: outputs have to be right by a margin."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, Exercise, case, function, step, values
from grader.exercises.losses import (
    FORM_OF_A_LOSS,
    TABLES,
    kinks_apart,
    table_cases,
    value_and_gradient_mistakes,
)

KINK = "some exactly at the margin"
KINDS = 3


def binary_hinge(f, t):
    short = 1 - t * f
    return float(np.sum(np.maximum(0, short))) / len(f), -t * (short > 0) / len(f)


def sides(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Wrong outputs, right ones within the margin and beyond it, away from the kinks."""
    size = shape[0] * shape[1]
    kind = np.arange(size) % KINDS
    agreement = np.choose(
        kind,
        [
            rng.uniform(-2.0, -0.4, size=size),
            rng.uniform(0.2, 0.8, size=size),
            rng.uniform(1.2, 1.8, size=size) + np.arange(size) // KINDS % 2,  # also beyond 2
        ],
    ).reshape(shape)
    # Both targets for every kind, in a pattern without equal rows or columns.
    t = rng.choice([-1.0, 1.0]) * np.resize([1.0, -1.0, -1.0, -1.0, 1.0, 1.0], shape)
    return case(about, f=agreement * t, t=t)


def shuffled_sides(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """The same in an order of columns that differs between draws: no old answer is right again."""
    made, columns = sides(rng, about, shape), rng.permutation(shape[1])
    return case(about, f=made["f"][:, columns], t=made["t"][:, columns])


def cases(rng: np.random.Generator) -> list[Case]:
    kink = sides(rng, KINK, (3, 2))
    kink["f"][[0, 2], [1, 0]] = kink["t"][[0, 2], [1, 0]]
    return [*table_cases(shuffled_sides, rng), kink]


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """At t f = 1 every number from -t/N to 0 is a subgradient: any of them counts as 0."""
    t, kink = case["t"], case["t"] * case["f"] == 1
    return kinks_apart(outputs, "df", kink, -t / len(t), 0)


def margin_mistakes(exercise: Exercise, cost: str, derived: str) -> None:
    """Enter what hinge and perceptron have in common: ``cost`` is an array, of which 0 is cut."""
    both = f"np.maximum(0, {cost}))) / len(f), -t * ({cost} > 0)"
    exercise.slip(
        f"np.maximum(0, {cost})",
        f"np.max({cost}, axis=0)",
        "The value adds up one number for each output only, the largest of all samples. Every "
        "entry has to be compared with 0. What is the second argument of `np.max`, and which "
        "function takes two arrays?",
    )
    exercise.slip(
        both,
        f"np.max({cost}, axis=0))) / len(f), -t * (np.max({cost}, axis=0) > 0)",
        "Value and mask are made of one number for each output, the largest of all samples. Every "
        "entry has to be compared with 0. What is the second argument of `np.max`, and which "
        "function takes two arrays?",
    )
    exercise.slip(
        f"np.maximum(0, {cost})",
        f"np.max(0, {cost})",
        "The second argument of `np.max` is an axis. Which function compares two arrays, or an "
        "array and a number, entry by entry?",
    )
    exercise.slip(
        f"np.maximum(0, {cost})",
        f"max(0, {cost})",
        "Python was asked whether an array of several numbers is true, as `if` and its own `max` "
        "do. Every entry has to be compared with 0 for itself: which function of NumPy does that?",
    )
    exercise.slip(
        f"np.maximum(0, {cost})",
        f"np.maximum(0, {cost}.sum(axis=1))",
        "In the value the outputs of a sample are added up before the maximum with 0 is taken, so "
        "that a good output pays for a bad one. In which order do Σ and max stand in the formula?",
    )
    exercise.slip(
        both,
        f"np.maximum(0, {cost}.sum(axis=1)))) / len(f), "
        f"-t * ({cost}.sum(axis=1, keepdims=True) > 0)",
        "The maximum with 0 is taken once for each sample, of the sum over its outputs, in value "
        "and gradient. In which order do Σ and max stand in the formula?",
    )
    exercise.slip(
        f"{cost} > 0",
        f"{cost} < 0",
        "The mask is inverted: `df` is not 0 where nothing is lost, and 0 elsewhere.",
    )
    exercise.slip(
        "-t * (",
        "-f * (",
        f"`df` is made of f where it is not 0. With respect to which of its two letters was "
        f"{derived} differentiated?",
    )
    exercise.slip(
        "-t * (",
        "-t * f * (",
        f"`df` contains f itself. Differentiate {derived} with respect to f once more.",
    )
    exercise.slip(
        "-t * (",
        "-1.0 * (",
        "`df` is never positive. With t = −1 the output has to come down: what is the derivative "
        f"of {derived}?",
    )
    exercise.slip(
        f"{cost} = ",
        f"t = 2 * t - 1\n    {cost} = ",
        "2t − 1 makes −1 and +1 out of 0 and 1. These targets are −1 and +1 already, and become −3 "
        "and +1.",
    )
    exercise.slip(
        both,
        f"np.maximum(0, {cost}))) / max(({cost} > 0).sum(), 1), "
        f"-t * ({cost} > 0) / max(({cost} > 0).sum(), 1) * len(f)",
        "The sums are divided by the number of outputs that cost something. It changes with the "
        "outputs. Which number does not?",
    )


exercise = function(
    binary_hinge,
    returns="value, df",
    points=2,
    cases=cases,
    observe=observe,
    judge=[
        values("value", weight=4, cases=TABLES, title="the value"),
        values("df", weight=4, cases=TABLES, title="the gradient"),
        values(
            "df",
            "df at the kink",
            cases=KINK,
            form=True,  # a few numbers, which many a wrong gradient meets
            title="exactly at the margin",
            after="the gradient",
        ),
    ],
    form=FORM_OF_A_LOSS,
    answers=("course_lib.losses.binary_hinge", "course_lib.losses.perceptron_loss"),
    hints=(
        step(
            "First ask of each output: how much is t·f short of 1? Never less than 0.", "the value"
        ),
        step(
            "Take one output, and let f change by 0.1. By how much does its loss change if t·f is "
            "−3, if it is 0.5, and if it is 2?",
            "the gradient",
        ),
        "L = (1/N) Σ max(0, 1 − t·f). Where 1 − t·f is positive its derivative with respect to f "
        "is that of −t·f, elsewhere 0. A comparison gives the mask.",
        "Smaller: f = [[0.5], [3], [1]] and t = [[1], [1], [−1]]. The products t·f are 0.5, 3 and "
        "−1, short of 1 by 0.5, 0 and 2. The value is 2.5/3 = 0.833 and df = [[−1/3], [0], [1/3]].",
    ),
    grows=lambda rng, n: sides(rng, "growing", (n, 3)),
)

value_and_gradient_mistakes(exercise)
margin_mistakes(exercise, "short", "1 − t·f")
exercise.slip(
    "np.maximum(0, short))) / len(f), -t * (short > 0)",
    "short)) / len(f), -t",
    "Outputs beyond the margin lower the value, below 0 if there are enough of them. What does "
    "max(0, …) do with them, and what is its derivative there?",
)
exercise.slip(
    " * (short > 0)",
    "",
    "`df` is −t/N everywhere. An output that is right by more than the margin costs 0, and still 0 "
    "if it changes a little: what is its gradient?",
)
exercise.slip(
    "1 - t * f",
    "-t * f",
    "Only wrong outputs cost something here: that is the perceptron's loss. For the hinge t·f has "
    "to reach 1, not 0.",
)
exercise.slip(
    "short > 0",
    "short > 1",
    "`df` is 0 for outputs that are right by less than the margin. Do they cost something? Then "
    "their gradient is not 0.",
)
exercise.slip(
    "1 - t * f\n    return float(np.sum(np.maximum(0, short))) / len(f), -t",
    "1 + t * f\n    return float(np.sum(np.maximum(0, short))) / len(f), t",
    "Outputs that agree with their targets cost most. Which sign has t·f when f is right, and what "
    "should it do to the loss?",
)
exercise.slip(
    "short > 0",
    "f < 1",
    "The mask asks whether f is below 1. With t = −1, a very negative f is right: ask for t·f.",
)
exercise.slip(
    "(short > 0)",
    "np.maximum(0, short)",
    "`df` grows with what the margin is short of. The hinge is a straight line on that side: what "
    "is the derivative of a straight line?",
)
exercise.slip(
    "np.maximum(0, short))) / len(f), -t * (short > 0)",
    "np.maximum(0, short) ** 2)) / len(f), -2 * t * np.maximum(0, short)",
    "This is the squared hinge. Here what the margin is short of counts as it is.",
)
exercise.slip(
    "float(np.sum(np.maximum(0, short))) / len(f), -t * (short > 0)",
    "0.5 * float(np.sum(np.maximum(0, short) ** 2)) / len(f), -t * np.maximum(0, short)",
    "What the margin is short of is squared, with a ½ as in the squared error. The hinge takes it "
    "as it is.",
)
exercise.slip(
    "np.maximum(0, short))) / len(f), -t * (short > 0)",
    "np.abs(t - f))) / len(f), np.sign(f - t)",
    "The distance |t − f| punishes outputs beyond the margin as well. f = 5 for t = 1 is not 4 too "
    "much: it is right.",
)
exercise.slip(
    "np.maximum(0, short))) / len(f), -t * (short > 0)",
    "np.sign(f) != t)) / len(f), -t * (np.sign(f) != t)",
    "Wrong signs are counted. A count does not change when an output changes a little, so gradient "
    "descent learns nothing from it: how far short is each?",
)
exercise.slip(
    "np.maximum(0, short)",
    "np.maximum(0, short - 1)",
    "The value counts outputs of the wrong sign only, while `df` belongs to a loss with a margin. "
    "What does an output with t·f = 0.5 cost?",
    needs=("the gradient",),
)
