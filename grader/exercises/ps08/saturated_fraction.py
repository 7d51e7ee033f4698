"""``saturated_fraction(z, low, high) -> float``: the share of saturated activations."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, slips, unchanged_inputs, values


def saturated_fraction(z, low, high):
    saturated = (z <= low) | (z >= high)
    return np.mean(saturated)


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
    """A layout of so many activations that two draws never have the same share."""
    shape = (int(rng.integers(100, 150)), 20)
    layout: np.ndarray = rng.choice([-1, 0, 1], size=shape, p=rng.dirichlet([8, 8, 8]))
    return layout


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    tanh: Any = {"low": -0.9, "high": 0.6, "span": (-1.0, 1.0)}
    slanted = [[-1, 0, 1, 0, 0], [-1, 0, -1, 0, 0], [-1, 0, 0, 0, 0]]
    low = batch(rng, "a number that is exactly low", [[0, 0, 0, 0]])
    high = batch(rng, "a number that is exactly high", [[0, 0, 0, 0]])
    low["z"][0, 1], high["z"][0, 1] = low["low"], high["high"]
    return {
        "a sigmoid": [
            batch(rng, "one row", [[-1, 1, 1, 0, 0, 0]]),
            batch(rng, "more rows than columns", [[-1, 1], [1, 1], [1, 0], [0, 0], [0, 0]]),
            batch(rng, "a large batch", large(rng)),
        ],
        "other bounds, other shapes": [
            batch(rng, "as many rows as columns", [[-1, -1, 0], [-1, 0, 0], [1, 0, 0]]),
            batch(rng, "tanh with bounds of different size", slanted, **tanh),
            batch(rng, "a large batch of tanh", large(rng), **tanh),
        ],
        "exactly low and exactly high count": [low, high],
        "0 and 1 at the ends": [
            batch(rng, "nothing saturated", [[0, 0, 0], [0, 0, 0]]),
            batch(rng, "everything saturated", [[-1, 1, 1], [1, -1, 1]]),
        ],
    }


exercise = function(
    saturated_fraction,
    returns="a number from 0 to 1",
    outputs="share",
    points=1,
    cases=cases,
    judge=[
        values(
            "share",
            weight=4,
            cases=("a sigmoid",),
            help=(
                "Test for every element of `z` whether it is saturated: True or False.",
                """An activation counts if z ≤ low or z ≥ high. The mean of an array of True and
                False is the share of True.""",
            ),
        ),
        values(
            "share",
            weight=3,
            cases="other bounds, other shapes",
            help="""`low` and `high` differ from call to call. Which of your numbers depend on them,
            or on the shape of `z`?""",
        ),
        values(
            "share",
            cases="0 and 1 at the ends",
            alone=False,  # these shares are always the same
            help="The share is 0 if nothing is saturated and 1 if everything is.",
        ),
        values(
            "share",
            cases="exactly low and exactly high count",
            alone=False,
            help="z ≤ low or z ≥ high includes equality. Do your comparisons include it?",
        ),
    ],
    form=(unchanged_inputs(),),
    answers=("course_lib.diagnostics",),
    hints="""
    A smaller example: z = [[0.01, 0.5], [0.97, 0.98]] with low = 0.05 and high = 0.95. Three of
    four are saturated: 0.75.
    """,
    grows=lambda rng, n: batch(rng, "growing", [[-1, 0, 1]] * n),
    mistakes=(
        *slips(
            """
saturated = (z < low) | (z > high)
    You do not count numbers that are exactly `low` or `high`. What does the task say about them?
""",
            needs=("values of share", "other bounds, other shapes"),
        ),
        *slips("""
saturated = z >= high
    You count only one of the two saturated ends, the upper one.
saturated = z <= low
    You count only one of the two saturated ends, the lower one.
saturated = (z <= low) & (z >= high)
    Your result is always 0: no number is below `low` and above `high` at the same time.
saturated = (z > low) & (z < high)
    You count the activations between the bounds, which are not saturated.
saturated = (z <= high) | (z >= low)
    Your result is always 1: every number is below `high` or above `low`. Exchange the two bounds.
return np.sum(saturated)
    You return the number of saturated activations. A share is between 0 and 1.
return np.sum(saturated) / len(z)
    You divide by the number of rows and get saturated activations per sample. How many activations
    are there in total?
return 100 * np.mean(saturated)
    You return percent. A share is between 0 and 1.
return np.mean(saturated, axis=0)
    You return a share for each column. The task asks for one number for all of `z`.
saturated = np.any((z <= low) | (z >= high), axis=0)
    You count units: columns that are saturated for at least one sample. Count single activations.
saturated = np.all((z <= low) | (z >= high), axis=0)
    You count units: columns that are saturated for every sample. Count single activations.
saturated = np.abs(z) >= high
    You compare |z| with `high`. The lower end of a sigmoid is at 0, so the two bounds need not be
    symmetric.
saturated = (z <= 0.05) | (z >= 0.95)
    You always use the bounds 0.05 and 0.95. Use `low` and `high`.
saturated = z <= low or z >= high
    `or`, `and` and `low < z < high` need a single truth value, which an array does not have. Use
    `|` or `&` element by element, with each comparison in brackets.
saturated = z <= low | z >= high
    `|` binds more tightly than `<=`, so Python reads `low | z` first. Put each comparison in
    brackets.
"""),
    ),
)
