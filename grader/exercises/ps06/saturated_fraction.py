"""``saturated_fraction(z, low, high) -> float``: the share of activations at the flat ends."""

import numpy as np

from grader.checking.contract import Case, case, function, step, unchanged_inputs, values


def saturated_fraction(z, low, high):
    return np.mean((z <= low) | (z >= high))


LARGE, LARGE_TANH = "a large batch", "a large batch of tanh"
EXACT = ("a number that is exactly low", "a number that is exactly high")


def batch(
    rng: np.random.Generator,
    about: str,
    layout: list[list[int]] | np.ndarray,
    low: float = 0.05,
    high: float = 0.9,
    span: tuple[float, float] = (0.0, 1.0),
) -> Case:
    """Activations below low where the layout says −1, above high where 1, between where 0.

    All of them are away from the bounds. Rows and columns are shuffled.
    """
    at = np.array(layout)
    at = at[rng.permutation(at.shape[0])][:, rng.permutation(at.shape[1])]
    part = rng.uniform(0.1, 0.9, size=at.shape)
    below = span[0] + part * (low - span[0])
    between = low + part * (high - low)
    above = high + part * (span[1] - high)
    return case(about, z=np.choose(at + 1, [below, between, above]), low=low, high=high)


def large(rng: np.random.Generator) -> np.ndarray:
    """A layout of so many activations that no share fits two draws of it."""
    shape = (int(rng.integers(100, 150)), 20)
    layout: np.ndarray = rng.choice([-1, 0, 1], size=shape, p=rng.dirichlet([8, 8, 8]))
    return layout


def cases(rng: np.random.Generator) -> list[Case]:
    tanh_like = [[-1, 0, 1, 0, 0], [-1, 0, -1, 0, 0], [-1, 0, 0, 0, 0]]
    slanted = batch(rng, "tanh with bounds of different size", tanh_like, -0.9, 0.6, (-1.0, 1.0))
    low, high = (batch(rng, about, [[0, 0, 0, 0]]) for about in EXACT)
    low["z"][0, 1], high["z"][0, 1] = low["low"], high["high"]
    return [
        batch(rng, "one row", [[-1, 1, 1, 0, 0, 0]]),
        batch(rng, "more rows than columns", [[-1, 1], [1, 1], [1, 0], [0, 0], [0, 0]]),
        batch(rng, "as many rows as columns", [[-1, -1, 0], [-1, 0, 0], [1, 0, 0]]),
        slanted,
        low,
        high,
        batch(rng, "nothing saturated", [[0, 0, 0], [0, 0, 0]]),
        batch(rng, "everything saturated", [[-1, 1, 1], [1, -1, 1]]),
        batch(rng, LARGE, large(rng)),
        batch(rng, LARGE_TANH, large(rng), -0.9, 0.6, (-1.0, 1.0)),
    ]


def observe(case, outputs):
    """Beside numbers that do not count: whether the one at a bound does, in whatever unit."""
    if case["about"] not in EXACT:
        return outputs
    return {AT_A_BOUND: "counted" if np.any(outputs["share"]) else "not counted"}


AT_A_BOUND = "a number exactly at a bound"

