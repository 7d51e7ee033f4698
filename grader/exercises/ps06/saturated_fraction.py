"""``saturated_fraction(z, low, high) -> float``: the share of activations at the flat ends."""

from typing import Any

import numpy as np

from course_lib.diagnostics import saturated_fraction
from grader.checking import Case, Exercise, Mistake, _, case, unchanged_inputs, values

LARGE, LARGE_TANH = "a large batch", "a large batch of tanh"


def batch(
    rng: np.random.Generator,
    about: str,
    layout: list[list[int]] | np.ndarray,
    low: float = 0.05,
    high: float = 0.9,
    span: tuple[float, float] = (0.0, 1.0),
) -> Case:
    """Activations below low where the layout says −1, above high where 1, between where 0.

    All of them are away from the bounds, so that ``<`` and ``<=`` agree. Rows and columns are
    shuffled.
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
    return [
        batch(rng, "one row", [[-1, 1, 1, 0, 0, 0]]),
        batch(rng, "more rows than columns", [[-1, 1], [1, 1], [1, 0], [0, 0], [0, 0]]),
        batch(rng, "as many rows as columns", [[-1, -1, 0], [-1, 0, 0], [1, 0, 0]]),
        slanted,
        batch(rng, "nothing saturated", [[0, 0, 0], [0, 0, 0]]),
        batch(rng, "everything saturated", [[-1, 1, 1], [1, -1, 1]]),
        batch(rng, LARGE, large(rng)),
        batch(rng, LARGE_TANH, large(rng), -0.9, 0.6, (-1.0, 1.0)),
    ]


def run(saturated_fraction: Any, case: Case) -> dict[str, Any]:
    return {"share": saturated_fraction(case["z"], case["low"], case["high"])}


def only_above(z: Any, low: float, high: float) -> Any:
    return np.mean(z >= high)


def only_below(z: Any, low: float, high: float) -> Any:
    return np.mean(z <= low)


def below_and_above(z: Any, low: float, high: float) -> Any:
    return np.mean((z <= low) & (z >= high))


def what_is_not(z: Any, low: float, high: float) -> Any:
    return np.mean((z > low) & (z < high))


def bounds_swapped(z: Any, low: float, high: float) -> Any:
    return np.mean((z <= high) | (z >= low))


def number_of(z: Any, low: float, high: float) -> Any:
    return np.sum((z <= low) | (z >= high))


def per_sample(z: Any, low: float, high: float) -> Any:
    return np.sum((z <= low) | (z >= high)) / len(z)


def percent(z: Any, low: float, high: float) -> Any:
    return 100 * np.mean((z <= low) | (z >= high))


def by_column(z: Any, low: float, high: float) -> Any:
    return np.mean((z <= low) | (z >= high), axis=0)


def units_ever(z: Any, low: float, high: float) -> Any:
    return np.mean(np.any((z <= low) | (z >= high), axis=0))


def units_always(z: Any, low: float, high: float) -> Any:
    return np.mean(np.all((z <= low) | (z >= high), axis=0))


def by_size(z: Any, low: float, high: float) -> Any:
    return np.mean(np.abs(z) >= high)


def fixed_bounds(z: Any, low: float, high: float) -> Any:
    return np.mean((z <= 0.05) | (z >= 0.95))


def python_or(z: Any, low: float, high: float) -> Any:
    return np.mean(z <= low or z >= high)


def no_brackets(z: Any, low: float, high: float) -> Any:
    return np.mean(z <= low | z >= high)


exercise = Exercise(
    name="saturated_fraction",
    takes=("saturated_fraction",),
    points=1,
    reference=(saturated_fraction,),
    cases=cases,
    run=run,
    judge=[
        values("share", weight=4, cases=("one row", "more rows than columns", LARGE)),
        values(
            "share",
            weight=3,
            cases=("as many rows as columns", "tanh with bounds of different size", LARGE_TANH),
            title=_("other bounds, other shapes"),
        ),
        values(
            "share",
            cases=("nothing saturated", "everything saturated"),
            form=True,  # these shares are always the same
            title=_("0 and 1 at the ends"),
        ),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(only_above, hint=_("Only one of the two flat ends is counted: the upper one.")),
        Mistake(only_below, hint=_("Only one of the two flat ends is counted: the lower one.")),
        Mistake(
            below_and_above,
            hint=_(
                "Always 0: you ask for numbers that are below `low` and at the same time above "
                "`high`."
            ),
        ),
        Mistake(
            what_is_not,
            hint=_("You count what lies between the bounds. That is the part that still learns."),
        ),
        Mistake(
            bounds_swapped,
            hint=_("Always 1: every number is below `high` or above `low`. Swap the two."),
        ),
        Mistake(
            number_of, hint=_("You return a number of activations. A share is between 0 and 1.")
        ),
        Mistake(
            per_sample,
            hint=_(
                "You divide by the number of rows, and so get activations per sample. How many "
                "activations are there in all?"
            ),
        ),
        Mistake(percent, hint=_("That is in percent. A share is between 0 and 1.")),
        Mistake(
            by_column,
            hint=_("You return a share for each column. One number for all of `z` is asked for."),
        ),
        Mistake(
            units_ever,
            hint=_(
                "You count units: columns that are saturated for at least one sample. Count single "
                "activations."
            ),
        ),
        Mistake(
            units_always,
            hint=_(
                "You count units: columns that are saturated for every sample. Count single "
                "activations."
            ),
        ),
        Mistake(
            by_size,
            hint=_(
                "You compare the size |z| with `high`. A sigmoid's lower end is at 0, and the two "
                "bounds need not mirror each other."
            ),
        ),
        Mistake(
            fixed_bounds,
            hint=_("The bounds are 0.05 and 0.95 whatever `low` and `high` say."),
        ),
        Mistake(
            python_or,
            hint=_(
                "`or`, `and` and `low < z < high` ask for the truth of a whole array, and there is "
                "no such thing. Element by element it is `|` or `&`, with each comparison in "
                "brackets."
            ),
        ),
        Mistake(
            no_brackets,
            hint=_(
                "`|` binds more tightly than `<=`, so Python reads `low | z` first. Put each "
                "comparison in brackets."
            ),
        ),
    ],
    answers=("course_lib.diagnostics.saturated_fraction",),
    returns="a number from 0 to 1",
    hints=(
        _("Ask of every element of `z` whether it is at one of the two ends: True or False."),
        _(
            "An activation counts if z ≤ low or z ≥ high. The mean of an array of True and False "
            "is the share of True."
        ),
        _(
            "Smaller: z = [[0.01, 0.5], [0.97, 0.98]] with low = 0.05 and high = 0.95. Three of "
            "four are at an end: 0.75."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", [[-1, 0, 1]] * n),
)