exercise = function(
    saturated_fraction,
    returns="a number from 0 to 1",
    outputs="share",
    points=1,
    cases=cases,
    observe=observe,
    judge=[
        values("share", weight=4, cases=("one row", "more rows than columns", LARGE)),
        values(
            "share",
            weight=3,
            cases=("as many rows as columns", "tanh with bounds of different size", LARGE_TANH),
            title="other bounds, other shapes",
        ),
        values(
            "share",
            cases=("nothing saturated", "everything saturated"),
            form=True,  # these shares are always the same
            title="0 and 1 at the ends",
        ),
        values(AT_A_BOUND, cases=EXACT, form=True, title="exactly low and exactly high count"),
    ],
    form=(unchanged_inputs(),),
    answers=("course_lib.diagnostics.saturated_fraction",),
    hints=(
        step(
            "Ask of every element of `z` whether it is at one of the two ends: True or False.",
            "values of share",
        ),
        step(
            "An activation counts if z ≤ low or z ≥ high. The mean of an array of True and False "
            "is the share of True.",
            "values of share",
        ),
        step(
            "`low` and `high` differ from call to call. Which of your numbers has to change with "
            "them, or with the shape of `z`?",
            "other bounds, other shapes",
        ),
        step("z ≤ low or z ≥ high: what about equality?", "exactly low and exactly high count"),
        step("The share is 0 where nothing is saturated, 1 where all is.", "0 and 1 at the ends"),
        "Smaller: z = [[0.01, 0.5], [0.97, 0.98]] with low = 0.05 and high = 0.95. Three of "
        "four are at an end: 0.75.",
    ),
    grows=lambda rng, n: batch(rng, "growing", [[-1, 0, 1]] * n),
)

exercise.slip(
    "(z <= low) | (z >= high)",
    "(z < low) | (z > high)",
    "Numbers that are exactly `low` or `high` are not counted. What does the task say about them?",
    needs=("values of share", "other bounds, other shapes"),
)
exercise.slip(
    "(z <= low) | (z >= high)",
    "z >= high",
    "Only one of the two flat ends is counted: the upper one.",
)
exercise.slip(
    "(z <= low) | (z >= high)",
    "z <= low",
    "Only one of the two flat ends is counted: the lower one.",
)
exercise.slip(
    "|",
    "&",
    "Always 0: you ask for numbers that are below `low` and at the same time above `high`.",
)
exercise.slip(
    "(z <= low) | (z >= high)",
    "(z > low) & (z < high)",
    "You count what lies between the bounds. That is the part that still learns.",
)
exercise.slip(
    "(z <= low) | (z >= high)",
    "(z <= high) | (z >= low)",
    "Always 1: every number is below `high` or above `low`. Swap the two.",
)
exercise.slip(
    "np.mean",
    "np.sum",
    "You return a number of activations. A share is between 0 and 1.",
)
exercise.slip(
    "np.mean((z <= low) | (z >= high))",
    "np.sum((z <= low) | (z >= high)) / len(z)",
    "You divide by the number of rows, and so get activations per sample. How many "
    "activations are there in all?",
)
exercise.slip(
    "np.mean",
    "100 * np.mean",
    "That is in percent. A share is between 0 and 1.",
)
exercise.slip(
    "(z <= low) | (z >= high)",
    "(z <= low) | (z >= high), axis=0",
    "You return a share for each column. One number for all of `z` is asked for.",
)
exercise.slip(
    "(z <= low) | (z >= high)",
    "np.any((z <= low) | (z >= high), axis=0)",
    "You count units: columns that are saturated for at least one sample. Count single "
    "activations.",
)
exercise.slip(
    "(z <= low) | (z >= high)",
    "np.all((z <= low) | (z >= high), axis=0)",
    "You count units: columns that are saturated for every sample. Count single activations.",
)
exercise.slip(
    "(z <= low) | (z >= high)",
    "np.abs(z) >= high",
    "You compare the size |z| with `high`. A sigmoid's lower end is at 0, and the two bounds "
    "need not mirror each other.",
)
exercise.slip(
    "(z <= low) | (z >= high)",
    "(z <= 0.05) | (z >= 0.95)",
    "The bounds are 0.05 and 0.95 whatever `low` and `high` say.",
)
exercise.slip(
    "(z <= low) | (z >= high)",
    "z <= low or z >= high",
    "`or`, `and` and `low < z < high` ask for the truth of a whole array, and there is no "
    "such thing. Element by element it is `|` or `&`, with each comparison in brackets.",
)
exercise.slip(
    "(z <= low) | (z >= high)",
    "z <= low | z >= high",
    "`|` binds more tightly than `<=`, so Python reads `low | z` first. Put each comparison "
    "in brackets.",
)
